// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/train_with_dp_sgd.md.
#include <torch/torch.h>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>

using namespace telltale;

double trained(torch::nn::Sequential model, const at::Tensor& inputs, const at::Tensor& targets, double rate,
               int steps) {
  // model: an ordinary module; GroupNorm instead of BatchNorm
  torch::optim::SGD optimiser(model->parameters(), 0.2);
  const accounting::privacy_target promised{/*epsilon*/ 3, /*delta*/ 1e-5};
  const double sigma =
      accounting::smallest_sigma(accounting::privacy_loss{}, promised, rate, std::uint64_t(steps)).value;
  dp_sgd training(model, inputs, targets, clipping::flat(1), gaussian_noise(sigma), poisson_sampling(rate));
  for (int step = 0; step < steps; ++step) training.step(optimiser);
  return training.spent().epsilon(1e-5);  // at most 3, and infinity without noise
}
