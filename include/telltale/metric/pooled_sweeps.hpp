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

namespace telltale::detail {

/// Everything that is computed once and then swept for each replicate.
template <class Rule>
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

  /// Writes the pooled figures, then the averaged ones: 2 width() numbers. False when a target lacks a class.
  [[nodiscard]] bool figures(std::span<const std::uint32_t> weights, std::span<std::uint64_t> scratch,
                             std::span<double> figures) const {
    const auto pooled = figures.first(width()), averaged = figures.subspan(width());
    std::fill(figures.begin(), figures.end(), 0.0);
    std::uint64_t at_cut = 0;
    const double share = 1 / static_cast<double>(targets_.size());
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const packed_curve curve = targets_[t].sweep(weights, scratch);
      if (!curve.has_both()) return false;
      add_rates<Rule>(curve, fprs_, share, averaged);
      if (!has_cut_) continue;
      const std::uint64_t judged = curve.counts[cut_points_[t]];
      at_cut += judged;
      averaged.back() += share * advantage(judged, curve);
    }
    const packed_curve curve = everything_.sweep(weights, scratch);
    add_rates<Rule>(curve, fprs_, 1, pooled);
    if (has_cut_) pooled.back() = advantage(at_cut, curve);
    return true;
  }

 private:
  static double advantage(std::uint64_t judged, const packed_curve& curve) {
    return static_cast<double>(packed_counts::members(judged)) / static_cast<double>(curve.positives()) -
           static_cast<double>(packed_counts::nonmembers(judged)) / static_cast<double>(curve.negatives());
  }

  std::span<const double> fprs_;
  bool has_cut_;
  ranked_scores everything_;
  std::vector<ranked_scores> targets_;
  std::vector<std::size_t> cut_points_;
};

}  // namespace telltale::detail
