// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/column.hpp>
#include <telltale/backend/eigen/information.hpp>
#include <telltale/backend/eigen/nearest.hpp>
#include <telltale/backend/eigen/normaliser.hpp>
#include <telltale/backend/eigen/overlaps.hpp>
#include <telltale/backend/eigen/pairs.hpp>
#include <telltale/backend/eigen/pictures.hpp>
#include <telltale/backend/eigen/posteriors.hpp>
#include <telltale/backend/eigen/rank.hpp>
#include <telltale/backend/eigen/rows.hpp>
#include <telltale/backend/legal_answers.hpp>
#include <telltale/backend/tile.hpp>

namespace telltale {

/// The CPU backend: primitives on blocks of class scores, from which scorers are written as formulas.
///
/// A primitive takes a block z (rows x classes) and mostly the true classes y of its rows, and returns a column, one
/// double a row. On probabilities it works with their logarithms, so that one formula serves logits, log-probabilities
/// and probabilities. exp runs in the precision of the storage, every sum in double. Normaliser: gather, logsumexp,
/// logsumexp_except, log_probability, belief_of. Rank: max_except, is_predicted, predict. Information: entropy,
/// concentration_except, surprise_except. Rows: posteriors, largest_posteriors. Embeddings: first_directionless,
/// nearest, cosines. Rows: first_nonfinite, averaged, gathered, in_one_group, across, unit_rows. Pairs of rows:
/// squared_distances, absolute_distances, pair_cosines, squared_deviations. Pictures: structural_similarities,
/// neighbour_differences. Maps: add_posteriors, add_predicted. Cost: O(rows x classes), no allocation; at most one exp
/// for each class of each row.
template <class Scalar>
struct eigen : detail::normaliser_primitives<Scalar>,
               detail::rank_primitives<Scalar>,
               detail::information_primitives<Scalar>,
               detail::posterior_primitives<Scalar>,
               detail::nearest_primitives<Scalar>,
               detail::row_primitives<Scalar>,
               detail::pair_primitives<Scalar>,
               detail::picture_primitives<Scalar>,
               detail::overlap_primitives<Scalar> {
  static constexpr std::string_view name = "eigen";
  using scalar = Scalar;                ///< float or double: how arrays are stored
  using view = batch_view<Scalar>;      ///< an array of the user's, of any layout
  using tensor = batch_view<Scalar>;    ///< what features are handed on as
  using block = tile<Scalar>;           ///< rows of class scores that a formula works on
  using label_block = label_tile;       ///< rows of which only the predicted class is known
  using labels = std::span<const int>;  ///< the true classes of rows

  /// Room for the true classes of a block whose rows are queries: `values`, of which `data()` is the first. On the
  /// stack; the number asked for is that of a block at most.
  struct label_scratch {
    /// For as many labels as a block has rows at most.
    explicit label_scratch(std::size_t) noexcept {}
    [[nodiscard]] int* data() noexcept { return values; }
    int values[block::most_rows];
  };

  /// The true classes of a block's rows, as primitives take them.
  template <class Block>
  [[nodiscard]] static labels truth_of(const Block&, labels truth) noexcept {
    return truth;
  }

  /// Copies a column to `out`, and says whether every value is finite.
  static bool copy(const column& values, std::span<double> out) noexcept { return values.copy_to(out); }

  /// Throws argument_error for a block that holds what no classifier answers, naming the row: a logit that is not
  /// finite; probabilities that are negative or do not sum to 1 within 1e-4.
  static void check(std::string_view observation, const block& z) { detail::check_answers(observation, z); }
};

/// What a release that leaves labels makes of a block: calls `then` with the predicted labels.
template <class Scalar, class Then>
auto with_predicted_labels(const tile<Scalar>& z, const Then& then) {
  int predicted[tile<Scalar>::most_rows];
  eigen<Scalar>::predict(z, predicted);
  label_tile labels(std::span<const int>(predicted).first(z.rows()), z.first());
  return then(labels);
}

}  // namespace telltale
