// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ATen/ATen.h>

#include <telltale/observation/picture_format.hpp>
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
      const at::Tensor ours = pictures(x, format), theirs = pictures(y, format);
      const at::Tensor m = window_means(ours), v = window_means(ours * ours) - m * m;
      const at::Tensor n = window_means(theirs), w = window_means(theirs * theirs) - n * n,
                       covariance = window_means(ours * theirs) - m * n;
      constexpr double sample = 49.0 / 48;
      const at::Tensor similar =
          ((2 * m * n + c1) * (2 * sample * covariance + c2)) / ((m * m + n * n + c1) * (sample * (v + w) + c2));
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

  // Means over all 7 x 7 windows that lie within the picture: over columns, then over rows.
  [[nodiscard]] static at::Tensor window_means(const at::Tensor& of) {
    const at::Tensor flat = of.flatten(0, 2);
    const at::Tensor means = at::avg_pool2d(at::avg_pool2d(flat, {1, 7}, {1, 1}), {7, 1}, {1, 1});
    return means.reshape({of.size(0), of.size(1), of.size(2), means.size(1), means.size(2)});
  }
};

}  // namespace telltale::detail
