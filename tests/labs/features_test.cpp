// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "features.hpp"

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "unit/io/temporary.hpp"

#include <doctest/doctest.h>

namespace {

// Two clouds in six dimensions: one column never moves, one moves in `lit` of the study's 600 records.
lab::data_set clouds(std::size_t lit, std::uint64_t seed = 1) {
  telltale::random_stream draw(seed);
  lab::data_set data;
  data.name = "clouds";
  data.dimensions = 6;
  data.classes = 2;
  for (std::size_t i = 0; i < 800; ++i) {
    const int label = static_cast<int>(i % 2);
    data.labels.push_back(label);
    for (int d = 0; d < 4; ++d) data.values.push_back(static_cast<float>(10 * draw.normal() + (label == 1 ? 15 : 0)));
    data.values.push_back(7);
    data.values.push_back(0);
  }
  data.split(100, 1);
  for (std::size_t i = 0; i < lit; ++i) data.values[data.study[i] * 6 + 5] = 1;
  return data;
}

}  // namespace

TEST_CASE("columns get mean 0 and one variance, records a mean squared norm of 1, and what hardly moves goes") {
  const temporary_folder folder;
  for (const std::size_t lit : {std::size_t{5}, std::size_t{6}}) {  // 1 % of 600 is 6
    const lab::data_set data = clouds(lit);
    const lab::feature_table table = lab::make_features(data, lab::features::raw, 1, folder.path());
    CHECK(table.name == "clouds, raw");
    CHECK(table.dimensions == (lit == 6 ? 5 : 4));
    CHECK(table.records() == 600);
    CHECK(table.labels == data.labels_of(data.study));
    CHECK(std::isnan(table.network_accuracy));
    for (std::size_t d = 0; d < table.dimensions; ++d) {
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < 600; ++i) {
        const double value = static_cast<double>(table.values[i * table.dimensions + d]);
        sum += value;
        squares += value * value;
      }
      CHECK(std::abs(sum / 600) < 1e-7);
      CHECK(squares / 600 == doctest::Approx(1.0 / static_cast<double>(table.dimensions)).epsilon(1e-5));
    }
    // Differences within a column keep their ratios.
    const auto raw = [&](std::size_t i) { return static_cast<double>(data.row(data.study[i])[0]); };
    const auto ours = [&](std::size_t i) { return static_cast<double>(table.values[i * table.dimensions]); };
    CHECK((ours(1) - ours(0)) / (ours(2) - ours(0)) ==
          doctest::Approx((raw(1) - raw(0)) / (raw(2) - raw(0))).epsilon(1e-4));
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("learned features come from a network that knows the classes of records it did not see") {
  const temporary_folder folder;
  const lab::data_set data = clouds(0);
  const lab::feature_table learned = lab::make_features(data, lab::features::learned, 1, folder / "cache");
  const lab::feature_table random = lab::make_features(data, lab::features::random, 1, folder / "cache");
  // The clouds are 3 standard deviations apart: the best rule is right in Phi(1.5) = 93.3 % of all cases.
  CHECK(learned.network_accuracy > 0.85);
  CHECK(learned.network_accuracy < 0.97);
  CHECK(std::isnan(random.network_accuracy));
  CHECK(random.name == "clouds, random");
  CHECK(learned.dimensions <= 64);
  CHECK(random.dimensions <= 64);
  CHECK(learned.values != random.values);
  CHECK(lab::make_features(data, lab::features::random, 2, folder.path()).values != random.values);
}

TEST_CASE("a table is read from the cache only if it was made from the same and is whole") {
  const temporary_folder folder;
  const std::filesystem::path text = folder / "clouds-learned-1.txt", values = folder / "clouds-learned-1.npy";
  const auto learned = [&](const lab::data_set& data, std::uint64_t seed = 1) {
    return lab::make_features(data, lab::features::learned, seed, folder.path());
  };
  const lab::feature_table first = learned(clouds(0));
  CHECK(folder.files() == 2);
  const std::string settings = content_of(text), stored = content_of(values);

  // Read, not made again: a table whose hash is right is taken as it is, here with another accuracy.
  std::string changed = settings;
  const std::size_t at = changed.find("accuracy ") + 9;
  changed.replace(at, changed.find('\n', at) - at, "0.125");
  put(text, changed);
  const lab::feature_table second = learned(clouds(0));
  CHECK(second.network_accuracy == 0.125);
  CHECK(second.values == first.values);
  CHECK(second.dimensions == first.dimensions);

  // Damaged, cut, half there or not understood: made anew, to the same bytes.
  std::string damaged = stored;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  for (const std::string& other : {damaged, stored.substr(0, 1000), std::string()}) {
    put(values, other);
    CHECK(learned(clouds(0)).values == first.values);
    CHECK(content_of(values) == stored);
    CHECK(content_of(text) == settings);
  }
  put(text, "something else\n");
  CHECK(learned(clouds(0)).network_accuracy == first.network_accuracy);
  CHECK(content_of(text) == settings);
  std::filesystem::remove(values);
  CHECK(learned(clouds(0)).values == first.values);

  // Other data under the same name replace it; another seed has files of its own.
  CHECK(learned(clouds(0, 2)).values != first.values);
  CHECK(content_of(text) != settings);
  CHECK(learned(clouds(0), 2).values != first.values);
  CHECK(folder.files() == 4);
}
