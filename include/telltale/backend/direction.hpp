// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace telltale::detail {

/// A row of embeddings that has no direction: it is all zero, or it holds a value that is not finite.
struct directionless {
  std::size_t row;
  bool finite;
};

}  // namespace telltale::detail
