// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 14: your own network in a shadow campaign.
//
// LiRA's adversary trains models like yours, on halves of the records, and looks at how each record fares with and
// without. The attack is only as good as the likeness: so describe *your* module, by a factory that makes a fresh one,
// and your recipe with its augmentation. Plan, store and resuming are those of lesson 4.
#include <torch/torch.h>

#include <cstdio>
#include <filesystem>

#include <telltale/campaign/campaign.hpp>
#include <telltale/torch/campaign/module_work.hpp>

#include "lesson.hpp"

using namespace lesson;

// An ordinary module, as you would write it; nothing in it knows that it is going to be attacked.
struct my_net_impl : torch::nn::Module {
  my_net_impl() {
    register_module("edges", edges);
    register_module("head", head);
  }
  at::Tensor forward(const at::Tensor& image) {
    return head(torch::max_pool2d(torch::relu(edges(image)), 4).flatten(1));
  }
  torch::nn::Conv2d edges{torch::nn::Conv2dOptions(1, 8, 5)};
  torch::nn::Linear head{8 * 6 * 6, static_cast<std::int64_t>(classes)};
};
TORCH_MODULE_IMPL(my_net, my_net_impl);

int main() {
  constexpr std::size_t count = 300;
  torch::set_num_threads(1);  // small models are trained side by side, not each by all cores
  images all;
  const train::tensor_dataset data(torch::from_blob(all.features.data(), {count, 1, 28, 28}),
                                   std::span<const int>(all.truth).first(count), classes);

  // Torch's initialisers are seeded for each model while the factory is called; dropout would be in every step.
  const auto factory = [](std::uint64_t) { return my_net(); };
  train::recipe recipe{.optimiser = train::adam{.learning_rate = 0.003}, .epochs = 30};
  recipe.stop = train::stopping{};

  // A mirrored shoe is still a shoe: your training shows both, so the attack asks about both. Each query is a column of
  // the stored margins, and LiRA averages over them.
  const auto plan = membership_plan::draw(/*seed*/ 1, /*models*/ 21, count, plan_rule::fixed_size{count / 2});
  const module_work work(factory, data, plan, recipe, asked::mirrored{}, augment::mirror{});
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "telltale-lesson-14";
  std::filesystem::remove_all(folder);
  signal_store store(folder, work.identity({{"my_net", "8 filters of 5 x 5"}}), plan);
  run_campaign(store, work, campaign_options<>{{/*threads*/ 0}, {}});

  // Model 0 is the target, as in lesson 4; any other might be.
  const auto stored = store.scores("logit-margin");
  const auto& margins = stored.rows<double>();
  const auto shadows = plan.shadows_of(0);
  const auto scores = margins.some(shadows);
  const auto keep = plan.keeps(shadows);
  const signals target{margins.all()[0], stored.queries()};
  const evidence lira = published::lira_online{}.judge(target, count, owning(shadow_models<double>{scores, keep}));

  std::vector<membership> member;
  for (const std::uint8_t in : plan.keep(0)) member.push_back(in ? membership::in : membership::out);
  const metric::evaluation found = metric::evaluate(lira.values, member);
  std::printf("LiRA, 20 shadows, %zu queries: AUC %.3f [%.3f, %.3f]\n", stored.queries(), found.auc.value,
              found.auc.low, found.auc.high);
  std::filesystem::remove_all(folder);
  return found.auc.low > 0.5 ? 0 : 1;
}

// prints: LiRA, 20 shadows, 2 queries: AUC 0\.[5-9]
