// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 24: how long may a generator be trained before it gives its training pictures away?
//
// One training run is stopped three times, at checkpoints that it goes on from. Each time two adversaries ask: one sees
// generated pictures alone (II-P), the other may enter the chain of denoising and see how well the model finds the
// noise in a noisy copy of the picture (step loss). The same target asked about records that nobody trained on is the
// control.
#include <torch/torch.h>

#include <cstdio>
#include <filesystem>

#include <telltale/telltale.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/generator/train_generator.hpp>
#include <telltale/torch/observation/denoising_steps.hpp>
#include <telltale/torch/scorer/step_loss.hpp>

#include "captioned_emoji.hpp"

using namespace telltale;

int main() {
  const std::size_t size = 150;
  const lesson::captioned_emoji pool(1);
  const auto part = [&](std::size_t first, std::size_t count) {
    return captioned_images{at::tensor(pool.pixels(first, count)).view({-1, 3, 16, 16}),
                            pool.captions_of(first, count)};
  };
  const captioned_images members = part(0, size), asked = part(0, 2 * size), never_seen = part(2 * size, 2 * size);
  std::vector<membership> member(size, membership::in);
  member.resize(2 * size, membership::out);
  const auto area = [&](const auto& scorer, const auto& batch) {
    std::vector<double> score(2 * size);
    scorer(batch, std::span(score));
    return metric::evaluate(score, member).auc;
  };

  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "telltale-lesson-24";
  std::filesystem::remove_all(folder);
  std::vector<metric::estimate> outside, inside;
  for (const std::size_t steps : {100U, 250U, 500U}) {
    diffusion_generator target = make_diffusion(1);  // its weights come from the last checkpoint
    const generator_training trained = train_generator(target, members, {.steps = steps}, {.folder = folder});
    target.sampling = {.steps = 5};
    const auto seen = [&](const captioned_images& queries) {
      return observe(target, queries.images, queries.captions, {.pictures = 2});
    };
    const observed_generation observed = seen(asked);
    outside.push_back(area(reconstruction<compare::pixel_l2>{}, observed.view()));
    inside.push_back(area(step_loss{}, denoising_steps(target, asked)));
    std::printf("%3zu steps, %3zu of them loaded: AUC of II-P %.3f [%.3f, %.3f], of step loss %.3f [%.3f, %.3f]\n",
                trained.steps, trained.resumed, outside.back().value, outside.back().low, outside.back().high,
                inside.back().value, inside.back().low, inside.back().high);
    if (steps < 500) continue;
    const observed_generation others = seen(never_seen);
    outside.push_back(area(reconstruction<compare::pixel_l2>{}, others.view()));
    std::printf("control, records that nobody trained on: AUC of II-P %.3f [%.3f, %.3f]\n", outside.back().value,
                outside.back().low, outside.back().high);
  }
  std::filesystem::remove_all(folder);
  const bool rises = outside[0].high < outside[2].low && inside[0].high < inside[2].low;
  return rises && outside[3].low < 0.5 && outside[3].high > 0.5 ? 0 : 1;
}

// prints: 500 steps, 250 of them loaded: AUC of II-P 0\.[789]
