// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/nearest.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale::detail {

/// Primitives that compare a row of each subject with several of its rows: the same functions as on Eigen.
///
/// `a` has one row a subject and `b` has r; out[i * r + j] compares the row of subject i with its row j in `b`.
/// Both lie on one device. Everything is computed in double, some subjects at a time; finished numbers come to the
/// host. Cost: one pass over `b`.
struct tensor_pairs {
  /// The first row that holds a value that is not finite.
  [[nodiscard]] static std::optional<std::size_t> first_nonfinite(const tensor_view& of) {
    if (of.rows().numel() == 0) return std::nullopt;
    const at::Tensor bad = at::isfinite(of.rows()).all(1).logical_not();
    if (!bad.any().item<bool>()) return std::nullopt;
    return static_cast<std::size_t>(bad.nonzero()[0][0].item<std::int64_t>());
  }

  /// sum |a - b|^2
  static void squared_distances(const tensor_view& a, const tensor_view& b, std::span<double> out) {
    compare(a, b, out, [](const at::Tensor& x, const at::Tensor& y) { return (y - x).square_().sum(2); });
  }

  /// sum |a - b|
  static void absolute_distances(const tensor_view& a, const tensor_view& b, std::span<double> out) {
    compare(a, b, out, [](const at::Tensor& x, const at::Tensor& y) { return (y - x).abs_().sum(2); });
  }

  /// <a, b> / (|a| |b|), of rows that have a direction.
  static void pair_cosines(const tensor_view& a, const tensor_view& b, std::span<double> out) {
    compare(a, b, out, [](const at::Tensor& x, const at::Tensor& y) {
      const at::Tensor squares = x.square().sum(2) * y.square().sum(2);
      // Where squares may overflow or vanish, though the numbers themselves do not, rows are brought to length 1 first.
      if (at::logical_and(squares > 1e-280, squares < 1e280).all().item<bool>()) return (x * y).sum(2) / squares.sqrt();
      return (tensor_nearest::normalised(x) * tensor_nearest::normalised(y)).sum(2);
    });
  }

  /// (1 / r) sum_j |b_j - mean of b|^2, one a subject.
  static void squared_deviations(const tensor_view& b, std::span<double> out) {
    in_parts(b, out, [&](std::int64_t from, std::int64_t count) {
      const at::Tensor y = subjects_of(b, from, count);
      return (y - y.mean(1, true)).square_().sum(2).mean(1);
    });
  }

  /// The mean of all rows of each subject: subjects x columns, of the type of `b`.
  [[nodiscard]] static at::Tensor averaged(const tensor_view& b) {
    return whole(b).mean(1, false, at::kDouble).to(b.rows().scalar_type());
  }

  /// Rows of a bank (m x columns) by their numbers: n x r x columns, where the bank is.
  [[nodiscard]] static at::Tensor gathered(const tensor_view& bank, std::span<const int> index, std::size_t n,
                                           std::size_t r) {
    const at::Tensor rows = label_tensor(index).to(bank.rows().device());
    return bank.rows().index_select(0, rows).reshape(
        {static_cast<std::int64_t>(n), static_cast<std::int64_t>(r), bank.rows().size(1)});
  }

  /// m rows as one group of m candidates, 1 x m x columns, as `nearest` takes them. A view of the same numbers.
  [[nodiscard]] static tensor_view in_one_group(const tensor_view& rows) { return rows.rows().unsqueeze(0); }

  /// Every row over its norm, as doubles, row by row.
  static void unit_rows(const tensor_view& rows, std::span<double> out) {
    in_parts(rows, out, [&](std::int64_t from, std::int64_t count) {
      return tensor_nearest::normalised(subjects_of(rows, from, count));
    });
  }

 protected:
  /// Fills `out`, one number a row of the other array, from what `work` makes of (subjects, 1, columns) and
  /// (subjects, r, columns).
  template <class Work>
  static void compare(const tensor_view& a, const tensor_view& b, std::span<double> out, const Work& work) {
    check_together(a, b);
    in_parts(b, out, [&](std::int64_t from, std::int64_t count) {
      return work(subjects_of(a, from, count), subjects_of(b, from, count));
    });
  }

  /// Fills `out` with what `work` makes of some subjects at a time: about as many as a cache holds, or more elsewhere.
  template <class Work>
  static void in_parts(const tensor_view& b, std::span<double> out, const Work& work) {
    const std::int64_t subjects = static_cast<std::int64_t>(b.subjects()),
                       of_one = static_cast<std::int64_t>(b.queries() * b.classes()),
                       room = b.rows().is_cpu() ? std::int64_t{1} << 16 : std::int64_t{1} << 24,
                       most = std::max<std::int64_t>(1, room / std::max<std::int64_t>(of_one, 1));
    std::size_t done = 0;
    for (std::int64_t from = 0; from < subjects; from += most) {
      const at::Tensor host = work(from, std::min(most, subjects - from)).to(at::kCPU).contiguous();
      std::copy_n(host.template data_ptr<double>(), host.numel(), out.begin() + static_cast<std::ptrdiff_t>(done));
      done += static_cast<std::size_t>(host.numel());
    }
  }

  /// (subjects, rows of each, columns), of some subjects, in double.
  [[nodiscard]] static at::Tensor subjects_of(const tensor_view& from, std::int64_t first, std::int64_t count) {
    return whole(from).narrow(0, first, count).to(at::kDouble);
  }

 private:
  [[nodiscard]] static at::Tensor whole(const tensor_view& of) {
    return of.rows().reshape(
        {static_cast<std::int64_t>(of.subjects()), static_cast<std::int64_t>(of.queries()), of.rows().size(1)});
  }

  static void check_together(const tensor_view& a, const tensor_view& b) {
    if (a.rows().device() != b.rows().device())
      refuse("pairs", "rows",
             "are on " + b.rows().device().str() + "; what they are compared with is on " + a.rows().device().str());
  }
};

}  // namespace telltale::detail
