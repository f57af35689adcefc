// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <telltale/core/error.hpp>

namespace telltale {

/// Whether a text is a template: it holds the place of a name, {}, exactly once.
[[nodiscard]] constexpr bool is_template(std::string_view text) noexcept {
  const std::size_t place = text.find("{}");
  return place != std::string_view::npos && text.find("{}", place + 1) == std::string_view::npos;
}

/// The template with the name in it: "a photo of {}" and "Ann Lee" give "a photo of Ann Lee". Throws argument_error for
/// what is no template.
[[nodiscard]] inline std::string filled(std::string_view prompt, std::string_view name) {
  if (!is_template(prompt))
    detail::refuse("filled", "prompt", "'" + std::string(prompt) + "'; wanted {} in it exactly once");
  const std::size_t place = prompt.find("{}");
  return std::string(prompt.substr(0, place)).append(name).append(prompt.substr(place + 2));
}

}  // namespace telltale
