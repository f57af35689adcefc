// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/metric/pooled_scores.hpp>
#include <telltale/metric/ranked_scores.hpp>
#include <telltale/metric/tpr_at_fpr.hpp>

namespace telltale::detail {

/// Everything that is computed once and then swept for each replicate.
class pooled_sweeps {
 public:
  pooled_sweeps(const metric::pooled_scores& pooled, std::span<const double> fprs)
      : fprs_(fprs), has_cut_(pooled.has_cut()), everything_(pooled.scores, pooled.member) {
    for (std::size_t t = 0; t < pooled.targets(); ++t) {
      targets_.emplace_back(std::span(&pooled.scores[t], 1), std::span(&pooled.member[t], 1));
      if (has_cut_) cut_points_.push_back(targets_.back().point_at(pooled.cut_of(t)));
    }
  }

  /// Figures of one kind, pooled or averaged: AUC, a TPR for each FPR, the advantage at the cut.
  [[nodiscard]] std::size_t width() const noexcept { return fprs_.size() + 2; }
  [[nodiscard]] std::size_t scratch_size() const noexcept { return everything_.points() + 1; }
  [[nodiscard]] const ranked_scores& everything() const noexcept { return everything_; }

  /// Writes the pooled figures, then the averaged ones: 2 width() numbers. False when a target lacks a class.
  [[nodiscard]] bool figures(std::span<const std::uint32_t> weights, std::span<std::uint64_t> scratch,
                             std::span<double> figures) const {
    const auto pooled = figures.first(width()), averaged = figures.subspan(width());
    std::fill(figures.begin(), figures.end(), 0.0);
    std::uint64_t at_cut = 0;
    const double share = 1 / static_cast<double>(targets_.size());
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const auto counts = swept(targets_[t], weights, scratch);
      if (!has_both(counts)) return false;
      add_rates(counts, share, averaged);
      if (!has_cut_) continue;
      const std::uint64_t judged = counts[cut_points_[t]];
      at_cut += judged;
      averaged.back() += share * advantage(judged, counts.back());
    }
    const auto counts = swept(everything_, weights, scratch);
    add_rates(counts, 1, pooled);
    if (has_cut_) pooled.back() = advantage(at_cut, counts.back());
    return true;
  }

 private:
  static std::span<const std::uint64_t> swept(const ranked_scores& ranked, std::span<const std::uint32_t> weights,
                                              std::span<std::uint64_t> scratch) {
    ranked.sweep(weights, scratch);
    return scratch.first(ranked.points());
  }
  static bool has_both(std::span<const std::uint64_t> counts) {
    return packed_counts::members(counts.back()) != 0 && packed_counts::nonmembers(counts.back()) != 0;
  }
  static double advantage(std::uint64_t judged, std::uint64_t total) {
    return static_cast<double>(packed_counts::members(judged)) / static_cast<double>(packed_counts::members(total)) -
           static_cast<double>(packed_counts::nonmembers(judged)) /
               static_cast<double>(packed_counts::nonmembers(total));
  }
  void add_rates(std::span<const std::uint64_t> counts, double share, std::span<double> rates) const {
    rates[0] += share * area_of(counts);
    const double members = static_cast<double>(packed_counts::members(counts.back()));
    for (std::size_t f = 0; f < fprs_.size(); ++f) {
      const std::uint64_t most = metric::fpr_rule::step::allowed(fprs_[f], packed_counts::nonmembers(counts.back()));
      const auto beyond =
          std::upper_bound(counts.begin(), counts.end(), most,
                           [](std::uint64_t m, std::uint64_t count) { return m < packed_counts::nonmembers(count); });
      rates[f + 1] += share * static_cast<double>(packed_counts::members(*(beyond - 1))) / members;
    }
  }

  std::span<const double> fprs_;
  bool has_cut_;
  ranked_scores everything_;
  std::vector<ranked_scores> targets_;
  std::vector<std::size_t> cut_points_;
};

}  // namespace telltale::detail
