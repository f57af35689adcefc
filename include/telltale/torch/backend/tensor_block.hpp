// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <ATen/ATen.h>

#include <telltale/backend/tile.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// A block of rows of class scores on a device: a slice of the user's tensor, not a copy.
///
/// A device wants long blocks, so that this one is as long as 2^24 scores allow; a batch below that is one block.
class tensor_block {
 public:
  explicit tensor_block(std::size_t classes)
      : capacity_(std::max<std::size_t>(1, (std::size_t{1} << 24) / std::max<std::size_t>(classes, 1))) {}

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(scores_.size(0)); }
  [[nodiscard]] std::size_t classes() const { return static_cast<std::size_t>(scores_.size(1)); }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] stored_as form() const noexcept { return form_; }

  /// Rows x classes, float32 or float64.
  [[nodiscard]] const at::Tensor& scores() const noexcept { return scores_; }

  void load(const tensor_view& from, std::size_t first, std::size_t count, stored_as form) {
    first_ = first;
    form_ = form;
    scores_ = from.rows().narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
  }

 private:
  std::size_t capacity_, first_ = 0;
  stored_as form_ = stored_as::logits;
  at::Tensor scores_;
};

namespace detail {

/// Class labels as a tensor of indices on the host.
[[nodiscard]] inline at::Tensor label_tensor(std::span<const int> labels) {
  at::Tensor host = at::empty({static_cast<std::int64_t>(labels.size())}, at::kLong);
  std::copy(labels.begin(), labels.end(), host.data_ptr<std::int64_t>());
  return host;
}

}  // namespace detail

/// A block of rows of which only the predicted label is known.
class tensor_label_block {
 public:
  /// The blocks of a batch that stores labels are as long as memory is cheap.
  static constexpr std::size_t most_rows = std::size_t{1} << 22;

  tensor_label_block(std::span<const int> predicted, std::size_t first)
      : tensor_label_block(detail::label_tensor(predicted), first) {}
  tensor_label_block(at::Tensor predicted, std::size_t first) : predicted_(std::move(predicted)), first_(first) {}

  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(predicted_.size(0)); }
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] const at::Tensor& labels() const noexcept { return predicted_; }

 private:
  at::Tensor predicted_;
  std::size_t first_;
};

}  // namespace telltale
