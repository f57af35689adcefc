// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/observation/floored.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/release/temperature.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/pixel_map.hpp>
#include <telltale/study/segmentation_quality.hpp>

#include "oracle/segmentation.hpp"
#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::segmented_world;

namespace {

using maps = segmentation<eigen<float>>;
template <class Policy>
using behind = decltype(at_every_pixel{std::declval<Policy>()}(std::declval<const maps&>()));

static_assert(Segmentation<maps> && Segmentation<behind<argmax>> && Segmentation<behind<noise>> &&
              Segmentation<decltype(floored(std::declval<const maps&>(), 1e-30))>);
static_assert(behind<argmax>::reveals == access_to::label && behind<noise>::reveals == access_to::confidence);
static_assert(!Classification<maps> && !Segmentation<classification<eigen<float>>>);
// Behind argmax only the label is left, whatever is asked of the pixels.
static_assert(Scorer<mean_over_pixels<correctness>, behind<argmax>> && Scorer<dice<dice_by::labels>, behind<argmax>>);
static_assert(!Scorer<mean_over_pixels<loss>, behind<argmax>> && !Scorer<pixel_map<>, behind<argmax>> &&
              !Scorer<dice<>, behind<argmax>>);
static_assert(!Scorer<dice<>, classification<eigen<float>>> && !Scorer<loss, maps>);
static_assert(!ReleasePolicy<at_every_pixel<noise>, behind<argmax>> &&
              ReleasePolicy<at_every_pixel<argmax>, behind<noise>>);
static_assert(at_every_pixel<argmax>::name == std::string_view("argmax at every pixel"));

}  // namespace

TEST_CASE("behind argmax a segmentation is the labels that it predicts") {
  const segmented_world<float> world(4, 5, 9, 7, stored_as::logits, 3);
  std::vector<int> predicted;
  for (std::size_t i = 0; i < world.n; ++i)
    for (std::size_t p = 0; p < world.pixels(); ++p) predicted.push_back(int(world.predicted(i, p)));
  const segmentation<eigen<float>, access_to::label> given(predicted, world.format(), world.truth());
  const auto seen = at_every_pixel{argmax{}}(world.seen());
  CHECK(scored::by(mean_over_pixels<correctness>{}, seen) == scored::by(mean_over_pixels<correctness>{}, given));
  CHECK(scored::by(pixel_map<correctness>{}, seen) == scored::by(pixel_map<correctness>{}, given));
  CHECK(scored::by(dice<dice_by::labels>{}, seen) == scored::by(dice<dice_by::labels>{}, given));
  CHECK(scored::by(dice<dice_by::labels>{}, seen) == scored::by(dice<dice_by::labels>{}, world.seen()));
  CHECK(quality_of(seen).mean_iou == quality_of(given).mean_iou);
}

TEST_CASE("every image has noise of its own, and asking twice gives the same answer") {
  // Two images with the same maps and the same mask.
  segmented_world<double> world(2, 3, 6, 8);
  const auto half = std::ptrdiff_t(world.maps.size() / 2);
  std::copy_n(world.maps.begin(), half, world.maps.begin() + half);
  std::copy_n(world.masks.begin(), world.pixels(), world.masks.begin() + std::ptrdiff_t(world.pixels()));
  const auto seen = at_every_pixel{noise(0.1, 5)}(world.seen());
  const std::vector<double> once = scored::by(pixel_map<>{}, seen);
  CHECK(once == scored::by(pixel_map<>{.threads = 3}, seen));
  std::size_t same = 0, counted = 0;
  for (std::size_t p = 0; p < world.pixels(); ++p) {
    if (!world.counts(0, p)) continue;
    ++counted;
    same += once[p] == once[world.pixels() + p];
  }
  CHECK(counted > 30);
  CHECK(same == 0);
  CHECK(once != scored::by(pixel_map<>{}, at_every_pixel{noise(0.1, 6)}(world.seen())));
  // Without noise the answer is the softmax, whose losses are those of the logits.
  const std::vector<double> quiet = scored::by(pixel_map<>{}, at_every_pixel{noise(0)}(world.seen())),
                            plain = scored::by(pixel_map<>{}, world.seen());
  for (std::size_t p = 0; p < plain.size(); ++p) CHECK(quiet[p] == Approx(plain[p]).epsilon(1e-9));
}

TEST_CASE("releases form a chain, pixel by pixel") {
  const segmented_world<double> world(3, 4, 5, 6, stored_as::probabilities, 9);
  const auto rounded = at_every_pixel{rounding{2}}(world.seen());
  const auto lifted = floored(rounded, 0.01);
  const std::vector<double> map = scored::by(pixel_map<>{}, lifted);
  for (std::size_t i = 0; i < world.n; ++i)
    for (std::size_t p = 0; p < world.pixels(); ++p) {
      if (!world.counts(i, p)) continue;
      const double kept = std::round(double(world.probability(i, world.label(i, p), p)) * 100) / 100;
      CHECK(map[i * world.pixels() + p] == Approx(std::log(std::max(kept, 0.01))).epsilon(1e-9));
    }
  const auto labels = at_every_pixel{argmax{}}(at_every_pixel{temperature{3}}(world.seen()));
  CHECK(scored::by(dice<dice_by::labels>{}, labels) == scored::by(dice<dice_by::labels>{}, world.seen()));
  CHECK(scored::by(mean_over_pixels<loss>{}, at_every_pixel{top_k{4}}(world.seen()))[0] ==
        Approx(scored::by(mean_over_pixels<loss>{}, world.seen())[0]));
}

TEST_CASE("images are counted in which a value was clipped at some pixel") {
  std::vector<double> maps{0.5, 0.5, 0.5, 0.5, /* image 1 */ 1, 0.5, 0, 0.5};  // 2 images, 2 classes, 2 pixels
  const segmentation<eigen<double>> seen({maps, 2, 2, 2}, {2, 1, 2}, {}, stored_as::probabilities);
  CHECK(floored(seen, 1e-6).records_touched() == 1);
  CHECK(at_every_pixel{noise(0)}(seen).records_touched() == 1);
  CHECK(at_every_pixel{noise(0.3)}(seen).records_touched() >= 1);
}
