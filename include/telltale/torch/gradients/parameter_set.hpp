// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>

namespace telltale::detail {

/// The parameters whose gradients are asked for, found again by their memory: a view of one is known as its own.
class parameter_set {
 public:
  explicit parameter_set(std::vector<at::Tensor> parameters) : all_(std::move(parameters)) {
    if (all_.empty()) refuse("parameter_set", "parameters", "is empty; wanted at least one");
    for (std::size_t p = 0; p < all_.size(); ++p) {
      const std::string which = "number " + std::to_string(p);
      if (!all_[p].defined() || !all_[p].requires_grad())
        refuse("parameter_set", "parameters", which + " requires no gradient");
      if (!all_[p].is_contiguous()) refuse("parameter_set", "parameters", which + " is not contiguous");
      const auto* const begin = static_cast<const char*>(all_[p].data_ptr());
      if (all_[p].numel() > 0 && !by_memory_.emplace(begin, p).second)
        refuse("parameter_set", "parameters", which + " shares its memory with another");
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] const std::vector<at::Tensor>& all() const noexcept { return all_; }
  [[nodiscard]] const at::Tensor& operator[](std::size_t p) const { return all_[p]; }

  /// The parameter that a tensor is, or is a view of.
  [[nodiscard]] std::optional<std::size_t> holding(const at::Tensor& tensor) const {
    if (!tensor.defined() || !tensor.has_storage() || tensor.numel() == 0) return std::nullopt;
    const auto* const at_ = static_cast<const char*>(tensor.data_ptr());
    auto after = by_memory_.upper_bound(at_);
    if (after == by_memory_.begin()) return std::nullopt;
    const auto& [begin, p] = *--after;
    const std::int64_t bytes = all_[p].numel() * static_cast<std::int64_t>(all_[p].element_size());
    return at_ < begin + bytes ? std::optional(p) : std::nullopt;
  }

  /// Whether a tensor is the whole of parameter p, in its order, whatever its shape.
  [[nodiscard]] bool is_whole(const at::Tensor& tensor, std::size_t p) const {
    return tensor.data_ptr() == all_[p].data_ptr() && tensor.numel() == all_[p].numel() && tensor.is_contiguous();
  }

  /// Whether a matrix is the transpose of parameter p.
  [[nodiscard]] bool is_transpose(const at::Tensor& matrix, std::size_t p) const {
    return matrix.dim() == 2 && all_[p].dim() == 2 && matrix.data_ptr() == all_[p].data_ptr() &&
           matrix.size(0) == all_[p].size(1) && matrix.size(1) == all_[p].size(0) && matrix.t().is_contiguous();
  }

 private:
  std::vector<at::Tensor> all_;
  std::map<const char*, std::size_t> by_memory_;
};

}  // namespace telltale::detail
