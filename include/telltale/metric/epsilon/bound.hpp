// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/metric/epsilon/counts.hpp>

namespace telltale::metric::epsilon {

/// In which sense a bound holds with its confidence.
enum class guarantee {
  exact,              ///< for every mechanism and every number of records
  exact_if_gaussian,  ///< the same, for mechanisms whose trade-off function is that of a Gaussian mechanism
  asymptotic,         ///< as the counts grow; with few records it certifies too much more often than promised
  credible            ///< as a posterior probability under a prior, not as a frequency
};

/// The guarantee in words, for reports.
[[nodiscard]] constexpr std::string_view to_string(guarantee kind) noexcept {
  switch (kind) {
    case guarantee::exact:
      return "exact";
    case guarantee::exact_if_gaussian:
      return "exact if Gaussian";
    case guarantee::asymptotic:
      return "asymptotic";
    case guarantee::credible:
      return "credible";
  }
  return "";
}

/// An empirical lower limit of epsilon: the training is not (e, delta)-differentially private for any e < low.
///
/// `low` is 0 where nothing is certified. At `delta` it holds with its `confidence`, in the sense of its `guarantee`;
/// the largest of several bounds does not.
struct bound {
  double low = 0;
  double delta = 0, confidence = 0;
  std::string_view method;  ///< as the method names itself
  epsilon::guarantee guarantee = guarantee::exact;
  std::string_view strategy;                                    ///< how the threshold was chosen
  std::size_t searched = 1;                                     ///< thresholds that the error was divided among
  double threshold = std::numeric_limits<double>::quiet_NaN();  ///< score >= threshold; NaN where not one alone
  verdict_counts counts;                                        ///< at that threshold; of all records if not one alone
};

}  // namespace telltale::metric::epsilon

namespace telltale::detail {

inline void check_audit_delta(std::string_view function, double delta) {
  if (!(delta >= 0 && delta < 1))
    refuse(function, "delta", "is " + std::to_string(delta) + "; wanted a value in [0, 1)");
}

/// What a method is given, where the caller is not `lower_bound`.
inline void check_audit(std::string_view function, double delta, double error) {
  check_audit_delta(function, delta);
  if (!(error > 0 && error < 1))
    refuse(function, "error", "is " + std::to_string(error) + "; wanted a value inside (0, 1)");
}

}  // namespace telltale::detail
