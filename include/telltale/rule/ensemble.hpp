// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/learned/scaling.hpp>
#include <telltale/rule/sorted_values.hpp>

namespace telltale {

/// How several scores of a subject become one, once they are on one scale.
///
/// A policy says `by_rank`: whether the scale is the share of a population below the score, or the score's distance
/// from the population's mean in its deviations; and joins a subject's values.
namespace combine {

namespace detail {
[[nodiscard]] inline double mean(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}
}  // namespace detail

/// The mean rank: no score outweighs another, however far its tail reaches.
struct mean_rank {
  static constexpr std::string_view name = "mean of ranks";
  static constexpr bool by_rank = true;
  [[nodiscard]] static double join(std::span<const double> values) { return detail::mean(values); }
};

/// The largest rank: one score that is sure is enough.
struct largest_rank {
  static constexpr std::string_view name = "largest rank";
  static constexpr bool by_rank = true;
  [[nodiscard]] static double join(std::span<const double> values) {
    return *std::max_element(values.begin(), values.end());
  }
};

/// The mean of standardised scores: how far beyond the population a score lies still counts.
struct mean_standardised {
  static constexpr std::string_view name = "mean of standardised scores";
  static constexpr bool by_rank = false;
  [[nodiscard]] static double join(std::span<const double> values) { return detail::mean(values); }
};

}  // namespace combine

namespace req {

template <class Combine>
concept joins_scores = requires(std::span<const double> values) {
  { Combine::by_rank } -> std::convertible_to<bool>;
  { Combine::join(values) } -> std::convertible_to<double>;
};

}  // namespace req

/// A named way to make one score of several.
///
/// Required: `name`; `by_rank`, whether the scale is the share of a population below a score (true) or the score's
/// distance from the population's mean in its deviations; `join(values)`, one number of a subject's values on that
/// scale, in one pass.
template <class Candidate>
concept CombinationOfScores = req::names_itself<Candidate> && req::joins_scores<Candidate>;

/// A population's scores, ready to put those of subjects on one scale and to join them.
template <CombinationOfScores Combine>
class fitted_ensemble {
 public:
  /// Evidence of every subject from as many scores as the population has.
  ///
  /// Throws `argument_error` if the width differs from the population's or a value is not finite.
  void operator()(const signals& signal, std::span<double> evidence) const {
    const std::size_t width = columns();
    if (signal.width != width)
      detail::refuse(
          function, "signal",
          "has " + std::to_string(signal.width) + " values a subject; the population has " + std::to_string(width));
    detail::check_size(function, "signal", signal.values.size(), evidence.size() * width);
    detail::check_finite(function, "signal", signal.values);
    std::vector<double> rows = Combine::by_rank ? ranks_of(signal) : (*scaling_)(signal);
    for (std::size_t i = 0; i < evidence.size(); ++i)
      evidence[i] = Combine::join(std::span<const double>(rows).subspan(i * width, width));
    detail::check_finite(function, "evidence", evidence);
  }

  [[nodiscard]] static constexpr double cut() noexcept { return ranking_only; }

 private:
  template <CombinationOfScores>
  friend class ensemble;
  static constexpr std::string_view function = "ensemble";

  [[nodiscard]] std::size_t columns() const noexcept { return Combine::by_rank ? sorted_.size() : scaling_->width(); }

  [[nodiscard]] std::vector<double> ranks_of(const signals& signal) const {
    const std::size_t width = columns(), subjects = signal.subjects();
    std::vector<double> rows(signal.values.size()), column(subjects);
    for (std::size_t d = 0; d < width; ++d) {
      for (std::size_t i = 0; i < subjects; ++i) column[i] = signal.values[i * width + d];
      sorted_[d].shares(column, column, std::less<>{});
      for (std::size_t i = 0; i < subjects; ++i) rows[i * width + d] = column[i];
    }
    return rows;
  }

  std::vector<detail::sorted_values> sorted_;
  std::optional<detail::column_scaling> scaling_;
};

/// Several scores of a record as one, after a population has put them on one scale.
///
/// Threat model: a population that the target never saw, with the same scores in the same order (`joined` scorers, or
/// the evidence of several attacks side by side).
/// Formula: with r_j the share of the population strictly below score j and z_j its distance from the population's mean
/// in deviations, E = mean of r, the largest r, or the mean of z.
/// Range: [0, 1] by rank, any real of standardised scores; ranking only. Where membership of some records is known,
/// `learned<logistic_regression>` weighs the scores instead.
/// Reference: none, combinations are common practice, and named here so that they can be told apart.
///
/// Cost: O((n + Z) d log Z) for d scores of n subjects.
template <CombinationOfScores Combine = combine::mean_rank>
class ensemble {
 public:
  static constexpr std::string_view name = Combine::name;
  static constexpr knowledge needs = knowledge::population;

  /// Throws `argument_error` if the population is empty, a value is not finite, or (standardised) a score is constant.
  template <class Scalar>
  [[nodiscard]] fitted_ensemble<Combine> fit(const population<signals, Scalar>& owned) const {
    constexpr std::string_view function = fitted_ensemble<Combine>::function, argument = "population";
    const signals& known = owned.by_target;
    const std::size_t records = known.subjects();
    if (records == 0) detail::refuse(function, argument, "is empty");
    detail::check_size(function, argument, known.values.size(), records * known.width);
    detail::check_finite(function, argument, known.values);
    fitted_ensemble<Combine> fitted;
    if constexpr (Combine::by_rank) {
      for (std::size_t d = 0; d < known.width; ++d) {
        std::vector<double> column(records);
        for (std::size_t i = 0; i < records; ++i) column[i] = known.values[i * known.width + d];
        fitted.sorted_.emplace_back(std::move(column));
      }
    } else {
      fitted.scaling_.emplace(function, argument, known);
    }
    return fitted;
  }
};

}  // namespace telltale
