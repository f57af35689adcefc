// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace telltale {

/// Whether a record was in a model's training set. One byte, 0 or 1, so that a stored mask can be viewed without a
/// copy.
enum class membership : std::uint8_t { out, in };

}  // namespace telltale
