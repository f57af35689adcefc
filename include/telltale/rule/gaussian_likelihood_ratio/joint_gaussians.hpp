// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/joint_table.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/moments.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// The Gaussian vectors of every record, ready to judge targets: what `gaussian_likelihood_ratio` fits where its
/// preset's queries are joint; `models_in` and `models_out` say which hypotheses they model. It is aligned with the
/// records it was fitted to.
template <GaussianPreset Preset>
class fitted_joint_gaussians {
 public:
  static constexpr bool models_in = Preset::hypotheses.in, models_out = Preset::hypotheses.out;

  /// Evidence of every record from its scores (records x width values, row by row), on `threads` threads (0: one per
  /// core), which change nothing but the time.
  ///
  /// Cost: width^2 multiplications a record and hypothesis. Throws `argument_error` if records or width differ from
  /// those of the fit, if a score is not finite, or if spreads are so small that the evidence overflows.
  void operator()(const signals& signal, std::span<double> evidence, unsigned threads = 0) const {
    detail::check_aligned(function, signal, evidence.size(), records_, width_);
    constexpr std::size_t stretch = 8192;
    detail::in_parallel((records_ + stretch - 1) / stretch, threads, [&] {
      return [&, scratch = std::vector<double>(width_)](std::size_t task) mutable {
        for (std::size_t i = task * stretch; i < std::min(records_, (task + 1) * stretch); ++i) {
          evidence[i] = judge(signal.values.subspan(i * width_, width_), i, scratch);
          if (!std::isfinite(evidence[i]))
            detail::refuse(function, "signal",
                           "record " + std::to_string(i) +
                               ": its spread is so small that the evidence overflows; use a larger spread floor");
        }
      };
    });
  }

  /// 0 where two hypotheses are compared; of one hypothesis no cut is published.
  [[nodiscard]] static constexpr double cut() noexcept { return models_in && models_out ? 0.0 : ranking_only; }

  /// Records of which the spread floor changed a spread along a principal axis.
  [[nodiscard]] std::size_t floored() const noexcept { return floored_; }
  /// None: what is missing is refused here.
  [[nodiscard]] static constexpr std::size_t filled() noexcept { return 0; }
  /// Scores (one a record and model) which the policy `models` left out.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
  /// Records of the fit.
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// Queries a record.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

  /// The Gaussians of the models that saw a record: empty where that hypothesis is not modelled.
  [[nodiscard]] const joint_table<Preset>& in() const noexcept { return in_; }
  /// The Gaussians of the models that did not see it: empty where that hypothesis is not modelled.
  [[nodiscard]] const joint_table<Preset>& out() const noexcept { return out_; }

 private:
  template <GaussianPreset>
  friend class gaussian_likelihood_ratio;
  static constexpr std::string_view function = "gaussian_likelihood_ratio";
  using tail_policy = std::remove_const_t<decltype(Preset::tail)>;

  fitted_joint_gaussians(const detail::shadow_layout& layout, bool own, const tail_policy& tail)
      : records_(layout.records), width_(layout.width), tail_(tail) {
    if constexpr (models_in) in_ = joint_table<Preset>(records_, width_, own);
    if constexpr (models_out) out_ = joint_table<Preset>(records_, width_, own);
  }

  template <class Rule, class Scalar>
  static fitted_joint_gaussians fit(const Rule& rule, const shadow_models<Scalar>& shadow,
                                    const detail::shadow_layout& layout, std::size_t tile_records, unsigned threads) {
    const bool own = rule.queries.own();
    const std::size_t width = layout.width, least = own ? width + 1 : 1;
    const detail::models_wanted wanted{models_in ? 1U : 0U, models_out ? 1U : 0U};
    fitted_joint_gaussians fitted(layout, own, rule.tail);
    const std::size_t stretches = (layout.records + tile_records - 1) / tile_records;
    std::vector pools(stretches, std::pair(fitted.in_.stretch(), fitted.out_.stretch()));
    detail::in_parallel(stretches, threads, [&] {
      return [&, tile = detail::moment_tile<Scalar, models_in>(function, shadow, layout, tile_records),
              scratch = std::vector<Scalar>(), in = std::vector<std::span<Scalar>>(width),
              out = std::vector<std::span<Scalar>>(width)](std::size_t stretch) mutable {
        auto &in_pool = pools[stretch].first, &out_pool = pools[stretch].second;  // clang 14 captures no binding
        const std::size_t first = stretch * tile_records, records = std::min(tile_records, layout.records - first);
        tile.read(first, records, wanted);
        tile.with_values(scratch, [&](std::size_t cell, std::span<Scalar> in_scores, std::span<Scalar> out_scores) {
          const std::size_t record = first + cell / width, query = cell % width;
          in[query] = in_scores;
          out[query] = out_scores;
          if (query + 1 < width) return;
          if constexpr (models_in) check_number(record, "IN", in_scores.size(), width, least);
          if constexpr (models_out) check_number(record, "OUT", out_scores.size(), width, least);
          if constexpr (models_in) fitted.in_.set(record, in, in_pool);
          if constexpr (models_out) fitted.out_.set(record, out, out_pool);
        });
      };
    });
    // Joined in the order of the stretches, so that the number of threads changes no bit.
    std::vector<std::uint8_t> touched(layout.records, 0);
    for (const auto& [in_pool, out_pool] : pools) {
      if constexpr (models_in) fitted.in_.join(in_pool);
      if constexpr (models_out) fitted.out_.join(out_pool);
    }
    if constexpr (models_in) fitted.in_.finish(function, "IN", rule.floor, touched);
    if constexpr (models_out) fitted.out_.finish(function, "OUT", rule.floor, touched);
    fitted.floored_ = static_cast<std::size_t>(std::count(touched.begin(), touched.end(), 1));
    return fitted;
  }

  static void check_number(std::size_t record, std::string_view hypothesis, std::size_t models, std::size_t width,
                           std::size_t least) {
    if (models >= least) return;
    detail::refuse(function, "keep",
                   "record " + std::to_string(record) + " has " + std::to_string(models) + " " +
                       std::string(hypothesis) + " models; a covariance of its own takes more models than its " +
                       std::to_string(width) +
                       " queries; accepted with queries::shared_covariance or queries::averaged");
  }

  [[nodiscard]] double judge(std::span<const double> scores, std::size_t record, std::span<double> scratch) const {
    if constexpr (models_in && models_out) {
      const joint_distance in = in_.distance(record, scores, scratch), out = out_.distance(record, scores, scratch);
      return (out.squared - in.squared + out.log_determinant - in.log_determinant) / 2;
    } else if constexpr (models_in) {
      return -telltale::tail::density{}(in_.distance(record, scores, scratch));
    } else {
      return tail_(out_.distance(record, scores, scratch));
    }
  }

  std::size_t records_ = 0, width_ = 1, floored_ = 0, dropped_ = 0;
  [[no_unique_address]] tail_policy tail_ = Preset::tail;
  joint_table<Preset> in_, out_;
};

}  // namespace telltale
