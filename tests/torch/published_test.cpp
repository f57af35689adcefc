// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Every published attack gives the same evidence from the same answers on both backends.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <telltale/telltale.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;

constexpr std::size_t records = 120, others = 90, models = 24, classes = 4, dimensions = 5;

/// A softmax regression for each model, its answers to the attacked records and to a population, and who was trained on
/// what. Members are answered with a little more confidence, so that the attacks have something to find.
struct world {
  std::vector<double> answers, of_population;
  std::vector<int> truth, truth_of_population;
  std::vector<std::uint8_t> keep;

  explicit world(std::size_t model) {
    random_stream random(9, 100), own(9, model);
    const auto fill = [&](std::size_t count, std::vector<double>& logits, std::vector<int>& labels, bool members) {
      for (std::size_t i = 0; i < count; ++i) {
        labels.push_back(int(random.below(classes)));
        const bool in = members && own.below(2) == 1;
        if (members) keep.push_back(in);
        const double hard = random.normal();
        for (std::size_t c = 0; c < classes; ++c)
          logits.push_back(own.normal() + (int(c) == labels.back() ? 1 + hard + (in ? 0.7 : 0) : 0));
      }
    };
    fill(records, answers, truth, true);
    fill(others, of_population, truth_of_population, false);
  }
};

template <class Backend>
auto observed(const std::vector<double>& logits, const std::vector<int>& truth, const at::Device& device) {
  if constexpr (std::is_same_v<Backend, libtorch>) {
    const at::Tensor tensor = at::tensor(logits, at::kDouble).view({-1, std::int64_t(classes)}).to(device);
    return classification<libtorch>(tensor, truth);
  } else {
    return classification<eigen<double>>(batch_view<double>(logits, truth.size(), classes), truth);
  }
}

template <class Attack, class Batch>
std::vector<double> scores(const Batch& batch) {
  return Attack{}.score(batch);
}

// What an attack finds when all of its scores, the adversary's included, come from one backend.
template <class Attack, class Backend>
evidence run(const at::Device& device) {
  std::vector<world> all;
  for (std::size_t m = 0; m <= models; ++m) all.emplace_back(m);
  const world& target = all[0];
  const auto target_answers = observed<Backend>(target.answers, target.truth, device);
  const std::size_t width = scores<Attack>(target_answers).size() / records;

  std::vector<std::vector<double>> of_records, of_population;
  std::vector<std::span<const double>> shadow, shadow_population;
  std::vector<std::span<const std::uint8_t>> keep;
  for (std::size_t m = 1; m <= models; ++m) {
    of_records.push_back(scores<Attack>(observed<Backend>(all[m].answers, all[m].truth, device)));
    of_population.push_back(
        scores<Attack>(observed<Backend>(all[m].of_population, all[m].truth_of_population, device)));
    keep.emplace_back(all[m].keep);
  }
  for (std::size_t m = 0; m < models; ++m) {
    shadow.emplace_back(of_records[m]);
    shadow_population.emplace_back(of_population[m]);
  }
  const std::vector<double> by_target =
      scores<Attack>(observed<Backend>(target.of_population, target.truth_of_population, device));
  std::vector<membership> known;
  for (const std::uint8_t in : all[1].keep) known.push_back(in ? membership::in : membership::out);
  const auto owned =
      owning(shadow_models<double>{shadow, keep},
             population<signals, double>{signals{by_target, width, target.truth_of_population}, shadow_population},
             labelled_records<signals>{signals{of_records[0], width, all[1].truth}, known});
  return Attack{}(target_answers, owned);
}

}  // namespace

DOCTEST_TEST_CASE("every published attack on answers finds the same on both backends") {
  oracle::for_each_device([](const at::Device& device) {
    std::size_t compared = 0;
    published::for_each([&](const auto& listed) {
      using Attack = typename std::remove_cvref_t<decltype(listed)>::attack;
      using Host = classification<eigen<double>>;
      if constexpr (Scorer<typename Attack::scorer, Host>) {
        if constexpr (requires { Attack{}.score(std::declval<const Host&>()); }) {
          DOCTEST_INFO(std::string(listed.name));
          if (listed.name == "QMIA") return;  // below: its features are the user's
          const evidence host = run<Attack, eigen<double>>(device), there = run<Attack, libtorch>(device);
          DOCTEST_REQUIRE(host.values.size() == records);
          double worst = 0;
          for (std::size_t i = 0; i < records; ++i)
            worst =
                std::max(worst, std::abs(host.values[i] - there.values[i]) / std::max(1.0, std::abs(host.values[i])));
          // Training a network amplifies the last digits of its inputs; what is counted or computed does not.
          const bool trained = listed.name == "Shokri" || listed.name == "Salem";
          DOCTEST_CHECK(worst <= (trained ? 1e-4 : 1e-10));
          DOCTEST_CHECK((host.cut == there.cut || std::abs(host.cut - there.cut) <= 1e-10));
          ++compared;
        }
      }
    });
    DOCTEST_CHECK(compared == 16);  // QMIA, and those on gradients and updates, are not on answers alone
  });
}

DOCTEST_TEST_CASE("so does QMIA, whose features the user brings") {
  oracle::for_each_device([](const at::Device& device) {
    const world target(0);
    random_stream random(5);
    std::vector<double> features(2 * records), of_others(2 * others);
    for (double& x : features) x = random.normal();
    for (double& x : of_others) x = random.normal();
    const auto found = [&]<class Backend>(std::type_identity<Backend>) {
      const auto attack_with = [](std::span<const double> values) {
        return compose(joined(logit_margin{}, given_features{values, 2}), quantile_regression{});
      };
      const std::vector<double> population_signal =
          attack_with(of_others).score(observed<Backend>(target.of_population, target.truth_of_population, device));
      return attack_with(features)(observed<Backend>(target.answers, target.truth, device),
                                   owning(population<>(signals{population_signal, 3})));
    };
    const evidence host = found(std::type_identity<eigen<double>>{}), there = found(std::type_identity<libtorch>{});
    for (std::size_t i = 0; i < records; ++i)
      DOCTEST_CHECK(there.values[i] == doctest::Approx(host.values[i]).epsilon(1e-10));
  });
}

DOCTEST_TEST_CASE("the gradient norm of a softmax head is the same in closed form and from a model") {
  oracle::for_each_device([](const at::Device& device) {
    ::torch::manual_seed(2);
    ::torch::nn::Linear model(dimensions, classes);
    model->to(device, at::kDouble);
    const at::Tensor inputs = ::torch::randn({std::int64_t(records), std::int64_t(dimensions)}, at::kDouble),
                     logits = model->forward(inputs.to(device)).detach().cpu().contiguous();
    std::vector<int> truth;
    for (std::size_t i = 0; i < records; ++i) truth.push_back(int(i % classes));
    const softmax_head<eigen<double>> head(
        batch_view<double>(std::span<const double>(logits.data_ptr<double>(), records * classes), records, classes),
        batch_view<double>(std::span<const double>(inputs.data_ptr<double>(), records * dimensions), records,
                           dimensions),
        truth);
    const model_gradients gradients(model, inputs.to(device), truth);
    const evidence closed = published::gradient_norm{}(head), computed = published::gradient_norm{}(gradients);
    for (std::size_t i = 0; i < records; ++i)
      DOCTEST_CHECK(computed.values[i] == doctest::Approx(closed.values[i]).epsilon(1e-11));
  });
}
