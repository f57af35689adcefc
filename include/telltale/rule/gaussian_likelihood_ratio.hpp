// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/gaussian_table.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/joint_gaussians.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/models_used.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/moments.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// The Gaussians of every record, ready to judge targets; `models_in` and `models_out` say which hypotheses they model.
/// It is aligned with the records it was fitted to.
template <GaussianPreset Preset>
class fitted_gaussians {
 public:
  static constexpr bool models_in = Preset::hypotheses.in, models_out = Preset::hypotheses.out;

  /// Evidence of every record from its scores (records x width values, row by row), on `threads` threads (0: one per
  /// core), which change nothing but the time.
  ///
  /// Cost: one logarithm or tail a record and query, no allocation. Throws `argument_error` if records or width differ
  /// from those of the fit, if a score is not finite, or if spreads are so small that the evidence overflows.
  void operator()(const signals& signal, std::span<double> evidence, unsigned threads = 0) const {
    detail::check_aligned(function, signal, evidence.size(), records_, width_);
    constexpr std::size_t stretch = 8192;
    detail::in_parallel((records_ + stretch - 1) / stretch, threads, [&] {
      return [&](std::size_t task) {
        const std::size_t first = task * stretch, records = std::min(stretch, records_ - first);
        judge(signal.values.subspan(first * width_, records * width_), evidence.subspan(first, records), first);
      };
    });
  }

  /// 0 where two hypotheses are compared; of one hypothesis no cut is published.
  [[nodiscard]] static constexpr double cut() noexcept { return models_in && models_out ? 0.0 : ranking_only; }

  /// Records of which the spread floor changed a spread.
  [[nodiscard]] std::size_t floored() const noexcept { return floored_; }
  /// Records without models under a hypothesis, which the policy `missing` filled.
  [[nodiscard]] std::size_t filled() const noexcept { return filled_; }
  /// Scores (one a record and model) which the policy `models` left out.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
  /// Records of the fit.
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// Queries a record.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

  /// The Gaussians of the models that saw a record: empty where that hypothesis is not modelled.
  [[nodiscard]] const gaussian_table<Preset>& in() const noexcept { return in_; }
  /// The Gaussians of the models that did not see it: empty where that hypothesis is not modelled.
  [[nodiscard]] const gaussian_table<Preset>& out() const noexcept { return out_; }

 private:
  template <GaussianPreset>
  friend class gaussian_likelihood_ratio;
  static constexpr std::string_view function = "gaussian_likelihood_ratio";
  using tail_policy = std::remove_const_t<decltype(Preset::tail)>;

  fitted_gaussians(const detail::shadow_layout& layout, const tail_policy& tail)
      : records_(layout.records), width_(layout.width), tail_(tail) {
    if constexpr (models_in) in_ = gaussian_table<Preset>(layout.records, layout.width, layout.models);
    if constexpr (models_out) out_ = gaussian_table<Preset>(layout.records, layout.width, layout.models);
  }

  void judge(std::span<const double> values, std::span<double> evidence, std::size_t first) const {
    const double queries = static_cast<double>(width_);
    bool finite = true;
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      double sum = 0;
      for (std::size_t q = 0; q < width_; ++q) sum += judge(values[i * width_ + q], first + i, q);
      evidence[i] = sum / queries;
      finite = finite && std::isfinite(evidence[i]);
    }
    if (!finite) refuse_overflow(evidence, first);
  }

  [[nodiscard]] double judge(double score, std::size_t record, std::size_t query) const {
    if constexpr (models_in && models_out) {
      const double spread_out = out_.spread(record, query), z_out = (score - out_.centre(record, query)) / spread_out;
      const double spread_in = in_.spread(record, query), z_in = (score - in_.centre(record, query)) / spread_in;
      return std::log(spread_out / spread_in) + (z_out * z_out - z_in * z_in) / 2;
    } else if constexpr (models_in) {
      const double spread = in_.spread(record, query);
      return -telltale::tail::density{}((score - in_.centre(record, query)) / spread, spread);
    } else {
      const double spread = out_.spread(record, query);
      return tail_((score - out_.centre(record, query)) / spread, spread);
    }
  }

  [[noreturn]] [[gnu::cold]] static void refuse_overflow(std::span<const double> evidence, std::size_t first) {
    const auto bad = std::find_if(evidence.begin(), evidence.end(), [](double e) { return !std::isfinite(e); });
    detail::refuse(function, "signal",
                   "record " + std::to_string(first + static_cast<std::size_t>(bad - evidence.begin())) +
                       ": its spread is so small that the evidence overflows; use a larger spread floor");
  }

  std::size_t records_ = 0, width_ = 1, floored_ = 0, filled_ = 0, dropped_ = 0;
  [[no_unique_address]] tail_policy tail_ = Preset::tail;
  gaussian_table<Preset> in_, out_;
};

/// Compares how likely a score is if the model saw the record with how likely it is if it did not: LiRA.
///
/// Threat model: shadow models of which the adversary knows the training sets.
/// Formula: over the w queries q of a record, with centre m and spread s of each record, query and hypothesis (policies
/// of the preset),
///   online   E = 1/w sum_q [log N(t_q; m_in, s_in) - log N(t_q; m_out, s_out)], cut 0;
///   offline  E = 1/w sum_q tail(z_q), z_q = (t_q - m_out) / s_out, ranking only.
/// Likelihoods are averaged over queries, not scores. Where the preset's `queries` are joint, the w scores are one
/// vector with covariance S, and the log ratio is that of the vector, not divided by w:
///   online   E = log N(t; m_in, S_in) - log N(t; m_out, S_out), cut 0; offline: `tail` of `joint_distance`.
/// Scores are any real numbers, larger meaning member, best near a Gaussian: logit margins.
/// Range: any real, in nats, at least 0 offline by `tail::log_survival`.
///
/// Cost: one pass over records x width x models scores in tiles that stay in cache, read as contiguous stretches of one
/// model after another (memory-mapped files stream); a median costs a selection a record more, a full covariance an
/// eigendecomposition.
/// Memory: four doubles a record and query (two offline; half of it with a pooled spread), no copy of the scores; w^2 +
/// w + 1 doubles a record and hypothesis with a full covariance.
/// Reference: Carlini, Chien, Nasr, Song, Terzis, Tramer, "Membership Inference Attacks From First Principles", S&P
/// 2022, algorithm 1 and section IV-E (offline), VI-A (several queries).
template <GaussianPreset Preset = preset::lira>
class gaussian_likelihood_ratio {
 public:
  using preset = Preset;  ///< the policies
  static constexpr std::string_view name = !Preset::hypotheses.out  ? "Gaussian likelihood ratio, IN only"
                                           : !Preset::hypotheses.in ? "Gaussian likelihood ratio, OUT only"
                                                                    : "Gaussian likelihood ratio";
  static constexpr knowledge needs = knowledge::shadow_models;

  /// Policies of the preset that may have a run-time value: `floor`, what happens to a tiny spread.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::floor)> floor = Preset::floor;
  /// What the offline form reports of a distance.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::tail)> tail = Preset::tail;
  /// How several queries are judged together.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::queries)> queries = Preset::queries;
  /// What a record without models of a hypothesis takes.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::missing)> missing = Preset::missing;

  /// Fits the Gaussians of every record, on `threads` threads (0: one per core), which change nothing but the time.
  ///
  /// Throws `argument_error` naming the model or record: extents that disagree; a mask that is not 0 or 1; fewer than
  /// two models under a hypothesis (one where the spread is pooled; more than queries with a full covariance); a score
  /// that is not finite; a spread of zero, or a singular covariance, that the floor leaves so.
  template <class Scalar>
  [[nodiscard]] auto fit(const shadow_models<Scalar>& shadow, unsigned threads = 0) const {
    floor.check();
    if constexpr (Preset::models.cuts) {
      const cut_shadow_models<Scalar> cut(shadow, Preset::hypotheses.in, Preset::hypotheses.out);
      auto fitted = fit_all(cut.models(), threads);
      fitted.dropped_ = cut.dropped();
      return fitted;
    } else {
      return fit_all(shadow, threads);
    }
  }

 private:
  template <class Scalar>
  [[nodiscard]] auto fit_all(const shadow_models<Scalar>& shadow, unsigned threads) const {
    const detail::shadow_layout layout = detail::layout_of(function, shadow);
    const std::size_t tile_records =
        detail::records_in_tile<Scalar>(layout, Preset::centre.from_values || Preset::queries.joint);
    if constexpr (Preset::queries.joint)
      return fitted_joint_gaussians<Preset>::fit(*this, shadow, layout, tile_records, threads);
    else
      return fit_queries(shadow, layout, tile_records, threads);
  }

  template <class Scalar>
  [[nodiscard]] fitted_gaussians<Preset> fit_queries(const shadow_models<Scalar>& shadow,
                                                     const detail::shadow_layout& layout, std::size_t tile_records,
                                                     unsigned threads) const {
    constexpr bool models_in = Preset::hypotheses.in, models_out = Preset::hypotheses.out;
    constexpr bool pooled = gaussian_table<Preset>::pooled, own = Preset::spread.own,
                   joins = models_in && models_out &&
                           detail::joins_hypotheses<std::remove_const_t<decltype(Preset::spread)>>;
    static_assert(!joins || !Preset::centre.from_values, "both hypotheses share a spread about means only");
    const std::size_t least = missing.least(Preset::spread.own);
    const detail::models_wanted wanted{models_in ? least : 0, models_out ? least : 0};
    const std::size_t stretch_records = tiles * tile_records;
    fitted_gaussians<Preset> fitted(layout, tail);
    std::vector<std::uint8_t> touched(layout.records, 0);
    const auto finish = [&](std::size_t first, std::span<std::uint8_t> marks) {
      if constexpr (models_in) fitted.in_.finish(function, "IN", floor, first, marks);
      if constexpr (models_out) fitted.out_.finish(function, "OUT", floor, first, marks);
    };
    // Pools are joined in the order of the stretches, so that the number of threads changes no bit.
    const std::size_t stretches = (layout.records + stretch_records - 1) / stretch_records;
    std::vector pools(stretches, std::pair(fitted.in_.stretch(), fitted.out_.stretch()));
    detail::in_parallel(stretches, threads, [&] {
      return [&, tile = detail::moment_tile<Scalar, models_in>(function, shadow, layout, tile_records),
              scratch = std::vector<Scalar>()](std::size_t stretch) mutable {
        auto &in_pools = pools[stretch].first, &out_pools = pools[stretch].second;  // clang 14 captures no binding
        const std::size_t end = std::min(layout.records, (stretch + 1) * stretch_records);
        const std::size_t begin = stretch * stretch_records;
        for (std::size_t first = begin; first < end; first += tile_records) {
          const std::size_t records = std::min(tile_records, end - first), start = first * layout.width;
          tile.read(first, records, wanted);
          if constexpr (Preset::centre.from_values) {
            tile.with_values(scratch, [&](std::size_t cell, std::span<Scalar> in_scores, std::span<Scalar> out_scores) {
              const std::size_t record = cell / layout.width;
              if constexpr (models_in)
                fitted.in_.set(start + cell, centred(tile.in(record, cell), in_scores), in_pools);
              if constexpr (models_out)
                fitted.out_.set(start + cell, centred(tile.out(record, cell), out_scores), out_pools);
            });
          } else {
            for (std::size_t record = 0, cell = 0; record < records; ++record)
              for (std::size_t query = 0; query < layout.width; ++query, ++cell) {
                if constexpr (joins && own) {
                  detail::score_group in = tile.in(record, cell), out = tile.out(record, cell);
                  detail::join_spreads(in, out);
                  fitted.in_.set(start + cell, in, in_pools);
                  fitted.out_.set(start + cell, out, out_pools);
                  continue;
                }
                if constexpr (models_in) fitted.in_.set(start + cell, tile.in(record, cell), in_pools);
                if constexpr (models_out) fitted.out_.set(start + cell, tile.out(record, cell), out_pools);
              }
          }
        }
        if constexpr (!pooled) finish(begin, std::span(touched).subspan(begin, end - begin));
      };
    });
    for (const auto& [in_pools, out_pools] : pools) {
      fitted.in_.join(in_pools);
      fitted.out_.join(out_pools);
      if constexpr (joins && !own) fitted.in_.join(out_pools);
    }
    if constexpr (models_in && models_out && Preset::spread.out_takes_in) fitted.out_.take_spreads(fitted.in_);
    if constexpr (Preset::missing.fills) {
      std::vector<std::uint8_t> filled(layout.records, 0);
      if constexpr (models_in) fitted.in_.fill(function, "IN", missing, filled);
      if constexpr (models_out) fitted.out_.fill(function, "OUT", missing, filled);
      fitted.filled_ = static_cast<std::size_t>(std::count(filled.begin(), filled.end(), 1));
    }
    if constexpr (pooled) finish(0, touched);
    fitted.floored_ = static_cast<std::size_t>(std::count(touched.begin(), touched.end(), 1));
    return fitted;
  }

  static constexpr std::string_view function = "gaussian_likelihood_ratio";
  static constexpr std::size_t tiles = 8;  // of a stretch: what one thread takes at a time

  template <class Scalar>
  [[nodiscard]] static detail::score_group centred(detail::score_group group, std::span<Scalar> scores) {
    if (!scores.empty()) group.centre = Preset::centre(scores);
    return group;
  }
};

}  // namespace telltale
