// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale {

/// What a rule's `fpr` is while no false positive rate is aimed at.
inline constexpr double no_rate = -1;

namespace detail {

/// Refuses an `fpr` that is neither `no_rate` nor a rate in (0, 1).
inline void check_rate(std::string_view function, double fpr) {
  if (fpr != no_rate && !(fpr > 0 && fpr < 1))
    refuse(function, "fpr", "is " + std::to_string(fpr) + "; wanted a rate between 0 and 1");
}

}  // namespace detail
}  // namespace telltale
