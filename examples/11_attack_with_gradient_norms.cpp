// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 11: what do the parameters give away that the answers do not?
//
// Training pushes the gradient of the loss at its own records towards zero. Whoever has the parameters can compute the
// gradient of any record, and a small one speaks for a member. A gradient has as many numbers as the model has
// parameters, and a batch of them would not fit anywhere; but only its norm is asked for, and that follows from what
// each layer was given and from the gradient of what it made of it, which one backward pass of the whole batch
// computes.
#include <torch/torch.h>

#include <cstdio>

#include <telltale/published/gradient_norm.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>
#include <telltale/torch/train/train_module.hpp>

#include "lesson.hpp"

using namespace lesson;
namespace nn = torch::nn;

void print(const char* what, const metric::estimate& auc) {
  std::printf("%-40s AUC %.3f [%.3f, %.3f]\n", what, auc.value, auc.low, auc.high);
}

int main() {
  const images data;
  const at::Tensor inputs = at::tensor(data.features).view({-1, std::int64_t(pixels)});

  // An ordinary module of LibTorch, trained on the first half of the records.
  const auto network = [](std::uint64_t) {
    return nn::Sequential(nn::Linear(pixels, 64), nn::ReLU(), nn::Linear(64, classes));
  };
  const auto trained = train::train_module(network, {inputs, data.truth, classes}, first_half(),
                                           {.epochs = 60, .stop = train::stopping{}});
  nn::Sequential model = trained.model;

  const auto auc_of = [&](const evidence& found) { return metric::evaluate(found.values, members_first()).auc; };

  // The whole gradient, of the 50,890 parameters of each of 1,000 records: 400 MB if they were formed.
  const model_gradients gradients(model, inputs, data.truth);
  const metric::estimate whole = auc_of(published::gradient_norm{}(gradients));
  print("norm of the gradient", whole);
  std::printf("gradients %s\n", gradients.route().ghost ? "were never formed" : gradients.route().why_not.c_str());

  // Chosen parameters: the last layer alone, whose gradient says how wrong the answer is and how large the features
  // are.
  const std::vector<at::Tensor> all = model->parameters(), last(all.end() - 2, all.end());
  const model_gradients of_last(model, inputs, data.truth, {.parameters = last});
  print("of the last layer's gradient", auc_of(published::gradient_norm{}(of_last)));

  // Another norm: the largest entry instead of the root of the sum of squares. The scorer is the part that changes.
  using by_largest_entry = attack<gradient_norm, threshold<where::given>>;
  const gradient_norm largest{std::numeric_limits<double>::infinity()};
  print("largest entry of the gradient", auc_of(by_largest_entry(largest, {})(gradients)));

  // And what the answers alone give.
  const at::Tensor logits = model->forward(inputs).detach();
  std::vector<double> by_loss(records);
  loss{}(classification<libtorch>(logits, data.truth), by_loss);
  print("loss, from the answers", metric::evaluate(by_loss, members_first()).auc);
  return whole.low > 0.5 && gradients.route().ghost ? 0 : 1;
}

// prints: norm of the gradient +AUC 0\.[6-9]
// prints: gradients were never formed
