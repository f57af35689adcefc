// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace telltale::io {

/// The extents of an array, first axis first; empty for a single number.
using shape_type = std::vector<std::size_t>;

namespace detail {

/// Number of elements, or nothing when that many items of `item_size` bytes exceed the address space.
///
/// A zero extent does not hide a huge one beside it, so that partial products of the shape cannot overflow later.
inline std::optional<std::size_t> element_count(std::span<const std::size_t> shape, std::size_t item_size) {
  std::size_t product = 1;
  bool empty = false;
  const std::size_t limit = static_cast<std::size_t>(PTRDIFF_MAX) / item_size;
  for (const std::size_t extent : shape) {
    if (extent == 0) {
      empty = true;
    } else {
      if (product > limit / extent) return std::nullopt;
      product *= extent;
    }
  }
  return empty ? 0 : product;
}

/// A shape or a position as Python writes it: (), (3,), (3, 4).
inline std::string tuple_text(std::span<const std::size_t> values) {
  std::string text = "(";
  for (std::size_t i = 0; i < values.size(); ++i) text += std::string(i == 0 ? "" : ", ") + std::to_string(values[i]);
  return text + (values.size() == 1 ? ",)" : ")");
}

/// Name of the element at a row-major offset: "element 7" or "element (1, 3)".
inline std::string element_name(std::span<const std::size_t> shape, std::size_t offset) {
  if (shape.size() < 2) return std::string("element ") + std::to_string(offset);
  shape_type position(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; offset /= shape[axis]) position[axis] = offset % shape[axis];
  return std::string("element ") + tuple_text(position);
}

}  // namespace detail
}  // namespace telltale::io
