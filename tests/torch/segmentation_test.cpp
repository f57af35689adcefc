// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/release/temperature.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/scorer/pixel_map.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/backend.hpp>

#include "oracle/segmentation_campaign.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::segmented_world;

namespace {

template <class Score, class Batch>
std::vector<double> scored(const Score& score, const Batch& batch) {
  std::vector<double> out(batch.subjects() * telltale::detail::width_of(score, batch));
  score(batch, std::span<double>(out));
  return out;
}

double farthest(const std::vector<double>& a, const std::vector<double>& b) {
  DOCTEST_REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return worst;
}

template <class Scalar, class Label>
at::Tensor tensor_of(const segmented_world<Scalar, Label>& world, const at::Device& device) {
  const auto n = static_cast<std::int64_t>(world.n), k = static_cast<std::int64_t>(world.k),
             pixels = static_cast<std::int64_t>(world.pixels());
  return at::tensor(at::ArrayRef<Scalar>(world.maps)).view({n, k, pixels}).to(device);
}

template <class Scalar, class Label>
segmentation<libtorch> there(const segmented_world<Scalar, Label>& world, const at::Device& device) {
  return {tensor_of(world, device), world.format(), world.truth(), world.form};
}

// How far tensors are from Eigen over every scorer that both batches allow.
template <class Host, class There>
double farthest_of_all(const Host& host, const There& on_device) {
  double worst = 0;
  const auto compare = [&]<class Score>(const Score& score) {
    static_assert(Scorer<Score, Host> == Scorer<Score, There>);
    if constexpr (Scorer<Score, Host>) worst = std::max(worst, farthest(scored(score, on_device), scored(score, host)));
  };
  compare(pixel_map<>{});
  compare(pixel_map<correctness>{});
  compare(pixel_map<entropy>{.threads = 2});
  compare(mean_over_pixels<>{});
  compare(mean_over_pixels<loss, over_pixels::boundary>{.threads = 2});
  compare(mean_over_pixels<logit_margin>{});
  compare(mean_over_pixels<entropy>{});
  compare(mean_over_pixels<correctness>{});
  compare(dice<>{});
  compare(dice<dice_by::probabilities, over_classes::all>{});
  compare(dice<dice_by::probabilities, over_classes::in_the_mask>{.threads = 2});
  compare(dice<dice_by::labels>{});
  compare(minus_log<dice<>>{});
  compare(likelihood<mean_over_pixels<>>{});
  const segmentation_quality a = quality_of(host), b = quality_of(on_device);
  return std::max({worst, std::abs(a.dice - b.dice), std::abs(a.mean_iou - b.mean_iou),
                   std::abs(a.pixel_accuracy - b.pixel_accuracy)});
}

template <class Work>
std::string refusal(const Work& work) {
  try {
    static_cast<void>(work());
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

constexpr stored_as every_form[] = {stored_as::logits, stored_as::log_probabilities, stored_as::probabilities};

}  // namespace

DOCTEST_TEST_CASE_TEMPLATE("every score of a segmentation is the same on tensors", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, float> ? 1e-5 : 1e-12;
  oracle::for_each_device([&](const at::Device& device) {
    for (const stored_as form : every_form) {
      const segmented_world<Scalar> world(4, 5, 13, 9, form, 3);
      DOCTEST_CHECK(farthest_of_all(world.seen(), there(world, device)) < tolerance);
      const segmented_world<Scalar, std::int64_t> two(3, 2, 8, 7, form, 4);
      DOCTEST_CHECK(farthest_of_all(two.seen(), there(two, device)) < tolerance);
    }
  });
}

DOCTEST_TEST_CASE("maps with their channels last are seen where they lie") {
  oracle::for_each_device([](const at::Device& device) {
    const segmented_world<double> world(3, 4, 6, 5);
    const at::Tensor last = tensor_of(world, device).transpose(1, 2).contiguous().transpose(1, 2);
    DOCTEST_REQUIRE(!last.is_contiguous());
    const segmentation<libtorch> seen(last, world.format(), world.truth());
    DOCTEST_CHECK(farthest(scored(pixel_map<>{}, seen), scored(pixel_map<>{}, world.seen())) < 1e-12);
  });
}

DOCTEST_TEST_CASE_TEMPLATE("every release at every pixel is the same on tensors", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, float> ? 1e-5 : 1e-12;
  oracle::for_each_device([&](const at::Device& device) {
    for (const stored_as form : every_form) {
      const segmented_world<Scalar> world(3, 4, 7, 8, form, 5);
      const auto same = [&](const auto& release) {
        const auto host = release(world.seen());
        const auto on_device = release(there(world, device));
        DOCTEST_CHECK(farthest_of_all(host, on_device) < tolerance);
        if constexpr (requires { host.records_touched(); })
          DOCTEST_CHECK(host.records_touched() == on_device.records_touched());
      };
      same(at_every_pixel{argmax{}});
      same(at_every_pixel{noise(0.2, 3)});
      same(at_every_pixel{temperature{2.5}});
      same(at_every_pixel{top_k{4}});
      same([](const auto& batch) { return floored(at_every_pixel{rounding{2}}(batch), 1e-3); });
      same([](const auto& batch) { return at_every_pixel{argmax{}}(at_every_pixel{noise(0.4)}(batch)); });
    }
  });
}

DOCTEST_TEST_CASE_TEMPLATE("every release of a classifier is the same on tensors", Scalar, float, double) {
  const double tolerance = std::is_same_v<Scalar, float> ? 1e-5 : 1e-12;
  oracle::for_each_device([&](const at::Device& device) {
    for (const stored_as form : every_form) {
      // The pixels of an image as the records of a classifier; more records than a tile of the host has.
      const segmented_world<Scalar> world(1, 6, 30, 30, form, 6);
      std::vector<Scalar> rows;
      std::vector<int> truth;
      for (std::size_t p = 0; p < world.pixels(); ++p) {
        for (std::size_t c = 0; c < world.k; ++c) rows.push_back(world.maps[world.at(0, c, p)]);
        truth.push_back(static_cast<int>(p % world.k));
      }
      const auto records = static_cast<std::int64_t>(world.pixels()), classes = static_cast<std::int64_t>(world.k);
      const at::Tensor tensor = at::tensor(at::ArrayRef<Scalar>(rows)).view({records, classes}).to(device);
      const classification<eigen<Scalar>> host(batch_view<Scalar>(rows, world.pixels(), world.k), truth, form);
      const classification<libtorch> on_device(tensor, truth, form);
      const at::Tensor before = tensor.clone();
      const auto same = [&](const auto& release) {
        const auto a = release(host);
        const auto b = release(on_device);
        if constexpr (Scorer<loss, decltype(a)>) {
          DOCTEST_CHECK(farthest(scored(loss{}, b), scored(loss{}, a)) < tolerance);
          DOCTEST_CHECK(farthest(scored(entropy{}, b), scored(entropy{}, a)) < tolerance);
        }
        DOCTEST_CHECK(scored(correctness{}, b) == scored(correctness{}, a));
        if constexpr (requires { a.records_touched(); }) DOCTEST_CHECK(a.records_touched() == b.records_touched());
      };
      same(argmax{});
      same(noise(0.2, 3));
      same(temperature{0.5});
      same(top_k{6});
      same([](const auto& batch) { return floored(rounding{1}(batch), 1e-4); });
      same([](const auto& batch) { return floored(top_k{2}(batch), 1e-4); });
      same([](const auto& batch) { return argmax{}(noise(0.3)(batch)); });
      DOCTEST_CHECK(at::equal(tensor, before));  // what the user owns is not rewritten
    }
  });
}

DOCTEST_TEST_CASE("published attacks find the same on both backends") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::segmentation_campaign campaign(6, 20, 1, 11);
    const auto same = [&]<class Attack>(const Attack&) {
      const evidence host = campaign.attacked<Attack>([](const auto& world) { return world.seen(); });
      const evidence on_device = campaign.attacked<Attack>([&](const auto& world) { return there(world, device); });
      DOCTEST_CHECK(farthest(on_device.values, host.values) < 1e-9);
    };
    same(published::global_dice{});
    same(published::global_boundary_loss{});
    same(published::global_entropy{});
    same(published::lira_on_dice{});
    same(published::lira_offline_on_pixel_loss{});
    same(published::rmia_on_boundary_loss{});
  });
}

DOCTEST_TEST_CASE("what is wrong with tensors is said as of arrays") {
  oracle::for_each_device([](const at::Device& device) {
    segmented_world<double> world(3, 3, 4, 5);
    world.maps[world.at(1, 2, 7)] = std::numeric_limits<double>::quiet_NaN();
    const auto names_the_pixel = [](const std::string& text) {
      return text.find("image 1: pixel 7 has a logit") != std::string::npos;
    };
    DOCTEST_CHECK(names_the_pixel(refusal([&] { return scored(dice<>{}, world.seen()); })));
    DOCTEST_CHECK(names_the_pixel(refusal([&] { return scored(dice<>{}, there(world, device)); })));
    segmented_world<double> other(3, 3, 4, 5, stored_as::probabilities);
    other.maps[other.at(2, 0, 3)] += 0.5;
    DOCTEST_CHECK(refusal([&] { return scored(dice<>{}, there(other, device)); }) ==
                  refusal([&] { return scored(dice<>{}, other.seen()); }));
  });
}
