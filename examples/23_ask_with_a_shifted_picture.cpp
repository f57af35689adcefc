// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 23: what if the adversary does not have the training file itself?
//
// A picture found on the web is another crop of it, or was mirrored or made darker. Attack II-P compares the picture
// with the generated one pixel by pixel; II-S lets an encoder look at both. The condition of the query is part of the
// threat model, and decides which of the two is better. The target is a small diffusion model, trained on 150 emoji and
// their names. The encoder has seen neither members nor non-members: if it had, it would know members without any
// generator.
#include <torch/torch.h>

#include <cstdio>

#include <telltale/telltale.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/generator/query_condition.hpp>
#include <telltale/torch/generator/train_generator.hpp>
#include <telltale/torch/image_text/train_dual_encoder.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

#include "captioned_emoji.hpp"

using namespace telltale;

int main() {
  const std::size_t size = 150;
  const lesson::captioned_emoji pool(1);
  const auto part = [&](std::size_t first, std::size_t count) {
    return captioned_images{at::tensor(pool.pixels(first, count)).view({-1, 3, 16, 16}),
                            pool.captions_of(first, count)};
  };
  const captioned_images members = part(0, size), asked = part(0, 2 * size);
  const captioned_images rest = part(2 * size, pool.captions.size() - 2 * size);
  std::vector<membership> member(size, membership::in);
  member.resize(2 * size, membership::out);

  diffusion_generator target = make_diffusion(1);
  train_generator(target, members, {.steps = 450});
  target.sampling = {.steps = 5};
  const trigram_tokens tokens;
  auto encoder = make_dual_encoder(1, tokens, 16);
  train_dual_encoder(encoder, {rest.images, rest.captions}, tokens, {.epochs = 30, .weight_decay = 0.05});
  image_tower eye = encoder->image;

  // The generator is asked once: what it makes of a caption does not depend on the picture that the adversary has.
  observed_generation observed = observe(target, asked.images, asked.captions, {.pictures = 2});
  const auto area = [&](const auto& scorer, const at::Tensor& queries) {
    observed.queries = queries;
    embed_pictures(observed, eye);
    std::vector<double> score(2 * size);
    scorer(observed.view(), std::span(score));
    return metric::evaluate(score, member).auc;
  };
  const auto compared = [&](const auto& condition) {
    const at::Tensor queries = in_condition(condition, asked.images);
    const metric::estimate pixel = area(reconstruction<compare::pixel_l2>{}, queries),
                           semantic = area(reconstruction<compare::semantic_l2>{}, queries);
    std::printf("%-9s AUC of II-P %.3f [%.3f, %.3f], of II-S %.3f [%.3f, %.3f]\n", condition.name.data(), pixel.value,
                pixel.low, pixel.high, semantic.value, semantic.low, semantic.high);
    return std::pair(pixel.value, semantic.value);
  };
  const auto exact = compared(query::exact{}), shifted = compared(query::shifted{});
  compared(query::mirrored{});
  compared(query::darkened{});
  const double lost_by_pixels = exact.first - shifted.first, lost_by_meaning = exact.second - shifted.second;
  std::printf("a shift by 2 and 1 pixels costs II-P %.3f, and II-S %.3f\n", lost_by_pixels, lost_by_meaning);
  return lost_by_pixels > lost_by_meaning && shifted.second > shifted.first ? 0 : 1;
}

// prints: exact +AUC of II-P 0\.[789]
