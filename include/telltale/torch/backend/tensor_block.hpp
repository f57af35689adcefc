// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <ATen/ATen.h>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/tile.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// A block of rows of class scores on a device: a slice of the user's tensor, not a copy.
///
/// A device wants long blocks, so that this one is as long as 2^24 scores allow; a batch below that is one block.
class tensor_block {
 public:
  /// Empty; 2^24 / classes rows long at most.
  explicit tensor_block(std::size_t classes)
      : capacity_(std::max<std::size_t>(1, (std::size_t{1} << 24) / std::max<std::size_t>(classes, 1))) {}

  /// How many rows it takes at a time.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// How many rows it holds; to be asked only once it is loaded.
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(scores_.size(0)); }
  /// How many classes a row has; to be asked only once it is loaded.
  [[nodiscard]] std::size_t classes() const { return static_cast<std::size_t>(scores_.size(1)); }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  /// What the scores are: logits, probabilities or their logarithms.
  [[nodiscard]] stored_as form() const noexcept { return form_; }

  /// Rows x classes, float32 or float64.
  [[nodiscard]] const at::Tensor& scores() const noexcept { return scores_; }

  /// Takes `count` rows of a batch from row `first` on, as a slice. O(1).
  void load(const tensor_view& from, std::size_t first, std::size_t count, stored_as form) {
    first_ = first;
    form_ = form;
    scores_ = from.rows().narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
  }

  /// Other scores of the same rows, in place of the slice.
  void replace(at::Tensor scores, stored_as form) {
    scores_ = std::move(scores);
    form_ = form;
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

/// Rewrites a block on the host, tile by tile, as the Eigen backend does, and puts the result where the scores were:
/// a release policy is written once. Cost: a copy to the host and back, and that of the rewriting. Throws what
/// `rewrite` and `touched` throw.
template <class Rewrite, class Touched>
void rewrite_block(const Rewrite& rewrite, tensor_block& block, const Touched& touched) {
  const at::Tensor& scores = block.scores();
  const auto go = [&]<class Scalar>(Scalar) {
    const at::Tensor host = scores.to(at::kCPU).contiguous(), made = at::empty_like(host);
    const auto* const from = host.data_ptr<Scalar>();
    auto* const to = made.data_ptr<Scalar>();
    const std::size_t rows = block.rows(), classes = block.classes();
    const batch_view<Scalar> all(std::span<const Scalar>(from, rows * classes), rows, classes);
    tile<Scalar> z(classes);
    stored_as form = block.form();
    for (std::size_t first = 0; first < rows; first += z.capacity()) {
      const std::size_t count = std::min(z.capacity(), rows - first);
      z.load(all, first, count, block.form());
      z.begins_at(block.first() + first);
      rewrite.rewrite(z, [&](std::size_t row) { touched(first + row); });
      form = z.form();
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t c = 0; c < classes; ++c) to[(first + i) * classes + c] = z.at(i, c);
    }
    block.replace(made.to(scores.device()), form);
  };
  if (scores.scalar_type() == at::kFloat)
    go(float{});
  else
    go(double{});
}

/// A block of rows of which only the predicted label is known.
class tensor_label_block {
 public:
  /// The blocks of a batch that stores labels are as long as memory is cheap.
  static constexpr std::size_t most_rows = std::size_t{1} << 22;

  /// Takes labels that lie on the host; `first` is the row of the batch that this block begins with.
  tensor_label_block(std::span<const int> predicted, std::size_t first)
      : tensor_label_block(detail::label_tensor(predicted), first) {}
  /// Takes labels as a tensor of int64, where it is.
  tensor_label_block(at::Tensor predicted, std::size_t first) : predicted_(std::move(predicted)), first_(first) {}

  /// How many rows it has.
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(predicted_.size(0)); }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  /// The predicted classes, (rows) of int64.
  [[nodiscard]] const at::Tensor& labels() const noexcept { return predicted_; }

 private:
  at::Tensor predicted_;
  std::size_t first_;
};

}  // namespace telltale
