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
#include <vector>

#include <telltale/core/detail/raw_vector.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>

namespace telltale {

/// The Gaussians of one hypothesis: a centre for every record and query, and a spread for each or for all of them.
template <class Preset>
class gaussian_table {
  using spread_policy = std::remove_const_t<decltype(Preset::spread)>;
  using floor_policy = std::remove_const_t<decltype(Preset::floor)>;
  static constexpr bool own = spread_policy::own;

  template <class Policy>
  static auto pool_of(const Policy&) {
    if constexpr (Policy::own)
      return spread::pooled_centred::pool{};
    else
      return typename Policy::pool{};
  }
  using pool = decltype(pool_of(spread_policy{}));

 public:
  /// Whether a spread depends on more than its own record.
  static constexpr bool pooled = !own || floor_policy::needs_typical;

  gaussian_table() = default;
  gaussian_table(std::size_t records, std::size_t width)
      : width_(width), centres_(records * width), spreads_(own ? records * width : width), pools_(pools(width)) {}

  [[nodiscard]] double centre(std::size_t record, std::size_t query) const { return centres_[record * width_ + query]; }

  [[nodiscard]] double spread(std::size_t record, std::size_t query) const {
    return spreads_[own ? record * width_ + query : query];
  }

  /// What the records of one stretch add to the pools: stretches are filled at once, and joined in their order.
  [[nodiscard]] auto stretch() const { return pools(width_); }
  void join(const std::vector<pool>& stretch) {
    for (std::size_t p = 0; p < pools_.size(); ++p) pools_[p].join(stretch[p]);
  }

  /// Places the Gaussian of one cell.
  void set(std::size_t cell, const detail::score_group& group, std::vector<pool>& stretch) {
    centres_[cell] = group.centre;
    if constexpr (own) spreads_[cell] = std::sqrt(group.squares / group.count);
    if constexpr (pooled) stretch[stretch.size() == 1 ? 0 : cell % width_].add(group);
  }

  /// The spreads of another hypothesis in place of its own.
  void take_spreads(const gaussian_table& other) { pools_ = other.pools_; }

  /// Applies the floor to the spreads of `touched.size()` records from `first` on, marking those that it changes, and
  /// refuses a spread of zero. Where spreads are pooled: once for all records, after the last `join`.
  void finish(std::string_view function, std::string_view hypothesis, const floor_policy& floor, std::size_t first,
              std::span<std::uint8_t> touched) {
    if constexpr (own) {
      for (std::size_t i = 0, c = first * width_; i < touched.size(); ++i)
        for (std::size_t q = 0; q < width_; ++q, ++c)
          if (apply(function, hypothesis, floor, c)) touched[i] = 1;
    } else {
      for (std::size_t q = 0; q < width_; ++q)
        if (apply(function, hypothesis, floor, q)) std::fill(touched.begin(), touched.end(), std::uint8_t{1});
    }
  }

 private:
  // One spread: the floor applied, and whether that changed it.
  bool apply(std::string_view function, std::string_view hypothesis, const floor_policy& floor, std::size_t c) {
    double typical = 0;
    if constexpr (pooled) typical = pools_[pools_.size() == 1 ? 0 : c % width_].spread();
    const double raw = own ? spreads_[c] : typical;
    spreads_[c] = floor(raw, typical);
    if (!(spreads_[c] > 0)) refuse_zero(function, hypothesis, c);
    return spreads_[c] != raw;
  }

  static std::vector<pool> pools(std::size_t width) {
    return std::vector<pool>(!pooled ? 0 : spread_policy::joins_queries ? 1 : width);
  }

  [[noreturn]] [[gnu::cold]] void refuse_zero(std::string_view function, std::string_view hypothesis,
                                              std::size_t spread) const {
    const std::string query = width_ == 1 ? "" : ", query " + std::to_string(spread % width_);
    detail::refuse(function, "scores",
                   (own ? "record " + std::to_string(spread / width_) + query : "every record" + query) + ": the " +
                       std::string(hypothesis) + " scores have zero spread; accepted with spread_floor::add, " +
                       "spread_floor::at_least or spread_floor::relative" +
                       (own ? ", or with spread::pooled_centred or spread::pooled_raw" : ""));
  }

  std::size_t width_ = 1;
  detail::raw_vector<double> centres_, spreads_;  // first written by the thread that fits the record
  std::vector<pool> pools_;
};

}  // namespace telltale
