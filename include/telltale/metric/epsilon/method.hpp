// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/metric/epsilon/bound.hpp>
#include <telltale/metric/epsilon/counts.hpp>

namespace telltale::metric::epsilon {

/// What a method takes as random, hence which thresholds a strategy may try and how it may split.
enum class experiment {
  trials,  ///< each record is a trial of its class; thresholds are ranks among the non-members, splits keep the classes
  one_run  ///< membership was tossed for each record; thresholds and splits must not look at it
};

namespace req {

template <class M>
concept says_what_it_guarantees = requires {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::guarantee } -> std::convertible_to<epsilon::guarantee>;
  { M::draws } -> std::convertible_to<experiment>;
};

template <class M>
concept bounds_epsilon_from_counts = requires(const verdict_counts& counts, double value) {
  { M::low(counts, value, value, value) } -> std::same_as<double>;
};

}  // namespace req

/// A lower bound of epsilon from counts.
///
/// Required: `name`, for reports; `guarantee`, in which sense the bound holds; `draws`, what is random, hence which
/// thresholds may be tried; `low(counts, delta, error, above)`, the largest epsilon that the method rejects with error
/// probability `error`, and `above` where that is no larger (so that a search need not finish what loses).
template <class M>
concept BoundMethod = req::says_what_it_guarantees<M> && req::bounds_epsilon_from_counts<M>;

}  // namespace telltale::metric::epsilon
