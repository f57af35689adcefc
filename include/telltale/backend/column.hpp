// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include <telltale/backend/pack.hpp>
#include <telltale/backend/wide_pack.hpp>

namespace telltale {

/// One number for each row of a tile, in double, on the stack: what the primitives of the Eigen backend return.
///
/// Its operators, and `exp`, `log`, `sqrt` and `square` row by row, are eager, so that a formula can be returned from a
/// function without leaving a dangling expression.
class column {
 public:
  static constexpr std::size_t capacity = 256;  ///< rows at most: those of a tile

  /// `rows` numbers, 256 at most, not set.
  explicit column(std::size_t rows) noexcept : size_(rows) {}
  /// `rows` times the same value.
  column(std::size_t rows, double value) noexcept : size_(rows) { std::fill_n(data_, size(), value); }
  /// Copies the rows in use, not the capacity.
  column(const column& other) noexcept : size_(other.size_) { std::copy_n(other.data_, size(), data_); }
  column& operator=(const column& other) noexcept {  // NOLINT(bugprone-unhandled-self-assignment): copies onto itself
    size_ = other.size_;
    std::copy_n(other.data_, size(), data_);
    return *this;
  }
  ~column() = default;

  /// Rows in use.
  [[nodiscard]] std::size_t size() const noexcept {
    if (size_ > capacity) __builtin_unreachable();  // what the tile promises; the compiler then bounds its copies
    return size_;
  }
  /// The first row; the others follow.
  [[nodiscard]] double* data() noexcept { return data_; }
  [[nodiscard]] const double* data() const noexcept { return data_; }
  double& operator[](std::size_t i) noexcept { return data_[i]; }
  const double& operator[](std::size_t i) const noexcept { return data_[i]; }

  /// Copies it to `out`, and says whether every value is finite.
  [[nodiscard]] bool copy_to(std::span<double> out) const noexcept {
    std::copy_n(data_, size(), out.data());
    return detail::surely_finite(data_, size_) ||
           std::all_of(data_, data_ + size_, [](double x) { return std::isfinite(x); });
  }

  friend column operator+(const column& a, const column& b) noexcept { return column(a.array() + b.array()); }
  friend column operator-(const column& a, const column& b) noexcept { return column(a.array() - b.array()); }
  friend column operator*(const column& a, const column& b) noexcept { return column(a.array() * b.array()); }
  friend column operator+(const column& a, double b) noexcept { return column(a.array() + b); }
  friend column operator-(const column& a, double b) noexcept { return column(a.array() - b); }
  friend column operator*(const column& a, double b) noexcept { return column(a.array() * b); }
  friend column operator-(const column& a) noexcept { return column(-a.array()); }

  friend column exp(const column& a) noexcept { return column(a.array().exp()); }
  friend column log(const column& a) noexcept { return column(a.array().log()); }
  friend column sqrt(const column& a) noexcept { return column(a.array().sqrt()); }
  friend column square(const column& a) noexcept { return column(a.array().square()); }

  /// log(1 + a) for a >= 0 without rounding small values to 0: 1e-20 stays 1e-20.
  friend column log1p(const column& a) noexcept {
    const column one_more = a + 1, logarithm = log(one_more);
    column out(a.size_);
    for (std::size_t i = 0; i < a.size(); ++i) {
      // Kahan: where 1 + a rounds, log(1 + a) * a / ((1 + a) - 1) undoes the rounding.
      const double rounded = one_more[i] - 1;
      out[i] = rounded > 0 ? logarithm[i] * (a[i] / rounded) : a[i];
    }
    return out;
  }

 private:
  using view = Eigen::Map<Eigen::ArrayXd>;
  using const_view = Eigen::Map<const Eigen::ArrayXd>;

  template <class Derived>
  explicit column(const Eigen::ArrayBase<Derived>& values) noexcept : size_(std::size_t(values.size())) {
    view(data_, values.size()) = values;
  }
  [[nodiscard]] const_view array() const noexcept { return {data_, Eigen::Index(size_)}; }

  std::size_t size_;
  double data_[capacity];
};

/// What a margin m = log(p / (1 - p)) says about p, to full relative precision at either end.
struct belief {
  column truth;      ///< p = 1 / (1 + e^-m)
  column rest;       ///< 1 - p = 1 / (1 + e^m)
  column surprisal;  ///< -log p = log(1 + e^-m)
};

namespace detail {

// e = e^-|m| and log(1 + e), a pack of rows at a time: nothing overflows and nothing near 0 or 1 is rounded away.
template <class Pack, class Row>
[[gnu::always_inline]] inline void for_each_margin(const double* margin, std::size_t rows, const Row& row) noexcept {
  static_assert(column::capacity % Pack::lanes == 0);
  for (std::size_t i = 0; i < rows; i += Pack::lanes) {
    double padded[Pack::lanes]{};
    const bool whole = i + Pack::lanes <= rows;
    if (!whole) std::copy(margin + i, margin + rows, padded);
    const Pack m = Pack::load(whole ? margin + i : padded), zero = Pack::all(0);
    const Pack e = exp_nonpositive(zero - max(m, zero - m)), u = e / (Pack::all(2) + e);
    row(i, m, e, (u + u) * atanh_ratio(u));
  }
}

struct softplus_of_rows {
  template <class Pack>
  [[gnu::always_inline]] static void run(const double* margin, std::size_t rows, double* out) noexcept {
    for_each_margin<Pack>(
        margin, rows, [&](std::size_t i, const Pack& m, const Pack&, const Pack& log1p) __attribute__((always_inline)) {
          (max(m, Pack::all(0)) + log1p).store(out + i);
        });
  }
};

struct beliefs_of_rows {
  template <class Pack>
  [[gnu::always_inline]] static void run(const double* margin, std::size_t rows, double* truth, double* rest,
                                         double* surprisal) noexcept {
    for_each_margin<Pack>(
        margin,
        rows, [&](std::size_t i, const Pack& m, const Pack& e, const Pack& log1p) __attribute__((always_inline)) {
          const Pack zero = Pack::all(0), one = Pack::all(1);
          const Pack larger = one / (one + e), smaller = e * larger;
          choose_less(m, zero, smaller, larger).store(truth + i);
          choose_less(m, zero, larger, smaller).store(rest + i);
          (max(zero - m, zero) + log1p).store(surprisal + i);
        });
  }
};

}  // namespace detail

/// log(1 + e^a) without overflow, and without rounding small values to 0.
[[nodiscard]] inline column softplus(const column& a) noexcept {
  column out(a.size());
  detail::run_kernel<double, detail::softplus_of_rows>(a.data(), a.size(), out.data());
  return out;
}

/// The probability, its complement and its surprisal from a margin: one exp, one division and one series a row.
[[nodiscard]] inline belief belief_of(const column& margin) noexcept {
  belief out{column(margin.size()), column(margin.size()), column(margin.size())};
  detail::run_kernel<double, detail::beliefs_of_rows>(margin.data(), margin.size(), out.truth.data(), out.rest.data(),
                                                      out.surprisal.data());
  return out;
}

}  // namespace telltale
