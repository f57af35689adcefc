// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 13: the attack does not know where the arrays lie.
//
// A scorer is a formula over columns: the logit margin is what the true class has less the log-sum-exp of the others.
// Who does the arithmetic comes with the observation. On `eigen` a column is a strip of rows that stays in a cache; on
// `libtorch` it is a tensor, on whatever device the model has put it, and only the finished scores come to the host.
// The attack is the same type on both, and its numbers are the same up to rounding.
#include <ATen/ATen.h>

#include <cmath>
#include <cstdio>

#include <telltale/torch/backend.hpp>

#include "lesson.hpp"

using namespace lesson;

int main() {
  const images data;
  const std::vector<float> logits = ask(train_on(data, {first_half()}).front(), data.features);

  // The same answers on the host, and as a tensor where there is a GPU: on it.
  const at::Device device = at::hasCUDA() ? at::Device(at::kCUDA) : at::Device(at::kCPU);
  const at::Tensor tensor = at::tensor(logits).view({std::int64_t(records), std::int64_t(classes)}).to(device);
  const classification<eigen<float>> on_host({logits, records, classes}, data.truth);
  const classification<libtorch> on_device(tensor, data.truth);

  // One composition. Its population are the images that nobody was trained on; each backend scores its own.
  const std::vector<float> other_logits = ask(train_on(data, {first_half()}).front(), data.other_features);
  const classification<eigen<float>> population_on_host({other_logits, records, classes}, data.other_truth);
  const at::Tensor other = at::tensor(other_logits).view(tensor.sizes()).to(device);
  const classification<libtorch> population_on_device(other, data.other_truth);
  constexpr published::attack_p attack;
  const auto run = [&](const auto& answers, const auto& of_population) {
    const std::vector<double> scores = attack.score(of_population);
    return attack(answers, owning(population<>(signals{scores})));
  };
  const evidence host = run(on_host, population_on_host), there = run(on_device, population_on_device);

  double apart = 0;
  for (std::size_t i = 0; i < records; ++i) apart = std::max(apart, std::abs(host.values[i] - there.values[i]));
  const metric::estimate auc = metric::evaluate(host.values, members_first()).auc,
                         auc_there = metric::evaluate(there.values, members_first()).auc;
  std::printf("eigen on the host:  AUC %.4f [%.4f, %.4f]\n", auc.value, auc.low, auc.high);
  std::printf("torch on %-8s:  AUC %.4f [%.4f, %.4f]\n", device.str().c_str(), auc_there.value, auc_there.low,
              auc_there.high);
  std::printf("evidence differs by at most %.1e\n", apart);

  // What behind argmax does not compile on one backend does not compile on the other: access is in the type.
  static_assert(!Scorer<logit_margin, decltype(argmax{}(on_host))>);
  static_assert(!Scorer<logit_margin, decltype(argmax{}(on_device))>);
  return apart < 0.002 && auc.low > 0.5 ? 0 : 1;  // two of 1,000 population scores may tie on one and not on the other
}

// prints: torch on .*AUC 0\.[6-9]
