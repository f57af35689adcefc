// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <telltale/backend/tile.hpp>
#include <telltale/core/concepts.hpp>

namespace telltale {

namespace family {
/// The observations of a classifier: class scores, or predicted labels, of records whose class may be known.
struct classification {};
}  // namespace family

namespace req {
template <class Batch>
concept answers_as_a_classifier =
    std::same_as<typename Batch::family, family::classification> && requires(const Batch& batch) {
      { batch.queries() } -> std::convertible_to<std::size_t>;
      batch.each_query();
    };
}  // namespace req

/// Any observation of a classifier, released through a policy or not. Scorers constrain on it, so that a batch of
/// another family fails with this name and not inside the library.
///
/// Required, beside what `Observation` asks: `family`, this one; `queries()`, the answers per record; `classes()`, the
/// numbers an answer has; `each_query()`, the same answers with every query a subject of its own. Optional: `labels`,
/// the type of a row of true classes.
template <class Batch>
concept Classification = Observation<Batch> && req::answers_as_a_classifier<Batch>;

/// What a classifier answered for each query of each record, and the true classes.
///
/// Threat model: the adversary sees what `Reveals` says: class scores from `confidence` on, otherwise predicted labels
/// only. He knows the true class of each record. It views the caller's arrays and copies nothing.
/// Shapes: answers records x queries x classes (labels: records x queries), truth one class in [0, classes) per record.
/// Cost: one pass over the truth here; answers are read block by block by each scorer, with one block of scratch.
/// Throws argument_error when shapes disagree or a label is out of range; answers are checked as they are read.
template <class Backend, access_to Reveals = access_to::logits>
class classification {
 public:
  static constexpr std::string_view name = "classification";
  static constexpr access_to reveals = Reveals;
  using backend = Backend;
  using family = telltale::family::classification;
  using scalar = typename Backend::scalar;
  using labels = std::span<const int>;

  /// Class scores. A probability of 0 that makes a score infinite is refused; `floored` is the policy that accepts it.
  classification(typename Backend::view answers, labels truth, stored_as form = stored_as::logits)
    requires(covers(Reveals, access_to::confidence))
      : answers_(answers), truth_(truth), form_(form) {
    detail::check_size("classification", "truth", truth.size(), answers.subjects());
    if (answers.classes() < 2)
      detail::refuse("classification", "answers",
                     "has " + std::to_string(answers.classes()) + " classes; wanted at least 2");
    check_labels(int(answers.classes()));
  }

  /// Predicted labels, `queries` a record, record by record.
  classification(labels predicted, labels truth, std::size_t queries = 1)
    requires(!covers(Reveals, access_to::confidence))
      : predicted_(predicted), truth_(truth), queries_of_labels_(queries) {
    detail::check_size("classification", "predicted", predicted.size(), truth.size() * queries);
    check_labels(std::numeric_limits<int>::max());
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return flat_ ? truth_.size() * all_queries() : truth_.size(); }
  [[nodiscard]] std::size_t queries() const noexcept { return flat_ ? 1 : all_queries(); }
  [[nodiscard]] std::size_t classes() const noexcept { return answers_.classes(); }
  [[nodiscard]] labels host_labels() const noexcept { return truth_; }

  /// The same answers with every query a subject of its own, the queries of a record side by side.
  [[nodiscard]] classification each_query() const {
    classification flat = *this;
    flat.flat_ = true;
    return flat;
  }

  /// Fills `out`, one value a subject, with formula(block, true classes), block by block. One allocation.
  ///
  /// Throws argument_error when a record has several queries (ask `each_query()`), when `out` has another size, and
  /// when a value comes out that is not finite, naming the record.
  template <class Formula>
  void by_block(std::span<double> out, const Formula& formula) const {
    detail::check_size("classification", "out", out.size(), subjects());
    for_each_block([&](auto& block, std::size_t first, std::size_t rows) {
      typename Backend::label_scratch repeated(flat_ ? rows : 0);
      if (flat_)
        for (std::size_t i = 0; i < rows; ++i) repeated.data()[i] = truth_[(first + i) / all_queries()];
      const labels y = flat_ ? labels(repeated.data(), rows) : truth_.subspan(first, rows);
      const auto column = formula(block, Backend::truth_of(block, y));
      if (!Backend::copy(column, out.subspan(first, rows))) refuse_infinite(out.subspan(first, rows), first);
    });
  }

  /// Hands each block and its part of `out`, `width` values a subject, to `write`. Throws as `by_block` does.
  template <class Write>
  void by_rows(std::span<double> out, std::size_t width, const Write& write) const {
    detail::check_size("classification", "out", out.size(), subjects() * width);
    for_each_block([&](auto& block, std::size_t first, std::size_t rows) {
      write(block, out.subspan(first * width, rows * width));
    });
  }

  /// Calls use(block, first row, rows) for one block of rows after another, each checked. Throws argument_error for
  /// what no classifier answers, naming the row, and when a record has several queries. Cost: class scores are copied
  /// once, into one block of scratch.
  template <class Use>
  void for_each_block(const Use& use) const {
    if (queries() != 1)
      detail::refuse("classification", "answers",
                     "has " + std::to_string(queries()) + " queries a record; wrap the scorer in each_query<...>");
    if constexpr (covers(Reveals, access_to::confidence)) {
      typename Backend::block block(answers_.classes());
      for (std::size_t first = 0; first < subjects(); first += block.capacity()) {
        const std::size_t rows = std::min(block.capacity(), subjects() - first);
        block.load(answers_, first, rows, form_);
        Backend::check(name, block);
        use(block, first, rows);
      }
    } else {
      constexpr std::size_t most = Backend::label_block::most_rows;
      for (std::size_t first = 0; first < subjects(); first += most) {
        const std::size_t rows = std::min(most, subjects() - first);
        typename Backend::label_block block(predicted_.subspan(first, rows), first);
        use(block, first, rows);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t all_queries() const noexcept {
    return covers(Reveals, access_to::confidence) ? answers_.queries() : queries_of_labels_;
  }

  void check_labels(int classes) const {
    for (std::size_t i = 0; i < truth_.size(); ++i)
      if (truth_[i] < 0 || truth_[i] >= classes)
        detail::refuse("classification", "truth",
                       "record " + std::to_string(i) + " has label " + std::to_string(truth_[i]) + "; wanted 0 to " +
                           std::to_string(classes - 1));
  }

  [[noreturn, gnu::cold]] static void refuse_infinite(std::span<const double> scores, std::size_t first) {
    std::size_t i = 0;
    while (std::isfinite(scores[i])) ++i;
    detail::refuse(name, "answers",
                   "row " + std::to_string(first + i) + " gives a score of " + std::to_string(scores[i]) +
                       ": a probability is exactly 0 or 1; store logits, or name a floor: floored(batch, 1e-6)");
  }

  typename Backend::view answers_{};
  labels predicted_{}, truth_;
  std::size_t queries_of_labels_ = 1;
  stored_as form_ = stored_as::logits;
  bool flat_ = false;
};

}  // namespace telltale
