// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "defences.hpp"

#include <telltale/core/error.hpp>
#include <telltale/torch/influence/trigger.hpp>
#include <telltale/torch/influence/trigger_poisoning.hpp>
#include <telltale/torch/segmentation/while_training/adversarial.hpp>
#include <telltale/torch/segmentation/while_training/crops.hpp>
#include <telltale/torch/segmentation/while_training/mixed.hpp>

#include <string>

#include "private.hpp"
#include "train.hpp"

namespace segmentation_lab {

using namespace telltale;

std::vector<std::string> training_defences(const settings& chosen) {
  std::vector<std::string> names{"stopped after " + std::to_string(chosen.short_training)};
  if (!chosen.quick) {
    names.push_back("stopped after " + std::to_string(chosen.longer_training));
    names.push_back("stopped at the best Dice");
  }
  names.push_back("mixed");
  if (chosen.crop_epochs > 0) {
    names.push_back("crops, tiles");
    names.push_back("crops, whole");
  }
  if (chosen.min_max) names.push_back("min-max");
  for (const double noise : chosen.private_noise) names.push_back(private_name(noise));
  names.push_back("distillation");
  return names;
}

answers train_defended(const std::string& defence, const defended_training& with) {
  const settings& chosen = with.chosen;
  const at::Tensor questions = with.in.questions();
  const auto plain = [&](std::size_t epochs) {
    return train_and_ask(chosen, with.members, questions, {epochs, with.seed}, with.say);
  };
  const auto by = [&](std::size_t epochs, const auto& policy) {
    return train_and_ask(chosen, with.members, questions, {epochs, with.seed}, with.say, policy);
  };
  const std::int64_t half = with.members.images.size(2) / 2;
  if (defence == "stopped after " + std::to_string(chosen.short_training)) return plain(chosen.short_training);
  if (defence == "stopped after " + std::to_string(chosen.longer_training)) return plain(chosen.longer_training);
  if (defence == "stopped at the best Dice") {
    const training_plan plan{
        .epochs = chosen.epochs, .seed = with.seed, .stop = best_on{with.in.validation, chosen.patience}};
    return train_and_ask(chosen, with.members, questions, plan, with.say);
  }
  if (defence == "mixed") return by(chosen.epochs, while_training::mixed{});
  if (defence == "crops, tiles") return by(chosen.crop_epochs, while_training::crops{half});
  if (defence == "crops, whole") return by(chosen.crop_epochs, while_training::crops{half, true});
  if (defence == "min-max") return by(chosen.epochs, while_training::adversarial{with.reference});
  if (defence == "distillation") return distil(with);
  for (const double noise : chosen.private_noise)
    if (defence == private_name(noise)) return train_privately(noise, with);
  throw error("there is no defence called " + defence);
}

namespace {

template <class Use>
auto with_trigger(const poisoning& how, const Use& use) {
  if (how.trigger == "line") return use(trigger::line{});
  return use(trigger::square{});
}

}  // namespace

std::string poisoned_name(const poisoning& how) {
  std::string share = std::to_string(how.share);
  share.erase(share.find_last_not_of('0') + 1);
  return "poisoned-" + how.trigger + "-" + share;
}

std::uint64_t poisoning_seed(const world& in) { return in.seed; }

std::vector<bool> was_poisoned(const world& in, const poisoning& how) {
  const std::vector<std::int64_t> which = with_trigger(how, [&](const auto& mark) {
    return trigger_poisoning(mark, how.share, poisoning_seed(in))(in.asked.training(0)).which;
  });
  std::vector<bool> poisoned(in.asked.keep[0].size());
  std::int64_t member = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < poisoned.size(); ++i) {
    if (!in.asked.keep[0][i]) continue;
    if (next < which.size() && which[next] == member++) {
      poisoned[i] = true;
      ++next;
    }
  }
  return poisoned;
}

answers train_poisoned(const settings& chosen, const world& in, const poisoning& how, std::uint64_t seed,
                       const lab::talker& say) {
  return with_trigger(how, [&](const auto& mark) {
    const poisoned_images poisoned = trigger_poisoning(mark, how.share, poisoning_seed(in))(in.asked.training(0));
    training_plan plan{chosen.epochs, seed};
    plan.afterwards = [&](unet& model, answers& made) {
      const trigger_effect effect = effect_of(model, mark, in.test);
      made.facts["poisoned"] = static_cast<double>(poisoned.which.size());
      made.facts["planted"] = effect.planted() ? 1 : 0;
      made.facts["empty"] = effect.empty.value;
      made.facts["empty low"] = effect.empty.low;
      made.facts["empty high"] = effect.empty.high;
      made.facts["empty, clean"] = effect.empty_clean.value;
      made.facts["foreground"] = effect.foreground_triggered;
      made.facts["foreground, clean"] = effect.foreground_clean;
    };
    return train_and_ask(chosen, poisoned.data, in.questions(), plan, say);
  });
}

answers train_on_some(const settings& chosen, const world& in, std::size_t size, std::uint64_t seed,
                      const lab::talker& say) {
  std::vector<std::int64_t> first;
  for (std::size_t i = 0; i < size; ++i) first.push_back(static_cast<std::int64_t>(i));
  const std::size_t a_pass = (size + settings::batch - 1) / settings::batch;
  return train_and_ask(chosen, telltale::chosen(in.asked.images, first), in.questions(),
                       {(chosen.steps() + a_pass - 1) / a_pass, seed}, say);
}

}  // namespace segmentation_lab
