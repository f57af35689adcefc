// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {
namespace detail {

/// Refuses a tensor that holds NaN or infinity, naming the first record (entry of the first extent, from `first`) that
/// does. Integers pass. One number comes to the host.
inline void check_finite_tensor(std::string_view function, std::string_view argument, const at::Tensor& values,
                                std::size_t first = 0) {
  if (!values.is_floating_point() || values.numel() == 0 || at::isfinite(values).all().item<bool>()) return;
  const at::Tensor bad = at::logical_not(at::isfinite(values)).reshape({values.size(0), -1}).any(1);
  refuse(function, argument,
         "record " + std::to_string(first + static_cast<std::size_t>(bad.nonzero()[0][0].item<std::int64_t>())) +
             " has a value that is not finite; every value must be finite");
}

}  // namespace detail

namespace train {

/// What modules learn from: inputs of any shape behind a first extent of records, and a label in {0, ..., classes - 1}
/// for each. It shares the tensor's memory; modules are trained on its device and, where it holds floats, in its type.
///
/// Throws argument_error for inputs of fewer than two dimensions, without records or with a value that is not finite,
/// for another number of labels, a label out of range, and fewer than two classes. Cost: one pass over the inputs.
class tensor_dataset {
 public:
  /// Takes labels that lie on the host.
  tensor_dataset(at::Tensor inputs, std::span<const int> labels, std::size_t classes)
      : inputs_(std::move(inputs)), truth_(labels.begin(), labels.end()), classes_(classes) {
    using telltale::detail::refuse;
    if (!inputs_.defined() || inputs_.dim() < 2 || inputs_.size(0) == 0)
      refuse(
          function, "inputs",
          (inputs_.defined() ? "has the shape " + telltale::detail::shape_text(inputs_) : std::string("is undefined")) +
              "; wanted at least one record of at least one dimension: (records, ...)");
    telltale::detail::check_size(function, "labels", truth_.size(), records());
    if (classes < 2) refuse(function, "classes", "is " + std::to_string(classes) + "; wanted at least 2");
    for (std::size_t i = 0; i < truth_.size(); ++i)
      if (truth_[i] < 0 || static_cast<std::size_t>(truth_[i]) >= classes)
        refuse(function, "labels",
               "record " + std::to_string(i) + " has label " + std::to_string(truth_[i]) + "; wanted 0 to " +
                   std::to_string(classes - 1));
    telltale::detail::check_finite_tensor(function, "inputs", inputs_);
    labels_ = telltale::detail::label_tensor(truth_).to(inputs_.device());
  }

  /// Labels from a tensor of integers.
  tensor_dataset(at::Tensor inputs, const at::Tensor& labels, std::size_t classes)
      : tensor_dataset(std::move(inputs), numbers_of(labels), classes) {}

  /// The inputs, records first.
  [[nodiscard]] const at::Tensor& inputs() const noexcept { return inputs_; }
  /// The labels as indices, on the device of the inputs.
  [[nodiscard]] const at::Tensor& labels() const noexcept { return labels_; }
  /// The same on the host.
  [[nodiscard]] std::span<const int> truth() const noexcept { return truth_; }
  /// How many classes there are, at least 2.
  [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
  /// How many records there are, at least 1.
  [[nodiscard]] std::size_t records() const { return static_cast<std::size_t>(inputs_.size(0)); }
  /// Where a module's numbers must lie, and in which type: that of the inputs, float32 for inputs that are integers.
  [[nodiscard]] at::TensorOptions module_options() const {
    return at::TensorOptions(inputs_.device()).dtype(inputs_.is_floating_point() ? inputs_.scalar_type() : at::kFloat);
  }

 private:
  static constexpr std::string_view function = "tensor_dataset";

  static std::vector<int> numbers_of(const at::Tensor& labels) {
    if (!labels.defined() || labels.dim() != 1 || !at::isIntegralType(labels.scalar_type(), /*includeBool=*/false))
      telltale::detail::refuse(function, "labels",
                               (labels.defined() ? "has the shape " + telltale::detail::shape_text(labels) +
                                                       " and holds " + at::toString(labels.scalar_type())
                                                 : std::string("is undefined")) +
                                   "; wanted one integer a record");
    const at::Tensor host = labels.to(at::kCPU, at::kLong).contiguous();
    const std::span<const std::int64_t> wide(host.data_ptr<std::int64_t>(), static_cast<std::size_t>(host.numel()));
    std::vector<int> narrow;
    // What no int holds is out of any range of labels: it is refused as -1.
    for (const std::int64_t label : wide) narrow.push_back(std::in_range<int>(label) ? static_cast<int>(label) : -1);
    return narrow;
  }

  at::Tensor inputs_, labels_;
  std::vector<int> truth_;
  std::size_t classes_;
};

}  // namespace train
}  // namespace telltale
