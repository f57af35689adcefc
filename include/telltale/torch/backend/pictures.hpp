// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <ATen/ATen.h>

#include <telltale/core/picture_format.hpp>
#include <telltale/torch/backend/pairs.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale::detail {

/// Primitives that look at rows as pictures: the same functions as on Eigen.
struct tensor_pictures : tensor_pairs {
  /// The structural similarity of pictures, in [-1, 1]: the mean over channels and all 7 x 7 windows of
  /// (2 m_a m_b + c_1) (2 s_ab + c_2) / ((m_a^2 + m_b^2 + c_1) (s_a^2 + s_b^2 + c_2)), with means m, variances and
  /// covariance s over n - 1 = 48, c_1 = (0.01 range)^2, c_2 = (0.03 range)^2. Pictures have 7 x 7 pixels at least.
  /// Reference: Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity".
  static void structural_similarities(const tensor_view& a, const tensor_view& b, const picture_format& format,
                                      std::span<double> out) {
    const double c1 = 1e-4 * format.range * format.range, c2 = 9e-4 * format.range * format.range;
    compare(a, b, out, [&](const at::Tensor& x, const at::Tensor& y) {
      constexpr double sample = 49.0 / 48;
      const at::Tensor ours = pictures(x, format), theirs = pictures(y, format);
      const at::Tensor m = window_means(ours), n = window_means(theirs), products = m * n, squares = m * m + n * n;
      const at::Tensor covariance = sample * (window_means(ours * theirs) - products),
                       variances = sample * (window_means(ours * ours + theirs * theirs) - squares);
      const at::Tensor similar = (2 * products + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
      return similar.mean({2, 3, 4});
    });
  }

  /// The mean of |pixel - its right neighbour| and |pixel - its lower neighbour|, of every picture.
  static void neighbour_differences(const tensor_view& b, const picture_format& format, std::span<double> out) {
    in_parts(b, out, [&](std::int64_t from, std::int64_t count) {
      const at::Tensor all = pictures(subjects_of(b, from, count), format);
      const at::Tensor right = all.diff(1, 4).abs_(), below = all.diff(1, 3).abs_();
      return (right.sum({2, 3, 4}) + below.sum({2, 3, 4})) /
             static_cast<double>((right.numel() + below.numel()) / (all.size(0) * all.size(1)));
    });
  }

 private:
  // (subjects, pictures of each, channels, height, width)
  [[nodiscard]] static at::Tensor pictures(const at::Tensor& rows, const picture_format& format) {
    const auto extent = [](std::size_t of) { return static_cast<std::int64_t>(of); };
    return rows.reshape(
        {rows.size(0), rows.size(1), extent(format.channels), extent(format.height), extent(format.width)});
  }

  // Means over all 7 x 7 windows that lie within the picture: sums over columns, then over rows. Several times as fast
  // as LibTorch's average pooling on the CPU.
  [[nodiscard]] static at::Tensor window_means(at::Tensor of) {
    for (const std::int64_t axis : {4, 3}) {
      const std::int64_t windows = of.size(axis) - 6;
      at::Tensor sum = of.narrow(axis, 0, windows) + of.narrow(axis, 1, windows);
      for (std::int64_t next = 2; next < 7; ++next) sum.add_(of.narrow(axis, next, windows));
      of = std::move(sum);
    }
    return of.div_(49);
  }
};

}  // namespace telltale::detail
