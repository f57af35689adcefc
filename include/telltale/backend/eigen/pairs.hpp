// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/eigen/row_reader.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/core/detail/raw_vector.hpp>

namespace telltale::detail {

/// Two numbers of the storage as doubles.
template <class Scalar>
[[nodiscard, gnu::always_inline]] inline simd<double> load_doubles(const Scalar* from) noexcept {
  typedef Scalar two __attribute__((vector_size(2 * sizeof(Scalar))));
  two v;
  std::memcpy(&v, from, sizeof v);
  return __builtin_convertvector(v, simd<double>);
}

/// sum_k term(x_k, y_k) in double, `term` taking two doubles or two registers of them.
///
/// Four registers of sums, so that what bounds it is memory and not the latency of an addition.
template <class X, class Y, class Term>
[[nodiscard]] double sum_over_pairs(const X* x, const Y* y, std::size_t count, const Term& term) {
  simd<double> a{}, b{}, c{}, d{};
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    a += term(load_doubles(x + k), load_doubles(y + k));
    b += term(load_doubles(x + k + 2), load_doubles(y + k + 2));
    c += term(load_doubles(x + k + 4), load_doubles(y + k + 4));
    d += term(load_doubles(x + k + 6), load_doubles(y + k + 6));
  }
  a += c;
  b += d;
  a += b;
  double sum = a[0] + a[1];
  for (; k < count; ++k) sum += term(double(x[k]), double(y[k]));
  return sum;
}

template <class X, class Y>
[[nodiscard]] double squared_distance(const X* x, const Y* y, std::size_t count) {
  return sum_over_pairs(x, y, count, [](auto p, auto q) { return (p - q) * (p - q); });
}

template <class X, class Y>
[[nodiscard]] double absolute_distance(const X* x, const Y* y, std::size_t count) {
  return sum_over_pairs(x, y, count, [](auto p, auto q) { return p < q ? q - p : p - q; });
}

/// Primitives on pairs of rows: `a` has one row a subject, `b` has r rows a subject, and out[i * r + j] compares the
/// row of subject i in `a` with its row j in `b`.
///
/// Rows are pixels or embeddings. Arithmetic in double. Cost: one pass over either array, at the speed of memory.
template <class Scalar>
struct pair_primitives {
  using view = batch_view<Scalar>;

  /// sum_k (a_k - b_k)^2.
  static void squared_distances(const view& a, const view& b, std::span<double> out) {
    for_each_pair(a, b, out, squared_distance<Scalar, Scalar>);
  }

  /// sum_k |a_k - b_k|.
  static void absolute_distances(const view& a, const view& b, std::span<double> out) {
    for_each_pair(a, b, out, absolute_distance<Scalar, Scalar>);
  }

  /// <a, b> / (|a| |b|) of rows that are not all zero, in [-1, 1] up to rounding.
  static void pair_cosines(const view& a, const view& b, std::span<double> out) {
    for_each_pair(a, b, out, [](const Scalar* x, const Scalar* y, std::size_t count) {
      const auto [xx, xy, yy] = products(x, y, count);
      const double squares = xx * yy;
      // Squares of doubles may overflow or vanish where the numbers themselves do not.
      return squares > 1e-280 && squares < 1e280 ? xy / std::sqrt(squares) : cosine_of_units(x, y, count);
    });
  }

  /// How far the r rows of a subject lie apart: (1/r) sum_j |b_j - mean of b|^2, one number a subject.
  static void squared_deviations(const view& b, std::span<double> out) {
    row_reader<Scalar> read(b);
    const std::size_t r = b.queries();
    raw_vector<double> mean(b.classes());
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::fill(mean.begin(), mean.end(), 0.0);
      for (std::size_t j = 0; j < r; ++j) {
        const Scalar* const row = read(i * r + j);
        for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += double(row[k]) / double(r);
      }
      out[i] = 0;
      for (std::size_t j = 0; j < r; ++j) out[i] += squared_distance(read(i * r + j), mean.data(), mean.size());
      out[i] /= double(r);
    }
  }

 private:
  struct three_products {
    double xx, xy, yy;
  };

  template <class Compare>
  static void for_each_pair(const view& a, const view& b, std::span<double> out, const Compare& compare) {
    row_reader<Scalar> read_a(a), read_b(b);
    const std::size_t r = b.queries();
    for (std::size_t i = 0; i < a.subjects(); ++i) {
      const Scalar* const x = read_a(i);
      for (std::size_t j = 0; j < r; ++j) out[i * r + j] = compare(x, read_b(i * r + j), a.classes());
    }
  }

  // All three in one pass: a row that was read once is still to be had, but not for nothing.
  [[nodiscard]] static three_products products(const Scalar* x, const Scalar* y, std::size_t count) {
    simd<double> xx{}, xy{}, yy{}, xx_odd{}, xy_odd{}, yy_odd{};
    std::size_t k = 0;
    for (; k + 4 <= count; k += 4) {
      const simd<double> p = load_doubles(x + k), q = load_doubles(y + k);
      const simd<double> p_odd = load_doubles(x + k + 2), q_odd = load_doubles(y + k + 2);
      xx += p * p;
      xy += p * q;
      yy += q * q;
      xx_odd += p_odd * p_odd;
      xy_odd += p_odd * q_odd;
      yy_odd += q_odd * q_odd;
    }
    xx += xx_odd;
    xy += xy_odd;
    yy += yy_odd;
    three_products sum{xx[0] + xx[1], xy[0] + xy[1], yy[0] + yy[1]};
    for (; k < count; ++k) {
      const double p = double(x[k]), q = double(y[k]);
      sum.xx += p * p;
      sum.xy += p * q;
      sum.yy += q * q;
    }
    return sum;
  }

  // The largest entry of each row is divided out first.
  [[nodiscard]] static double cosine_of_units(const Scalar* x, const Scalar* y, std::size_t count) {
    double x_most = 0, y_most = 0, xx = 0, xy = 0, yy = 0;
    for (std::size_t k = 0; k < count; ++k) {
      x_most = std::max(x_most, std::abs(double(x[k])));
      y_most = std::max(y_most, std::abs(double(y[k])));
    }
    for (std::size_t k = 0; k < count; ++k) {
      const double p = double(x[k]) / x_most, q = double(y[k]) / y_most;
      xx += p * p;
      xy += p * q;
      yy += q * q;
    }
    return xy / std::sqrt(xx * yy);
  }
};

}  // namespace telltale::detail
