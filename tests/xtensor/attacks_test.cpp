// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Arrays of xtensor in, evidence out: as from vectors.
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/backend/label_maps.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/published/lira.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/published/yeom.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/xtensor.hpp>

#include "views.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

constexpr std::size_t records = 50, classes = 4, models = 8;

template <class Scalar>
std::vector<Scalar> drawn(std::size_t count, std::uint64_t stream) {
  random_stream random(3, stream);
  std::vector<Scalar> values(count);
  for (Scalar& value : values) value = static_cast<Scalar>(random.normal());
  return values;
}

std::vector<int> labels(std::size_t count, int of) {
  std::vector<int> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<int>(i % std::size_t(of));
  return values;
}

template <class Scalar, class... Extent>
auto array_of(const std::vector<Scalar>& values, Extent... extent) {
  xt::xtensor<Scalar, sizeof...(Extent)> array = xt::xtensor<Scalar, sizeof...(Extent)>::from_shape({extent...});
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

}  // namespace

TEST_CASE("a scorer reads logits of xtensor in place, in every layout, and fills an array") {
  const std::vector<float> z = drawn<float>(records * classes, 0);
  const std::vector<int> y = labels(records, classes);
  std::vector<double> expected(records);
  logit_margin{}(classification<eigen<float>>({z, records, classes}, y), expected);

  const auto logits = array_of(z, records, classes);
  const auto truth = array_of(y, records);
  CHECK(batch_view<float>(logits).row(0) == logits.data());
  xt::xtensor<double, 1> margin({records}, 0.0);
  logit_margin{}(classification<eigen<float>>(logits, span_of(truth)), span_of(margin));
  CHECK(std::vector<double>(margin.begin(), margin.end()) == expected);

  const xt::xtensor<float, 2, xt::layout_type::column_major> by_column = logits;
  CHECK(batch_view<float>(by_column).row(1) == by_column.data() + 1);
  margin.fill(0);
  logit_margin{}(classification<eigen<float>>(by_column, span_of(truth)), span_of(margin));
  CHECK(std::vector<double>(margin.begin(), margin.end()) == expected);

  xt::xtensor<float, 3> several({records, 3, classes}, 0.0F);
  auto middle = xt::view(several, xt::all(), 1, xt::all());
  middle = logits;
  margin.fill(0);
  logit_margin{}(classification<eigen<float>>(middle, span_of(truth)), span_of(margin));
  CHECK(std::vector<double>(margin.begin(), margin.end()) == expected);

  xt::xtensor<float, 2> other_way = logits;
  const auto transposed = xt::transpose(other_way);
  CHECK(batch_view<float>(transposed).subjects() == classes);
  CHECK(batch_view<float>(transposed).row(1) == other_way.data() + 1);
}

TEST_CASE("an array that runs backwards is refused") {
  xt::xtensor<float, 2> logits({records, classes}, 0.0F);
  const auto reversed = xt::view(logits, xt::range(xt::placeholders::_, xt::placeholders::_, -1), xt::all());
  CHECK_THROWS_WITH_AS((void)batch_view<float>(reversed),
                       "batch_view: tensor: runs backwards along axis 0; give a copy of it a name", argument_error);
}

TEST_CASE("LiRA of arrays of xtensor is LiRA of vectors") {
  const std::vector<double> scores = drawn<double>((models + 1) * records, 1);
  std::vector<std::uint8_t> mask(models * records);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = (i / records + i) % 2;
  std::vector<std::span<const double>> rows;
  std::vector<std::span<const std::uint8_t>> masks;
  for (std::size_t m = 0; m < models; ++m) {
    rows.emplace_back(scores.data() + (m + 1) * records, records);
    masks.emplace_back(mask.data() + m * records, records);
  }
  const signals target{std::span(scores).first(records)};
  const evidence expected = published::lira_online{}.judge(target, records, owning(shadow_models<double>{rows, masks}));

  // Row 0 is the target, as a table of many models has it.
  const auto table = array_of(scores, models + 1, records);
  xt::xtensor<bool, 2> keep({models, records}, false);
  for (std::size_t i = 0; i < mask.size(); ++i) keep.flat(i) = mask[i] == 1;
  const auto shadows = rows_of(xt::view(table, xt::range(1, models + 1), xt::all()));
  const auto keeps = rows_of(keep);
  const signals seen{span_of(xt::view(table, 0, xt::all()))};
  evidence found = published::lira_online{}.judge(seen, records, owning(shadow_models<double>{shadows, keeps}));
  CHECK(found.values == expected.values);

  const auto viewed = as_xtensor(found);
  CHECK(viewed.data() == found.values.data());
  CHECK(viewed.shape()[0] == records);
  const double* const first = found.values.data();
  const auto taken = as_xtensor(std::move(found));
  CHECK(taken.data() == first);  // taken over, not copied
  CHECK(taken(records - 1) == expected.values.back());
  CHECK(metric::evaluate(span_of(taken), members_of(xt::view(keep, 0, xt::all()))).auc.value ==
        metric::evaluate(expected.values, members_of(xt::view(keep, 0, xt::all()))).auc.value);
}

TEST_CASE("a signal of several queries is a table") {
  const std::vector<double> values = drawn<double>(12, 2);
  const auto table = as_xtensor(signals{values, 3});
  CHECK(table.data() == values.data());
  CHECK(table.shape()[0] == 4);
  CHECK(table.shape()[1] == 3);
  CHECK(table(2, 1) == values[7]);
}

TEST_CASE("embeddings of xtensor name people") {
  const std::size_t photos = 6, persons = 2, prompts = 3, names = 4, d = 5;
  const std::vector<float> of_photos = drawn<float>(photos * d, 3), of_names = drawn<float>(prompts * names * d, 4);
  const std::vector<int> owner = labels(photos, persons), true_name = labels(persons, names);
  const zero_shot<eigen<float>> expected({of_photos, photos, d}, owner, {of_names, prompts, names, d}, true_name);
  const auto photo_array = array_of(of_photos, photos, d);
  const auto name_array = array_of(of_names, prompts, names, d);
  const auto owner_array = array_of(owner, photos), true_array = array_of(true_name, persons);
  const zero_shot<eigen<float>> people(photo_array, span_of(owner_array), name_array, span_of(true_array));
  CHECK(people.votes() == expected.votes());
  CHECK(published::idia{}(people).values == published::idia{}(expected).values);
}

TEST_CASE("maps and masks of a segmentation of xtensor") {
  const std::size_t images = 3, height = 4, width = 5;
  const std::vector<float> maps = drawn<float>(images * 2 * height * width, 5);
  const std::vector<int> masks = labels(images * height * width, 2);
  const map_format format{2, height, width};
  const segmentation<eigen<float>> expected({maps, images, 2, height * width}, format,
                                            {std::span<const int>(masks), images, height, width});
  const auto map_array = array_of(maps, images, std::size_t{2}, height * width);
  const auto mask_array = array_of(masks, images, height, width);
  const segmentation<eigen<float>> seen(map_array, format,
                                        {std::span<const int>(span_of(mask_array)), images, height, width});
  CHECK(published::global_loss{}.score(seen) == published::global_loss{}.score(expected));
}
