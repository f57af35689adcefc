// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 27: what does a defence of a segmentation network take from the adversary, and what from its users?
//
// A defence is measured against an adversary who knows it: her own network is trained, or her own answers are hidden,
// in the same way. Whoever has the true mask counts wrong pixels, and labels tell those as well as probabilities do:
// argmax hides nothing from her. Mixing images while training, or stopping early, takes from what there is to find.
#include <cstdio>
#include <tuple>

#include <telltale/telltale.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>
#include <telltale/torch/segmentation/while_training/mixed.hpp>

#include "masked_emoji.hpp"

using namespace telltale;

constexpr std::int64_t size = 64;  // images that a network is trained on, and as many others

// The answers of a network trained on the first half of `asked`: to all of them, and to images of nobody.
struct answers {
  observed_segmentation asked, test;
};
template <class Policy>
answers trained(const images_with_masks& asked, const images_with_masks& test, std::size_t epochs, const Policy& policy,
                std::uint64_t seed) {
  unet network = make_unet(seed, {.width = 8});
  const images_with_masks members{asked.images.narrow(0, 0, size), asked.masks.narrow(0, 0, size)};
  train_segmentation(network, members, {.epochs = epochs, .seed = seed}, policy);
  return {observe_segmentation(network, asked, policy), observe_segmentation(network, test, policy)};
}

int main() {
  const lesson::masked_emoji pool(1);
  const std::vector<membership> member = pool.first_half(2 * size);
  const images_with_masks test = pool.part(4 * size, 200);

  const auto attack = [&](const char* name, const auto& attack_on, const auto& target, const auto& shadow,
                          const auto& tested) {
    const std::vector<double> known = attack_on.score(shadow);
    const evidence found = attack_on(target, owning(labelled_records<>(signals{known}, member)));
    const metric::evaluation got = metric::evaluate(found.values, member, {.cut = found.cut});
    std::printf("%-12s AUC %.3f [%.3f, %.3f], accuracy %.3f; Dice on new images %.3f\n", name, got.auc.value,
                got.auc.low, got.auc.high, got.balanced_accuracy.value, quality_of(tested).dice);
    return got.auc;
  };
  const auto in_training = [&](const char* name, std::size_t epochs, const auto& policy) {
    const answers target = trained(pool.part(0, 2 * size), test, epochs, policy, 1),
                  shadow = trained(pool.part(2 * size, 2 * size), test, epochs, policy, 2);
    const auto loss =
        attack(name, published::global_loss{}, target.asked.view(), shadow.asked.view(), target.test.view());
    return std::tuple(loss, target, shadow);
  };
  const auto [none, target, shadow] = in_training("none", 40, while_training::plain{});
  const at_every_pixel labels{argmax{}};
  const metric::estimate hidden = attack("argmax", published::global_pixel_accuracy{}, labels(target.asked.view()),
                                         labels(shadow.asked.view()), labels(target.test.view()));
  const metric::estimate mixed = std::get<0>(in_training("mixed", 40, while_training::mixed{})),
                         stopped = std::get<0>(in_training("10 epochs", 10, while_training::plain{}));
  // Argmax leaves the attack where it was; stopping early does not, and what mixing brings lies between.
  return hidden.low > 0.7 && hidden.high > none.low && stopped.high < none.low && mixed.value < none.value ? 0 : 1;
}

// prints: argmax +AUC 0\.[89]
