// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/rule/gaussian_likelihood_ratio/moment_kernel.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale::detail {

/// Moments of the scores of one tile of records under one hypothesis, a column a cell (record and query).
///
/// Each cell is shifted by one of its scores under that hypothesis: scores that are all equal then have squares of
/// exactly zero, and since the shift is itself one of the n scores, the one-pass formula loses at most a factor of n
/// + 1.
struct moment_columns {
  std::vector<double> pivot, sum, squares;

  explicit moment_columns(std::size_t cells) : pivot(cells), sum(cells), squares(cells) {}

  void clear(std::size_t cells) {
    std::fill_n(sum.begin(), cells, 0.0);
    std::fill_n(squares.begin(), cells, 0.0);
  }

  [[nodiscard]] moment_sums sums() noexcept { return {pivot.data(), sum.data(), squares.data()}; }

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
        masks_{},
        seen_(records * layout.width) {
    for (std::vector<std::uint8_t>& mask : masks_) mask.resize(layout.width == 1 ? 0 : records * layout.width);
  }

  /// Reads records first to first + records; at least `wanted` models are asked for under each hypothesis.
  void read(std::size_t first, std::size_t records, std::size_t wanted) {
    first_ = first;
    records_ = records;
    count_in(function_, shadow_.keep, first, std::span(counts_).first(records));
    check_counts(function_, std::span(counts_).first(records), layout_.models, first, wanted, ModelsIn);
    find_pivots();
    add_models();
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
      std::size_t j = 0;
      for (std::size_t i = 0; i < records_; ++i) {
        const std::uint32_t is_in = keep[i];
        for (std::size_t q = 0; q < layout_.width; ++q, ++j) {
          // IN scores fill a cell's row from the front, OUT scores from the back.
          const std::size_t in = taken[j];
          scratch[j * models + (is_in ? in : models - 1 - (m - in))] = scores[j];
          taken[j] += is_in;
        }
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
  [[nodiscard]] const std::uint8_t* cell_mask(std::size_t model, std::size_t place) {
    const std::uint8_t* const keep = shadow_.keep[model].data() + first_;
    if (layout_.width == 1) return keep;
    for (std::size_t i = 0; i < records_; ++i)
      std::fill_n(masks_[place].begin() + static_cast<std::ptrdiff_t>(i * layout_.width), layout_.width, keep[i]);
    return masks_[place].data();
  }

  // Any score of a side serves as its pivot. A few models give most cells both, without a branch; the rest are looked
  // up.
  void find_pivots() {
    const std::size_t cells = records_ * layout_.width, sampled = std::min<std::size_t>(8, layout_.models);
    std::fill_n(seen_.begin(), cells, std::uint8_t{0});
    for (std::size_t m = 0; m < sampled; ++m)
      take_pivots<ModelsIn>(scores_of(m), cell_mask(m, 0), cells, in_.pivot.data(), out_.pivot.data(), seen_.data());
    for (std::size_t j = 0; j < cells; ++j) {
      if (seen_[j] == sampled) out_.pivot[j] = first_score(j, 0);
      if (ModelsIn && seen_[j] == 0) in_.pivot[j] = first_score(j, 1);
    }
    out_.clear(cells);
    if constexpr (ModelsIn) in_.clear(cells);
  }

  [[nodiscard]] double first_score(std::size_t cell, std::uint8_t side) const {
    std::size_t m = 0;
    while (shadow_.keep[m][first_ + cell / layout_.width] != side) ++m;
    return static_cast<double>(scores_of(m)[cell]);
  }

  void add_models() {
    const std::size_t cells = records_ * layout_.width;
    const moment_sums in = in_.sums(), out = out_.sums();
    std::size_t m = 0;
    for (; m + 2 <= layout_.models; m += 2)
      add_pair<ModelsIn>(model_pair<Scalar>{scores_of(m), scores_of(m + 1), cell_mask(m, 0), cell_mask(m + 1, 1)},
                         cells, in, out);
    if (m == layout_.models) return;
    // The last of an odd number is paired with a model whose scores equal a pivot, and so add nothing.
    rest_.resize(cells);
    rest_keep_.assign(cells, 0);
    for (std::size_t j = 0; j < cells; ++j) rest_[j] = static_cast<Scalar>(out_.pivot[j]);
    add_pair<ModelsIn>(model_pair<Scalar>{scores_of(m), rest_.data(), cell_mask(m, 0), rest_keep_.data()}, cells, in,
                       out);
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
  std::array<std::vector<std::uint8_t>, 2> masks_;
  std::vector<std::uint8_t> seen_;
  std::vector<Scalar> rest_;
  std::vector<std::uint8_t> rest_keep_;
  std::size_t first_ = 0, records_ = 0;
};

}  // namespace telltale::detail
