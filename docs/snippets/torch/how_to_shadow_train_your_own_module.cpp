// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/shadow_train_your_own_module.md.
#include <torch/torch.h>

#include <telltale/campaign/campaign.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/torch/campaign/module_work.hpp>

using namespace telltale;

struct my_net_impl : torch::nn::Module {
  explicit my_net_impl(std::int64_t classes) : head(register_module("head", torch::nn::Linear(784, classes))) {}
  at::Tensor forward(const at::Tensor& image) { return head(image.flatten(1)); }
  torch::nn::Linear head;
};
TORCH_MODULE_IMPL(my_net, my_net_impl);

void campaign(const at::Tensor& images, const std::vector<int>& labels, const train::tensor_dataset& population) {
  const auto factory = [](std::uint64_t) { return my_net(10); };

  const train::tensor_dataset data(images, labels, 10);  // (records, ...) on any device, labels in 0 ... 9
  const train::recipe recipe{
      .optimiser = train::momentum_sgd{0.1, 0.9}, .weight_decay = 5e-4, .batch_size = 256, .epochs = 50};

  const auto plan = membership_plan::draw(1, 64, data.records(), plan_rule::fixed_size{data.records() / 2});
  module_work work(factory, data, plan, recipe, asked::mirrored{}, augment::mirror{}, logit_margin{}, confidence{});
  work.also_ask("population-", population);  // RMIA: records that no model is trained on
  signal_store store("campaign", work.identity({{"net", "my_net, 10 classes"}}), plan);
  run_campaign(store, work);
}
