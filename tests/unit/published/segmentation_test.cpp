// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/segmentation.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/metric/auc.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>

#include "oracle/segmentation_campaign.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::segmentation_campaign;

namespace {

constexpr auto seen = [](const segmentation_campaign::world& of) { return of.seen(); };

template <class Attack>
metric::estimate auc_of(std::size_t models, std::size_t images, double gain, std::uint64_t seed) {
  const segmentation_campaign campaign(models, images, gain, seed);
  return metric::auc(metric::roc_curve(campaign.attacked<Attack>(seen).values, campaign.members_of(0)));
}

// What each attack must know; that of a network without masks needs no truth.
constexpr auto labelled = knowledge::truth | knowledge::labelled_records;
static_assert(anatomy_of<published::global_dice>().owns == labelled &&
              anatomy_of<published::global_loss>().owns == labelled &&
              anatomy_of<published::global_boundary_loss>().owns == labelled &&
              anatomy_of<published::global_entropy>().owns == knowledge::labelled_records &&
              anatomy_of<published::global_pixel_accuracy>().access == access_to::label &&
              anatomy_of<published::lira_on_dice>().owns == (knowledge::truth | knowledge::shadow_models) &&
              anatomy_of<published::rmia_on_pixel_loss>().owns ==
                  (knowledge::truth | knowledge::shadow_models | knowledge::population) &&
              anatomy_of<published::lira_on_dice, segmentation<eigen<float>>>().observation == "segmentation");

}  // namespace

TEST_CASE_TEMPLATE("what a member's maps gain is found, and without a gain every attack is at chance", Attack,
                   published::global_dice, published::global_dice_tuned, published::global_loss,
                   published::global_boundary_loss, published::global_entropy, published::global_pixel_accuracy,
                   published::global_margin, published::lira_on_pixel_loss, published::lira_on_boundary_loss,
                   published::lira_on_dice, published::lira_offline_on_pixel_loss,
                   published::lira_offline_on_boundary_loss, published::lira_offline_on_dice,
                   published::rmia_on_pixel_loss, published::rmia_on_boundary_loss,
                   published::rmia_offline_on_pixel_loss, published::rmia_offline_on_boundary_loss) {
  const metric::estimate found = auc_of<Attack>(8, 80, 1.5, 1);
  INFO("AUC " << found.value << " [" << found.low << ", " << found.high << "]");
  CHECK(found.low > 0.5);
  constexpr std::size_t worlds = 20;
  double sum = 0, squares = 0;
  for (std::size_t seed = 0; seed < worlds; ++seed) {
    const double area = auc_of<Attack>(8, 60, 0, 50 + seed).value;
    sum += area;
    squares += area * area;
  }
  const double mean = sum / worlds, error = std::sqrt((squares / worlds - mean * mean) / (worlds - 1));
  INFO("mean AUC " << mean << " +- " << error);
  CHECK(error < 0.03);
  CHECK(std::abs(mean - 0.5) < 3.5 * error);
}

TEST_CASE("the global attack cuts at the mean Dice of the members of the shadow model") {
  const segmentation_campaign campaign(4, 30, 1, 3);
  const evidence found = campaign.attacked<published::global_dice>(seen);
  const auto dices = campaign.of_images[1].dice(false, segmentation_campaign::world::over::but_the_first, 1);
  double sum = 0, members = 0;
  for (std::size_t i = 0; i < dices.size(); ++i)
    if (campaign.keep[1][i] == 1) {
      sum += dices[i];
      members += 1;
    }
  CHECK(found.cut == Approx(sum / members).epsilon(1e-12));
  CHECK(found.values[5] ==
        Approx(campaign.of_images[0].dice(false, segmentation_campaign::world::over::but_the_first, 1)[5]));
}

TEST_CASE("what is left behind argmax is the share of right pixels") {
  const segmentation_campaign campaign(4, 60, 1.5, 4);
  const evidence found = campaign.attacked<published::global_pixel_accuracy>(
      [](const segmentation_campaign::world& of) { return at_every_pixel{argmax{}}(of.seen()); });
  CHECK(found.values == campaign.attacked<published::global_pixel_accuracy>(seen).values);
  CHECK(metric::auc(metric::roc_curve(found.values, campaign.members_of(0))).low > 0.5);
}

// The log ratio of two Gaussians on paper: a spread of each image's own from 32 models on, one for all images and each
// hypothesis below.
TEST_CASE("the logarithm of a loss is judged with one spread for all images below 32 models") {
  for (const std::size_t models : std::vector<std::size_t>{31, 32}) {
    const std::size_t images = 12;
    segmentation_campaign campaign(models, images, 1, 9);
    const evidence found = campaign.attacked<published::lira_on_pixel_loss>(seen);
    std::vector<std::vector<double>> logs;  // of every model, the target first
    for (const auto& world : campaign.of_images) {
      logs.push_back(world.mean([&](std::size_t i, std::size_t p) { return world.log_likelihood(i, p); }));
      for (double& x : logs.back()) x = -std::log(1e-9 - x);
    }
    double mean[2][12] = {}, count[2][12] = {}, square[2][12] = {};
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t m = 1; m <= models; ++m)
        for (std::size_t i = 0; i < images; ++i) {
          const std::size_t in = campaign.keep[m][i];
          if (pass == 0) {
            mean[in][i] += logs[m][i];
            count[in][i] += 1;
          } else {
            square[in][i] += std::pow(logs[m][i] - mean[in][i] / count[in][i], 2);
          }
        }
    const auto total = [&](const double(&of)[12]) { return std::accumulate(of, of + images, 0.0); };
    for (std::size_t i = 0; i < images; ++i) {
      double ratio = 0;
      for (const std::size_t in : {0u, 1u}) {
        const double variance = models < 32 ? total(square[in]) / total(count[in]) : square[in][i] / count[in][i];
        const double log_density =
            -std::log(variance) / 2 - std::pow(logs[0][i] - mean[in][i] / count[in][i], 2) / (2 * variance);
        ratio += in == 1 ? log_density : -log_density;
      }
      CHECK(found.values[i] == Approx(ratio).epsilon(1e-9));
    }
  }
}
