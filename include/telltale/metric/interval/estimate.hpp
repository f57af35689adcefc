// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale::metric {

/// A measured `value` with its two-sided confidence interval [`low`, `high`].
///
/// Which interval it is (Clopper-Pearson, DeLong, bootstrap) and at which confidence is said by what returns it, and by
/// `conventions` in an `evaluation`. `low` and `high` are NaN exactly where no valid interval exists, which only
/// happens for values that were optimised on the data they are reported for.
struct estimate {
  double value = 0, low = 0, high = 0;
  friend bool operator==(const estimate&, const estimate&) = default;
};

}  // namespace telltale::metric

namespace telltale::detail {

inline void check_confidence(std::string_view function, double confidence) {
  if (!(confidence > 0 && confidence < 1))
    refuse(function, "confidence", "is " + std::to_string(confidence) + "; wanted a value inside (0, 1)");
}

inline void check_proportion(std::string_view function, std::uint64_t successes, std::uint64_t trials,
                             double confidence) {
  check_confidence(function, confidence);
  if (trials == 0) refuse(function, "trials", "is 0; wanted at least 1");
  if (successes > trials)
    refuse(function, "successes",
           "is " + std::to_string(successes) + "; wanted at most trials, " + std::to_string(trials));
}

}  // namespace telltale::detail
