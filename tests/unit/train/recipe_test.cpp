// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <telltale/train/data.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/standardise.hpp>
#include <telltale/train/strategy.hpp>

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("views read in place and refuse short spans") {
  const std::vector<float> table{1, 2, 3, 4, 5, 6, 7, 8};
  const train::features_view<float> two(std::span<const float>(table).subspan(1), 2, 3, 4);
  CHECK(two.row(1) == table.data() + 5);
  CHECK(two.matrix()(1, 2) == 8);
  CHECK(two.rows(1, 1).row(0) == table.data() + 5);
  CHECK_THROWS_AS(static_cast<void>(two.rows(1, 2)), argument_error);
  CHECK_THROWS_AS(train::features_view<float>(table, 3, 3), argument_error);
  CHECK_THROWS_AS(train::features_view<float>(table, 2, 3, 2), argument_error);
  CHECK_THROWS_AS(train::features_view<float>(table, 2, 0), argument_error);
}

TEST_CASE("labels must fit records and classes") {
  const std::vector<float> x(6);
  const train::features_view<float> features(x, 3, 2);
  const std::vector<int> good{0, 2, 1}, high{0, 3, 1}, negative{0, 1, -1}, few{0, 1};
  CHECK(train::dataset_view<float>(features, good, 3).records() == 3);
  CHECK_THROWS_WITH_AS(train::dataset_view<float>(features, high, 3),
                       "dataset_view: labels: record 1 has label 3; wanted 0 to 2", argument_error);
  CHECK_THROWS_AS(train::dataset_view<float>(features, negative, 3), argument_error);
  CHECK_THROWS_AS(train::dataset_view<float>(features, few, 3), argument_error);
  CHECK_THROWS_AS(train::dataset_view<float>(features, good, 1), argument_error);
}

TEST_CASE("the standardiser subtracts the pool's mean and divides by one scale") {
  const std::vector<float> pool{0, 10, 2, 10, 4, 10};
  const train::standardiser<float> scale(train::features_view<float>(pool, 3, 2));
  CHECK(scale.mean()[0] == 2);
  CHECK(scale.mean()[1] == 10);
  CHECK(scale.scale() == doctest::Approx(std::sqrt(8.0 / 6)));  // squares 4 + 0 + 4 over 3 records and 2 dimensions
  const std::vector<float> other{5, 11};
  const auto out = scale(train::features_view<float>(other, 1, 2));
  CHECK(out[0] == doctest::Approx(3 / std::sqrt(8.0 / 6)));
  CHECK(out[1] == doctest::Approx(1 / std::sqrt(8.0 / 6)));
  const std::vector<float> constant{3, 3, 3, 3};
  CHECK_THROWS_AS(train::standardiser<float>(train::features_view<float>(constant, 2, 2)), argument_error);
  CHECK_THROWS_AS(train::standardiser<float>(train::features_view<float>(constant, 0, 2)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(scale(train::features_view<float>(constant, 1, 3))), argument_error);
  const std::vector<float> nan{0, std::numeric_limits<float>::quiet_NaN()};
  CHECK_THROWS_AS(train::standardiser<float>(train::features_view<float>(nan, 2, 1)), argument_error);
}

TEST_CASE("a recipe out of range is refused by the member's name") {
  const auto refused = [](const train::recipe& chosen) -> std::string {
    try {
      train::check(chosen);
    } catch (const argument_error& e) {
      return e.argument();
    }
    return "nothing";
  };
  CHECK(refused({}) == "nothing");
  CHECK(refused({.optimiser = train::adam{}}) == "nothing");
  CHECK(refused({.optimiser = train::momentum_sgd{.learning_rate = 0}}) == "learning_rate");
  CHECK(refused({.optimiser = train::momentum_sgd{.learning_rate = NAN}}) == "learning_rate");
  CHECK(refused({.optimiser = train::momentum_sgd{.momentum = 1}}) == "momentum");
  CHECK(refused({.optimiser = train::adam{.learning_rate = -1}}) == "learning_rate");
  CHECK(refused({.optimiser = train::adam{.beta1 = -0.1}}) == "beta1");
  CHECK(refused({.optimiser = train::adam{.beta2 = 1}}) == "beta2");
  CHECK(refused({.optimiser = train::adam{.epsilon = 0}}) == "epsilon");
  CHECK(refused({.weight_decay = -1}) == "weight_decay");
  CHECK(refused({.batch_size = 0}) == "batch_size");
  CHECK(refused({.epochs = 0}) == "epochs");
  CHECK(refused({.stop = train::stopping{.accuracy = 1.1}}) == "stop.accuracy");
  CHECK(refused({.stop = train::stopping{.check_every = 0}}) == "stop.check_every");
}

TEST_CASE("the cosine schedule starts at one and halves in the middle") {
  CHECK(train::rate_factor(train::schedule::cosine, 0, 10) == 1);
  CHECK(train::rate_factor(train::schedule::cosine, 5, 10) == doctest::Approx(0.5));
  CHECK(train::rate_factor(train::schedule::constant, 9, 10) == 1);
}

TEST_CASE("groups are cut by the number of the model") {
  const auto groups = train::detail::groups_of({17, 3, 8, 0, 16}, 8);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].models == std::vector<std::size_t>{0, 3});
  CHECK(groups[1].first == 8);
  CHECK(groups[2].models == std::vector<std::size_t>{16, 17});
}

TEST_CASE("automatic stacks narrow linear heads and packs everything else") {
  using train::strategy;
  CHECK(train::resolve(strategy::automatic, train::softmax_regression(64, 2)) == strategy::stacked);
  CHECK(train::resolve(strategy::automatic, train::softmax_regression(64, 10)) == strategy::packed);
  CHECK(train::resolve(strategy::automatic, train::multilayer_perceptron(64, {8}, 2)) == strategy::packed);
  CHECK(train::resolve(strategy::stacked, train::softmax_regression(64, 10)) == strategy::stacked);
}
