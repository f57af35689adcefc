// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

namespace telltale {

/// Whether a likelihood ratio that equals gamma exactly counts as larger. `before` orders (gamma ratio_z, ratio_x).
namespace tie {

/// ratio_x > gamma ratio_z: ties do not count.
struct strict {
  static constexpr std::string_view name = "strict";
  static constexpr std::less<> before{};
};

/// ratio_x >= gamma ratio_z: ties count.
struct at_least {
  static constexpr std::string_view name = "at least";
  static constexpr std::less_equal<> before{};
};

}  // namespace tie
}  // namespace telltale
