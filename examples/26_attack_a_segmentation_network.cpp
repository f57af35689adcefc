// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 26: was this image, with its mask, in the training set of a segmentation network?
//
// The adversary has images of his own and trains a network like the target on half of them: his shadow model, of which
// he knows the members. Its answers teach an attack network what those of members look like: the output map alone
// (Type-I), or with the true mask beside it (Type-II). One number an image, the Dice loss, needs no network at all.
#include <cstdio>

#include <telltale/telltale.hpp>
#include <telltale/torch/published/segmentation.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include "masked_emoji.hpp"

using namespace telltale;

constexpr std::int64_t size = 64;  // images that a network is trained on, and as many others

// A network trained on the first half of some images, and its answers to all of them.
observed_segmentation trained_on_half(const images_with_masks& images, std::uint64_t seed) {
  const images_with_masks members{images.images.narrow(0, 0, size), images.masks.narrow(0, 0, size)};
  unet network = make_unet(seed, {.width = 8});
  train_segmentation(network, members, {.epochs = 40, .seed = seed});
  return observe_segmentation(network, images);
}

int main() {
  const lesson::masked_emoji pool(1);
  const std::vector<membership> member = pool.first_half(2 * size);
  const observed_segmentation target = trained_on_half(pool.part(0, 2 * size), 1),
                              shadow = trained_on_half(pool.part(2 * size, 2 * size), 2);

  const auto report = [&](const char* name, const evidence& found, double confidence = 0.95) {
    const metric::evaluation got = metric::evaluate(found.values, member, {.confidence = confidence, .cut = found.cut});
    std::printf("%-8s AUC %.3f [%.3f, %.3f]", name, got.auc.value, got.auc.low, got.auc.high);
    const auto& right = got.balanced_accuracy;
    found.ranks_only() ? std::printf("\n")
                       : std::printf(", accuracy %.3f [%.3f, %.3f]\n", right.value, right.low, right.high);
    return got.auc;
  };
  // A map an image, judged by a network. The scorer decides what it may look at: Type-II would not compile without
  // knowledge of the truth.
  const auto by_network = [&](const char* name, const auto& attack) {
    features<libtorch> known;
    typename std::decay_t<decltype(attack)>::scorer{}(shadow.view(), known);
    return report(name, attack(target.view(), owning(labelled_records<features<libtorch>>(known, member))));
  };
  const auto by_number = [&](const char* name, const auto& attack) {
    const std::vector<double> known = attack.score(shadow.view());
    return report(name, attack(target.view(), owning(labelled_records<>(signals{known}, member))));
  };
  const metric::estimate type_i = by_network("Type-I", published::type_i{}),
                         type_ii = by_network("Type-II", published::type_ii{}),
                         dice = by_number("Dice", published::global_dice_tuned{});

  // The control: a network trained on other images, asked about these. Whatever it gives, it is not their membership;
  // that its interval holds 1/2 is demanded of every run, so that the interval is one of 99.9 %.
  unet stranger = make_unet(3, {.width = 8});
  train_segmentation(stranger, pool.part(4 * size, size), {.epochs = 40, .seed = 3});
  const observed_segmentation seen = observe_segmentation(stranger, pool.part(0, 2 * size));
  std::vector<double> scores(2 * size);
  published::pixel_loss{}(seen.view(), std::span(scores));
  const metric::estimate control = report("stranger", {scores}, 0.999);
  return type_ii.low > 0.5 && dice.low > 0.5 && type_ii.value > type_i.value && control.low < 0.5 && control.high > 0.5
             ? 0
             : 1;
}

// prints: Type-II +AUC 0\.[89]
