// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/xtensor.hpp>

#include "views.hpp"

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("labels and scores are seen in place") {
  xt::xtensor<int, 1> truth({5}, 3);
  const std::span<const int> labels = span_of(truth);
  CHECK(labels.data() == truth.data());
  CHECK(labels.size() == 5);
  truth(4) = 9;
  CHECK(labels[4] == 9);
  span_of(truth)[0] = 7;  // writable where the array is
  CHECK(truth(0) == 7);
  static_assert(std::is_same_v<decltype(span_of(std::as_const(truth))), std::span<const int>>);

  xt::xarray<double> votes({2, 3, 4}, 0.5);
  CHECK(span_of(votes).data() == votes.data());
  CHECK(span_of(votes).size() == 24);
  const auto second = xt::view(votes, 1, xt::all(), xt::all());
  CHECK(span_of(second).data() == &votes(1, 0, 0));
  CHECK(span_of(second).size() == 12);
  CHECK(span_of(xt::view(truth, xt::range(1, 3))).data() == &truth(1));  // a temporary view owns nothing
  xt::xarray<double> none = xt::xarray<double>::from_shape({0});
  CHECK(span_of(none).empty());
}

TEST_CASE("an array with gaps or in another order is no span") {
  xt::xtensor<int, 2> table({3, 4}, 0);
  const auto column = xt::view(table, xt::all(), 1);
  CHECK_THROWS_WITH_AS((void)span_of(column),
                       "span_of: array: of shape (3) has gaps or another order than row by row; give a copy a name: "
                       "auto copy = xt::xarray<type>(array)",
                       argument_error);
  const xt::xtensor<int, 2, xt::layout_type::column_major> by_column({3, 4}, 0);
  CHECK_THROWS_AS((void)span_of(by_column), argument_error);
  const auto backwards = xt::view(table, xt::range(xt::placeholders::_, xt::placeholders::_, -1), xt::all());
  CHECK_THROWS_AS((void)span_of(backwards), argument_error);
  const auto one_column = xt::view(table, xt::range(0, 1), xt::range(0, 1));  // one element has no order
  CHECK(span_of(one_column).size() == 1);
}

TEST_CASE("rows are those of the models") {
  xt::xtensor<float, 2> scores({4, 3}, 0.0F);
  for (std::size_t m = 0; m < 4; ++m)
    for (std::size_t i = 0; i < 3; ++i) scores(m, i) = static_cast<float>(10 * m + i);
  const auto rows = rows_of(scores);
  static_assert(std::is_same_v<decltype(rows), const std::vector<std::span<const float>>>);
  REQUIRE(rows.size() == 4);
  for (std::size_t m = 0; m < 4; ++m) {
    CHECK(rows[m].data() == &scores(m, 0));
    CHECK(rows[m].size() == 3);
  }
  const auto others = rows_of(xt::view(scores, xt::range(1, 4), xt::all()));
  REQUIRE(others.size() == 3);
  CHECK(others[0].data() == &scores(1, 0));
  const auto every_second = rows_of(xt::view(scores, xt::range(0, 4, 2), xt::all()));
  REQUIRE(every_second.size() == 2);
  CHECK(every_second[1].data() == &scores(2, 0));
  const auto backwards = rows_of(xt::view(scores, xt::range(xt::placeholders::_, xt::placeholders::_, -1), xt::all()));
  CHECK(backwards[0].data() == &scores(3, 0));
  CHECK(backwards[3].data() == &scores(0, 0));
  const auto some_records = rows_of(xt::view(scores, xt::all(), xt::range(1, 3)));
  CHECK(some_records[2].data() == &scores(2, 1));
  CHECK(some_records[2].size() == 2);

  const xt::xtensor<double, 3> of_queries({2, 5, 3}, 0.0);
  const auto with_queries = rows_of(of_queries);
  CHECK(with_queries[1].data() == &of_queries(1, 0, 0));
  CHECK(with_queries[1].size() == 15);
}

TEST_CASE("masks come as bytes") {
  const xt::xtensor<bool, 2> keep{{true, false, true}, {false, false, true}};
  const std::vector<std::span<const std::uint8_t>> rows = rows_of(keep);
  CHECK(static_cast<const void*>(rows[1].data()) == static_cast<const void*>(&keep(1, 0)));
  CHECK(std::vector<int>(rows[0].begin(), rows[0].end()) == std::vector<int>{1, 0, 1});
  const xt::xarray<std::uint8_t> bytes = keep;
  CHECK(std::vector<int>(rows_of(bytes)[1].begin(), rows_of(bytes)[1].end()) == std::vector<int>{0, 0, 1});
}

TEST_CASE("arrays that are no rows are refused") {
  const xt::xarray<float> flat({7}, 0.0F), deep({2, 2, 2, 2}, 0.0F);
  CHECK_THROWS_WITH_AS((void)rows_of(flat),
                       "rows_of: array: has shape (7); wanted (models, records) or (models, records, queries)",
                       argument_error);
  CHECK_THROWS_WITH_AS((void)rows_of(deep),
                       "rows_of: array: has shape (2, 2, 2, 2); wanted (models, records) or (models, records, queries)",
                       argument_error);
  const xt::xtensor<float, 2, xt::layout_type::column_major> by_column({3, 4}, 0.0F);
  CHECK_THROWS_AS((void)rows_of(by_column), argument_error);
  const xt::xtensor<float, 2> table({3, 4}, 0.0F);
  CHECK_THROWS_AS((void)rows_of(xt::view(table, xt::all(), xt::range(0, 4, 2))), argument_error);
}

TEST_CASE("members are 0 and 1") {
  const xt::xtensor<bool, 1> keep{true, false, true};
  using enum membership;
  CHECK(members_of(keep) == std::vector<membership>{in, out, in});
  const xt::xarray<long> numbers{0, 1, 2};
  CHECK(members_of(xt::view(numbers, xt::range(0, 2))) == std::vector<membership>{out, in});
  CHECK_THROWS_WITH_AS((void)members_of(numbers), "members_of: array: has 2 for record 2; wanted 0 or 1",
                       argument_error);
  const xt::xtensor<bool, 2> table({2, 2}, true);
  CHECK_THROWS_WITH_AS((void)members_of(table), "members_of: array: has shape (2, 2); wanted (records)",
                       argument_error);
  const auto every_second = xt::view(table, xt::all(), 1);
  CHECK(members_of(every_second).size() == 2);
}

TEST_CASE("what is not in memory, or not for long, is no array") {
  using container = xt::xtensor<float, 2>;
  using sum = decltype(std::declval<container&>() + std::declval<container&>());
  CHECK(XtensorArray<container&>);
  CHECK(XtensorArray<const container&>);
  CHECK_FALSE(XtensorArray<container>);
  CHECK_FALSE(XtensorArray<sum>);
  CHECK_FALSE(XtensorArray<std::vector<float>&>);
}
