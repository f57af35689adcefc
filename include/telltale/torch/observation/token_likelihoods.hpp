// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/generator/generator.hpp>

namespace telltale {

namespace req {

template <class Target>
concept says_how_likely_each_token_is =
    requires(Target& target, const at::Tensor& images, std::span<const std::string> captions) {
      { target.token_log_likelihoods(images, captions) } -> std::convertible_to<at::Tensor>;
    };

template <class Batch>
concept gives_the_mean_log_likelihood_of_tokens = requires(const Batch& batch, std::span<double> out) {
  { batch.mean_log_likelihoods(out) } -> std::same_as<void>;
};

}  // namespace req

/// A generator that writes pictures as tokens and says log p of each token of a picture, given those before it and the
/// caption: (n, tokens).
template <class Target>
concept TokenTarget = req::says_how_likely_each_token_is<Target>;

/// Any observation of how likely a generator finds the tokens of a picture; a subject is a picture with its caption.
template <class Batch>
concept TokenLikelihoods = Observation<Batch> && req::gives_the_mean_log_likelihood_of_tokens<Batch>;

/// How likelihoods are asked for.
struct likelihood_asking {
  std::size_t batch_size = 256;                                                 ///< pictures at a time
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< pictures, after every batch
};

/// How likely a sequence-to-sequence generator finds query pictures, given their captions.
///
/// Threat model: gray box; the adversary has picture and caption, and sees the probabilities by which tokens are drawn:
/// she feeds the tokens of her picture one after the other. An interface that gives finished pictures only does not
/// allow that. Shapes: pictures as the target writes them, one caption each. The target is copied, which for the
/// generators of this library shares its network. Cost: one pass of the model a picture, when a scorer asks.
/// Throws argument_error for no picture, another number of captions, what the target refuses, and where it answers by
/// what is not finite, naming the record.
template <TokenTarget Target>
class token_likelihoods {
 public:
  static constexpr std::string_view name = "token likelihoods";
  static constexpr access_to reveals = access_to::inner_steps;
  using backend = libtorch;

  /// `asked` holds query pictures with their captions; `how` says in which batches.
  token_likelihoods(Target target, captioned_images asked, likelihood_asking how = {})
      : target_(std::make_shared<Target>(std::move(target))), asked_(std::move(asked)), how_(std::move(how)) {
    if (!asked_.images.defined() || asked_.images.dim() != 4 || asked_.images.size(0) == 0)
      detail::refuse(name, "images", "are no batch of pictures: wanted (n, channels, height, width)");
    detail::check_size(name, "captions", asked_.captions.size(), subjects());
    if (how_.batch_size == 0) detail::refuse(name, "batch_size", "is 0; wanted at least 1");
  }

  /// How many pictures are asked about.
  [[nodiscard]] std::size_t subjects() const { return static_cast<std::size_t>(asked_.images.size(0)); }

  /// (1 / K) log p(picture | caption) of each subject, K tokens.
  void mean_log_likelihoods(std::span<double> out) const {
    const at::NoGradGuard without_gradients;
    detail::check_size(name, "out", out.size(), subjects());
    for (std::size_t first = 0; first < subjects(); first += how_.batch_size) {
      const std::size_t count = std::min(how_.batch_size, subjects() - first);
      const at::Tensor each = target_->token_log_likelihoods(
          asked_.images.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)),
          std::span<const std::string>(asked_.captions).subspan(first, count));
      if (each.dim() != 2 || each.size(0) != static_cast<std::int64_t>(count) || each.size(1) == 0)
        detail::refuse(name, "target",
                       "answers " + std::to_string(count) + " pictures with the shape " + detail::shape_text(each) +
                           "; wanted (pictures, tokens)");
      if (!libtorch::copy(each.to(at::kDouble).mean(1), out.subspan(first, count)))
        detail::refuse(name, "target",
                       "gives a likelihood that is not finite, of a record from " + std::to_string(first) + " on");
      if (how_.progress) how_.progress(first + count, subjects());
    }
  }

 private:
  std::shared_ptr<Target> target_;
  captioned_images asked_;
  likelihood_asking how_;
};

}  // namespace telltale
