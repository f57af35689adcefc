// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/backend/transpose.hpp>

namespace telltale {

/// How an array stores the answers of a classifier: `logits`, any finite real; `log_probabilities`, at most 0, minus
/// infinity included; `probabilities`, in [0, 1], a row summing to 1. It changes the arithmetic, not what the answers
/// reveal.
enum class stored_as { logits, log_probabilities, probabilities };

/// A block of rows of class scores, packed in groups of rows that lie side by side: group g holds [class][row] in
/// order.
///
/// SIMD then runs across records whatever the layout of the user's array, and a block of 12 KiB stays in the first
/// cache beside the rows it comes from (24 KiB were 1.3 times slower at 100 classes). It is scratch: a release policy
/// rewrites it in place, and primitives may overwrite an entry as long as they put it back.
template <class Scalar>
class tile {
 public:
  static constexpr std::size_t lanes = detail::pack<Scalar>::lanes;  ///< rows a group: those of one SIMD pack
  static constexpr std::size_t most_rows = 256;                      ///< rows a block at most

  /// Room for a block of that many classes: one allocation, reused by every load.
  explicit tile(std::size_t classes)
      : classes_(classes),
        capacity_(std::clamp<std::size_t>(
            12 * 1024 / (std::max<std::size_t>(classes, 1) * sizeof(Scalar)) / lanes * lanes, lanes, most_rows)),
        values_((capacity_ + lanes) * classes) {}

  /// Rows that a load may bring: whole groups in 12 KiB, at least one group and at most `most_rows`.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Rows loaded.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// Groups in use, the last perhaps padded.
  [[nodiscard]] std::size_t groups() const noexcept { return (rows_ + lanes - 1) / lanes; }
  /// Numbers a row.
  [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  /// Says that this block is part of a batch of another backend: where it begins there.
  void begins_at(std::size_t first) noexcept { first_ = first; }
  /// How the numbers are stored now.
  [[nodiscard]] stored_as form() const noexcept { return form_; }
  /// Says that whoever rewrote the numbers in place left them in another form.
  void now_stores(stored_as form) noexcept { form_ = form; }

  /// The numbers of group g: classes x lanes.
  [[nodiscard]] Scalar* group(std::size_t g) const noexcept { return data() + g * lanes * classes_; }
  /// Room for one more group, so that a primitive can keep intermediate values without allocating.
  [[nodiscard]] Scalar* spare() const noexcept { return data() + capacity_ * classes_; }
  /// The score of class c in a row of the block; not checked.
  [[nodiscard]] Scalar& at(std::size_t row, std::size_t c) const noexcept {
    return data()[(row / lanes * classes_ + c) * lanes + row % lanes];
  }
  /// All groups: rows x classes numbers, the rows rounded up to whole groups. Rows of padding repeat the last one.
  [[nodiscard]] std::span<Scalar> values() const noexcept { return {data(), groups() * lanes * classes_}; }

  /// False where a loaded value may be NaN or infinite, or the values are so large that a sum of them overflows.
  [[nodiscard]] bool surely_finite() const noexcept { return surely_finite_; }

  /// Copies `count` rows from `first` on, whatever their layout. Nothing is refused here. Cost: each number read and
  /// written once; a transposition in registers where classes lie side by side.
  void load(const batch_view<Scalar>& from, std::size_t first, std::size_t count, stored_as form) {
    first_ = first;
    rows_ = count;
    form_ = form;
    const std::size_t whole = from.rows_are_evenly_spaced() ? rows_ / lanes : 0;
    const std::size_t row_step = from.row_stride(), class_step = from.class_stride();
    const Scalar* row = from.row(first);
    detail::simd<Scalar> seen{};
    if (class_step == 1 && classes_ == 2 && row_step == 2) {
      for (std::size_t g = 0; g < whole; ++g, row += lanes * row_step) seen += detail::interleave_pairs(row, group(g));
    } else if (class_step == 1) {
      for (std::size_t g = 0; g < whole; ++g) {
        const Scalar* side_by_side[lanes];
        for (std::size_t lane = 0; lane < lanes; ++lane, row += row_step) side_by_side[lane] = row;
        seen += detail::interleave(side_by_side, classes_, group(g), g + 1 < whole ? lanes * row_step : 0);
      }
    } else if (row_step == 1) {
      // Class by class: maps of a power of two of pixels lie so that a group's classes share one set of a cache.
      for (std::size_t c = 0; c < classes_; ++c)
        for (std::size_t g = 0; g < whole; ++g) {
          const detail::pack<Scalar> scores = detail::pack<Scalar>::load(row + c * class_step + g * lanes);
          scores.store(group(g) + c * lanes);
          seen += scores.low + scores.high;
          __builtin_prefetch(row + c * class_step + g * lanes + rows_);  // of the next block
        }
    } else {
      seen += load_one_by_one(from, 0, whole);
    }
    seen += load_one_by_one(from, whole, groups());
    surely_finite_ = !detail::any((seen - seen) != 0);
  }

 private:
  [[nodiscard]] Scalar* data() const noexcept { return const_cast<Scalar*>(values_.data()); }

  detail::simd<Scalar> load_one_by_one(const batch_view<Scalar>& from, std::size_t first_group,
                                       std::size_t last_group) {
    detail::simd<Scalar> seen{};
    for (std::size_t g = first_group; g < last_group; ++g)
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const Scalar* const row = from.row(first_ + std::min(g * lanes + lane, rows_ - 1));
        for (std::size_t c = 0; c < classes_; ++c) {
          const Scalar score = row[c * from.class_stride()];
          group(g)[c * lanes + lane] = score;
          seen[0] += score;
        }
      }
    return seen;
  }

  std::size_t classes_, capacity_, rows_ = 0, first_ = 0;
  stored_as form_ = stored_as::logits;
  bool surely_finite_ = true;
  std::vector<Scalar> values_;
};

/// A block of rows of which only the predicted label is known.
class label_tile {
 public:
  static constexpr std::size_t most_rows = 256;  ///< rows a block at most

  /// A view of predicted classes; the first is that of row `first` of the batch.
  label_tile(std::span<const int> predicted, std::size_t first) noexcept : predicted_(predicted), first_(first) {}

  /// Rows of the block.
  [[nodiscard]] std::size_t rows() const noexcept { return predicted_.size(); }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  /// The predicted class of a row of the block; not checked.
  [[nodiscard]] int label(std::size_t row) const noexcept { return predicted_[row]; }
  /// The predicted classes of all rows.
  [[nodiscard]] std::span<const int> labels() const noexcept { return predicted_; }

 private:
  std::span<const int> predicted_;
  std::size_t first_;
};

}  // namespace telltale
