// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/between.hpp>

/// How alike a query picture and a generated one are, larger meaning more alike. A policy names itself and gives both
/// rows and `judge(batch, of_subject, of_pictures, out)`.
namespace telltale::compare {

namespace detail {

struct pixels {
  [[nodiscard]] static const auto& of_subject(const Generation auto& batch) { return batch.queries(); }
  [[nodiscard]] static const auto& of_pictures(const Generation auto& batch) { return batch.generated(); }

 protected:
  static double count(const Generation auto& batch) { return static_cast<double>(batch.format().pixels()); }
};

}  // namespace detail

/// Minus the mean of |pixel - pixel|.
struct pixel_l1 : detail::pixels {
  static constexpr std::string_view name = "pixel L1";

  template <Generation Batch, class View>
  static void judge(const Batch& batch, const View& x, const View& y, std::span<double> out) {
    Batch::backend::absolute_distances(x, y, out);
    for (double& value : out) value /= -count(batch);
  }
};

/// Minus the root of the mean of (pixel - pixel)^2.
struct pixel_l2 : detail::pixels {
  static constexpr std::string_view name = "pixel L2";

  template <Generation Batch, class View>
  static void judge(const Batch& batch, const View& x, const View& y, std::span<double> out) {
    Batch::backend::squared_distances(x, y, out);
    for (double& value : out) value = -std::sqrt(value / count(batch));
  }
};

/// Structural similarity (Wang et al. 2004), in [-1, 1]: means, variances and covariance of 7 x 7 windows. Throws
/// argument_error for pictures smaller than a window.
struct pixel_ssim : detail::pixels {
  static constexpr std::string_view name = "structural similarity";

  template <Generation Batch, class View>
  static void judge(const Batch& batch, const View& x, const View& y, std::span<double> out) {
    const picture_format& format = batch.format();
    if (format.height < 7 || format.width < 7)
      telltale::detail::refuse(name, "format",
                               "has pictures of " + std::to_string(format.height) + " x " +
                                   std::to_string(format.width) + " pixels; wanted at least 7 x 7, one window");
    Batch::backend::structural_similarities(x, y, format, out);
  }
};

/// Minus the Euclidean distance of the embeddings, of the lengths that the encoder gives them.
struct semantic_l2 : between::pictures {
  static constexpr std::string_view name = "semantic L2";

  template <Generation Batch, class View>
  static void judge(const Batch&, const View& x, const View& y, std::span<double> out) {
    Batch::backend::squared_distances(x, y, out);
    for (double& value : out) value = -std::sqrt(value);
    telltale::detail::check_told_apart<typename Batch::backend>(name, argument, x, out);
  }
};

/// The cosine of the embeddings, in [-1, 1].
struct semantic_cosine : between::pictures {
  static constexpr std::string_view name = "semantic cosine";

  template <Generation Batch, class View>
  static void judge(const Batch&, const View& x, const View& y, std::span<double> out) {
    Batch::backend::pair_cosines(x, y, out);
    telltale::detail::check_told_apart<typename Batch::backend>(name, argument, x, out);
  }
};

}  // namespace telltale::compare
