// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "private.hpp"

#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/dp_sgd/random_source.hpp>
#include <telltale/torch/segmentation/distillation.hpp>
#include <telltale/torch/segmentation/private_segmentation.hpp>

#include "train.hpp"

namespace segmentation_lab {

using namespace telltale;

std::string private_name(double noise) {
  std::string text = std::to_string(noise);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return "DP-SGD, noise " + text;
}

answers train_privately(double noise, const defended_training& with) {
  constexpr double rate = 0.25, bound = 1, delta = 1e-5;
  unet model = make_unet(with.seed, shape_for(with.chosen, with.members));
  const double begun = processor_seconds();
  const auto spent = train_private_segmentation(
      model, with.members, clipping::flat(bound), gaussian_noise(noise, random_source::seeded{with.seed}),
      poisson_sampling(rate, random_source::seeded{with.seed + 1}), {.steps = with.chosen.epochs * 4},
      accounting::privacy_loss{}, [&](std::size_t done, std::size_t total) { with.say("steps", done, total); });
  answers made;
  made.facts["seconds"] = processor_seconds() - begun;
  made.facts["epsilon"] = spent.epsilon(delta);
  made.epochs = {with.chosen.epochs};
  made.maps = ask_all(model, with.in.questions(), while_training::plain{}).unsqueeze(0);
  return made;
}

answers distil(const defended_training& with) {
  const unet_shape shape = shape_for(with.chosen, with.members);
  unet teacher = make_unet(with.seed, shape), student = make_unet(with.seed + 100, shape);
  ::torch::load(teacher, with.teacher.string());
  const double begun = processor_seconds();
  const distillation taught = distil_segmentation(
      teacher, with.reference.images, with.in.validation, student,
      {.epochs = with.chosen.epochs, .batch_size = settings::batch, .seed = with.seed + 100}, selection::by_certainty{},
      {.progress = [&](std::size_t done, std::size_t total) { with.say("epochs of the student", done, total); }},
      {.batch_size = 64});
  answers made;
  made.facts["seconds"] = processor_seconds() - begun;
  made.facts["selected"] = static_cast<double>(taught.selected.size());
  made.epochs = {with.chosen.epochs};
  made.maps = ask_all(student, with.in.questions(), while_training::plain{}).unsqueeze(0);
  return made;
}

}  // namespace segmentation_lab
