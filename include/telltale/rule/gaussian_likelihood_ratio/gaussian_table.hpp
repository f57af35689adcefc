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
#include <vector>

#include <telltale/core/detail/raw_vector.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>

namespace telltale {

/// The Gaussians of one hypothesis: a centre for every record and query, and a spread for each or for all of them.
///
/// It is filled in stretches of records: `set` places each record, `join` adds what a stretch knows, `fill` and
/// `finish` complete it. Cost: one pass over the records in each. `fill` and `finish` throw argument_error, as they
/// say.
template <class Preset>
class gaussian_table {
  using spread_policy = std::remove_const_t<decltype(Preset::spread)>;
  using floor_policy = std::remove_const_t<decltype(Preset::floor)>;
  using missing_policy = std::remove_const_t<decltype(Preset::missing)>;
  static constexpr bool own = spread_policy::own;
  static constexpr bool mixes = requires { spread_policy::takes_own(1.0, std::size_t{1}); };
  static constexpr bool shares = !own || mixes, types = own && floor_policy::needs_typical;

  template <class Policy>
  static auto pool_of(const Policy&) {
    if constexpr (Policy::own && !mixes)
      return spread::pooled_centred::pool{};
    else
      return typename Policy::pool{};
  }
  struct pools {
    std::vector<decltype(pool_of(spread_policy{}))> shared;  // the spread of all records, one or one a query
    std::vector<spread::pooled_centred::pool> typical;       // the typical spread, one a query
  };

 public:
  /// Whether a spread depends on more than its own record.
  static constexpr bool pooled = shares || types || missing_policy::fills;

  /// No records.
  gaussian_table() = default;
  /// Room for records x width Gaussians, fitted to so many models.
  gaussian_table(std::size_t records, std::size_t width, std::size_t models)
      : width_(width),
        models_(models),
        centres_(records * width),
        spreads_(own ? records * width : width),
        pools_(stretch()) {}

  /// The centre of a record's query, in the unit of the scores.
  [[nodiscard]] double centre(std::size_t record, std::size_t query) const { return centres_[record * width_ + query]; }

  /// The standard deviation of a record's query, in the unit of the scores.
  [[nodiscard]] double spread(std::size_t record, std::size_t query) const {
    return spreads_[own ? record * width_ + query : query];
  }

  /// What the records of one stretch add to the pools: stretches are filled at once, and joined in their order.
  [[nodiscard]] pools stretch() const {
    pools empty;
    if constexpr (shares) empty.shared.resize(spread_policy::joins_queries ? 1 : width_);
    if constexpr (types) empty.typical.resize(width_);
    return empty;
  }
  /// Adds what a stretch knows to the pools; in the order of the stretches, so that sums do not depend on threads.
  void join(const pools& stretch) {
    for (std::size_t p = 0; p < pools_.shared.size(); ++p) pools_.shared[p].join(stretch.shared[p]);
    for (std::size_t p = 0; p < pools_.typical.size(); ++p) pools_.typical[p].join(stretch.typical[p]);
  }

  /// Places the Gaussian of one cell.
  void set(std::size_t cell, const detail::score_group& group, pools& stretch) {
    if constexpr (missing_policy::fills)
      if (group.count == 0) {
        centres_[cell] = unknown;
        if constexpr (own) spreads_[cell] = unknown;
        return;
      }
    centres_[cell] = group.centre;
    if constexpr (own) spreads_[cell] = std::sqrt(group.squares / group.count);
    if constexpr (mixes)
      if (!spread_policy::takes_own(group.count, models_)) spreads_[cell] = unknown;
    if constexpr (shares) stretch.shared[stretch.shared.size() == 1 ? 0 : cell % width_].add(group);
    if constexpr (types) stretch.typical[cell % width_].add(group);
  }

  /// The spreads of another hypothesis in place of its own.
  void take_spreads(const gaussian_table& other) { pools_ = other.pools_; }

  /// Gives the records without models what the policy makes of the others, marking them. After the last `join`. Throws
  /// argument_error where no record has a model.
  void fill(std::string_view function, std::string_view hypothesis, const missing_policy& missing,
            std::span<std::uint8_t> filled) {
    for (std::size_t q = 0; q < width_; ++q) {
      double centres = 0, spreads = 0, present = 0;
      for (std::size_t c = q; c < centres_.size(); c += width_) {
        if (std::isnan(centres_[c])) continue;
        ++present;
        centres += centres_[c];
        if constexpr (own) spreads += spreads_[c];
      }
      if (present == 0)
        detail::refuse(function, "keep",
                       "no record has an " + std::string(hypothesis) + " model; wanted one to fill the others from");
      for (std::size_t c = q; c < centres_.size(); c += width_) {
        if (!std::isnan(centres_[c])) continue;
        centres_[c] = missing(centres / present);
        if constexpr (own) spreads_[c] = missing(spreads / present);  // unknown where spreads are mixed: the shared one
        filled[c / width_] = 1;
      }
    }
  }

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
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  // One spread: the floor applied, and whether that changed it.
  bool apply(std::string_view function, std::string_view hypothesis, const floor_policy& floor, std::size_t c) {
    double raw = own ? spreads_[c] : 0, typical = 0;
    if constexpr (shares)
      if (!own || std::isnan(raw)) raw = pools_.shared[pools_.shared.size() == 1 ? 0 : c % width_].spread();
    if constexpr (types) typical = pools_.typical[c % width_].spread();
    if constexpr (!own) typical = raw;
    spreads_[c] = floor(raw, typical);
    if (!(spreads_[c] > 0)) refuse_zero(function, hypothesis, c);
    return spreads_[c] != raw;
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

  std::size_t width_ = 1, models_ = 0;
  detail::raw_vector<double> centres_, spreads_;  // first written by the thread that fits the record
  pools pools_;
};

}  // namespace telltale
