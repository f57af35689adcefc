// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// Which of the models that saw a record, and of those that did not, its Gaussians are fitted to. A policy has a `name`
/// and says in `cuts` whether it leaves any out.
namespace models_used {

/// All of them.
struct all {
  static constexpr std::string_view name = "all";
  static constexpr bool cuts = false;
};

/// As many as the record with the fewest has, IN and OUT each, in the order of the models: the released code of
/// Carlini et al. 2022 makes its arrays rectangular so. Where the numbers are uneven this throws scores away.
struct smallest_number {
  static constexpr std::string_view name = "smallest number";
  static constexpr bool cuts = true;
};

}  // namespace models_used

/// The scores that `models_used::smallest_number` leaves, as a set of models of its own: its first rows are the first
/// IN scores of every record, the rest its first OUT scores. Memory: a copy of them.
template <class Scalar>
class cut_shadow_models {
 public:
  /// A side that is not asked for is left out altogether. Throws argument_error where extents or masks make no sense,
  /// and where no model is left. Cost: one pass over masks and scores.
  cut_shadow_models(const shadow_models<Scalar>& shadow, bool with_in, bool with_out) {
    constexpr std::string_view function = "cut_shadow_models";
    const detail::shadow_layout layout = detail::layout_of(function, shadow);
    std::vector<std::uint32_t> in(layout.records);
    detail::count_in(function, shadow.keep, 0, in);
    const auto [fewest, most] = std::minmax_element(in.begin(), in.end());
    const std::size_t ins = with_in ? *fewest : 0, outs = with_out ? layout.models - *most : 0;
    if (ins + outs == 0)
      detail::refuse(function, "keep", "leaves no model: some record has no model of the side that is asked for");
    std::size_t all_in = 0;
    for (const std::uint32_t models : in) all_in += models;
    if (with_in) dropped_ += all_in - ins * layout.records;
    if (with_out) dropped_ += layout.records * layout.models - all_in - outs * layout.records;
    scores_.assign(ins + outs, std::vector<Scalar>(layout.cells()));
    keep_.assign(ins + outs, std::vector<std::uint8_t>(layout.records, 0));
    for (std::size_t m = 0; m < ins; ++m) std::fill(keep_[m].begin(), keep_[m].end(), std::uint8_t{1});
    std::vector<std::uint32_t> seen(layout.records, 0);
    for (std::size_t m = 0; m < layout.models; ++m)
      for (std::size_t i = 0; i < layout.records; ++i) {
        const bool is_in = shadow.keep[m][i] == 1;
        const std::size_t place = is_in ? seen[i] : ins + m - seen[i];
        seen[i] += is_in;
        if (place >= (is_in ? ins : ins + outs)) continue;
        std::copy_n(shadow.scores[m].begin() + static_cast<std::ptrdiff_t>(i * layout.width), layout.width,
                    scores_[place].begin() + static_cast<std::ptrdiff_t>(i * layout.width));
      }
    score_views_.assign(scores_.begin(), scores_.end());
    keep_views_.assign(keep_.begin(), keep_.end());
  }
  cut_shadow_models(const cut_shadow_models&) = delete;

  /// Valid as long as this lives.
  [[nodiscard]] shadow_models<Scalar> models() const { return {score_views_, keep_views_}; }
  /// Scores left out of the sides asked for, those of all queries of a record counted once.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

 private:
  std::size_t dropped_ = 0;
  std::vector<std::vector<Scalar>> scores_;
  std::vector<std::vector<std::uint8_t>> keep_;
  std::vector<std::span<const Scalar>> score_views_;
  std::vector<std::span<const std::uint8_t>> keep_views_;
};

}  // namespace telltale
