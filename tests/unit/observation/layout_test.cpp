// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Core>
#include <type_traits>

#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/xtensor/headers.hpp>

#include "unit/scorer/scored.hpp"
#include "xtensor/views.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

constexpr std::size_t records = 37, classes = 6;

const scored::hard_batch<float>& reference() {
  static const scored::hard_batch<float> batch(records, classes, 11);
  return batch;
}

// The same scores, the caller's own memory, and a change there is seen: nothing was copied.
void is_viewed(const batch_view<float>& view, const float* first, float* somewhere_in_last_row) {
  CHECK(view.row(0) == first);
  CHECK(view.subjects() == records);
  CHECK(view.classes() == classes);
  const classification<eigen<float>> batch(view, reference().truth);
  const std::vector<double> before = scored::by(logit_margin{}, batch);
  CHECK(before == scored::by(logit_margin{}, reference().observed()));
  const float kept = *somewhere_in_last_row;
  *somewhere_in_last_row += 3;
  CHECK(scored::by(logit_margin{}, batch)[records - 1] != before[records - 1]);
  *somewhere_in_last_row = kept;
}

template <class Matrix>
void fill(Matrix& m) {
  for (std::size_t i = 0; i < records; ++i)
    for (std::size_t c = 0; c < classes; ++c) m(Eigen::Index(i), Eigen::Index(c)) = reference().logits[i * classes + c];
}

using row_major = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr auto last = Eigen::Index(records - 1);

}  // namespace

TEST_CASE("vectors and spans are viewed") {
  std::vector<float> z = reference().logits;
  is_viewed({z, records, classes}, z.data(), &z[(records - 1) * classes]);
  is_viewed({std::span<const float>(z), records, classes}, z.data(), &z[(records - 1) * classes]);
}

TEST_CASE("Eigen is viewed in either order and with strides") {
  row_major by_row(records, classes);
  Eigen::MatrixXf by_column(records, classes), wide = Eigen::MatrixXf::Zero(2 * records, 3 * classes);
  fill(by_row);
  fill(by_column);
  is_viewed(by_row, by_row.data(), &by_row(last, 0));
  is_viewed(by_column, by_column.data(), &by_column(last, 0));
  Eigen::ArrayXXf array = by_column.array();
  is_viewed(array, array.data(), &array(last, 0));
  const Eigen::Ref<const Eigen::MatrixXf> ref(by_column);
  is_viewed(ref, by_column.data(), &by_column(last, 0));
  for (std::size_t i = 0; i < records; ++i)
    for (std::size_t c = 0; c < classes; ++c)
      wide(Eigen::Index(2 * i), Eigen::Index(3 * c)) = reference().logits[i * classes + c];
  const Eigen::Map<Eigen::MatrixXf, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> map(wide.data(), records, classes,
                                                                                          {3 * wide.rows(), 2});
  is_viewed(map, wide.data(), &wide(2 * last, 0));
}

TEST_CASE("xtensor is viewed") {
  xt::xarray<float> array = xt::adapt(reference().logits, std::vector<std::size_t>{records, classes});
  is_viewed(array, array.data(), &array(records - 1, 0));
  xt::xtensor<float, 2> tensor = array;
  is_viewed(tensor, tensor.data(), &tensor(records - 1, 0));
  xt::xtensor<float, 2, xt::layout_type::column_major> by_column = array;
  is_viewed(by_column, by_column.data(), &by_column(records - 1, 0));
  xt::xtensor<float, 3> deep({records, 4, 2 * classes}, 0.0F);
  auto slice = xt::view(deep, xt::all(), 2, xt::range(3, 3 + classes));
  slice = array;
  is_viewed(slice, &deep(0, 2, 3), &deep(records - 1, 2, 3));
}

TEST_CASE("xtensor of three dimensions holds queries") {
  xt::xtensor<float, 3> z = xt::adapt(reference().logits, std::vector<std::size_t>{records, 2, classes / 2});
  std::vector<int> truth(records, 1);
  CHECK(scored::by(each_query<logit_margin>{}, classification<eigen<float>>(z, truth)) ==
        scored::by(each_query<logit_margin>{},
                   classification<eigen<float>>({reference().logits, records, 2, classes / 2}, truth)));
  xt::xtensor<float, 1> flat({5}, 0.0F);
  CHECK_THROWS_WITH_AS(batch_view<float>{flat},
                       "batch_view: tensor: has 1 dimensions; wanted (records, classes) or (records, queries, classes)",
                       argument_error);
}

TEST_CASE("a temporary cannot be viewed") {
  CHECK(std::is_constructible_v<batch_view<float>, const Eigen::MatrixXf&>);
  CHECK_FALSE(std::is_constructible_v<batch_view<float>, Eigen::MatrixXf>);
  CHECK_FALSE(std::is_constructible_v<batch_view<float>, xt::xtensor<float, 2>>);
  CHECK_FALSE(std::is_constructible_v<batch_view<float>, const Eigen::MatrixXd&>);
}
