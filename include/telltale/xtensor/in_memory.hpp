// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include <telltale/backend/batch_view.hpp>
#include <telltale/core/error.hpp>
#include <telltale/xtensor/headers.hpp>

namespace telltale {

namespace req {
template <class Array>
concept lies_in_memory =
    xt::is_xexpression<std::remove_cvref_t<Array>>::value && detail::StridedInMemory<std::remove_cvref_t<Array>>;

template <class Array>
concept outlives_the_call = std::is_lvalue_reference_v<Array&&> ||
                            !requires(std::remove_cvref_t<Array>& owner) { owner.resize(owner.shape()); };
}  // namespace req

/// An array of xtensor that can be viewed: a container, an adaptor or a view of one, but no temporary container, and no
/// expression that is yet to be computed (`a + b`; give `xt::eval(a + b)` a name first).
template <class Array>
concept XtensorArray = req::lies_in_memory<Array> && req::outlives_the_call<Array>;

namespace detail {

template <class Array>
[[nodiscard]] std::string shape_text(const Array& array) {
  std::string text;
  for (std::size_t axis = 0; axis < array.shape().size(); ++axis)
    text += (axis == 0 ? "" : ", ") + std::to_string(array.shape()[axis]);
  return "(" + text + ")";
}

/// Where the first element lies.
template <class Array>
[[nodiscard]] auto* first_of(Array& array) {
  auto* first = array.data();
  if constexpr (requires { array.data_offset(); }) first += array.data_offset();
  return first;
}

/// Whether the axes from `axis` on lie row by row without gaps.
template <class Array>
[[nodiscard]] bool dense_from(const Array& array, std::size_t axis) {
  std::ptrdiff_t wanted = 1;
  for (std::size_t at = array.shape().size(); at-- > axis;) {
    const auto extent = static_cast<std::ptrdiff_t>(array.shape()[at]);
    if (extent != 1 && static_cast<std::ptrdiff_t>(array.strides()[at]) != wanted) return false;
    wanted *= extent;
  }
  return true;
}

template <class Array>
void check_dense_from(std::string_view function, const Array& array, std::size_t axis) {
  if (!dense_from(array, axis))
    refuse(function, "array",
           "of shape " + shape_text(array) +
               " has gaps or another order than row by row; give a copy a name: auto copy = "
               "xt::xarray<type>(array)");
}

}  // namespace detail
}  // namespace telltale
