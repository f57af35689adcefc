// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "encoder.hpp"

#include <telltale/torch/image_text/train_dual_encoder.hpp>
#include <telltale/torch/image_text/trigrams.hpp>
#include <telltale/torch/model/answers.hpp>

#include <ATen/core/grad_mode.h>

#include <utility>

namespace text_to_image {

using namespace telltale;

namespace {

constexpr trigram_tokens tokens{.buckets = 8192, .words = 64};

encoder::towers new_towers(std::size_t side, std::uint64_t seed) {
  return make_dual_encoder(seed, tokens, static_cast<std::int64_t>(side));
}

at::Tensor unit_rows(const at::Tensor& rows) { return rows / rows.norm(2, 1, true); }

}  // namespace

at::Tensor encoder::operator()(const at::Tensor& pictures) const {
  const at::NoGradGuard without_gradients;
  image_tower tower = towers_->image;
  return unit_rows(tower->forward(pictures));
}

at::Tensor encoder::captions(std::span<const std::string> texts) const {
  const at::NoGradGuard without_gradients;
  trigram_bag tower = towers_->text;
  return unit_rows(tower->forward(tokens(texts)));
}

encoder trained_encoder(const captioned_images& pairs, std::uint64_t seed, std::size_t epochs,
                        const std::filesystem::path& file,
                        const std::function<void(std::size_t, std::size_t)>& progress) {
  encoder::towers both = new_towers(static_cast<std::size_t>(pairs.images.size(2)), seed);
  train_dual_encoder(both, {pairs.images, pairs.captions, {"{}"}}, tokens,
                     {.epochs = epochs, .batch_size = 128, .weight_decay = 0.05, .seed = seed}, {file, progress});
  return encoder(std::move(both));
}

encoder untrained_encoder(std::size_t side, std::uint64_t seed) {
  encoder::towers both = new_towers(side, seed);
  both->eval();
  return encoder(std::move(both));
}

double captions_found(const encoder& with, const captioned_images& pairs) {
  const at::Tensor similar = at::mm(with(pairs.images), with.captions(pairs.captions).t());
  const at::Tensor right = similar.argmax(1) == at::arange(similar.size(0), at::kLong);
  return right.to(at::kDouble).mean().item<double>();
}

}  // namespace text_to_image
