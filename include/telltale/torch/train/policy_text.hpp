// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace telltale::detail {

/// A policy's name with its parameters, where it has any.
template <class Policy>
std::string text_of(const Policy& policy) {
  if constexpr (requires { policy.text(); })
    return policy.text();
  else
    return std::string(Policy::name);
}

}  // namespace telltale::detail
