// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstdint>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/torch/image_text/dual_encoder.hpp>
#include <telltale/torch/image_text/train_dual_encoder.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

#include "torch/doctest.hpp"

namespace {

using namespace telltale;

// Pictures of random colours in 4 x 4 patches, and captions of two random syllables each: nothing to be learned but
// which goes with which.
named_images random_pairs(std::int64_t n, std::uint64_t seed) {
  named_images pairs{at::empty({n, 3, 16, 16}), {}, {"{}"}};
  for (std::int64_t i = 0; i < n; ++i) {
    random_stream draw(seed, static_cast<std::uint64_t>(i));
    at::Tensor patches = at::empty({3, 4, 4});
    for (std::int64_t k = 0; k < patches.numel(); ++k)
      patches.data_ptr<float>()[k] = static_cast<float>(2 * draw.uniform() - 1);
    pairs.images[i].copy_(patches.repeat_interleave(4, 1).repeat_interleave(4, 2));
    std::string& name = pairs.names.emplace_back();
    for (int letter = 0; letter < 8; ++letter) name += letter == 4 ? ' ' : static_cast<char>('a' + draw.below(26));
  }
  return pairs;
}

// The AUC of the cosine of picture and caption, of which no generator was asked.
double blind_auc(const named_images& trained_on, const named_images& members, const named_images& others) {
  const trigram_tokens tokens;
  auto encoder = make_dual_encoder(1, tokens, 16);
  train_dual_encoder(encoder, trained_on, tokens, {.epochs = 60, .batch_size = 32, .warm_up = 10, .seed = 1});
  const at::NoGradGuard without_gradients;
  std::vector<double> scores;
  std::vector<membership> member;
  for (const named_images* each : {&members, &others}) {
    const at::Tensor cosines =
        at::cosine_similarity(encoder->image->forward(each->images), encoder->text->forward(tokens(each->names)), 1)
            .to(at::kDouble)
            .contiguous();
    for (std::int64_t i = 0; i < cosines.numel(); ++i) {
      scores.push_back(cosines.data_ptr<double>()[i]);
      member.push_back(each == &members ? membership::in : membership::out);
    }
  }
  return metric::evaluate(scores, member).auc.value;
}

}  // namespace

DOCTEST_TEST_CASE(
    "an encoder that saw the members shows membership without any generator; one that did not shows none") {
  const named_images members = random_pairs(64, 1), others = random_pairs(64, 2), strangers = random_pairs(64, 3);
  DOCTEST_CHECK(blind_auc(members, members, others) > 0.95);
  // The standard error of an AUC of 64 and 64 at chance is 0.051.
  const double honest = blind_auc(strangers, members, others);
  DOCTEST_CHECK(honest > 0.35);
  DOCTEST_CHECK(honest < 0.65);
}
