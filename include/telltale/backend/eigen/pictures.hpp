// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/eigen/pairs.hpp>
#include <telltale/backend/eigen/row_reader.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/core/detail/raw_vector.hpp>
#include <telltale/core/picture_format.hpp>

namespace telltale::detail {

/// The structural similarity of two channels, summed over all 7 x 7 windows.
///
/// A window slides down by adding a line and taking one away from sums over the columns, and right by adding seven of
/// those; two windows at a time. One object serves all channels of a format.
class similarity_of_channels {
 public:
  static constexpr std::size_t window = 7;

  explicit similarity_of_channels(const picture_format& format)
      : height_(format.height),
        width_(format.width),
        c1_(0.01 * format.range * 0.01 * format.range),
        c2_(0.03 * format.range * 0.03 * format.range),
        columns_(4 * format.width) {}

  [[nodiscard]] std::size_t windows() const noexcept { return (height_ - window + 1) * (width_ - window + 1); }

  template <class Scalar>
  [[nodiscard]] double sum(const Scalar* x, const Scalar* y) {
    std::fill(columns_.begin(), columns_.end(), 0.0);
    double total = 0;
    for (std::size_t line = 0; line < height_; ++line) {
      add_line(x + line * width_, y + line * width_, 1);
      if (line >= window) add_line(x + (line - window) * width_, y + (line - window) * width_, -1);
      if (line + 1 >= window) total += sum_of_line();
    }
    return total;
  }

 private:
  // Sums of x, y, x^2 + y^2 and x y over the window's lines: four rows of numbers, one for each column of the picture.
  template <class Scalar>
  void add_line(const Scalar* x, const Scalar* y, double sign) noexcept {
    double* const to = columns_.data();
    std::size_t k = 0;
    const auto add = [&](auto p, auto q, const auto& into) {
      into(0, sign * p);
      into(1, sign * q);
      into(2, sign * (p * p + q * q));
      into(3, sign * (p * q));
    };
    for (; k + 2 <= width_; k += 2)
      add(load_doubles(x + k), load_doubles(y + k), [&](std::size_t row, simd<double> value) {
        double* const at = to + row * width_ + k;
        store_simd<double>(at, load_simd(at) + value);
      });
    for (; k < width_; ++k)
      add(double(x[k]), double(y[k]), [&](std::size_t row, double value) { to[row * width_ + k] += value; });
  }

  [[nodiscard]] double sum_of_line() const noexcept {
    const std::size_t across = width_ - window + 1;
    simd<double> total{};
    std::size_t k = 0;
    for (; k + 2 <= across; k += 2)
      total += similarity(window_sum<simd<double>>(0, k), window_sum<simd<double>>(1, k),
                          window_sum<simd<double>>(2, k), window_sum<simd<double>>(3, k));
    double sum = total[0] + total[1];
    for (; k < across; ++k)
      sum += similarity(window_sum<double>(0, k), window_sum<double>(1, k), window_sum<double>(2, k),
                        window_sum<double>(3, k));
    return sum;
  }

  template <class Numbers>
  [[nodiscard, gnu::always_inline]] Numbers window_sum(std::size_t row, std::size_t k) const noexcept {
    const double* const from = columns_.data() + row * width_ + k;
    const auto at = [&](std::size_t step) {
      Numbers v;
      std::memcpy(&v, from + step, sizeof v);
      return v;
    };
    return ((at(0) + at(1)) + (at(2) + at(3))) + ((at(4) + at(5)) + at(6));
  }

  template <class Numbers>
  [[nodiscard, gnu::always_inline]] Numbers similarity(Numbers x, Numbers y, Numbers squares,
                                                       Numbers product) const noexcept {
    constexpr double pixels = window * window, sample = pixels / (pixels - 1);
    x = x * (1 / pixels);
    y = y * (1 / pixels);
    const Numbers of_means = x * y, square_of_means = x * x + y * y;
    const Numbers covariance = sample * (product * (1 / pixels) - of_means),
                  variances = sample * (squares * (1 / pixels) - square_of_means);
    return (2 * of_means + c1_) * (2 * covariance + c2_) / ((square_of_means + c1_) * (variances + c2_));
  }

  std::size_t height_, width_;
  double c1_, c2_;
  raw_vector<double> columns_;
};

/// Primitives on rows that are pictures.
template <class Scalar>
struct picture_primitives {
  using view = batch_view<Scalar>;

  /// The structural similarity of pictures, in [-1, 1]: the mean over channels and all 7 x 7 windows of
  /// (2 m_a m_b + c_1) (2 s_ab + c_2) / ((m_a^2 + m_b^2 + c_1) (s_a^2 + s_b^2 + c_2)), with means m, variances and
  /// covariance s over n - 1 = 48, c_1 = (0.01 range)^2, c_2 = (0.03 range)^2. Pictures have 7 x 7 pixels at least.
  /// Reference: Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from error visibility to structural
  /// similarity"; means over 7 x 7 windows as scikit-image's `structural_similarity` takes them.
  static void structural_similarities(const view& a, const view& b, const picture_format& format,
                                      std::span<double> out) {
    similarity_of_channels channels(format);
    const std::size_t of_channel = format.height * format.width, r = b.queries();
    const double windows = double(channels.windows() * format.channels);
    row_reader<Scalar> read_a(a), read_b(b);
    for (std::size_t i = 0; i < a.subjects(); ++i) {
      const Scalar* const x = read_a(i);
      for (std::size_t j = 0; j < r; ++j) {
        const Scalar* const y = read_b(i * r + j);
        double sum = 0;
        for (std::size_t from = 0; from < format.pixels(); from += of_channel) sum += channels.sum(x + from, y + from);
        out[i * r + j] = sum / windows;
      }
    }
  }

  /// The mean of |pixel - its right neighbour| and |pixel - its lower neighbour| over all such pairs, one number a row:
  /// the grain of a picture. It has two pixels at least.
  static void neighbour_differences(const view& b, const picture_format& format, std::span<double> out) {
    const std::size_t width = format.width, height = format.height;
    const auto neighbours = double(format.channels * (height * (width - 1) + (height - 1) * width));
    row_reader<Scalar> read(b);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const Scalar* const picture = read(i);
      double sum = 0;
      for (std::size_t c = 0; c < format.channels; ++c) {
        const Scalar* const channel = picture + c * height * width;
        for (std::size_t y = 0; y < height; ++y)
          sum += absolute_distance(channel + y * width, channel + y * width + 1, width - 1);
        sum += absolute_distance(channel, channel + width, (height - 1) * width);
      }
      out[i] = sum / neighbours;
    }
  }
};

}  // namespace telltale::detail
