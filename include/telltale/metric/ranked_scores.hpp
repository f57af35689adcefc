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
#include <telltale/metric/radix_sort.hpp>

namespace telltale::detail {

/// Counts of one weighted ROC point in one word, members in the high half, so that a sweep adds both at once.
struct packed_counts {
  static constexpr std::uint64_t members(std::uint64_t packed) noexcept { return packed >> 32; }
  static constexpr std::uint64_t nonmembers(std::uint64_t packed) noexcept { return packed & 0xFFFF'FFFF; }
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
  void sweep(std::span<const std::uint32_t> weights, std::span<std::uint64_t> counts) const {
    std::uint64_t total = 0;
    std::size_t point = 1;
    counts[0] = 0;
    for (const std::uint32_t code : codes_) {
      total += std::uint64_t{weights[code >> 2]} << ((code & 2) << 4);
      counts[point] = total;
      point += code & 1;
    }
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

}  // namespace telltale::detail
