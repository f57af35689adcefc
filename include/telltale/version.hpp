// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace telltale {

/// The version of the library. CMake reads it from this line; every other copy is checked against it.
inline constexpr std::string_view version = "0.1.0";

}  // namespace telltale
