// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/generator/caption_bag.hpp>
#include <telltale/torch/generator/codebook.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/generator/sequence_network.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/seeded_generators.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale {

/// How tokens are drawn: from the `top` likeliest ones, by the softmax of their logits over the temperature.
struct token_sampling {
  double temperature = 0.7;  ///< above 0; the smaller, the surer
  std::int64_t top = 40;     ///< 1 takes the likeliest
};

/// A small sequence-to-sequence generator: caption in, the tokens of a picture out, one after the other.
///
/// Pictures are written in the tokens of a codebook that was fitted beforehand; a transformer gives the probability of
/// each token from the caption and the tokens before it, log p(x | t) = sum_k log p(x_k | x_1 ... x_(k-1), t), and is
/// trained to make it large. It is an honest small model of the family of DALL-E mini, not a copy of one: thousands of
/// pictures of 16 x 16 or 32 x 32 pixels. Copies share their parameters.
/// Satisfies `Generator` and `TrainableGenerator`. The recipe that suits it: `{.steps = 150, .weight_decay = 0.01,
/// .warm_up = 50}`. Cost: at the defaults a training step of 64 pictures takes 0.11 s of one core, a generated
/// picture 1 ms.
/// Reference: Ramesh et al. 2021, "Zero-shot text-to-image generation".
class sequence_generator {
 public:
  /// Copies share the network. `seed` says in a checkpoint what the weights began as.
  sequence_generator(sequence_network network, codebook codes, const sequence_shape& shape, std::uint64_t seed)
      : network_(std::move(network)), codes_(std::move(codes)), shape_(shape), seed_(seed) {}

  token_sampling sampling{};  ///< how `generate` draws

  /// (captions, how.pictures, channels, side, side), where the network is, from the centres of the codebook.
  /// Throws argument_error for no caption, one without a word, a sampling out of range or r of 0.
  [[nodiscard]] at::Tensor generate(std::span<const std::string> captions, const generating& how = {}) {
    check(captions, how);
    const at::NoGradGuard without_gradients;
    const std::size_t most = std::max<std::size_t>(1, how.batch_size / how.pictures);
    const std::int64_t rows = shape_.side / codes_.patch(), r = static_cast<std::int64_t>(how.pictures);
    const at::Tensor bags = bags_of(captions);
    std::vector<at::Tensor> all;
    for (std::size_t first = 0; first < captions.size(); first += most) {
      const std::size_t count = std::min(most, captions.size() - first);
      const auto n = static_cast<std::int64_t>(count);
      const at::Tensor chances = chances_of(first, count, how).to(bags.device());
      const at::Tensor tokens = network_->write(
          bags.narrow(0, static_cast<std::int64_t>(first), n).repeat_interleave(r, 0),
          [&](const at::Tensor& logits, std::int64_t place) { return drawn(logits, chances.select(1, place)); });
      const at::Tensor pictures = codes_.decode(tokens, rows);
      all.push_back(pictures.reshape({n, r, pictures.size(1), pictures.size(2), pictures.size(3)}));
      if (how.progress) how.progress(first + count, captions.size());
    }
    return at::cat(all);
  }

  /// -(1 / K) log p(x | t) of each picture, K tokens: what training lowers. Draws nothing.
  [[nodiscard]] at::Tensor losses(const at::Tensor& images, std::span<const std::string> captions,
                                  std::span<random_stream> = {}) {
    return -token_log_likelihoods(images, captions).mean(1);
  }

  /// log p(x_k | x_1 ... x_(k-1), t) of each token of each picture: (n, tokens), in nats.
  ///
  /// Throws argument_error for pictures of another size than it writes and captions of another number.
  [[nodiscard]] at::Tensor token_log_likelihoods(const at::Tensor& images, std::span<const std::string> captions) {
    const at::Tensor tokens = codes_.encode(images);
    if (tokens.size(1) != network_->tokens() || images.size(2) != shape_.side)
      detail::refuse(name, "images",
                     "have the shape " + detail::shape_text(images) + "; wanted (n, " +
                         std::to_string(codes_.channels()) + ", " + std::to_string(shape_.side) + ", " +
                         std::to_string(shape_.side) + ")");
    detail::check_size(name, "captions", captions.size(), static_cast<std::size_t>(images.size(0)));
    const at::Tensor logits = network_->forward(tokens, bags_of(captions));
    return at::log_softmax(logits, 2).gather(2, tokens.unsqueeze(2)).squeeze(2);
  }

  /// The network, whose parameters copies share.
  [[nodiscard]] std::shared_ptr<::torch::nn::Module> module() const { return network_.ptr(); }
  /// The codebook in whose tokens pictures are written.
  [[nodiscard]] const codebook& codes() const noexcept { return codes_; }

  /// What the parameters belong to.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << "sequence generator of side " << shape_.side << ", width " << shape_.width << ", " << shape_.layers
        << " layers of " << shape_.heads << " heads, prefix " << shape_.prefix << ", " << shape_.caption_buckets
        << " buckets, begun from seed " << seed_ << ", codebook of patch " << codes_.patch() << ' '
        << detail::fingerprint(codes_.centres(), {}, {});
    return out.str();
  }

 private:
  static constexpr std::string_view name = "sequence_generator";

  void check(std::span<const std::string> captions, const generating& how) const {
    detail::check_asked(name, captions, how);
    if (!(sampling.temperature > 0 && std::isfinite(sampling.temperature)))
      detail::refuse(name, "temperature", "is " + std::to_string(sampling.temperature) + "; wanted a positive number");
    if (sampling.top < 1) detail::refuse(name, "top", "is " + std::to_string(sampling.top) + "; wanted at least 1");
  }

  [[nodiscard]] at::Tensor bags_of(std::span<const std::string> captions) const {
    return caption_bag{shape_.caption_buckets}(captions).to(codes_.centres().options());
  }

  // A uniform for each token: captions x r pictures, tokens. Picture j of caption i has a stream of its own.
  [[nodiscard]] at::Tensor chances_of(std::size_t first, std::size_t count, const generating& how) const {
    const std::int64_t tokens = network_->tokens();
    const std::uint64_t key = train::detail::number_for(how.seed, train::detail::purpose::draws_of_an_answer, 0);
    at::Tensor all = at::empty({static_cast<std::int64_t>(count * how.pictures), tokens}, at::kDouble);
    double* to = all.data_ptr<double>();
    for (std::uint64_t i = first; i < first + count; ++i)
      for (std::uint64_t j = 0; j < how.pictures; ++j) {
        random_stream stream(key, i << 32 | j);
        for (std::int64_t token = 0; token < tokens; ++token) *to++ = stream.uniform();
      }
    return all;
  }

  [[nodiscard]] at::Tensor drawn(const at::Tensor& logits, const at::Tensor& chance) const {
    const std::int64_t most = std::min(sampling.top, logits.size(1));
    const auto [likeliest, token] = logits.topk(most, 1);
    const at::Tensor upto = at::softmax(likeliest.to(at::kDouble) / sampling.temperature, 1).cumsum(1);
    const at::Tensor passed = (upto <= chance.unsqueeze(1)).sum(1, true).clamp_max(most - 1);
    return token.gather(1, passed).squeeze(1);
  }

  sequence_network network_;
  codebook codes_;
  sequence_shape shape_;
  std::uint64_t seed_;
};

/// An untrained sequence generator, the same on every call with one seed, whatever torch's default generators stand at.
///
/// Throws argument_error unless the side is a multiple of the codebook's patch, the width one of the heads, and all are
/// positive.
[[nodiscard]] inline sequence_generator make_sequence_generator(std::uint64_t seed, const codebook& codes,
                                                                const sequence_shape& shape = {},
                                                                const at::TensorOptions& options = at::kFloat) {
  constexpr std::string_view function = "make_sequence_generator";
  const auto demand = [&](std::string_view argument, std::int64_t value, bool holds, const std::string& wanted) {
    if (value < 1 || !holds) detail::refuse(function, argument, "is " + std::to_string(value) + "; wanted " + wanted);
  };
  demand("side", shape.side, shape.side % codes.patch() == 0,
         "a multiple of " + std::to_string(codes.patch()) + ", the side of the codebook's patches");
  demand("heads", shape.heads, true, "at least 1");
  demand("width", shape.width, shape.width % shape.heads == 0,
         "a multiple of " + std::to_string(shape.heads) + ", the number of heads");
  demand("layers", shape.layers, true, "at least 1");
  demand("prefix", shape.prefix, true, "at least 1");
  demand("caption_buckets", shape.caption_buckets, true, "at least 1");
  const std::int64_t rows = shape.side / codes.patch();
  const detail::seeded_generators seeded(train::detail::number_for(seed, train::detail::purpose::initial_parameters, 0),
                                         at::kCPU);
  sequence_network made(rows * rows, codes.codes(), caption_bag{shape.caption_buckets}.width(), shape);
  made->to(options.device(), c10::typeMetaToScalarType(options.dtype()));
  return {std::move(made), codebook(codes.centres().to(options), codes.patch()), shape, seed};
}

}  // namespace telltale
