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

/// Records of a tile whose sums fit the first-level cache, and whose scores, where they are taken one by one, the
/// second.
template <class Scalar>
[[nodiscard]] std::size_t records_in_tile(const shadow_layout& layout, bool from_values) {
  std::size_t cells = 512;
  if (from_values)
    cells = std::clamp<std::size_t>((std::size_t{1} << 18) / (layout.models * sizeof(Scalar)), 16, cells);
  return std::clamp<std::size_t>(cells / layout.width, 1, layout.records);
}

/// One pass over the models of a tile of records, model by model, so that every read is a contiguous stretch of a file.
///
/// Each cell (record and query) is shifted by its first model's score, the sums of IN are what OUT leaves of all, and
/// the squared deviations are what the squares exceed the square of the sum by. Both differences lose digits where a
/// hypothesis spreads little compared with its distance from the pivot or from the other one; such cells, and with them
/// all whose scores are equal and must come out as exactly zero, are computed again by themselves.
template <class Scalar, bool ModelsIn>
class moment_tile {
 public:
  moment_tile(std::string_view function, const shadow_models<Scalar>& shadow, const shadow_layout& layout,
              std::size_t records)
      : function_(function), shadow_(shadow), layout_(layout), counts_(records) {
    for (std::size_t s = 0; s < (ModelsIn ? 4 : 2); ++s) sums_[s].resize(records * layout.width);
    for (std::vector<std::uint8_t>& mask : masks_) mask.resize(layout.width == 1 ? 0 : records * layout.width);
  }

  /// Reads records first to first + records; so many models are asked for under each hypothesis.
  void read(std::size_t first, std::size_t records, models_wanted wanted) {
    first_ = first;
    records_ = records;
    count_in(function_, shadow_.keep, first, std::span(counts_).first(records));
    check_counts(function_, std::span(counts_).first(records), layout_.models, first, wanted);
    add_models();
    check_moments();
  }
  void read(std::size_t first, std::size_t records, std::size_t wanted) {
    read(first, records, models_wanted{ModelsIn ? wanted : 0, wanted});
  }

  /// The IN scores of a cell of the tile, `record` being the one it belongs to.
  [[nodiscard]] score_group in(std::size_t record, std::size_t cell) const {
    const auto& [out, out_squares, all, all_squares] = sums_;
    return group(cell, 1, counts_[record], all[cell] - out[cell], all_squares[cell] - out_squares[cell],
                 all_squares[cell]);
  }

  /// The OUT scores of a cell of the tile, `record` being the one it belongs to.
  [[nodiscard]] score_group out(std::size_t record, std::size_t cell) const {
    return group(cell, 0, layout_.models - counts_[record], sums_[0][cell], sums_[1][cell], sums_[1][cell]);
  }

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

  void add_models() {
    const std::size_t cells = records_ * layout_.width;
    for (std::vector<double>& column : sums_) std::fill(column.begin(), column.end(), 0.0);
    const moment_sums sums{sums_[0].data(), sums_[1].data(), sums_[2].data(), sums_[3].data()};
    for (std::size_t m = 0; m < layout_.models; m += 4) {
      four_models<Scalar> four;
      for (std::size_t k = 0; k < 4; ++k) {
        // Beyond the last model the first is taken once more: its scores are the pivots, and so add nothing.
        const std::size_t model = m + k < layout_.models ? m + k : 0;
        four.scores[k] = scores_of(model);
        four.keep[k] = cell_mask(model, k);
      }
      add_four<ModelsIn>(scores_of(0), four, cells, sums);
    }
  }

  // The squared deviations from the mean are good to about rounding x models x squares / deviations.
  [[nodiscard]] score_group group(std::size_t cell, std::uint8_t side, std::size_t models, double sum, double squares,
                                  double largest) const {
    constexpr double least_share = 1e-4;
    const double count = static_cast<double>(models), shift = sum / count, deviations = squares - sum * shift;
    if (!(deviations > least_share * largest)) return group_alone(cell, side, count);
    const double mean = static_cast<double>(scores_of(0)[cell]) + shift;
    return {count, mean, mean, deviations};
  }

  // One of the group's own scores as the pivot: equal scores then have squares of exactly zero.
  [[nodiscard]] [[gnu::noinline]] score_group group_alone(std::size_t cell, std::uint8_t side, double count) const {
    const std::size_t place = first_ + cell / layout_.width;
    double pivot = 0, sum = 0, squares = 0;
    bool found = false;
    for (std::size_t m = 0; m < layout_.models; ++m) {
      if (shadow_.keep[m][place] != side) continue;
      const double score = static_cast<double>(scores_of(m)[cell]);
      if (!found) pivot = score;
      found = true;
      sum += score - pivot;
      squares += (score - pivot) * (score - pivot);
    }
    const double shift = sum / count, mean = pivot + shift;
    // Rounding alone can make the difference negative.
    return {count, mean, mean, std::max(0.0, squares - sum * shift)};
  }

  void check_moments() const {
    const std::vector<double>& squares = sums_[ModelsIn ? 3 : 1];
    for (std::size_t j = 0; j < records_ * layout_.width; ++j)
      if (!std::isfinite(squares[j])) refuse_scores(j);
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
  std::array<std::vector<double>, 4> sums_;  // of OUT, of OUT's squares, of all, of all squares
  std::vector<std::uint32_t> counts_;
  std::array<std::vector<std::uint8_t>, 4> masks_;
  std::size_t first_ = 0, records_ = 0;
};

}  // namespace telltale::detail
