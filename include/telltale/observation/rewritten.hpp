// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/backend/tile.hpp>
#include <telltale/observation/classification.hpp>

namespace telltale {

/// Rewrites a block of the Eigen backend in place; other backends have an overload of their own.
template <class Rewrite, class Scalar, class Touched>
void rewrite_block(const Rewrite& rewrite, tile<Scalar>& block, const Touched& touched) {
  rewrite.rewrite(block, touched);
}

/// The answers of a classifier behind a rewrite that is made block by block, as they are scored: nothing is copied.
///
/// Threat model: as of `Batch`, less what `Rewrite` takes away: access is the batch's or, where that covers it, what
/// the rewrite `leaves`.
/// Shapes: those of the batch. `Rewrite` states `leaves`, the most access that is left. Where that covers confidence it
/// has `rewrite(block, touched)`, which changes a block in place and calls touched(row) for each row where it clipped a
/// value; otherwise `reduce(block, then)`, which returns what `then` makes of another block. It must not depend on how
/// the rows are cut into blocks.
/// Cost: the batch's and the rewrite's, again for each scorer; memory: one block.
/// Throws nothing here, and what the batch throws as answers are read.
template <class Rewrite, class Batch>
class rewritten {
 public:
  static constexpr std::string_view name = Batch::name;
  static constexpr access_to reveals = covers(Batch::reveals, Rewrite::leaves) ? Rewrite::leaves : Batch::reveals;
  using backend = typename Batch::backend;
  using family = typename Batch::family;
  using scalar = typename Batch::scalar;
  using labels = typename Batch::labels;

  /// Keeps both by value; a batch is a view.
  constexpr rewritten(Rewrite rewrite, Batch batch) : rewrite_(std::move(rewrite)), batch_(std::move(batch)) {}

  [[nodiscard]] std::size_t subjects() const noexcept { return batch_.subjects(); }
  [[nodiscard]] std::size_t queries() const noexcept { return batch_.queries(); }
  [[nodiscard]] std::size_t classes() const noexcept { return batch_.classes(); }
  [[nodiscard]] labels host_labels() const noexcept { return batch_.host_labels(); }
  [[nodiscard]] rewritten each_query() const { return {rewrite_, batch_.each_query()}; }

  /// Calls use(block, first row, rows) for one rewritten block after another. Throws what the batch throws.
  template <class Use>
  void for_each_block(const Use& use) const {
    batch_.for_each_block([&](auto& block, std::size_t first, std::size_t rows) {
      if constexpr (covers(Rewrite::leaves, access_to::confidence)) {
        rewrite_block(rewrite_, block, [](std::size_t) {});
        use(block, first, rows);
      } else {
        rewrite_.reduce(block, [&](auto& reduced) { use(reduced, first, rows); });
      }
    });
  }

  /// Fills `out`, one value a subject, with formula(block, true classes) of the rewritten blocks. Throws what the batch
  /// throws.
  template <class Formula>
  void by_block(std::span<double> out, const Formula& formula) const {
    batch_.by_block(out, [&](auto& block, const auto& y) {
      if constexpr (covers(Rewrite::leaves, access_to::confidence)) {
        rewrite_block(rewrite_, block, [](std::size_t) {});
        return formula(block, y);
      } else {
        return rewrite_.reduce(block, [&](auto& reduced) { return formula(reduced, y); });
      }
    });
  }

  /// Hands each rewritten block and its part of `out`, `width` values a subject, to `write`. Throws what the batch
  /// throws.
  template <class Write>
  void by_rows(std::span<double> out, std::size_t width, const Write& write) const {
    batch_.by_rows(out, width, [&](auto& block, std::span<double> rows) {
      rewrite_block(rewrite_, block, [](std::size_t) {});
      write(block, rows);
    });
  }

  /// The records in which the rewrite clipped a value. One pass over the answers.
  [[nodiscard]] std::size_t records_touched() const
    requires(Rewrite::clips)
  {
    const Batch rows = batch_.each_query();
    std::vector<bool> touched(rows.subjects());
    rows.for_each_block([&](auto& block, std::size_t first, std::size_t) {
      rewrite_block(rewrite_, block, [&](std::size_t row) { touched[first + row] = true; });
    });
    std::size_t records = 0;
    for (std::size_t i = 0; i < subjects(); ++i) {
      bool any = false;
      for (std::size_t q = 0; q < queries(); ++q) any |= touched[i * queries() + q];
      records += any;
    }
    return records;
  }

 private:
  [[no_unique_address]] Rewrite rewrite_;
  Batch batch_;
};

}  // namespace telltale
