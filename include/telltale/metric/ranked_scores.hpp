// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/metric/fpr_rule.hpp>
#include <telltale/metric/radix_sort.hpp>
#include <telltale/metric/roc.hpp>

namespace telltale::detail {

/// Counts of one weighted ROC point in one word, members in the high half, so that a sweep adds both at once.
struct packed_counts {
  static constexpr std::uint64_t members(std::uint64_t packed) noexcept { return packed >> 32; }
  static constexpr std::uint64_t nonmembers(std::uint64_t packed) noexcept { return packed & 0xFFFF'FFFF; }
};

/// A curve of packed counts, one for each point, as the rules of an FPR read it.
struct packed_curve {
  std::span<const std::uint64_t> counts;

  [[nodiscard]] std::size_t size() const noexcept { return counts.size(); }
  [[nodiscard]] std::uint64_t true_positives(std::size_t i) const noexcept { return packed_counts::members(counts[i]); }
  [[nodiscard]] std::uint64_t false_positives(std::size_t i) const noexcept {
    return packed_counts::nonmembers(counts[i]);
  }
  [[nodiscard]] std::uint64_t positives() const noexcept { return packed_counts::members(counts.back()); }
  [[nodiscard]] std::uint64_t negatives() const noexcept { return packed_counts::nonmembers(counts.back()); }
  [[nodiscard]] bool has_both() const noexcept { return positives() != 0 && negatives() != 0; }
};

/// Scores of several targets over the same records in descending order, each with its record and class: sorted once,
/// then swept for every bootstrap replicate with another weight for each record.
class ranked_scores {
 public:
  /// O(m log m) for m scores. Fewer than 2^30 records and 2^32 scores, all finite: the caller has checked.
  ranked_scores(std::span<const std::span<const double>> scores, std::span<const std::span<const membership>> member) {
    struct entry {
      std::uint64_t key;
      std::uint32_t code;
    };
    std::vector<entry> entries;
    entries.reserve(scores.size() * scores[0].size());
    for (std::size_t t = 0; t < scores.size(); ++t)
      for (std::size_t r = 0; r < scores[t].size(); ++r)
        entries.push_back({descending_key(scores[t][r]),
                           static_cast<std::uint32_t>(r << 2) | (member[t][r] == membership::in ? 2u : 0u)});
    std::sort(entries.begin(), entries.end(), [](const entry& a, const entry& b) { return a.key < b.key; });
    codes_.reserve(entries.size());
    thresholds_.push_back(std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool last = i + 1 == entries.size() || entries[i + 1].key != entries[i].key;
      codes_.push_back(entries[i].code | (last ? 1u : 0u));
      if (last) thresholds_.push_back(from_descending_key(entries[i].key));
    }
  }

  /// From a curve, whose scores become records of their own: the members by rank, then the non-members by rank. O(n).
  /// Fewer than 2^30 scores: the caller has checked.
  explicit ranked_scores(const metric::roc_curve& curve)
      : thresholds_(curve.thresholds().begin(), curve.thresholds().end()) {
    const std::uint64_t members = curve.positives();
    codes_.reserve(members + curve.negatives());
    for (std::size_t i = 1; i < curve.size(); ++i) {
      for (std::uint64_t r = curve.true_positives(i - 1); r < curve.true_positives(i); ++r)
        codes_.push_back(static_cast<std::uint32_t>(r << 2) | 2u);
      for (std::uint64_t r = curve.false_positives(i - 1); r < curve.false_positives(i); ++r)
        codes_.push_back(static_cast<std::uint32_t>((members + r) << 2));
      codes_.back() |= 1u;
    }
  }

  /// Number of points of a sweep, the one at +infinity included.
  [[nodiscard]] std::size_t points() const noexcept { return thresholds_.size(); }
  [[nodiscard]] const std::vector<double>& thresholds() const noexcept { return thresholds_; }

  /// Index of the point of the verdict score >= cut.
  [[nodiscard]] std::size_t point_at(double cut) const {
    const auto above =
        std::partition_point(thresholds_.begin(), thresholds_.end(), [cut](double t) { return t >= cut; });
    return static_cast<std::size_t>(above - thresholds_.begin()) - 1;
  }

  /// Fills `counts` with the packed weighted counts at or above each threshold. `counts` needs points() + 1 elements:
  /// every step writes, only the last of a tie moves on, so that no branch depends on the scores.
  [[nodiscard]] packed_curve sweep(std::span<const std::uint32_t> weights, std::span<std::uint64_t> counts) const {
    std::uint64_t total = 0;
    std::size_t point = 1;
    counts[0] = 0;
    for (const std::uint32_t code : codes_) {
      total += std::uint64_t{weights[code >> 2]} << ((code & 2) << 4);
      counts[point] = total;
      point += code & 1;
    }
    return {counts.first(points())};
  }

  /// Calls visit(record, is_member, point) for every score, in descending order.
  template <class Visit>
  void for_each(Visit visit) const {
    std::size_t point = 1;
    for (const std::uint32_t code : codes_) {
      visit(static_cast<std::size_t>(code >> 2), (code & 2) != 0, point);
      point += code & 1;
    }
  }

 private:
  std::vector<std::uint32_t> codes_;  // record << 2 | member << 1 | last of its tie
  std::vector<double> thresholds_;
};

/// AUC of packed counts: pairs ordered rightly, ties half, in 64-bit integers (2 P N < 2^63).
[[nodiscard]] inline double area_of(std::span<const std::uint64_t> counts) noexcept {
  std::uint64_t twice_ordered = 0;
  for (std::size_t i = 1; i < counts.size(); ++i)
    twice_ordered += (packed_counts::nonmembers(counts[i]) - packed_counts::nonmembers(counts[i - 1])) *
                     (packed_counts::members(counts[i]) + packed_counts::members(counts[i - 1]));
  return static_cast<double>(twice_ordered) / (2 * static_cast<double>(packed_counts::members(counts.back())) *
                                               static_cast<double>(packed_counts::nonmembers(counts.back())));
}

/// The TPR of any curve of counts at a wanted FPR, without an interval.
template <class Rule, class Curve>
[[nodiscard]] double rate_at(const Curve& curve, double fpr) {
  const metric::curve_place place = Rule::place(curve, fpr);
  const double from = static_cast<double>(curve.true_positives(place.from)),
               to = static_cast<double>(curve.true_positives(place.to));
  return (from + place.share * (to - from)) / static_cast<double>(curve.positives());
}

/// Adds `share` times the AUC, then the TPR at each FPR by `Rule`, of a replicate that has both classes.
template <class Rule>
void add_rates(const packed_curve& curve, std::span<const double> fprs, double share, std::span<double> rates) {
  rates[0] += share * area_of(curve.counts);
  for (std::size_t f = 0; f < fprs.size(); ++f) rates[f + 1] += share * rate_at<Rule>(curve, fprs[f]);
}

}  // namespace telltale::detail
