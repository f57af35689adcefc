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
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::report {

/// A point of a ROC curve as rates.
struct curve_point {
  double fpr = 0,  ///< share of non-members at or above a threshold
      tpr = 0;     ///< share of members there
};

/// The interval of the TPR at one FPR.
struct band_point {
  double fpr = 0,  ///< where the interval is
      low = 0,     ///< of the TPR
      high = 0;    ///< of the TPR
};

/// A ROC curve thinned for a picture, and the pointwise interval around it.
///
/// `line` rises from (0, TPR at no false positive) to (1, 1) and is drawn in steps, as the TPR at an FPR is read;
/// `band` has points of its own, since a clustered interval is computed at fewer of them.
struct drawn_curve {
  std::vector<curve_point> line;  ///< by ascending FPR; empty: nothing to draw
  std::vector<band_point> band;   ///< by ascending FPR; may be empty
  std::uint64_t nonmembers = 0;   ///< an FPR below 1/nonmembers is not drawn: it was not measured
};

/// How many members and non-members have a score in each of `bins` equal bins of [low, high].
///
/// The first and the last bin also hold what lies beyond [low, high], and `below`, `above` count how many that are, so
/// that no score is missing from the picture.
struct score_histogram {
  double low = 0,                      ///< lower end of the first bin
      high = 0;                        ///< upper end of the last
  std::vector<std::uint64_t> members,  ///< one count a bin
      nonmembers;                      ///< one count a bin
  std::uint64_t below = 0,             ///< scores under `low`, in the first bin
      above = 0;                       ///< scores over `high`, in the last bin
};

}  // namespace telltale::report

namespace telltale::detail {

[[nodiscard]] inline std::vector<report::curve_point> rates_of(const metric::roc_curve& curve, std::size_t most) {
  const auto positives = static_cast<double>(curve.positives()), negatives = static_cast<double>(curve.negatives());
  std::vector<report::curve_point> line;
  for (const metric::roc_point& point : curve.thinned(most))
    line.push_back({static_cast<double>(point.false_positives) / negatives,
                    static_cast<double>(point.true_positives) / positives});
  return line;
}

}  // namespace telltale::detail

namespace telltale::report {

/// The curve of one target for a picture: at most `most` points, each with the exact interval of its TPR.
///
/// O(most log points). Throws argument_error when `most` is below 16 and for a confidence outside (0, 1).
template <class Interval = metric::interval::clopper_pearson>
[[nodiscard]] drawn_curve draw(const metric::roc_curve& curve, double confidence = 0.95, std::size_t most = 400) {
  drawn_curve drawn{telltale::detail::rates_of(curve, most), {}, curve.negatives()};
  for (const metric::roc_point& point : curve.thinned(std::max<std::size_t>(16, most / 4))) {
    const metric::estimate tpr = Interval::of(point.true_positives, curve.positives(), confidence);
    drawn.band.push_back(
        {static_cast<double>(point.false_positives) / static_cast<double>(curve.negatives()), tpr.low, tpr.high});
  }
  return drawn;
}

/// The curve of pooled targets for a picture, with the band that `at_grid` holds: an evaluation at `band_fprs`, whose
/// intervals are clustered by record. FPRs that are not resolvable are left out of the band.
///
/// O(most log points). Throws argument_error when `most` is below 16.
[[nodiscard]] inline drawn_curve draw(const metric::roc_curve& curve, const metric::evaluation& at_grid,
                                      std::size_t most = 400) {
  drawn_curve drawn{telltale::detail::rates_of(curve, most), {}, curve.negatives()};
  for (const metric::operating_point& point : at_grid.tpr_at_fpr)
    if (point.resolvable) drawn.band.push_back({point.fpr, point.tpr.low, point.tpr.high});
  std::sort(drawn.band.begin(), drawn.band.end(),
            [](const band_point& a, const band_point& b) { return a.fpr < b.fpr; });
  return drawn;
}

/// FPRs that are even in the logarithm, from 1/nonmembers to 1: where a band is worth computing.
///
/// Throws argument_error when nonmembers is 0 or count is below 2.
[[nodiscard]] inline std::vector<double> band_fprs(std::uint64_t nonmembers, std::size_t count = 25) {
  if (nonmembers == 0) telltale::detail::refuse("band_fprs", "nonmembers", "is 0; wanted at least 1");
  if (count < 2) telltale::detail::refuse("band_fprs", "count", "is " + std::to_string(count) + "; wanted at least 2");
  const double first = std::log(static_cast<double>(nonmembers));
  std::vector<double> fprs;
  for (std::size_t i = 0; i + 1 < count; ++i)
    fprs.push_back(std::exp(-first * static_cast<double>(count - 1 - i) / static_cast<double>(count - 1)));
  fprs.front() = 1 / static_cast<double>(nonmembers);  // exactly, or the first one would not be resolvable
  fprs.push_back(1);
  return fprs;
}

/// The histogram of scores (larger means member) by membership.
///
/// [low, high] are the `tail` and 1 - `tail` quantiles of all scores, so that a few extreme scores do not flatten the
/// picture; where these coincide, the smallest and the largest score. O(n). Throws argument_error for lengths that
/// differ, no score, a non-finite score, no bin and a tail outside [0, 0.5).
[[nodiscard]] inline score_histogram histogram_of(std::span<const double> scores, std::span<const membership> member,
                                                  std::size_t bins = 48, double tail = 0.005) {
  constexpr std::string_view where = "histogram_of";
  telltale::detail::check_size(where, "member", member.size(), scores.size());
  if (scores.empty()) telltale::detail::refuse(where, "scores", "is empty; wanted at least one");
  telltale::detail::check_finite(where, "scores", scores);
  if (bins == 0) telltale::detail::refuse(where, "bins", "is 0; wanted at least 1");
  if (!(tail >= 0 && tail < 0.5))
    telltale::detail::refuse(where, "tail", "is " + std::to_string(tail) + "; wanted a fraction in [0, 0.5)");
  std::vector<double> sorted(scores.begin(), scores.end());
  const auto cut = static_cast<std::ptrdiff_t>(tail * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + cut, sorted.end());
  double low = sorted[static_cast<std::size_t>(cut)];
  std::nth_element(sorted.begin(), sorted.end() - 1 - cut, sorted.end());
  double high = sorted[sorted.size() - 1 - static_cast<std::size_t>(cut)];
  if (!(low < high)) {
    low = *std::min_element(scores.begin(), scores.end());
    high = *std::max_element(scores.begin(), scores.end());
  }
  score_histogram result{low, high, std::vector<std::uint64_t>(bins), std::vector<std::uint64_t>(bins), 0, 0};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // Halves, since the width of the range of finite scores can overflow.
    const double share = low < high ? (scores[i] / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
    const auto bin =
        static_cast<std::size_t>(std::clamp(share * static_cast<double>(bins), 0.0, static_cast<double>(bins - 1)));
    ++(member[i] == membership::in ? result.members : result.nonmembers)[bin];
    result.below += scores[i] < low;
    result.above += scores[i] > high;
  }
  return result;
}

}  // namespace telltale::report
