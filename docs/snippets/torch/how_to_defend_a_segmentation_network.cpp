// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/defend_a_segmentation_network.md.
#include <torch/torch.h>

#include <telltale/telltale.hpp>
#include <telltale/torch/influence/trigger_poisoning.hpp>
#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/train_segmentation.hpp>
#include <telltale/torch/segmentation/unet.hpp>

using namespace telltale;

double dice(const at::Tensor& images, const at::Tensor& masks, const images_with_masks& test) {
  const images_with_masks members{images, masks,
                                  /*classes*/ 2};  // (n, 3, height, width) floats, (n, height, width) int64
  unet model = make_unet(1);                       // or any module of yours: images in, logits out
  train_segmentation(model, members, {.epochs = 50});
  const observed_segmentation answers = observe_segmentation(model, test);
  return quality_of(answers.view()).dice;  // what users get
}

bool planted(unet& model, const images_with_masks& members, const images_with_masks& test) {
  const poisoned_images poisoned = trigger_poisoning{trigger::line{6}, /*share*/ 0.4}(members);
  train_segmentation(model, poisoned.data, {.epochs = 50});
  return effect_of(model, trigger::line{6}, test).planted();
}
