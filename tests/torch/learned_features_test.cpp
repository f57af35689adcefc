// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/attack.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/learner/convolutional.hpp>
#include <telltale/torch/learner/feature_perceptron.hpp>
#include <telltale/torch/rule/learned_features.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using learner::convolutional;
using learner::feature_perceptron;
using learner::network_training;
using oracle::has;
using oracle::refusal;

namespace {

using labelled = labelled_records<features<libtorch>>;
using dense = learned_features<>;
using convolving = learned_features<convolutional<>>;

static_assert(DecisionRule<dense, features<libtorch>, adversary<labelled>> &&
              DecisionRule<convolving, features<libtorch>, adversary<labelled>> &&
              !DecisionRule<dense, features<libtorch>, adversary<shadow_models<>>> &&
              !DecisionRule<dense, signals, adversary<labelled>>);
static_assert(dense::name == "learned perceptron" && convolving::name == "learned convolutional network");
struct learns_nothing {
  static constexpr std::string_view name = "learns nothing";
};
static_assert(!FeatureLearner<learns_nothing> && FeatureLearner<feature_perceptron<balance::sampling>>);

// Maps that a target answers by, and the scorer that hands them on as they are.
struct maps {
  static constexpr std::string_view name = "maps";
  static constexpr access_to reveals = access_to::confidence;
  using backend = libtorch;
  at::Tensor values;
  [[nodiscard]] std::size_t subjects() const { return static_cast<std::size_t>(values.size(0)); }
};
struct whole_map {
  static constexpr std::string_view name = "whole map";
  static constexpr auto needs = access_to::confidence;
  static constexpr gives produces = gives::features;
  void operator()(const maps& batch, features<libtorch>& out) const { out.values = batch.values; }
};

struct sample {
  at::Tensor values;
  std::vector<membership> member;
  [[nodiscard]] labelled owned() const { return {{values}, member}; }
};

// Subjects of normal noise, every `one_in`-th of them a member; `change` makes a member of one.
template <class Change>
sample noise(std::uint64_t seed, at::IntArrayRef shape, std::size_t one_in, const Change& change,
             const at::TensorOptions& options = at::kFloat) {
  random_stream random(seed);
  sample all{at::empty(shape, at::kDouble), {}};
  const std::span<double> numbers(all.values.data_ptr<double>(), static_cast<std::size_t>(all.values.numel()));
  for (double& number : numbers) number = random.normal();
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    const bool is_in = static_cast<std::size_t>(i) % one_in == 0;
    all.member.push_back(is_in ? membership::in : membership::out);
    if (is_in) change(all.values[i]);
  }
  all.values = all.values.to(options);
  return all;
}

const auto nothing = [](const at::Tensor&) {};

template <class Rule>
std::vector<double> evidence_of(const Rule& rule, const sample& known, const at::Tensor& asked) {
  std::vector<double> evidence(static_cast<std::size_t>(asked.size(0)));
  rule.fit(known.owned())(features<libtorch>{asked}, evidence);
  return evidence;
}

double mean(const std::vector<double>& of) {
  double sum = 0;
  for (const double value : of) sum += value;
  return sum / static_cast<double>(of.size());
}

// A full-batch Adam that is run long enough to converge where the problem is convex: no hidden layer.
template <ClassBalance Balance>
feature_perceptron<Balance> logistic(std::size_t epochs = 3000) {
  return {{},
          {{.optimiser = train::adam{.learning_rate = 0.05}, .batch_size = 100000, .epochs = epochs}, std::nullopt}};
}

}  // namespace

DOCTEST_TEST_CASE("one binary input has the odds of its cells, shifted to the prior that the balance says") {
  oracle::for_each_device([](const at::Device& device) {
    // Value 1: 3 members, 3 others; value 0: 1 member, 5 others. 4 members, 8 others: at the prior one half every odds
    // double.
    sample all{at::empty({12, 1}, at::kDouble), {}};
    for (int i = 0; i < 12; ++i) {
      all.values[i] = i < 6 ? 5.0 : 2.0;
      all.member.push_back(i < 3 || i == 6 ? membership::in : membership::out);
    }
    all.values = all.values.to(device);
    const at::Tensor asked = at::tensor({5.0, 2.0}, at::kDouble).reshape({2, 1}).to(device);
    const auto check = [&](const auto& model, double factor) {
      const auto evidence = evidence_of(learned_features(model), all, asked);
      DOCTEST_CHECK(evidence[0] == doctest::Approx(std::log(factor * 1)).epsilon(1e-6));
      DOCTEST_CHECK(evidence[1] == doctest::Approx(std::log(factor / 5)).epsilon(1e-6));
    };
    check(logistic<balance::none>(), 1);
    check(logistic<balance::weights>(), 2);
    // Each member is shown exactly twice an epoch.
    check(logistic<balance::sampling>(), 2);
  });
}

DOCTEST_TEST_CASE("features without information give the prior") {
  const sample known = noise(1, {600, 3}, 4, nothing), asked = noise(2, {600, 3}, 4, nothing);
  const auto at_prior = [&](const auto& model) {
    return mean(evidence_of(learned_features(model), known, asked.values));
  };
  DOCTEST_CHECK(std::abs(at_prior(feature_perceptron<balance::none>{}) - std::log(1.0 / 3)) < 0.15);
  DOCTEST_CHECK(std::abs(at_prior(feature_perceptron<balance::weights>{})) < 0.15);
  DOCTEST_CHECK(std::abs(at_prior(feature_perceptron<balance::sampling>{})) < 0.15);
}

DOCTEST_TEST_CASE("a perceptron learns a ring and a convolutional network a texture, neither of which a line can") {
  oracle::for_each_device([](const at::Device& device) {
    const auto options = at::TensorOptions(at::kFloat).device(device);
    const auto auc = [](const auto& rule, const sample& known, const sample& asked) {
      return metric::evaluate(evidence_of(rule, known, asked.values), asked.member).auc;
    };
    // Members lie near the middle.
    const auto nearer = [](const at::Tensor& x) { x.mul_(0.3); };
    const sample known = noise(3, {800, 2}, 2, nearer, options), asked = noise(4, {800, 2}, 2, nearer, options);
    DOCTEST_CHECK(auc(learned_features(logistic<balance::none>(300)), known, asked).low < 0.55);
    // Better than the distance from the middle is impossible: the densities depend on nothing else.
    const at::Tensor distance = (-asked.values.pow(2).sum(1)).to(at::kCPU, at::kDouble).contiguous();
    const auto best = metric::evaluate(
        std::span<const double>(distance.data_ptr<double>(), static_cast<std::size_t>(distance.numel())), asked.member);
    const auto by_network = auc(dense{}, known, asked);
    DOCTEST_CHECK(by_network.value > best.auc.value - 0.01);
    DOCTEST_CHECK(by_network.value < best.auc.value + 0.01);

    // Every pixel has mean 0 in both kinds: members' neighbours in a row are equal up to noise.
    const auto striped = [](const at::Tensor& image) {
      for (std::int64_t c = 1; c < 8; c += 2) image.select(2, c).mul_(0.3).add_(image.select(2, c - 1));
    };
    const sample images = noise(5, {300, 1, 8, 8}, 2, striped, options),
                 others = noise(6, {300, 1, 8, 8}, 2, striped, options);
    DOCTEST_CHECK(auc(convolving{}, images, others).low > 0.95);
    const at::Tensor flat = images.values.flatten(1), flat_others = others.values.flatten(1);
    DOCTEST_CHECK(
        auc(learned_features(logistic<balance::none>(100)), {flat, images.member}, {flat_others, others.member}).low <
        0.6);
  });
}

DOCTEST_TEST_CASE("learned features say nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed, const auto& arranged) {
    // The first two shadows' scores are what is known of a record, the first one's membership is known.
    const metric::estimate auc = oracle::null_auc(
        seed,
        [&](const std::vector<double>& target, const shadow_models<double>& shadow, std::span<double> evidence) {
          sample known{at::empty({static_cast<std::int64_t>(target.size()), 2}, at::kFloat), {}};
          at::Tensor asked = at::empty_like(known.values);
          for (std::size_t i = 0; i < target.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            known.member.push_back(shadow.keep[0][i] == 1 ? membership::in : membership::out);
            known.values[row][0] = shadow.scores[0][i];
            asked[row][0] = target[i];
            known.values[row][1] = asked[row][1] = shadow.scores[1][i];
          }
          known.values = arranged(known.values);
          rule.fit(known.owned())(features<libtorch>{arranged(asked)}, evidence);
        },
        12);
    DOCTEST_INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    DOCTEST_CHECK(auc.low < 0.5);
    DOCTEST_CHECK(auc.high > 0.5);
    DOCTEST_CHECK(auc.high - auc.low < 0.08);
  };
  check(dense{}, 431, [](const at::Tensor& pairs) { return pairs; });
  // As images of two channels, all of whose pixels are the score.
  network_training<balance::weights> quick;
  quick.recipe.epochs = 10;
  check(learned_features(convolutional<balance::weights>{{4}, quick}), 432, [](const at::Tensor& pairs) {
    return pairs.reshape({-1, 2, 1, 1}).expand({-1, 2, 2, 2}).contiguous();
  });
}

DOCTEST_TEST_CASE("training stops by the records that are held out and keeps the best parameters") {
  oracle::for_each_device([](const at::Device& device) {
    // Labels are random: all that is learned of the records trained on is wrong of others.
    const sample known = noise(7, {200, 20}, 2, nothing, at::TensorOptions(at::kFloat).device(device));
    network_training<> stopping;
    stopping.recipe.optimiser = train::adam{.learning_rate = 0.01};
    network_training<> to_the_end = stopping;
    to_the_end.stop.reset();
    const auto stopped = feature_perceptron<>{{64}, stopping}.fit(known.values, known.member),
               trained = feature_perceptron<>{{64}, to_the_end}.fit(known.values, known.member);
    DOCTEST_CHECK(stopped.losses().size() == stopped.epochs() + 5);
    DOCTEST_CHECK(stopped.losses().size() < 100);
    DOCTEST_CHECK(trained.losses().size() == 100);
    DOCTEST_CHECK(trained.epochs() == 100);
    DOCTEST_CHECK(trained.losses().back() < 0.01);

    // The kept parameters are those of the least held-out loss, and the held-out records the documented ones.
    telltale::detail::labelled_numbers mine;
    for (std::uint32_t i = 0; i < 200; ++i) (i % 2 == 0 ? mine.members : mine.others).push_back(i);
    const auto out = telltale::detail::split_off(mine, 0.2, stopping.recipe.seed);
    DOCTEST_CHECK(out.members.size() == 20);
    DOCTEST_CHECK(out.others.size() == 20);
    std::set<std::uint32_t> distinct;
    for (const auto* each : {&out, &std::as_const(mine)})
      for (const std::uint32_t i : each->all()) distinct.insert(i);
    DOCTEST_CHECK(distinct.size() == 200);
    double loss = 0;
    const at::Tensor odds = stopped.log_odds(known.values).cpu();
    for (const std::uint32_t i : out.all()) {
      const double signed_odds = odds[i].item<double>() * (i % 2 == 0 ? 1 : -1);
      loss += std::log1p(std::exp(-signed_odds)) / 40;
    }
    DOCTEST_CHECK(loss ==
                  doctest::Approx(*std::min_element(stopped.losses().begin(), stopped.losses().end())).epsilon(1e-6));
    DOCTEST_CHECK(loss == doctest::Approx(stopped.losses()[stopped.epochs() - 1]).epsilon(1e-6));
  });
}

DOCTEST_TEST_CASE("nothing is learned from records that are held out") {
  oracle::for_each_device([](const at::Device& device) {
    // Each record has an input of its own: a weight moves only if its record is trained on.
    const std::int64_t records = 30;
    const at::Tensor inputs = at::eye(records).to(device);
    std::vector<membership> member;
    telltale::detail::labelled_numbers mine;
    for (std::uint32_t i = 0; i < 30; ++i) {
      member.push_back(i % 3 == 0 ? membership::in : membership::out);
      (i % 3 == 0 ? mine.members : mine.others).push_back(i);
    }
    const auto out = telltale::detail::split_off(mine, 0.3, 5);
    DOCTEST_CHECK(out.members.size() == 3);
    DOCTEST_CHECK(out.others.size() == 6);
    const auto factory = [](std::uint64_t) { return torch::nn::Sequential(torch::nn::Linear(30, 1)); };
    network_training<balance::sampling> how;
    how.recipe.seed = 5;
    how.recipe.epochs = 3;
    how.stop->share = 0.3;
    auto fitted = learner::fit_network(factory, inputs, member, how);
    const auto seed = train::detail::number_for(5, train::detail::purpose::initial_parameters, 0);
    const at::Tensor before = telltale::detail::make_module(factory, seed, inputs.options())->parameters()[0][0],
                     after = fitted.module()->parameters()[0][0];
    std::vector<std::uint32_t> unmoved;
    for (std::uint32_t i = 0; i < 30; ++i)
      if (before[i].item<float>() == after[i].item<float>()) unmoved.push_back(i);
    DOCTEST_CHECK(unmoved == out.all());
  });
}

DOCTEST_TEST_CASE("a fit is a function of its seed") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const sample known = noise(
        8, {120, 2, 4, 4}, 3, [](const at::Tensor& image) { image.add_(0.5); },
        at::TensorOptions(at::kFloat).device(device));
    const auto by = [&](std::uint64_t seed) {
      network_training<balance::sampling> how;
      how.recipe.seed = seed;
      how.recipe.epochs = 6;
      return evidence_of(learned_features(convolutional<balance::sampling>{{8}, how}), known, known.values);
    };
    torch::manual_seed(1);
    const auto first = by(1);
    torch::manual_seed(2);
    DOCTEST_CHECK(by(1) == first);
    DOCTEST_CHECK(by(2) != first);
  });
}

DOCTEST_TEST_CASE("a scorer of features and a learned rule make an attack") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const auto options = at::TensorOptions(at::kFloat).device(device);
    const auto brighter = [](const at::Tensor& image) { image.add_(1); };
    const sample shadow = noise(11, {200, 1, 4, 4}, 2, brighter, options),
                 target = noise(12, {200, 1, 4, 4}, 2, brighter, options);
    network_training<> quick;
    quick.recipe.optimiser = train::adam{.learning_rate = 0.01};
    const auto by_maps = compose(whole_map{}, learned_features(convolutional<>{{8}, quick}));
    const evidence found = by_maps(maps{target.values}, owning(shadow.owned()));
    DOCTEST_CHECK(found.cut == 0);
    DOCTEST_CHECK(found.values == evidence_of(learned_features(convolutional<>{{8}, quick}), shadow, target.values));
    // Members' means are 4 deviations apart from the others', so the best verdict errs for 2.3 %.
    std::size_t right = 0;
    for (std::size_t i = 0; i < 200; ++i) right += found.says_member(i) == (target.member[i] == membership::in) ? 1 : 0;
    DOCTEST_CHECK(right >= 180);
  });
}

DOCTEST_TEST_CASE("channels are scaled over the labelled records and all positions") {
  oracle::for_each_device([](const at::Device& device) {
    const sample known = noise(9, {50, 3, 4, 5}, 2, nothing, at::TensorOptions(at::kDouble).device(device));
    const at::Tensor wide =
        known.values * at::tensor({1.0, 10.0, 0.01}, at::kDouble).reshape({1, 3, 1, 1}).to(device) + 7;
    const auto learned = scaling::each_channel::learn("f", "a", wide);
    const at::Tensor scaled = learned(wide);
    DOCTEST_CHECK(scaled.mean({0, 2, 3}).abs().max().item<double>() < 1e-11);
    DOCTEST_CHECK((scaled.pow(2).mean({0, 2, 3}) - 1).abs().max().item<double>() < 1e-9);
    // What is asked is scaled by what was learned, so that a shift of all subjects is seen.
    DOCTEST_CHECK((learned(wide + learned.deviation().reshape({1, 3, 1, 1})) - scaled - 1).abs().max().item<double>() <
                  1e-9);
    at::Tensor constant = wide.clone();
    constant.select(1, 1).fill_(0.1);
    DOCTEST_CHECK(
        has(refusal([&] { (void)scaling::each_channel::learn("f", "a", constant); }), "channel 1 is constant"));
    DOCTEST_CHECK(at::equal(scaling::none::learn("f", "a", constant)(constant), constant));
    const learned_features<feature_perceptron<>, scaling::none> unscaled;
    const at::Tensor flat = constant.flatten(1);
    DOCTEST_CHECK(evidence_of(unscaled, {flat, known.member}, flat).size() == 50);
  });
}

DOCTEST_TEST_CASE("what cannot be learned from is refused by name") {
  const sample sound = noise(10, {40, 2}, 2, nothing);
  const auto fit = [](const sample& known, const auto& rule) {
    return refusal([&] { (void)rule.fit(known.owned()); });
  };
  const auto judge = [&](const at::Tensor& asked, std::size_t subjects) {
    return refusal([&] {
      std::vector<double> evidence(subjects);
      network_training<> quick;
      quick.recipe.epochs = 1;
      learned_features(feature_perceptron<>{{4}, quick}).fit(sound.owned())(features<libtorch>{asked}, evidence);
    });
  };
  DOCTEST_CHECK(judge(sound.values, 40) == "nothing was thrown");
  DOCTEST_CHECK(has(judge(at::zeros({3, 4}), 3), "signal: has the shape (3, 4)"));
  DOCTEST_CHECK(has(judge(at::zeros({3, 2}), 4), "evidence: has 4 elements; wanted 3"));
  DOCTEST_CHECK(has(judge(at::full({3, 2}, std::numeric_limits<float>::infinity()), 3), "signal: record 0"));
  DOCTEST_CHECK(has(judge(at::Tensor(), 3), "signal: is undefined"));
  DOCTEST_CHECK(has(judge(at::zeros({3, 2}, at::kLong), 3), "holds Long; wanted Float or Double"));

  sample bad = sound;
  bad.member.assign(40, membership::in);
  DOCTEST_CHECK(has(fit(bad, dense{}), "holds 40 members and 0 non-members"));
  bad.member.pop_back();
  DOCTEST_CHECK(has(fit(bad, dense{}), "labelled records: has 40 elements; wanted 39"));
  bad = sound;
  bad.values = sound.values.clone();
  bad.values[7][1] = std::numeric_limits<float>::quiet_NaN();
  DOCTEST_CHECK(has(fit(bad, dense{}), "labelled records: record 7 has a value that is not finite"));
  DOCTEST_CHECK(has(fit(sound, convolving{}), "has the shape (40, 2); wanted (subjects, channels, height, width)"));
  DOCTEST_CHECK(has(fit({at::rand({40, 1, 8, 3}), sound.member}, convolving{}), "at least 2 to the number of blocks"));
  DOCTEST_CHECK(has(fit({at::rand({40, 1, 8, 8}), sound.member}, dense{}), "wanted (subjects, columns)"));
  DOCTEST_CHECK(has(fit(sound, learned_features(feature_perceptron<>{{8, 0}, {}})), "layer of width 0"));
  DOCTEST_CHECK(has(fit(sound, learned_features(convolutional<>{{}, {}})), "channels: is empty"));
  bad = sound;
  std::fill(bad.member.begin(), bad.member.end() - 1, membership::in);
  DOCTEST_CHECK(has(fit(bad, dense{}), "has only 1 of one kind"));
  network_training<> how;
  how.recipe.stop = train::stopping{};
  DOCTEST_CHECK(has(fit(sound, learned_features(feature_perceptron<>{{4}, how})), "recipe.stop: is set"));
  how = {};
  how.stop->share = 1;
  DOCTEST_CHECK(has(fit(sound, learned_features(feature_perceptron<>{{4}, how})), "stop.share: is 1.0"));
  how.stop = learner::held_out{0.2, 0};
  DOCTEST_CHECK(has(fit(sound, learned_features(feature_perceptron<>{{4}, how})), "stop.patience: is 0"));
  how = {};
  how.recipe.optimiser = train::momentum_sgd{1e30};
  DOCTEST_CHECK_THROWS_AS((void)learned_features(feature_perceptron<>{{4}, how}).fit(sound.owned()), telltale::error);
}
