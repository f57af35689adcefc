// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <telltale/observation/floored.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/likelihood.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/minus_log.hpp>
#include <telltale/scorer/pixel_map.hpp>
#include <telltale/study/segmentation_quality.hpp>

#include "oracle/segmentation.hpp"
#include "oracle/torch_segmentation.hpp"
#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::numbers;
using oracle::segmented_world;

namespace {

constexpr stored_as every_form[] = {stored_as::logits, stored_as::log_probabilities, stored_as::probabilities};

double farthest(const numbers& a, const numbers& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return worst;
}

template <class Work>
std::string refusal(const Work& work) {
  try {
    work();
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

bool mentions(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

using soft_all = dice<dice_by::probabilities, over_classes::all>;
using soft_in_mask = dice<dice_by::probabilities, over_classes::in_the_mask>;
using hard = dice<dice_by::labels>;
using hard_all = dice<dice_by::labels, over_classes::all>;

template <class Scalar, class Label>
double farthest_of_all(const segmented_world<Scalar, Label>& world) {
  using over = typename segmented_world<Scalar, Label>::over;
  const auto batch = world.seen();
  const auto by = [&](auto what) {
    return [&world, what](std::size_t i, std::size_t p) { return (world.*what)(i, p); };
  };
  using W = segmented_world<Scalar, Label>;
  numbers map;
  for (std::size_t i = 0; i < world.n; ++i)
    for (std::size_t p = 0; p < world.pixels(); ++p)
      map.push_back(world.counts(i, p) ? double(world.log_likelihood(i, p)) : 0);
  return std::max(
      {farthest(scored::by(pixel_map<>{}, batch), map),
       farthest(scored::by(mean_over_pixels<>{}, batch), world.mean(by(&W::log_likelihood))),
       farthest(scored::by(mean_over_pixels<loss, over_pixels::boundary>{}, batch),
                world.mean(by(&W::log_likelihood), true)),
       farthest(scored::by(mean_over_pixels<logit_margin>{}, batch), world.mean(by(&W::margin))),
       farthest(scored::by(mean_over_pixels<entropy>{}, batch), world.mean(by(&W::minus_entropy))),
       farthest(scored::by(mean_over_pixels<correctness>{}, batch), world.mean(by(&W::is_right))),
       farthest(scored::by(dice<>{}, batch), world.dice(false, over::but_the_first, 1)),
       farthest(scored::by(soft_all{}, batch), world.dice(false, over::all, 1)),
       farthest(scored::by(soft_in_mask{.smoothing = 0.25}, batch), world.dice(false, over::in_the_mask, 0.25L)),
       farthest(scored::by(hard{}, batch), world.dice(true, over::but_the_first, 1)),
       farthest(scored::by(hard_all{.smoothing = 3}, batch), world.dice(true, over::all, 3))});
}

}  // namespace

TEST_CASE_TEMPLATE("every score of a segmentation is its formula", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, float> ? 1e-5 : 1e-12;
  for (const stored_as form : every_form) {
    CHECK(farthest_of_all(segmented_world<Scalar, std::uint8_t>(4, 5, 13, 17, form, 3)) < tolerance);
    CHECK(farthest_of_all(segmented_world<Scalar, std::int64_t>(3, 2, 9, 8, form, 4)) < tolerance);
    CHECK(farthest_of_all(segmented_world<Scalar, int>(2, 19, 32, 31, form, 5)) < tolerance);
  }
}

TEST_CASE("scores and qualities are the same bits on any number of threads") {
  const segmented_world<float> world(7, 4, 16, 11, stored_as::logits, 8);
  const auto batch = world.seen();
  CHECK(scored::by(pixel_map<>{.threads = 1}, batch) == scored::by(pixel_map<>{.threads = 4}, batch));
  CHECK(scored::by(mean_over_pixels<>{.threads = 1}, batch) == scored::by(mean_over_pixels<>{.threads = 4}, batch));
  CHECK(scored::by(dice<>{.threads = 1}, batch) == scored::by(dice<>{.threads = 4}, batch));
  const segmentation_quality one = quality_of(batch, 1), four = quality_of(batch, 4);
  CHECK(std::tie(one.dice, one.mean_iou, one.pixel_accuracy) ==
        std::tie(four.dice, four.mean_iou, four.pixel_accuracy));
}

TEST_CASE("maps with their channels last give the same scores") {
  const segmented_world<double> world(3, 4, 7, 9);
  std::vector<double> last(world.maps.size());
  for (std::size_t i = 0; i < world.n; ++i)
    for (std::size_t c = 0; c < world.k; ++c)
      for (std::size_t p = 0; p < world.pixels(); ++p)
        last[(i * world.pixels() + p) * world.k + c] = world.maps[world.at(i, c, p)];
  const batch_view<double> view(last.data(), world.n, world.k, world.pixels(), world.pixels() * world.k, 1, world.k);
  const segmentation<eigen<double>> batch(view, world.format(), world.truth());
  CHECK(farthest(scored::by(pixel_map<>{}, batch), scored::by(pixel_map<>{}, world.seen())) < 1e-14);
  CHECK(farthest(scored::by(dice<>{}, batch), scored::by(dice<>{}, world.seen())) < 1e-14);
}

TEST_CASE("losses and Dice are those that PyTorch's softmax gives") {
  namespace recorded = oracle::torch_segmentation;
  const std::vector<double> logits = recorded::logits();
  const std::vector<int> masks = recorded::masks();
  const map_format format{recorded::classes, recorded::height, recorded::width};
  const segmentation<eigen<double>> batch(
      batch_view<double>(logits, recorded::images, format.classes, format.pixels()), format,
      label_maps(std::span<const int>(masks), recorded::images, format.height, format.width, recorded::ignored));
  numbers losses = scored::by(pixel_map<>{}, batch);
  for (double& x : losses) x = -x;
  CHECK(farthest(losses, recorded::losses) < 1e-13);
  CHECK(farthest(scored::by(dice<>{}, batch), recorded::dice_but_the_first) < 1e-14);
  const numbers ours = scored::by(soft_in_mask{}, batch);
  CHECK(farthest(ours, recorded::dice_in_the_mask) < 1e-14);
  // Theirs divides the sum over the classes of the mask by the number of all classes: image i has 2 + i of 4.
  for (std::size_t i = 0; i < recorded::images; ++i)
    CHECK(-ours[i] * double(2 + i) / 4 == Approx(recorded::dice_loss_of_segmentation_models[i]).epsilon(1e-13));
}

TEST_CASE("a perfect answer has a loss of 0 and a Dice loss of 0, an impossible one that of the floor") {
  // Two classes, four pixels; the last one is ignored.
  const std::vector<float> maps{1, 0, 0, 1, /* class 1 */ 0, 1, 1, 0};
  const std::vector<std::uint8_t> right{0, 1, 1, 255}, wrong{1, 0, 0, 255};
  const auto seen = [&](const std::vector<std::uint8_t>& mask) {
    return segmentation<eigen<float>>({maps, 1, 2, 4}, {2, 2, 2},
                                      label_maps(std::span<const std::uint8_t>(mask), 1, 2, 2, 255),
                                      stored_as::probabilities);
  };
  CHECK(scored::by(pixel_map<>{}, seen(right)) == numbers{0, 0, 0, 0});
  CHECK(scored::by(mean_over_pixels<>{}, seen(right)) == numbers{0});
  CHECK(scored::by(dice<>{}, seen(right)) == numbers{0});
  CHECK(scored::by(hard{}, seen(right)) == numbers{0});
  // He et al. 2020 floor probabilities at 1e-30: -log 1e-30 = 69.08; the ignored pixel has no loss.
  const auto lifted = floored(seen(wrong), 1e-30);
  const numbers map = scored::by(pixel_map<>{}, lifted);
  for (std::size_t p = 0; p < 3; ++p) CHECK(map[p] == Approx(-69.0776).epsilon(1e-5));
  CHECK(map[3] == 0);
  CHECK(lifted.records_touched() == 1);
  CHECK(mentions(refusal([&] { static_cast<void>(scored::by(pixel_map<>{}, seen(wrong))); }),
                 "image 0: pixel 0 gives a score of -inf"));
}

TEST_CASE("a class that neither mask nor answer has counts as covered") {
  const std::vector<double> maps{1, 1, 0, 0, 0, 0};  // three classes, two pixels, all background
  const std::vector<int> mask{0, 0};
  const segmentation<eigen<double>> empty({maps, 1, 3, 2}, {3, 1, 2}, label_maps(std::span<const int>(mask), 1, 1, 2),
                                          stored_as::probabilities);
  CHECK(scored::by(dice<>{}, empty) == numbers{0});
  CHECK(quality_of(empty).mean_iou == 1);  // of the only class that occurs
}

TEST_CASE("quality is Dice by image, and intersection over union and accuracy of the whole set") {
  const segmented_world<float> world(5, 4, 12, 10, stored_as::logits, 21);
  std::vector<double> shared(4), either(4);
  double right = 0, all = 0;
  for (std::size_t i = 0; i < world.n; ++i)
    for (std::size_t p = 0; p < world.pixels(); ++p) {
      if (!world.counts(i, p)) continue;
      const std::size_t y = world.label(i, p), q = world.predicted(i, p);
      all += 1;
      right += y == q;
      shared[y] += y == q;
      either[y] += 1;
      either[q] += y != q;
    }
  double iou = 0, dice_sum = 0;
  for (std::size_t c = 0; c < 4; ++c) iou += shared[c] / either[c] / 4;
  for (const double each : world.dice(true, segmented_world<float>::over::but_the_first, 1))
    dice_sum += (each + 1) / double(world.n);
  const segmentation_quality got = quality_of(world.seen());
  CHECK(got.pixel_accuracy == Approx(right / all).epsilon(1e-12));
  CHECK(got.mean_iou == Approx(iou).epsilon(1e-12));
  CHECK(got.dice == Approx(dice_sum).epsilon(1e-12));
}

TEST_CASE("logarithms and likelihoods of an error keep its order") {
  const segmented_world<double> world(6, 3, 8, 8);
  const auto batch = world.seen();
  const numbers plain = scored::by(mean_over_pixels<>{}, batch),
                logs = scored::by(minus_log<mean_over_pixels<>>{}, batch),
                likely = scored::by(likelihood<mean_over_pixels<>>{}, batch);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(logs[i] == Approx(-std::log(1e-9 - plain[i])));
    CHECK(likely[i] == Approx(std::exp(plain[i])));
  }
  CHECK(mentions(refusal([&] { static_cast<void>(scored::by(minus_log<mean_over_pixels<correctness>>{}, batch)); }),
                 "wanted minus an error, at most 0"));
  CHECK(mentions(refusal([&] { static_cast<void>(scored::by(likelihood<mean_over_pixels<correctness>>{}, batch)); }),
                 "wanted minus an error, at most 0"));
  // Stored probabilities may sum to a little more than 1: an error below 0 is none.
  const std::vector<double> over_one{1.00005, 0};
  const std::vector<int> mask{0};
  const segmentation<eigen<double>> surer({over_one, 1, 2, 1}, {2, 1, 1},
                                          label_maps(std::span<const int>(mask), 1, 1, 1), stored_as::probabilities);
  CHECK(scored::by(mean_over_pixels<>{}, surer)[0] > 0);
  CHECK(scored::by(minus_log<mean_over_pixels<>>{}, surer)[0] == -std::log(1e-9));
  CHECK(scored::by(likelihood<mean_over_pixels<>>{}, surer)[0] == 1);
}

TEST_CASE("what cannot be scored is refused in one sentence that names the image") {
  using maker = segmented_world<double>;
  const auto refused = [](const auto& score, const auto& change) {
    maker world(3, 3, 4, 5);
    change(world);
    return refusal([&] { static_cast<void>(scored::by(score, world.seen())); });
  };
  CHECK(mentions(refused(dice<>{}, [](maker& w) { w.masks[20 + 7] = 3; }),
                 "masks: image 1 has label 3 at row 1, column 2; wanted 0 to 2, or 99 to ignore it"));
  CHECK(mentions(refused(pixel_map<>{}, [](maker& w) { w.ignored.reset(); }), "or the label that says ignore"));
  CHECK(mentions(refused(dice<>{}, [](maker& w) { std::fill_n(w.masks.begin() + 40, 20, std::uint8_t{99}); }),
                 "image 2 is ignored at every pixel"));
  CHECK(mentions(refused(mean_over_pixels<loss, over_pixels::boundary>{},
                         [](maker& w) { std::fill_n(w.masks.begin(), 20, std::uint8_t{2}); }),
                 "image 0: all pixels are of one class, so there is no boundary"));
  CHECK(mentions(refused(dice<>{}, [](maker& w) { w.maps[w.at(1, 2, 7)] = std::numeric_limits<double>::quiet_NaN(); }),
                 "image 1: pixel 7 has a logit of nan for class 2"));
  CHECK(mentions(refused(pixel_map<>{}, [](maker& w) { w.form = stored_as::probabilities; }), "image 0: pixel 0 "));
  CHECK(mentions(refused(dice<>{},
                         [](maker& w) {
                           w = maker(3, 3, 4, 5, stored_as::probabilities);
                           w.maps[w.at(2, 0, 19)] += 0.01;
                         }),
                 "image 2: pixel 19 sums to 1.0"));
  const auto none = [](maker&) {};
  CHECK(mentions(refused(dice<>{.smoothing = 0}, none), "smoothing: is 0.000000; wanted a positive number"));
  CHECK(mentions(refused(dice<>{.smoothing = std::numeric_limits<double>::infinity()}, none),
                 "wanted a positive number"));
  const maker world(2, 3, 4, 5);
  std::vector<double> one(1);
  CHECK_THROWS_AS(dice<>{}(world.seen(), std::span<double>(one)), argument_error);
  CHECK_THROWS_AS(pixel_map<>{}(world.seen(), std::span<double>(one)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(quality_of(maker(0, 3, 4, 5).seen())), argument_error);
}

TEST_CASE("of several bad images the first is named, on any number of threads") {
  segmented_world<float> world(40, 3, 4, 4);
  for (const std::size_t image : {9u, 23u, 31u}) world.masks[image * 16] = 7;
  CHECK(mentions(refusal([&] { static_cast<void>(scored::by(dice<>{.threads = 4}, world.seen())); }),
                 "image 9 has label 7"));
}
