// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace telltale {

/// Whether a record was in a model's training set: `in` is 1, a member; `out` is 0. One byte, so that a stored mask can
/// be viewed without a copy.
enum class membership : std::uint8_t { out, in };

}  // namespace telltale
