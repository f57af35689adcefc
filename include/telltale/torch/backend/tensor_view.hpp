// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {

/// "(256, 10)": a shape as error messages show it.
[[nodiscard]] inline std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << '(';
  for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) text << (axis > 0 ? ", " : "") << tensor.size(axis);
  text << ')';
  return text.str();
}

}  // namespace detail

/// Class scores of subjects x classes or subjects x queries x classes, wherever the tensor lies.
///
/// It shares the tensor's memory; a tensor whose queries do not lie side by side is copied once, on its device.
/// Throws argument_error unless the tensor is float32 or float64 with two or three dimensions.
class tensor_view {
 public:
  /// No subject: `classes()` is 0, and `rows()` undefined.
  tensor_view() = default;

  /// Not explicit, since a view of the tensor is what is meant where a tensor is given. Throws argument_error for an
  /// undefined tensor, another type and another number of dimensions.
  tensor_view(const at::Tensor& answers) {  // NOLINT(google-explicit-constructor): a view of it is what is meant
    if (!answers.defined()) detail::refuse("tensor_view", "answers", "is undefined; wanted a tensor");
    if (answers.dim() != 2 && answers.dim() != 3)
      detail::refuse("tensor_view", "answers",
                     "has the shape " + detail::shape_text(answers) +
                         "; wanted (subjects, classes) or (subjects, queries, classes)");
    if (answers.scalar_type() != at::kFloat && answers.scalar_type() != at::kDouble)
      detail::refuse("tensor_view", "answers",
                     std::string("holds ") + at::toString(answers.scalar_type()) + "; wanted Float or Double");
    queries_ = answers.dim() == 3 ? static_cast<std::size_t>(answers.size(1)) : 1;
    subjects_ = static_cast<std::size_t>(answers.size(0));
    rows_ = answers.detach().reshape({answers.size(0) * static_cast<std::int64_t>(queries_), answers.size(-1)});
  }

  /// How many subjects, the first extent.
  [[nodiscard]] std::size_t subjects() const noexcept { return subjects_; }
  /// How many queries a subject has: the second extent of three, else 1.
  [[nodiscard]] std::size_t queries() const noexcept { return queries_; }
  /// How many classes, the last extent.
  [[nodiscard]] std::size_t classes() const noexcept {
    return rows_.defined() ? static_cast<std::size_t>(rows_.size(1)) : 0;
  }

  /// (subject, query) pairs x classes, the query running fastest.
  [[nodiscard]] const at::Tensor& rows() const noexcept { return rows_; }

 private:
  at::Tensor rows_;
  std::size_t subjects_ = 0, queries_ = 1;
};

}  // namespace telltale
