// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/xtensor/in_memory.hpp>

namespace telltale {

/// The elements of an array in place, row by row: labels, scores, masks and votes for whatever takes a span, and room
/// for a scorer to fill.
///
///     xt::xtensor<int, 1> truth = ...;
///     classification<eigen<float>> target(logits, span_of(truth));   // logits go in as they are: batch_view
///
/// Any rank; writable where the array is. Nothing is copied; the array must live as long as the span. Throws
/// argument_error for an array that does not lie row by row without gaps.
template <XtensorArray Array>
[[nodiscard]] auto span_of(Array&& array) {
  detail::check_dense_from("span_of", array, 0);
  return std::span(detail::first_of(array), array.size());
}

/// The rows of an array of scores or masks, one span a model, as `shadow_models` and `population` take them: (models,
/// records) or (models, records, queries).
///
/// Masks are of bool or of bytes, and come as bytes. Rows may lie apart, as those of a slice do, so that "all models
/// but the first" is a view; within a row there are no gaps. Nothing is copied but 16 bytes a model. Throws
/// argument_error for another rank and for rows with gaps, such as those of a column-major array.
template <XtensorArray Array>
[[nodiscard]] auto rows_of(Array&& array) {
  using stored = std::remove_cv_t<typename std::remove_cvref_t<Array>::value_type>;
  using element = std::conditional_t<std::same_as<stored, bool>, std::uint8_t, stored>;
  const std::size_t rank = array.shape().size();
  if (rank != 2 && rank != 3)
    detail::refuse(
        "rows_of", "array",
        "has shape " + detail::shape_text(array) + "; wanted (models, records) or (models, records, queries)");
  detail::check_dense_from("rows_of", array, 1);
  const auto models = static_cast<std::size_t>(array.shape()[0]);
  const std::size_t length = models == 0 ? 0 : array.size() / models;
  const stored* const first = detail::first_of(array);
  std::vector<std::span<const element>> rows;
  for (std::size_t m = 0; m < models; ++m) {
    const stored* const row = first + static_cast<std::ptrdiff_t>(m) * static_cast<std::ptrdiff_t>(array.strides()[0]);
    // A bool may be looked at as the byte that it is.
    rows.emplace_back(reinterpret_cast<const element*>(row), length);
  }
  return rows;
}

/// Which records are members, from an array of bool or of integers that are 0 and 1: (records). A copy of a byte a
/// record. Throws argument_error for another rank or value.
template <req::lies_in_memory Array>
  requires std::integral<typename std::remove_cvref_t<Array>::value_type>
[[nodiscard]] std::vector<membership> members_of(const Array& array) {
  if (array.shape().size() != 1)
    detail::refuse("members_of", "array", "has shape " + detail::shape_text(array) + "; wanted (records)");
  std::vector<membership> members;
  for (std::size_t i = 0; i < array.size(); ++i) {
    const auto value = array(i);
    if (value != 0 && value != 1)
      detail::refuse("members_of", "array",
                     "has " + std::to_string(value) + " for record " + std::to_string(i) + "; wanted 0 or 1");
    members.push_back(value == 1 ? membership::in : membership::out);
  }
  return members;
}

}  // namespace telltale
