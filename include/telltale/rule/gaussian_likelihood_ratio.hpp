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
#include <telltale/rule/gaussian_likelihood_ratio/moments.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// The Gaussians of every record, ready to judge targets. It is aligned with the records it was fitted to.
template <GaussianPreset Preset>
class fitted_gaussians {
 public:
  static constexpr bool models_in = Preset::hypotheses.in;

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

  /// 0 where two hypotheses are compared; the one-sided and two-sided tails publish no cut.
  [[nodiscard]] static constexpr double cut() noexcept { return models_in ? 0.0 : ranking_only; }

  /// Records of which the spread floor changed a spread.
  [[nodiscard]] std::size_t floored() const noexcept { return floored_; }
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

  /// The Gaussians themselves: `in()` is empty where only OUT is modelled.
  [[nodiscard]] const gaussian_table<Preset>& in() const noexcept { return in_; }
  [[nodiscard]] const gaussian_table<Preset>& out() const noexcept { return out_; }

 private:
  template <GaussianPreset>
  friend class gaussian_likelihood_ratio;
  static constexpr std::string_view function = "gaussian_likelihood_ratio";

  fitted_gaussians(std::size_t records, std::size_t width) : records_(records), width_(width), out_(records, width) {
    if constexpr (models_in) in_ = gaussian_table<Preset>(records, width);
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
    const double spread_out = out_.spread(record, query), z_out = (score - out_.centre(record, query)) / spread_out;
    if constexpr (models_in) {
      const double spread_in = in_.spread(record, query), z_in = (score - in_.centre(record, query)) / spread_in;
      return std::log(spread_out / spread_in) + (z_out * z_out - z_in * z_in) / 2;
    } else {
      return Preset::tail(z_out, spread_out);
    }
  }

  [[noreturn]] [[gnu::cold]] static void refuse_overflow(std::span<const double> evidence, std::size_t first) {
    const auto bad = std::find_if(evidence.begin(), evidence.end(), [](double e) { return !std::isfinite(e); });
    detail::refuse(function, "signal",
                   "record " + std::to_string(first + static_cast<std::size_t>(bad - evidence.begin())) +
                       ": its spread is so small that the evidence overflows; use a larger spread floor");
  }

  std::size_t records_ = 0, width_ = 1, floored_ = 0;
  gaussian_table<Preset> in_, out_;
};

/// Compares how likely a score is if the model saw the record with how likely it is if it did not: LiRA.
///
/// Threat model: shadow models of which the adversary knows the training sets. Over the w queries q of a record, with
/// centre m and spread s of each record, query and hypothesis (policies of the preset):
///   online   E = 1/w sum_q [log N(t_q; m_in, s_in) - log N(t_q; m_out, s_out)], cut 0;
///   offline  E = 1/w sum_q tail(z_q), z_q = (t_q - m_out) / s_out, ranking only.
/// Likelihoods are averaged over queries, not scores. Scores are any real numbers, larger meaning member, best near a
/// Gaussian: logit margins.
///
/// Cost: one pass over records x width x models scores in tiles that stay in cache, read as contiguous stretches of one
/// model after another (memory-mapped files stream); a median costs a selection a record more. Memory: four doubles a
/// record and query (two offline; half of it with a pooled spread), no copy of the scores.
/// Reference: Carlini, Chien, Nasr, Song, Terzis, Tramer, "Membership Inference Attacks From First Principles", S&P
/// 2022, algorithm 1 and section IV-E (offline), VI-A (several queries).
template <GaussianPreset Preset = preset::lira>
class gaussian_likelihood_ratio {
 public:
  using preset = Preset;
  static constexpr std::string_view name =
      Preset::hypotheses.in ? "Gaussian likelihood ratio" : "Gaussian likelihood ratio, OUT only";
  static constexpr knowledge needs = knowledge::shadow_models;

  /// The floor of every spread; a run-time value where the policy has one.
  [[no_unique_address]] std::remove_const_t<decltype(Preset::floor)> floor = Preset::floor;

  /// Fits the Gaussians of every record, on `threads` threads (0: one per core), which change nothing but the time.
  ///
  /// Throws `argument_error` naming the model or record: extents that disagree; a mask that is not 0 or 1; fewer than
  /// two models under a hypothesis (one where the spread is pooled); a score that is not finite; a spread of zero that
  /// the floor leaves at zero.
  template <class Scalar>
  [[nodiscard]] fitted_gaussians<Preset> fit(const shadow_models<Scalar>& shadow, unsigned threads = 0) const {
    constexpr bool models_in = Preset::hypotheses.in;
    constexpr std::size_t wanted = Preset::spread.own ? 2 : 1;
    constexpr bool pooled = gaussian_table<Preset>::pooled;
    floor.check();
    const detail::shadow_layout layout = detail::layout_of(function, shadow);
    const std::size_t tile_records = records_in_tile<Scalar>(layout), stretch_records = tiles * tile_records;
    fitted_gaussians<Preset> fitted(layout.records, layout.width);
    std::vector<std::uint8_t> touched(layout.records, 0);
    const auto finish = [&](std::size_t first, std::span<std::uint8_t> marks) {
      if constexpr (models_in) fitted.in_.finish(function, "IN", floor, first, marks);
      fitted.out_.finish(function, "OUT", floor, first, marks);
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
              fitted.out_.set(start + cell, centred(tile.out(record, cell), out_scores), out_pools);
            });
          } else {
            for (std::size_t record = 0, cell = 0; record < records; ++record)
              for (std::size_t query = 0; query < layout.width; ++query, ++cell) {
                if constexpr (models_in) fitted.in_.set(start + cell, tile.in(record, cell), in_pools);
                fitted.out_.set(start + cell, tile.out(record, cell), out_pools);
              }
          }
        }
        if constexpr (!pooled) finish(begin, std::span(touched).subspan(begin, end - begin));
      };
    });
    for (const auto& [in_pools, out_pools] : pools) {
      fitted.in_.join(in_pools);
      fitted.out_.join(out_pools);
    }
    if constexpr (models_in && Preset::spread.out_takes_in) fitted.out_.take_spreads(fitted.in_);
    if constexpr (pooled) finish(0, touched);
    fitted.floored_ = static_cast<std::size_t>(std::count(touched.begin(), touched.end(), 1));
    return fitted;
  }

 private:
  static constexpr std::string_view function = fitted_gaussians<Preset>::function;

  static constexpr std::size_t tiles = 8;  // of a stretch: what one thread takes at a time

  // A tile's sums fit the first-level cache, the scores of a median the second.
  template <class Scalar>
  [[nodiscard]] static std::size_t records_in_tile(const detail::shadow_layout& layout) {
    std::size_t cells = 512;
    if constexpr (Preset::centre.from_values)
      cells = std::clamp<std::size_t>((std::size_t{1} << 18) / (layout.models * sizeof(Scalar)), 16, cells);
    return std::clamp<std::size_t>(cells / layout.width, 1, layout.records);
  }

  template <class Scalar>
  [[nodiscard]] static detail::score_group centred(detail::score_group group, std::span<Scalar> scores) {
    group.centre = Preset::centre(scores);
    return group;
  }
};

}  // namespace telltale
