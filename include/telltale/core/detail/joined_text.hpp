// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace telltale::detail {

/// Texts joined at compile time, so that a part made of parts has a name: `joined_text<Inner::name, suffix>::value`.
template <const std::string_view&... Text>
struct joined_text {
 private:
  static constexpr auto letters = [] {
    std::array<char, (Text.size() + ... + 0)> all{};
    auto at = all.begin();
    ((at = std::copy(Text.begin(), Text.end(), at)), ...);
    return all;
  }();

 public:
  static constexpr std::string_view value{letters.data(), letters.size()};
};

}  // namespace telltale::detail
