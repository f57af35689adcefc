// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/backend/column.hpp>
#include <telltale/backend/tile.hpp>
#include <telltale/observation/classification.hpp>

namespace telltale {

namespace detail {

/// Calls `use(row of the batch, scores of the row as a scratch, log of their normaliser, whether they are
/// probabilities)` for every row of every block.
template <class Batch, class Use>
void for_each_answer(const Batch& batch, const Use& use) {
  using B = typename Batch::backend;
  std::vector<double> unused(batch.subjects());
  std::vector<typename Batch::scalar> scratch(batch.classes());
  batch.by_block(unused, [&](auto& z, auto) {
    const column total = B::logsumexp(z);
    for (std::size_t i = 0; i < z.rows(); ++i) {
      for (std::size_t c = 0; c < scratch.size(); ++c) scratch[c] = z.at(i, c);
      use(z.first() + i, std::span(scratch), total[i], z.form() == stored_as::probabilities);
    }
    return column(z.rows(), 0);
  });
}

}  // namespace detail

/// All class probabilities of a record, in the order of the classes.
///
/// Threat model: the target's class probabilities. Width: the classes. Range: [0, 1]. These are signals for a learned
/// rule, mostly one for each true class: no column by itself means "larger is member".
/// Formula: p_c = e^(z_c - log sum e^z), or as stored. Cost: two exp a class. Throws argument_error for what is no
/// answer of a classifier, naming the record. Reference: Shokri et al. 2017, section V.
struct posteriors {
  static constexpr std::string_view name = "posteriors";
  static constexpr auto needs = access_to::confidence;

  [[nodiscard]] static std::size_t width(const Classification auto& batch) { return batch.classes(); }

  void operator()(const Classification auto& batch, std::span<double> out) const {
    const std::size_t columns = batch.classes();
    detail::check_size(name, "out", out.size(), batch.subjects() * columns);
    detail::for_each_answer(batch, [&](std::size_t row, auto scores, double total, bool stored) {
      for (std::size_t c = 0; c < columns; ++c) {
        const double z = static_cast<double>(scores[c]);
        out[row * columns + c] = stored ? z : std::exp(z - total);
      }
    });
  }
};

}  // namespace telltale
