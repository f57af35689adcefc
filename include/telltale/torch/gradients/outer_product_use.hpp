// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include <ATen/ATen.h>

namespace telltale::detail {

/// How a convolution slides: two numbers each, the vertical one 1 and 0 where there is one dimension only.
struct convolution_geometry {
  std::array<std::int64_t, 2> kernel, stride, before, after, dilation;
  std::int64_t groups = 1;
};

/// How many numbers are made at a time where they are not kept: what a cache of the host holds, or what keeps a device
/// busy.
[[nodiscard]] inline std::int64_t numbers_at_once(const at::Tensor& where, std::int64_t on_host) {
  return where.is_cpu() ? on_host : std::int64_t{1} << 26;
}

/// A weight that enters as y_t = W a_t: a linear layer (t: the positions of a sequence, one without) or a convolution
/// (t: the positions of the output, a_t: the patch of the input).
///
/// With g_t the gradient of y_t, an example's gradient is sum_t g_t a_t^T, rows x columns. Its squared norm is
/// sum_{t,s} (g_t . g_s) (a_t . a_s), which needs no gradient at all, or that of the product itself, whichever is less
/// work: T^2 (rows + columns) against T rows columns. Patches and products exist for a few examples at a time.
/// Reference: Goodfellow 2015, "Efficient per-example gradient computations"; Rochette, Manoel and Tramel 2019 for
/// convolutions; Bu, Mao and Xu 2022, "Scalable and efficient training of large convolutional neural networks with
/// differential privacy", for the choice.
class outer_product_use {
 public:
  outer_product_use(at::Tensor input, at::Tensor weight, std::optional<convolution_geometry> geometry = std::nullopt)
      : input_(std::move(input)), weight_(std::move(weight)), geometry_(geometry) {}

  /// |sum_t g_t a_t^T|^2 of each example, float64.
  [[nodiscard]] at::Tensor squared_norms(const at::Tensor& gradient) const {
    if (!geometry_ && input_.dim() == 2) return sum_of_squares(gradient) * sum_of_squares(input_);
    const std::int64_t examples = input_.size(0);
    at::Tensor out = at::empty({examples}, gradient.options().dtype(at::kDouble));
    for_each_piece(gradient, [&](std::int64_t first, const at::Tensor& g, const at::Tensor& a) {
      const std::int64_t count = g.size(0) / groups(), positions = g.size(2);
      const bool by_pairs = positions * (g.size(1) + a.size(1)) < g.size(1) * a.size(1);
      const at::Tensor squares =
          by_pairs
              ? (g.transpose(1, 2).bmm(g) * a.transpose(1, 2).bmm(a)).reshape({count, -1}).sum(1, false, at::kDouble)
              : sum_of_squares(g.bmm(a.transpose(1, 2)).reshape({count, -1}));
      out.narrow(0, first, count).copy_(squares);
    });
    return out;
  }

  /// The gradients themselves, examples x (rows x columns), of as many examples as are given.
  [[nodiscard]] at::Tensor per_example(const at::Tensor& gradient, std::int64_t first, std::int64_t count) const {
    const auto [g, a] = columns_of(gradient, first, count);
    return g.bmm(a.transpose(1, 2)).reshape({count, -1});
  }

  /// sum_b factor_b times the gradient of example b, in the shape of the weight.
  [[nodiscard]] at::Tensor weighted_sum(const at::Tensor& gradient, const at::Tensor& factors) const {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(gradient.dim()), 1);
    shape[0] = -1;
    const at::Tensor scaled = gradient * factors.to(gradient.scalar_type()).view(shape);
    if (!geometry_) {
      const at::Tensor g = scaled.reshape({-1, scaled.size(-1)}), a = input_.reshape({-1, input_.size(-1)});
      return g.t().mm(a);
    }
    const convolution_geometry& how = *geometry_;
    return std::get<1>(at::convolution_backward(as_image(scaled), padded(as_image(input_)), as_image(weight_),
                                                at::OptionalIntArrayRef(), how.stride, {0, 0}, how.dilation, false,
                                                {0, 0}, how.groups, {false, true, false}))
        .reshape(weight_.sizes());
  }

 private:
  [[nodiscard]] static at::Tensor sum_of_squares(const at::Tensor& of) { return (of * of).sum(1, false, at::kDouble); }

  [[nodiscard]] std::int64_t groups() const { return geometry_ ? geometry_->groups : 1; }

  // Images have two extents: a sequence is one of height 1.
  [[nodiscard]] static at::Tensor as_image(const at::Tensor& of) { return of.dim() == 3 ? of.unsqueeze(2) : of; }

  [[nodiscard]] at::Tensor padded(const at::Tensor& image) const {
    const convolution_geometry& how = *geometry_;
    if (how.before[0] == 0 && how.before[1] == 0 && how.after[0] == 0 && how.after[1] == 0) return image;
    return at::constant_pad_nd(image, {how.before[1], how.after[1], how.before[0], how.after[0]});
  }

  // (examples and groups) x rows x positions of the gradient and x columns x positions of the input.
  [[nodiscard]] std::tuple<at::Tensor, at::Tensor> columns_of(const at::Tensor& gradient, std::int64_t first,
                                                              std::int64_t count) const {
    const at::Tensor g = gradient.narrow(0, first, count), a = input_.narrow(0, first, count);
    if (!geometry_) {
      const std::int64_t rows = g.size(-1), columns = a.size(-1);
      return {g.reshape({count, -1, rows}).transpose(1, 2), a.reshape({count, -1, columns}).transpose(1, 2)};
    }
    const at::Tensor patches = patches_of(a);
    const std::int64_t positions = patches.size(2), all = count * groups();
    return {g.reshape({all, g.size(1) / groups(), positions}),
            patches.reshape({all, patches.size(1) / groups(), positions})};
  }

  // Examples x (channels and places in the kernel) x positions.
  [[nodiscard]] at::Tensor patches_of(const at::Tensor& input) const {
    const convolution_geometry& how = *geometry_;
    if (input.is_cpu()) {
      const bool even = how.before == how.after;
      return at::im2col(even ? as_image(input) : padded(as_image(input)), how.kernel, how.dilation,
                        even ? how.before : std::array<std::int64_t, 2>{0, 0}, how.stride);
    }
    // On a GPU im2col starts a kernel for every example; one copy of a view takes one.
    const at::Tensor image = padded(as_image(input)).contiguous();
    const auto positions = [&](std::size_t axis) {
      const std::int64_t reach = how.dilation[axis] * (how.kernel[axis] - 1) + 1;
      return (image.size(static_cast<std::int64_t>(axis) + 2) - reach) / how.stride[axis] + 1;
    };
    const std::int64_t down = image.stride(2), right = image.stride(3);
    return image
        .as_strided({image.size(0), image.size(1), how.kernel[0], how.kernel[1], positions(0), positions(1)},
                    {image.stride(0), image.stride(1), down * how.dilation[0], right * how.dilation[1],
                     down * how.stride[0], right * how.stride[1]},
                    image.storage_offset())
        .reshape({image.size(0), image.size(1) * how.kernel[0] * how.kernel[1], positions(0) * positions(1)});
  }

  // A few examples at a time, so that patches and products stay in a cache.
  template <class Use>
  void for_each_piece(const at::Tensor& gradient, const Use& use) const {
    const std::int64_t examples = input_.size(0), of_gradient = gradient.numel() / std::max<std::int64_t>(examples, 1),
                       of_product = weight_.numel(),
                       of_patches = geometry_ ? of_gradient / std::max<std::int64_t>(weight_.size(0), 1) *
                                                    (weight_.numel() / weight_.size(0)) * groups()
                                              : input_.numel() / std::max<std::int64_t>(examples, 1);
    const std::int64_t most =
        std::max<std::int64_t>(1, numbers_at_once(gradient, std::int64_t{1} << 18) / std::max(of_product, of_patches));
    for (std::int64_t first = 0; first < examples; first += most) {
      const auto [g, a] = columns_of(gradient, first, std::min(most, examples - first));
      use(first, g, a);
    }
  }

  at::Tensor input_, weight_;
  std::optional<convolution_geometry> geometry_;
};

}  // namespace telltale::detail
