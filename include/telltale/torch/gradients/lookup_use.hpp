// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include <ATen/ATen.h>

namespace telltale::detail {

/// A table whose rows are looked up by index: an embedding.
///
/// With i_t the indices of an example and g_t the gradients of what was looked up, the gradient's row r is the sum of
/// g_t over i_t = r. Its squared norm is sum_{t,s} [i_t = i_s] g_t . g_s: the table's size does not enter. The padding
/// index has no gradient.
class lookup_use {
 public:
  lookup_use(at::Tensor indices, at::Tensor table, std::int64_t padding)
      : indices_(std::move(indices)), table_(std::move(table)), padding_(padding) {}

  [[nodiscard]] at::Tensor squared_norms(const at::Tensor& gradient) const {
    const std::int64_t examples = indices_.size(0);
    const at::Tensor i = indices_.reshape({examples, -1}), g = looked_up(gradient);
    const at::Tensor same = (i.unsqueeze(2) == i.unsqueeze(1)).to(g.scalar_type());
    return (g.bmm(g.transpose(1, 2)) * same).reshape({examples, -1}).sum(1, false, at::kDouble);
  }

  [[nodiscard]] at::Tensor per_example(const at::Tensor& gradient, std::int64_t first, std::int64_t count) const {
    const at::Tensor g = looked_up(gradient).narrow(0, first, count),
                     i = indices_.narrow(0, first, count).reshape({count, -1, 1}).expand(g.sizes());
    return at::zeros({count, table_.size(0), table_.size(1)}, g.options()).scatter_add(1, i, g).reshape({count, -1});
  }

  [[nodiscard]] at::Tensor weighted_sum(const at::Tensor& gradient, const at::Tensor& factors) const {
    const at::Tensor g = looked_up(gradient) * factors.to(gradient.scalar_type()).view({-1, 1, 1});
    return at::zeros_like(table_).index_add_(0, indices_.reshape({-1}), g.reshape({-1, table_.size(1)}));
  }

 private:
  // Examples x positions x columns, 0 at the padding index.
  [[nodiscard]] at::Tensor looked_up(const at::Tensor& gradient) const {
    const at::Tensor g = gradient.reshape({indices_.size(0), -1, table_.size(1)});
    if (padding_ < 0) return g;
    return g.masked_fill((indices_ == padding_).reshape({indices_.size(0), -1, 1}), 0);
  }

  at::Tensor indices_, table_;
  std::int64_t padding_;
};

}  // namespace telltale::detail
