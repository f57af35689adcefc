// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace telltale {

/// Whether a subject was in the training set. One byte, so that a mask has a span (std::vector<bool> has none).
enum class membership : std::uint8_t { out, in };

}  // namespace telltale
