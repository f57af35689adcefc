// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by README.md.
#include <torch/torch.h>

#include <telltale/telltale.hpp>
#include <telltale/torch.hpp>

using namespace telltale;

double promise(torch::nn::Sequential model, const at::Tensor& inputs, const std::vector<int>& labels,
               torch::optim::Optimizer& optimiser, const at::Tensor& targets) {
  const model_gradients gradients(model, inputs, labels);  // norms of each record's gradient; none is ever formed
  const evidence e = published::gradient_norm{}(gradients);
  dp_sgd training(model, inputs, targets, clipping::flat(1), gaussian_noise(1.1), poisson_sampling(0.01));
  const double so_far = training.step(optimiser).epsilon(1e-5);  // what the promise costs so far
  return e.values.empty() ? 0 : so_far;
}
