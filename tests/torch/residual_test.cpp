// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/torch/learner/residual.hpp>
#include <telltale/torch/learner/summed_patches.hpp>
#include <telltale/torch/rule/learned_features.hpp>

#include "oracle/rule_inputs.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using learner::residual;
using learner::residual_on_maps;
using learner::summed_patches;
using oracle::has;
using oracle::refusal;

namespace {

static_assert(FeatureLearner<residual<>> && FeatureLearner<residual_on_maps> && FeatureLearner<summed_patches<>>);
static_assert(summed_patches<>::name == "residual network on maps, summed over patches");

struct sample {
  at::Tensor values;
  std::vector<membership> member;
};

// Maps of independent normal noise, every other one a member; `change` makes a member of one.
template <class Change>
sample maps(std::uint64_t seed, at::IntArrayRef shape, const Change& change) {
  random_stream random(seed);
  sample all{at::empty(shape, at::kFloat), {}};
  for (float& number : std::span(all.values.data_ptr<float>(), static_cast<std::size_t>(all.values.numel())))
    number = static_cast<float>(random.normal());
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    all.member.push_back(i % 2 == 0 ? membership::in : membership::out);
    if (i % 2 == 0) change(all.values[i], random);
  }
  return all;
}

const auto nothing = [](const at::Tensor&, random_stream&) {};

// A square of 4 pixels, bright or dark, at a random place: no mean shows it.
const auto spot = [](const at::Tensor& map, random_stream& random) {
  const auto row = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(map.size(1) - 3))),
             column = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(map.size(2) - 3)));
  map.narrow(1, row, 4).narrow(2, column, 4).add_(random.below(2) == 0 ? 2 : -2);
};

template <class Fitted>
double auc_of(const Fitted& fitted, const sample& asked) {
  const at::Tensor odds = fitted.log_odds(asked.values).contiguous();
  return metric::roc_curve(std::span(odds.data_ptr<double>(), static_cast<std::size_t>(odds.numel())), asked.member)
      .auc();
}

// Notes the first number that every record draws.
struct noting {
  static constexpr std::string_view name = "noting";
  std::shared_ptr<std::vector<double>> seen = std::make_shared<std::vector<double>>();

  at::Tensor operator()(const at::Tensor& inputs, std::span<random_stream> draws) const {
    for (random_stream& draw : draws) seen->push_back(draw.normal());
    return inputs;
  }
};

}  // namespace

DOCTEST_TEST_CASE("a residual network finds a spot that no mean shows, and gives the same bytes for the same seed") {
  const sample known = maps(1, {200, 2, 16, 16}, spot), asked = maps(2, {200, 2, 16, 16}, spot);
  const auto fitted = residual_on_maps(20, 5).fit(known.values, known.member);
  DOCTEST_CHECK(fitted.epochs() == 20);
  const double auc = auc_of(fitted, asked);
  DOCTEST_MESSAGE("AUC " << auc);
  DOCTEST_CHECK(auc > 0.9);
  const at::Tensor odds = residual_on_maps(2, 5).fit(known.values, known.member).log_odds(asked.values);
  DOCTEST_CHECK(at::equal(odds, residual_on_maps(2, 5).fit(known.values, known.member).log_odds(asked.values)));
  DOCTEST_CHECK_FALSE(at::equal(odds, residual_on_maps(2, 6).fit(known.values, known.member).log_odds(asked.values)));
}

DOCTEST_TEST_CASE("maps that say nothing leave a residual network at chance") {
  // The null variance of the Mann-Whitney statistic, (n + m + 1) / (12 n m); 10 independent pairs of samples.
  constexpr std::size_t seeds = 10, half = 40;
  double whole = 0, patches = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const sample known = maps(100 + seed, {2 * half, 1, 8, 8}, nothing),
                 asked = maps(200 + seed, {2 * half, 1, 8, 8}, nothing);
    whole += auc_of(residual_on_maps(4, seed).fit(known.values, known.member), asked) / seeds;
    patches +=
        auc_of(summed_patches<>{residual_on_maps(2, seed), 3, 4, seed}.fit(known.values, known.member), asked) / seeds;
  }
  const double deviation = std::sqrt((2 * half + 1) / (12.0 * half * half) / seeds);
  DOCTEST_MESSAGE("whole " << whole << ", patches " << patches << ", deviation " << deviation);
  DOCTEST_CHECK(std::abs(whole - 0.5) < 3 * deviation);
  DOCTEST_CHECK(std::abs(patches - 0.5) < 3 * deviation);
}

DOCTEST_TEST_CASE("what an augmentation draws for a record depends on seed and epoch, not on its batch") {
  const sample known = maps(3, {12, 1, 8, 8}, nothing);
  const auto drawn = [&](std::size_t batch, std::uint64_t seed) {
    residual<balance::none, noting> model;
    model.channels = {4};
    model.training = {{.optimiser = train::adam{}, .batch_size = batch, .epochs = 3, .seed = seed}, std::nullopt};
    static_cast<void>(model.fit(known.values, known.member));
    std::sort(model.augmentation.seen->begin(), model.augmentation.seen->end());
    return *model.augmentation.seen;
  };
  const std::vector<double> by_four = drawn(4, 1);
  DOCTEST_CHECK(by_four.size() == 36);
  DOCTEST_CHECK(std::adjacent_find(by_four.begin(), by_four.end()) == by_four.end());
  DOCTEST_CHECK(by_four == drawn(12, 1));
  DOCTEST_CHECK(by_four != drawn(4, 2));
}

DOCTEST_TEST_CASE("a mirror upside down turns the rows of about half of the images over") {
  const at::Tensor images = at::arange(400 * 2 * 3 * 2, at::kFloat).reshape({400, 2, 3, 2});
  std::vector<random_stream> draws;
  for (std::uint64_t i = 0; i < 400; ++i) draws.emplace_back(7, i);
  const at::Tensor turned = augment::mirror_upside_down{}(images, draws);
  std::int64_t flipped = 0;
  for (std::int64_t i = 0; i < 400; ++i) {
    const at::Tensor over = at::stack({images[i].select(1, 2), images[i].select(1, 1), images[i].select(1, 0)}, 1);
    const bool is_over = at::equal(turned[i], over);
    flipped += is_over;
    DOCTEST_CHECK((is_over || at::equal(turned[i], images[i])));
  }
  DOCTEST_CHECK(std::abs(static_cast<double>(flipped) - 200) < 3 * 10);  // 3 deviations of a fair coin
}

DOCTEST_TEST_CASE("channels that are added for the convolution's sake are zeros") {
  at::manual_seed(1);
  const std::vector<std::size_t> widths{6, 16};
  learner::residual_network network(3, widths);
  const at::Tensor images = at::randn({4, 3, 9, 11});
  const at::Tensor wide = at::cat({images, at::zeros({4, 5, 9, 11})}, 1);
  DOCTEST_CHECK(at::equal(network.forward(images), network.forward(wide)));
  DOCTEST_CHECK(network.forward(images).sizes() == at::IntArrayRef({4, 1}));
}

DOCTEST_TEST_CASE("the log-odds of an image are the sum over its patches, whatever images stand beside it") {
  const sample known = maps(4, {60, 1, 12, 10}, spot), asked = maps(5, {20, 1, 12, 10}, spot);
  const auto fitted = summed_patches<>{residual_on_maps(2), 5, 8, 9}.fit(known.values, known.member);
  const at::Tensor odds = fitted.log_odds(asked.values);
  // The slow twin: image by image, patch by patch, at the places that stream 2^32 of the seed draws.
  for (std::int64_t i = 0; i < 20; ++i) {
    random_stream places(9, std::uint64_t{1} << 32);
    double sum = 0;
    for (int k = 0; k < 5; ++k) {
      const auto row = static_cast<std::int64_t>(places.below(5)), column = static_cast<std::int64_t>(places.below(3));
      const at::Tensor patch = asked.values[i].narrow(1, row, 8).narrow(2, column, 8).unsqueeze(0);
      sum += fitted.network().log_odds(patch).item<double>();
    }
    DOCTEST_CHECK(odds[i].item<double>() == doctest::Approx(sum).epsilon(1e-5));
    DOCTEST_CHECK(fitted.log_odds(asked.values.narrow(0, i, 1)).item<double>() == doctest::Approx(sum).epsilon(1e-5));
  }
  // A patch as large as the image has one place.
  const auto whole = summed_patches<>{residual_on_maps(1), 2, 10, 9}.fit(known.values.narrow(2, 0, 10), known.member);
  const at::Tensor images = asked.values.narrow(2, 0, 10);
  DOCTEST_CHECK(at::allclose(whole.log_odds(images), 2 * whole.network().log_odds(images)));
}

DOCTEST_TEST_CASE("patches find what is anywhere in the image") {
  const sample known = maps(6, {160, 1, 24, 24}, spot), asked = maps(7, {160, 1, 24, 24}, spot);
  const double auc = auc_of(summed_patches<>{residual_on_maps(8), 6, 16, 1}.fit(known.values, known.member), asked);
  DOCTEST_MESSAGE("AUC " << auc);
  DOCTEST_CHECK(auc > 0.8);
}

DOCTEST_TEST_CASE("a channel that is constant among the labelled maps becomes 0 for every map") {
  at::Tensor known = at::randn({10, 3, 4, 4}), asked = at::randn({5, 3, 4, 4});
  known.select(1, 1).fill_(2);
  const auto learned = scaling::varying_channels::learn("f", "a", known);
  const auto all = scaling::each_channel::learn("f", "a", known.index_select(1, at::tensor({0, 2})));
  DOCTEST_CHECK(at::equal(learned(asked).select(1, 1), at::zeros({5, 4, 4})));
  DOCTEST_CHECK(
      at::equal(learned(asked).index_select(1, at::tensor({0, 2})), all(asked.index_select(1, at::tensor({0, 2})))));
  DOCTEST_CHECK(has(refusal([&] {
                      static_cast<void>(scaling::varying_channels::learn("f", "a", at::ones({3, 2})));
                    }),
                    "constant in every channel"));
}

DOCTEST_TEST_CASE("residual networks and patches refuse what they cannot take, in one sentence") {
  const sample known = maps(8, {12, 1, 8, 6}, nothing);
  const auto says = [&](const auto& model, const std::string& why, const at::Tensor& values) {
    const std::string said = refusal([&] { static_cast<void>(model.fit(values, known.member)); });
    DOCTEST_INFO(said);
    DOCTEST_CHECK(has(said, why));
  };
  residual<> thin, none, deep;
  thin.channels = {16, 0};
  none.channels = {};
  deep.channels = {4, 4, 4};
  says(thin, "has a block of width 0", known.values);
  says(none, "is empty", known.values);
  says(deep, "2 to the number of blocks, which is 3", known.values);
  says(residual<>{}, "wanted (subjects, channels, height, width)", known.values.flatten(1));
  summed_patches<> large, zero, sideless;
  large.side = 7;
  zero.patches = 0;
  zero.side = 4;
  sideless.side = 0;
  says(large, "of at least 7 x 7 pixels, the size of a patch", known.values);
  says(zero, "patches: is 0", known.values);
  says(sideless, "side: is 0", known.values);
  says(summed_patches<residual<>>{{}, 6, 4, 1}, "patches of one image would be on both sides", known.values);
  const auto fitted = summed_patches<>{residual_on_maps(1), 1, 4, 1}.fit(known.values, known.member);
  DOCTEST_CHECK(has(refusal([&] {
                      static_cast<void>(fitted.log_odds(at::zeros({2, 1, 8, 3})));
                    }),
                    "of at least 4 x 4"));
}
