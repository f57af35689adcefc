// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace telltale {

/// One number for each row of a tile, in double, on the stack: what the primitives of the Eigen backend return.
///
/// Its operators are eager, so that a formula can be returned from a function without leaving a dangling expression.
class column {
 public:
  static constexpr std::size_t capacity = 256;

  explicit column(std::size_t size) noexcept : size_(size) {}
  column(const column& other) noexcept : size_(other.size_) { std::copy_n(other.data_, size_, data_); }
  column& operator=(const column& other) noexcept {
    size_ = other.size_;
    std::copy_n(other.data_, size_, data_);
    return *this;
  }
  ~column() = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] double* data() noexcept { return data_; }
  [[nodiscard]] const double* data() const noexcept { return data_; }
  double& operator[](std::size_t i) noexcept { return data_[i]; }
  const double& operator[](std::size_t i) const noexcept { return data_[i]; }

  friend column operator+(column a, const column& b) noexcept { return a.array() += b.array(), a; }
  friend column operator-(column a, const column& b) noexcept { return a.array() -= b.array(), a; }
  friend column operator*(column a, const column& b) noexcept { return a.array() *= b.array(), a; }
  friend column operator+(column a, double b) noexcept { return a.array() += b, a; }
  friend column operator-(column a, double b) noexcept { return a.array() -= b, a; }
  friend column operator*(column a, double b) noexcept { return a.array() *= b, a; }
  friend column operator-(column a) noexcept { return a.array() = -a.array(), a; }

  friend column exp(column a) noexcept { return a.array() = a.array().exp(), a; }
  friend column log(column a) noexcept { return a.array() = a.array().log(), a; }
  friend column sqrt(column a) noexcept { return a.array() = a.array().sqrt(), a; }
  friend column square(column a) noexcept { return a.array() = a.array().square(), a; }

  /// log(1 + a) for a >= 0 without rounding small values to 0: 1e-20 stays 1e-20.
  friend column log1p(column a) noexcept {
    std::fill(a.data_ + a.size_, a.data_ + a.padded(), 0.0);
    for (std::size_t i = 0; i < a.size_; i += 8) {
      Eigen::Map<pack> x(a.data_ + i);
      const pack one_more = 1 + x, logarithm = one_more.log();
      for (int lane = 0; lane < 8; ++lane) {
        // Kahan: where 1 + x rounds, log(1 + x) * x / ((1 + x) - 1) undoes the rounding.
        const double rounded = one_more[lane] - 1;
        x[lane] = rounded > 0 ? logarithm[lane] * (x[lane] / rounded) : x[lane];
      }
    }
    return a;
  }

  /// log(1 + e^a) without overflow.
  friend column softplus(const column& a) noexcept {
    column magnitude(a.size_), positive(a.size_);
    for (std::size_t i = 0; i < a.size_; ++i) {
      magnitude[i] = -std::abs(a[i]);
      positive[i] = a[i] > 0 ? a[i] : 0;
    }
    return std::move(positive) + log1p(exp(std::move(magnitude)));
  }

 private:
  using pack = Eigen::Array<double, 8, 1>;
  using view = Eigen::Map<Eigen::ArrayXd>;
  using const_view = Eigen::Map<const Eigen::ArrayXd>;

  view array() noexcept { return {data_, Eigen::Index(size_)}; }
  [[nodiscard]] const_view array() const noexcept { return {data_, Eigen::Index(size_)}; }
  [[nodiscard]] std::size_t padded() const noexcept { return (size_ + 7) / 8 * 8; }

  std::size_t size_;
  double data_[capacity];
};

}  // namespace telltale
