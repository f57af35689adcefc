// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/metric/radix_sort.hpp>

namespace telltale::metric {

/// One point of a ROC curve: how many of each class, `true_positives` of the members and `false_positives` of the
/// others, have score >= `threshold`.
struct roc_point {
  double threshold = 0;
  std::uint64_t false_positives = 0, true_positives = 0;
};

/// The receiver operating characteristic of a membership score: counts at every distinct threshold, exactly.
///
/// Larger means member and the verdict is score >= threshold. The points descend from threshold +infinity, where both
/// counts are 0, through every distinct score, to the lowest score, where both are complete. Tied scores are one point:
/// they move both rates at once. -0.0 and 0.0 are equal.
///
/// Cost: O(n) time for n scores (radix sort of the two classes apart, one merge), 16 bytes a distinct score kept and
/// 16 bytes a score while it is built. At most 2^32 - 1 scores.
/// Throws argument_error for sizes that differ, a non-finite score, a membership that is neither 0 nor 1, and when one
/// class is missing.
class roc_curve {
 public:
  /// From aligned scores and membership.
  roc_curve(std::span<const double> scores, std::span<const membership> member) {
    constexpr std::string_view where = "roc_curve";
    detail::check_size(where, "member", member.size(), scores.size());
    check_scores(where, "scores", scores);
    std::size_t count = 0, strange = member.size();
    for (std::size_t i = 0; i < member.size(); ++i) {
      count += member[i] == membership::in;
      if (static_cast<std::uint8_t>(member[i]) > 1) strange = std::min(strange, i);
    }
    if (strange != member.size())
      detail::refuse(where, "member",
                     "element " + std::to_string(strange) + " is " +
                         std::to_string(static_cast<unsigned>(member[strange])) + "; wanted 0 or 1");
    if (count == 0 || count == member.size())
      detail::refuse(where, "member",
                     std::string("holds only ") + (count ? "members" : "non-members") + "; wanted both classes");
    // One slot more than needed each: both arrays are written at every step, so that no branch depends on the class.
    detail::raw_vector<std::uint64_t> in(count + 1), out(member.size() - count + 1);
    std::size_t i_in = 0, i_out = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const std::uint64_t key = detail::descending_key(scores[i]);
      const std::size_t is_in = member[i] == membership::in;
      in[i_in] = key;
      out[i_out] = key;
      i_in += is_in;
      i_out += 1 - is_in;
    }
    in.pop_back();
    out.pop_back();
    build(in, out);
  }

  /// From the scores of the members and of the non-members.
  roc_curve(std::span<const double> members, std::span<const double> nonmembers) {
    constexpr std::string_view where = "roc_curve";
    if (members.empty()) detail::refuse(where, "members", "is empty; wanted both classes");
    if (nonmembers.empty()) detail::refuse(where, "nonmembers", "is empty; wanted both classes");
    check_scores(where, "members", members);
    check_scores(where, "nonmembers", nonmembers);
    if (members.size() + nonmembers.size() > most_scores)
      detail::refuse_size(where, "members and nonmembers", members.size() + nonmembers.size(), most_scores);
    detail::raw_vector<std::uint64_t> in, out;
    in.reserve(members.size() + 1);
    out.reserve(nonmembers.size() + 1);
    for (const double score : members) in.push_back(detail::descending_key(score));
    for (const double score : nonmembers) out.push_back(detail::descending_key(score));
    build(in, out);
  }

  /// Number of points, the one at +infinity included.
  [[nodiscard]] std::size_t size() const noexcept { return thresholds_.size(); }
  /// Members, P.
  [[nodiscard]] std::uint64_t positives() const noexcept { return true_positives_.back(); }
  /// Non-members, N.
  [[nodiscard]] std::uint64_t negatives() const noexcept { return false_positives_.back(); }

  /// Descending, from +infinity.
  [[nodiscard]] std::span<const double> thresholds() const noexcept { return thresholds_; }
  /// Members at or above each threshold, ascending from 0.
  [[nodiscard]] std::span<const std::uint32_t> true_positives() const noexcept { return true_positives_; }
  /// Non-members at or above each threshold, ascending from 0.
  [[nodiscard]] std::span<const std::uint32_t> false_positives() const noexcept { return false_positives_; }

  [[nodiscard]] std::uint64_t true_positives(std::size_t point) const noexcept { return true_positives_[point]; }
  [[nodiscard]] std::uint64_t false_positives(std::size_t point) const noexcept { return false_positives_[point]; }

  /// The share of pairs (member, non-member) that the score orders rightly, a tie counting half: Mann-Whitney's U /
  /// (PN), counted in integers and rounded once.
  [[nodiscard]] double auc() const noexcept {
    return static_cast<double>(twice_ordered_) /
           (2 * static_cast<double>(positives()) * static_cast<double>(negatives()));
  }

  /// Twice the number of rightly ordered pairs, ties counting half: an integer.
  [[nodiscard]] std::uint64_t twice_ordered_pairs() const noexcept { return twice_ordered_; }

  /// Index of the point that the verdict score >= cut has: the last one whose threshold is >= cut. O(log points).
  [[nodiscard]] std::size_t point_at(double cut) const {
    if (std::isnan(cut)) detail::refuse("roc_curve::point_at", "cut", "is NaN; wanted a threshold");
    const auto above =
        std::partition_point(thresholds_.begin(), thresholds_.end(), [cut](double t) { return t >= cut; });
    return static_cast<std::size_t>(above - thresholds_.begin()) - 1;
  }

  /// At most `most` of the points, for pictures: the first and the last point of every cell of a grid that is even in
  /// the logarithms of both counts, so that the steps keep their shape on linear and on log-log axes.
  ///
  /// A rising curve crosses at most as many cells as the grid has rows and columns together. All points when there are
  /// no more than `most`. O(most log points). Throws argument_error when `most` is below 16.
  [[nodiscard]] std::vector<roc_point> thinned(std::size_t most) const {
    if (most < 16) detail::refuse("roc_curve::thinned", "most", "is " + std::to_string(most) + "; wanted at least 16");
    std::vector<roc_point> kept;
    const auto keep = [&](std::size_t i) { kept.push_back({thresholds_[i], false_positives_[i], true_positives_[i]}); };
    if (size() <= most) {
      for (std::size_t i = 0; i < size(); ++i) keep(i);
      return kept;
    }
    // Two points a cell, at most 2 cells + 1 crossings, and one row and one column for the count 0.
    const double cells = static_cast<double>((most - 6) / 4);
    const auto end_of_cell = [&](const detail::raw_vector<std::uint32_t>& counts, std::size_t i) {
      const double total = counts.back(), here = counts[i];
      double edge = 0;  // the largest count in the cell of count i
      if (here > 0 && total > 1) {
        const double cell = std::floor(std::log(here) / std::log(total) * cells + 1e-9) + 1;
        edge = std::max(here, std::ceil(std::pow(total, cell / cells) - 1e-6) - 1);
        if (cell > cells) edge = total;
      } else if (here > 0) {
        edge = total;
      }
      const auto last = std::upper_bound(counts.begin() + static_cast<std::ptrdiff_t>(i), counts.end(), edge,
                                         [](double e, std::uint32_t count) { return e < count; });
      return static_cast<std::size_t>(last - counts.begin());
    };
    for (std::size_t i = 0; i < size();) {
      const std::size_t end = std::min(end_of_cell(false_positives_, i), end_of_cell(true_positives_, i));
      keep(i);
      if (end - 1 > i) keep(end - 1);
      i = end;
    }
    return kept;
  }

 private:
  static constexpr std::size_t most_scores = std::numeric_limits<std::uint32_t>::max();

  static void check_scores(std::string_view where, std::string_view argument, std::span<const double> scores) {
    if (scores.size() > most_scores) detail::refuse_size(where, argument, scores.size(), most_scores);
    detail::check_finite(where, argument, scores);
  }

  void build(detail::raw_vector<std::uint64_t>& in, detail::raw_vector<std::uint64_t>& out) {
    {
      detail::raw_vector<std::uint64_t> scratch;
      scratch.reserve(std::max(in.size(), out.size()) + 1);  // the two swap places, and a sentinel comes on top
      detail::radix_sort(in, scratch);
      detail::radix_sort(out, scratch);
    }
    // A sentinel behind each class, so that the walk down both needs no test for its end.
    in.push_back(detail::key_after_all);
    out.push_back(detail::key_after_all);
    const std::size_t scores = in.size() + out.size() - 2;
    // One slot more than the scores: every step writes its point, and only the last of a tie moves on.
    resize(scores + 2);
    thresholds_[0] = std::numeric_limits<double>::infinity();
    true_positives_[0] = false_positives_[0] = 0;
    std::size_t points = 1, tp = 0, fp = 0;
    std::uint64_t next_in = in[0], next_out = out[0];
    while (tp + fp < scores) {
      const std::uint64_t key = std::min(next_in, next_out);
      tp += next_in == key;
      fp += next_out == key;
      next_in = in[tp];
      next_out = out[fp];
      thresholds_[points] = detail::from_descending_key(key);
      true_positives_[points] = static_cast<std::uint32_t>(tp);
      false_positives_[points] = static_cast<std::uint32_t>(fp);
      points += std::min(next_in, next_out) != key;
    }
    resize(points);
    // 2 P N < 2^63, since P + N < 2^32: 64 bits hold every sum.
    for (std::size_t k = 1; k < points; ++k)
      twice_ordered_ += (std::uint64_t{false_positives_[k]} - false_positives_[k - 1]) *
                        (std::uint64_t{true_positives_[k]} + true_positives_[k - 1]);
  }

  void resize(std::size_t points) {
    thresholds_.resize(points);
    true_positives_.resize(points);
    false_positives_.resize(points);
  }

  detail::raw_vector<double> thresholds_;  // room for every score, of which ties leave pages untouched
  detail::raw_vector<std::uint32_t> true_positives_, false_positives_;
  std::uint64_t twice_ordered_ = 0;
};

}  // namespace telltale::metric
