// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>

#include "scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("each query gives the row that the scorer gives to each query alone") {
  for (const std::size_t queries : {1u, 2u, 5u})
    for (const std::size_t records : {1u, 9u, 200u}) {
      const scored::hard_batch<float> flat(records * queries, 7, queries);
      std::vector<int> truth(records), repeated;
      for (std::size_t i = 0; i < records; ++i) {
        truth[i] = flat.truth[i];
        repeated.insert(repeated.end(), queries, truth[i]);
      }
      const classification<eigen<float>> batch({flat.logits, records, queries, 7}, truth);
      const classification<eigen<float>> alone({flat.logits, records * queries, 7}, repeated);
      CHECK(each_query<logit_margin>::width(batch) == queries);
      CHECK(scored::by(each_query<logit_margin>{}, batch) == scored::by(logit_margin{}, alone));
    }
}

TEST_CASE("several queries may lie anywhere in memory") {
  // queries x records x classes, as a folder of augmentations would be stacked
  const std::size_t queries = 3, records = 20, classes = 5;
  const scored::hard_batch<double> stacked(queries * records, classes, 1);
  std::vector<double> by_record(stacked.logits.size());
  for (std::size_t q = 0; q < queries; ++q)
    for (std::size_t i = 0; i < records; ++i)
      for (std::size_t c = 0; c < classes; ++c)
        by_record[(i * queries + q) * classes + c] = stacked.logits[(q * records + i) * classes + c];
  const std::vector<int> truth(records, 2);
  const batch_view<double> strided(stacked.logits.data(), records, queries, classes, classes, records * classes, 1);
  CHECK(scored::by(each_query<logit_margin>{}, classification<eigen<double>>(strided, truth)) ==
        scored::by(each_query<logit_margin>{},
                   classification<eigen<double>>({by_record, records, queries, classes}, truth)));
}

TEST_CASE("predicted labels have queries too") {
  const std::vector<int> predicted{0, 1, 1, 1, 2, 0}, truth{1, 2};
  const classification<eigen<float>, access_to::label> batch(predicted, truth, 3);
  CHECK(scored::by(each_query<correctness>{}, batch) == std::vector<double>{0, 1, 1, 0, 1, 0});
}

TEST_CASE("a scorer of one query refuses several by name") {
  const std::vector<float> z(12);
  const std::vector<int> y{0, 0};
  std::vector<double> out(2);
  const classification<eigen<float>> batch({z, 2, 2, 3}, y);
  CHECK_THROWS_WITH_AS(logit_margin{}(batch, out),
                       "classification: answers: has 2 queries a record; wrap the scorer in each_query<...>",
                       argument_error);
}
