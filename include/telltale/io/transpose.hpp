// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace telltale::io::detail {

/// Offset in column-major (Fortran) order of the element at a row-major offset. Cost: O(axes).
inline std::size_t transposed_offset(std::span<const std::size_t> shape, std::size_t row_major) {
  std::size_t column_major = 0;
  // Horner's rule from the last axis on, whose position is the fastest to change in row-major order.
  std::size_t stride = 1;
  for (const std::size_t extent : shape) stride *= extent;
  for (std::size_t axis = shape.size(); axis-- > 0; row_major /= shape[axis]) {
    stride /= shape[axis];
    column_major += row_major % shape[axis] * stride;
  }
  return column_major;
}

/// Told of `count` elements that follow each other in row-major order from `to` on, and in column-major order lie at
/// `from` and each `step` further.
using take_run = std::function<void(std::size_t to, std::size_t from, std::size_t count, std::size_t step)>;

/// Walks an array of any number of axes in small boxes, so that both of its orders stay in cache.
class transposition {
 public:
  transposition(std::span<const std::size_t> shape, const take_run& take) : take_(take) {
    for (const std::size_t extent : shape)
      if (extent > 1) extents_.push_back(extent);
    if (extents_.empty()) extents_.push_back(1);
    row_major_.resize(extents_.size());
    column_major_.resize(extents_.size());
    std::size_t stride = 1;
    for (std::size_t axis = 0; axis < extents_.size(); stride *= extents_[axis++]) column_major_[axis] = stride;
    stride = 1;
    for (std::size_t axis = extents_.size(); axis-- > 0; stride *= extents_[axis]) row_major_[axis] = stride;
  }

  void run() { halve(0, 0); }

 private:
  // Halving the longest axis until a box is small needs no knowledge of the cache's size (Frigo et al. 1999).
  void halve(std::size_t to, std::size_t from) {
    const auto longest = std::max_element(extents_.begin(), extents_.end());
    if (*longest <= 16) return walk(0, to, from);
    const auto axis = static_cast<std::size_t>(longest - extents_.begin());
    const std::size_t whole = *longest;
    const std::size_t half = whole / 2;
    extents_[axis] = half;
    halve(to, from);
    extents_[axis] = whole - half;
    halve(to + half * row_major_[axis], from + half * column_major_[axis]);
    extents_[axis] = whole;
  }

  void walk(std::size_t axis, std::size_t to, std::size_t from) const {
    if (axis + 1 == extents_.size()) return take_(to, from, extents_[axis], column_major_[axis]);
    for (std::size_t i = 0; i < extents_[axis]; ++i, to += row_major_[axis], from += column_major_[axis])
      walk(axis + 1, to, from);
  }

  const take_run& take_;
  std::vector<std::size_t> extents_, row_major_, column_major_;
};

/// Calls `take` for runs that hold every element of an array once.
///
/// Cost: O(elements); the recursion is as deep as the bits of the shape. Runs are short, at most 16 elements. Not a
/// template: a file may hold any of two dozen types, and each would compile the walk again.
inline void for_each_transposed(std::span<const std::size_t> shape, const take_run& take) {
  if (std::find(shape.begin(), shape.end(), std::size_t{0}) != shape.end()) return;
  transposition(shape, take).run();
}

}  // namespace telltale::io::detail
