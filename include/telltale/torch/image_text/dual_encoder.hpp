// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <telltale/core/error.hpp>
#include <telltale/core/prompt.hpp>
#include <telltale/torch/image_text/towers.hpp>
#include <telltale/torch/image_text/trigrams.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/module_steps.hpp>

namespace telltale {

/// An image tower, a text tower and the learnable scale of their cosines: what CLIP is made of.
///
/// Either tower is any torch::nn holder that maps a batch to (n, d); the d must agree. The scale is exp(log_scale),
/// begun at 1 / 0.07. Reference: Radford et al. 2021.
template <TrainableModule Images, TrainableModule Texts>
class dual_encoder_module : public ::torch::nn::Module {
 public:
  /// Takes the towers as they are; the scale begins at 1 / 0.07.
  dual_encoder_module(Images images, Texts texts)
      : image(std::move(images)),
        text(std::move(texts)),
        log_scale(register_parameter("log_scale", at::full({}, std::log(1 / 0.07)))) {
    register_module("image", image.ptr());
    register_module("text", text.ptr());
  }

  Images image;          ///< (n, d) of pictures
  Texts text;            ///< (n, d) of captions, as their tokens
  at::Tensor log_scale;  ///< logarithm of the scale of the cosines, a number
};

/// A holder of a dual encoder, as torch::nn has them.
template <TrainableModule Images, TrainableModule Texts>
using dual_encoder = ::torch::nn::ModuleHolder<dual_encoder_module<Images, Texts>>;

/// A dual encoder of two towers that are described by factories (`seed -> tower`), drawn for one seed: the same on
/// every call, whatever torch's default generators stand at.
template <ModuleFactory Images, ModuleFactory Texts>
[[nodiscard]] auto make_dual_encoder(const Images& images, const Texts& texts, std::uint64_t seed,
                                     const at::TensorOptions& options = at::kFloat) {
  const auto tower = [&](const auto& factory, std::size_t which) {
    return detail::make_module(
        factory, train::detail::number_for(seed, train::detail::purpose::initial_parameters, which), options);
  };
  dual_encoder<made_by<Images>, made_by<Texts>> encoder(tower(images, 0), tower(texts, 1));
  encoder->log_scale.set_data(encoder->log_scale.detach().to(options));
  return encoder;
}

/// The default: a small image tower beside a bag of trigrams.
[[nodiscard]] inline dual_encoder<image_tower, trigram_bag> make_dual_encoder(
    std::uint64_t seed, const trigram_tokens& tokens = {}, std::int64_t side = 32,
    const at::TensorOptions& options = at::kFloat) {
  return make_dual_encoder([&](std::uint64_t) { return image_tower(side); },
                           [&](std::uint64_t) { return trigram_bag(tokens.rows()); }, seed, options);
}

/// The embeddings of every name in every template: (templates, names, d), not normalised, where the encoder is.
///
/// `tokens` turns a list of captions into the encoder's inputs. One template at a time, in batches. Throws
/// argument_error for no template, one without {}, and what `answers_of` and `tokens` throw. Cost: the encoder's, on
/// templates x names captions.
template <TensorModel Encoder, class Tokens>
[[nodiscard]] at::Tensor prompt_embeddings(Encoder& encoder, const Tokens& tokens,
                                           std::span<const std::string> templates, std::span<const std::string> names,
                                           const asking& how = {}) {
  if (templates.empty()) detail::refuse("prompt_embeddings", "templates", "is empty; wanted at least one");
  std::vector<at::Tensor> all;
  for (const std::string& pattern : templates) {
    std::vector<std::string> prompts;
    prompts.reserve(names.size());
    for (const std::string& name : names) prompts.push_back(filled(pattern, name));
    all.push_back(answers_of(encoder, tokens(prompts), how));
  }
  return at::stack(all);
}

}  // namespace telltale
