// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "networks.hpp"

#include <cmath>
#include <memory>
#include <string>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "unit/io/temporary.hpp"

#include "torch/doctest.hpp"

namespace {

// Pictures of 8 x 8: noise, and a square that is lit in one of three corners.
lab::data_set corners() {
  telltale::random_stream draw(1);
  lab::data_set data;
  data.name = "corners";
  data.dimensions = 64;
  data.classes = 3;
  for (std::size_t i = 0; i < 1200; ++i) {
    const std::size_t label = i % 3, top = label == 2 ? 5 : 0, left = label == 1 ? 5 : 0;
    data.labels.push_back(static_cast<int>(label));
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 8; ++x) {
        const bool lit = y >= top && y < top + 3 && x >= left && x < left + 3;
        data.values.push_back(static_cast<float>(100 + 60 * draw.normal() + (lit ? 50 : 0)));
      }
  }
  data.split(200, 1);
  return data;
}

lab::cell_settings small_cell() {
  lab::cell_settings settings;
  settings.shots = 4;
  settings.classes = 2;
  settings.models = 32;
  settings.pools = 1;
  settings.seed = 1;
  settings.recipe = lab::network_recipe();
  return settings;
}

void check_same(const lab::cell_outcome& a, const lab::cell_outcome& b) {
  DOCTEST_REQUIRE(a.attacks.size() == b.attacks.size());
  for (std::size_t i = 0; i < a.attacks.size(); ++i) {
    DOCTEST_CHECK(a.attacks[i].auc.value == b.attacks[i].auc.value);
    DOCTEST_CHECK(a.attacks[i].null_auc.value == b.attacks[i].null_auc.value);
  }
  DOCTEST_CHECK(a.gradient_norm == b.gradient_norm);
  DOCTEST_CHECK(a.vulnerability_quantiles == b.vulnerability_quantiles);
}

}  // namespace

DOCTEST_TEST_CASE("a cell of networks is the same again, from a network that is kept") {
  const temporary_folder folder;
  const lab::data_set data = corners();
  DOCTEST_REQUIRE(lab::with_networks());
  const std::unique_ptr<lab::network_arm> arm = lab::make_network_arm(data, 1, folder.path(), "cpu");
  DOCTEST_CHECK(folder.files() == 2);
  DOCTEST_CHECK(arm->accuracy() > 0.6);  // a third by chance
  const std::unique_ptr<lab::network_arm> again = lab::make_network_arm(data, 1, folder.path(), "cpu");
  DOCTEST_CHECK(again->fingerprint() == arm->fingerprint());
  DOCTEST_CHECK(again->accuracy() == arm->accuracy());
  DOCTEST_CHECK(lab::make_network_arm(data, 2, folder.path(), "cpu")->fingerprint() != arm->fingerprint());

  for (const lab::tuned layers : {lab::tuned::all, lab::tuned::last}) {
    const lab::cell_outcome first = arm->measure(small_cell(), layers), second = again->measure(small_cell(), layers);
    check_same(first, second);
    DOCTEST_CHECK(first.records == 16);
    DOCTEST_CHECK(first.train_accuracy == doctest::Approx(1).epsilon(0.02));
    DOCTEST_CHECK(first.test_accuracy > 0.6);
    DOCTEST_CHECK(first.gradient_norm > 0);
    DOCTEST_CHECK(first.predictors.size() == 4);
    // Eight noisy pictures are learned by heart; records that nobody saw give nothing away.
    for (const lab::attack_outcome& attack : first.attacks) {
      DOCTEST_CHECK(attack.auc.low > 0.5);
      DOCTEST_CHECK(attack.null_auc.low < 0.5);
      DOCTEST_CHECK(attack.null_auc.high > 0.5);
    }
  }
  lab::cell_settings other = small_cell();
  other.seed = 2;
  DOCTEST_CHECK(arm->measure(other, lab::tuned::last).vulnerability_quantiles !=
                arm->measure(small_cell(), lab::tuned::last).vulnerability_quantiles);
}

DOCTEST_TEST_CASE("what is no image and a device that is not there are refused") {
  const temporary_folder folder;
  lab::data_set data = corners();
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(lab::make_network_arm(data, 1, folder.path(), "nothing:0")),
                               "--device: 'nothing:0' is not there; wanted cpu", telltale::error);
  data.dimensions = 32;
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(lab::make_network_arm(data, 1, folder.path(), "cpu")),
                               "corners: has 32 numbers a record; wanted square images of at least 4 x 4",
                               telltale::error);
}
