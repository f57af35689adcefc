// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale::detail {

/// Moments of the scores of one tile of records under one hypothesis, a column a cell (record and query).
///
/// Each cell is shifted by its first score under that hypothesis: scores that are all equal then have squares of
/// exactly zero, and since the shift is itself one of the n scores, the one-pass formula loses at most a factor of n
/// + 1.
struct moment_columns {
  std::vector<double> pivot, sum, squares;

  explicit moment_columns(std::size_t cells) : pivot(cells), sum(cells), squares(cells) {}

  [[nodiscard]] score_group group(std::size_t cell, double count) const noexcept {
    const double shift = sum[cell] / count, mean = pivot[cell] + shift;
    // Rounding alone can make the difference negative.
    return {count, mean, mean, std::max(0.0, squares[cell] - sum[cell] * shift)};
  }
};

/// One pass over the models of a tile of records, model by model, so that every read is a contiguous stretch of a file.
template <class Scalar, bool ModelsIn>
class moment_tile {
 public:
  moment_tile(std::string_view function, const shadow_models<Scalar>& shadow, const shadow_layout& layout,
              std::size_t records)
      : function_(function),
        shadow_(shadow),
        layout_(layout),
        in_(ModelsIn ? records * layout.width : 0),
        out_(records * layout.width),
        counts_(records),
        mask_(layout.width == 1 ? 0 : records * layout.width) {}

  /// Reads records first to first + records; at least `wanted` models are asked for under each hypothesis.
  void read(std::size_t first, std::size_t records, std::size_t wanted) {
    first_ = first;
    records_ = records;
    count_in(function_, shadow_.keep, first, std::span(counts_).first(records));
    check_counts(function_, std::span(counts_).first(records), layout_.models, first, wanted, ModelsIn);
    if constexpr (ModelsIn) find_pivots(1, in_);
    find_pivots(0, out_);
    for (std::size_t m = 0; m < layout_.models; ++m) add(scores_of(m), cell_mask(m));
    check_moments();
  }

  [[nodiscard]] std::uint32_t in_count(std::size_t record) const noexcept { return counts_[record]; }
  [[nodiscard]] const moment_columns& in() const noexcept { return in_; }
  [[nodiscard]] const moment_columns& out() const noexcept { return out_; }

  /// Calls `take(cell, IN scores, OUT scores)` for every cell of the tile, the scores being a scratch.
  template <class Take>
  void with_values(std::vector<Scalar>& scratch, Take take) const {
    const std::size_t cells = records_ * layout_.width, models = layout_.models;
    scratch.resize(cells * models);
    std::vector<std::uint32_t> taken(cells, 0);
    for (std::size_t m = 0; m < models; ++m) {
      const Scalar* const scores = scores_of(m);
      const std::uint8_t* const keep = shadow_.keep[m].data() + first_;
      for (std::size_t j = 0; j < cells; ++j) {
        // IN scores fill a cell's row from the front, OUT scores from the back.
        const std::size_t in = taken[j], is_in = keep[j / layout_.width];
        scratch[j * models + (is_in ? in : models - 1 - (m - in))] = scores[j];
        taken[j] += static_cast<std::uint32_t>(is_in);
      }
    }
    for (std::size_t j = 0; j < cells; ++j) {
      const std::span<Scalar> row(scratch.data() + j * models, models);
      take(j, row.first(taken[j]), row.subspan(taken[j]));
    }
  }

 private:
  [[nodiscard]] const Scalar* scores_of(std::size_t model) const noexcept {
    return shadow_.scores[model].data() + first_ * layout_.width;
  }

  // The mask of each cell: the mask of its record, repeated for each query.
  [[nodiscard]] const std::uint8_t* cell_mask(std::size_t model) {
    const std::uint8_t* const keep = shadow_.keep[model].data() + first_;
    if (layout_.width == 1) return keep;
    for (std::size_t i = 0; i < records_; ++i)
      std::fill_n(mask_.begin() + static_cast<std::ptrdiff_t>(i * layout_.width), layout_.width, keep[i]);
    return mask_.data();
  }

  void find_pivots(std::uint8_t side, moment_columns& columns) {
    const std::size_t width = layout_.width;
    for (std::size_t i = 0; i < records_; ++i) {
      std::size_t m = 0;
      while (shadow_.keep[m][first_ + i] != side) ++m;
      for (std::size_t q = 0; q < width; ++q) {
        const std::size_t j = i * width + q;
        columns.pivot[j] = static_cast<double>(scores_of(m)[j]);
        columns.sum[j] = columns.squares[j] = 0;
      }
    }
  }

  // No branch and no select: a mask of 0 or 1 as a factor, which compilers turn into SIMD over cells without flags. A
  // score that is not finite makes the sums of its cell not finite, whatever its mask.
  void add(const Scalar* __restrict scores, const std::uint8_t* __restrict mask) {
    const std::size_t cells = records_ * layout_.width;
    const double* __restrict const pivot_out = out_.pivot.data();
    double* __restrict const sum_out = out_.sum.data();
    double* __restrict const squares_out = out_.squares.data();
    if constexpr (ModelsIn) {
      const double* __restrict const pivot_in = in_.pivot.data();
      double* __restrict const sum_in = in_.sum.data();
      double* __restrict const squares_in = in_.squares.data();
      for (std::size_t j = 0; j < cells; ++j) {
        const double score = static_cast<double>(scores[j]), is_in = static_cast<double>(mask[j]);
        const double in = is_in * (score - pivot_in[j]), out = (1 - is_in) * (score - pivot_out[j]);
        sum_in[j] += in;
        squares_in[j] += in * in;
        sum_out[j] += out;
        squares_out[j] += out * out;
      }
    } else {
      for (std::size_t j = 0; j < cells; ++j) {
        const double out = (1 - static_cast<double>(mask[j])) * (static_cast<double>(scores[j]) - pivot_out[j]);
        sum_out[j] += out;
        squares_out[j] += out * out;
      }
    }
  }

  void check_moments() const {
    const std::size_t cells = records_ * layout_.width;
    for (std::size_t j = 0; j < cells; ++j) {
      bool finite = std::isfinite(out_.squares[j]);
      if constexpr (ModelsIn) finite = finite && std::isfinite(in_.squares[j]);
      if (!finite) refuse_scores(j);
    }
  }

  [[noreturn]] [[gnu::cold]] void refuse_scores(std::size_t cell) const {
    const std::string record = "record " + std::to_string(first_ + cell / layout_.width);
    for (std::size_t m = 0; m < layout_.models; ++m)
      if (const Scalar score = scores_of(m)[cell]; !std::isfinite(score))
        refuse(function_, "scores",
               of_model(m) + record + " is " + std::to_string(static_cast<double>(score)) +
                   "; every score must be finite");
    refuse(function_, "scores", record + " has scores so far apart that their squares overflow");
  }

  std::string_view function_;
  const shadow_models<Scalar>& shadow_;
  shadow_layout layout_;
  moment_columns in_, out_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint8_t> mask_;
  std::size_t first_ = 0, records_ = 0;
};

}  // namespace telltale::detail
