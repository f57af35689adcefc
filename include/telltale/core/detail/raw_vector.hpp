// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace telltale::detail {

/// Leaves new elements of a vector of numbers uninitialised: for large arrays that are written right away, and whose
/// untouched pages should cost no memory.
template <class Value>
struct uninitialised_allocator : std::allocator<Value> {
  template <class Element>
  void construct(Element* place) noexcept {
    ::new (static_cast<void*>(place)) Element;
  }
  template <class Element, class... Arguments>
  void construct(Element* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) Element(std::forward<Arguments>(arguments)...);
  }
};
template <class Value>
using raw_vector = std::vector<Value, uninitialised_allocator<Value>>;

}  // namespace telltale::detail
