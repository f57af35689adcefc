// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 12: watch the curve close.
//
// DP-SGD limits what a single record can do to a model: each gradient is clipped to norm C, the batch is drawn by
// coins, and Gaussian noise is added to the sum. The accountant turns sampling and noise into a promise, an epsilon.
// The four are parts of one type here, so that the accountant cannot be told of another noise than is added.
//
// The promise holds against every attack; what an attack of today finds is less. Both are printed, and what it costs.
#include <torch/torch.h>

#include <cstdio>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>

#include "lesson.hpp"

using namespace lesson;
namespace nn = torch::nn;

constexpr double delta = 1e-3, rate = 0.1;  // 500 records: delta is below one of them
constexpr int steps = 300;

struct outcome {
  metric::estimate auc;
  double accuracy, epsilon;
};

// Trains on the first half of the records with a noise multiplier; 0 adds none and, with a huge bound, is plain SGD.
outcome train_and_attack(const images& data, double multiplier) {
  const at::Tensor inputs = at::tensor(data.features).view({-1, std::int64_t(pixels)}),
                   truth = at::tensor(data.truth).to(at::kLong);
  torch::manual_seed(1);
  nn::Sequential model(nn::Linear(pixels, 64), nn::ReLU(), nn::Linear(64, classes));
  torch::optim::SGD optimiser(model->parameters(), 0.2);
  const std::int64_t members = half;
  dp_sgd training(model, inputs.narrow(0, 0, members), truth.narrow(0, 0, members),
                  clipping::flat(multiplier == 0 ? 1e6 : 1), gaussian_noise(multiplier), poisson_sampling(rate));
  for (int step = 0; step < steps; ++step) training.step(optimiser);

  const torch::NoGradGuard quiet;
  std::vector<double> margins(records);
  logit_margin{}(classification<libtorch>(model->forward(inputs), data.truth), margins);
  const at::Tensor others = at::tensor(data.other_features).view({-1, std::int64_t(pixels)}),
                   right = model->forward(others).argmax(1) == at::tensor(data.other_truth);
  return {metric::evaluate(margins, members_first()).auc, right.to(at::kDouble).mean().item<double>(),
          training.spent().epsilon(delta)};
}

int main() {
  const images data;
  std::printf("noise   epsilon at delta 0.001   AUC of the attack       accuracy on new images\n");
  const auto show = [](double multiplier, const outcome& got) {
    std::printf("%5.2f   %-22.2f   %.3f [%.3f, %.3f]   %.1f %%\n", multiplier, got.epsilon, got.auc.value, got.auc.low,
                got.auc.high, 100 * got.accuracy);
  };
  const outcome open = train_and_attack(data, 0);
  show(0, open);
  metric::estimate closed;
  for (const double epsilon : {8.0, 3.0, 1.0}) {
    // The noise that makes 300 steps at this rate keep the promise.
    const double sigma = accounting::smallest_sigma(accounting::privacy_loss{}, {epsilon, delta}, rate, steps).value;
    const outcome got = train_and_attack(data, sigma);
    show(sigma, got);
    closed = got.auc;
  }
  return open.auc.low > 0.5 && closed.value < open.auc.value && closed.low < 0.55 ? 0 : 1;
}

// prints:  0\.00   inf +0\.[6-9]
// prints:   1\.00 +0\.[45]
