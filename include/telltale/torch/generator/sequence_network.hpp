// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

namespace telltale {

/// What a layer has computed at earlier places, so that they are not read again for each next one.
struct places_read {
  at::Tensor keys,  ///< what earlier places are found by; undefined where nothing was read
      values;       ///< what they say; both are (n, heads, places, width / heads)
};

/// One pre-norm layer of a transformer in which a place looks at itself and at those before it.
class causal_attention_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator; `heads` divides `width`.
  causal_attention_module(std::int64_t width, std::int64_t heads)
      : width_(width),
        heads_(heads),
        before_(register_module("before", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        after_(register_module("after", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        ask_(register_module("ask", ::torch::nn::Linear(width, 3 * width))),
        answer_(register_module("answer", ::torch::nn::Linear(width, width))),
        wide_(register_module("wide", ::torch::nn::Linear(width, 4 * width))),
        narrow_(register_module("narrow", ::torch::nn::Linear(4 * width, width))) {}

  /// The next places, (n, places, width), after those in `past`, to which they are added.
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, places_read& past) {
    const std::int64_t n = x.size(0), places = x.size(1);
    const std::vector<at::Tensor> parts = ask_->forward(before_->forward(x)).chunk(3, 2);
    const auto by_head = [&](const at::Tensor& of) {
      return of.reshape({n, places, heads_, width_ / heads_}).transpose(1, 2);
    };
    const auto after = [](const at::Tensor& known, const at::Tensor& more) {
      return known.defined() ? at::cat({known, more}, 2) : more;
    };
    past = {after(past.keys, by_head(parts[1])), after(past.values, by_head(parts[2]))};
    const double scale = 1 / std::sqrt(static_cast<double>(width_ / heads_));
    at::Tensor similar = at::matmul(by_head(parts[0]), past.keys.transpose(2, 3)) * scale;
    const std::int64_t known = past.keys.size(2) - places;
    const at::Tensor later = at::ones({places, known + places}, x.options()).triu(known + 1).to(at::kBool);
    similar = similar.masked_fill(later, -1e9);
    const at::Tensor mixed = at::matmul(at::softmax(similar, 3), past.values).transpose(1, 2).reshape(x.sizes());
    const at::Tensor read = x + answer_->forward(mixed);
    return read + narrow_->forward(at::gelu(wide_->forward(after_->forward(read))));
  }

 private:
  std::int64_t width_, heads_;
  ::torch::nn::LayerNorm before_, after_;
  ::torch::nn::Linear ask_, answer_, wide_, narrow_;
};

/// How large a sequence network is.
struct sequence_shape {
  std::int64_t side = 16;               ///< pixels of a picture's side
  std::int64_t width = 128;             ///< of a place
  std::int64_t layers = 3;              ///< of the transformer
  std::int64_t heads = 4;               ///< which divide the width
  std::int64_t prefix = 4;              ///< places that a caption becomes
  std::int64_t caption_buckets = 1024;  ///< of `caption_bag`
};

/// A transformer that reads a caption and writes the tokens of a picture one after the other.
///
/// A caption's bag becomes `prefix` places by two dense layers; the tokens written so far follow; what stands at the
/// last place gives the logits of the next token. Places have learned positions; layers are pre-norm with GELU of four
/// times the width. 0.86 million parameters for 16 tokens of 256 codes at the defaults. Reference: Vaswani et al. 2017,
/// "Attention is all you need", much smaller; Xiong et al. 2020, "On layer normalization in the transformer
/// architecture", for the place of the norms.
class sequence_network_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator. `tokens` of a picture, each one of `codes`; a caption is
  /// `caption_width` numbers.
  sequence_network_module(std::int64_t tokens, std::int64_t codes, std::int64_t caption_width,
                          const sequence_shape& shape)
      : tokens_(tokens),
        shape_(shape),
        positions_(register_parameter("positions", at::randn({shape.prefix + tokens - 1, shape.width}) * 0.02)),
        table_(register_parameter("table", at::randn({codes, shape.width}) * 0.02)),
        caption_in_(register_module("caption_in", ::torch::nn::Linear(caption_width, shape.width))),
        caption_out_(register_module("caption_out", ::torch::nn::Linear(shape.width, shape.prefix * shape.width))),
        last_(register_module("last", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({shape.width})))),
        head_(register_module("head", ::torch::nn::Linear(shape.width, codes))) {
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
      layers_.push_back(register_module("layer" + std::to_string(layer),
                                        std::make_shared<causal_attention_module>(shape.width, shape.heads)));
  }

  /// How many tokens a picture has.
  [[nodiscard]] std::int64_t tokens() const noexcept { return tokens_; }

  /// The logits of every token of known pictures, each from the caption and the tokens before it: tokens (n, tokens),
  /// captions (n, caption width), result (n, tokens, codes).
  [[nodiscard]] at::Tensor forward(const at::Tensor& tokens, const at::Tensor& captions) {
    std::vector<places_read> nothing(layers_.size());
    const at::Tensor before = embedded(tokens.narrow(1, 0, tokens_ - 1));
    const at::Tensor read_places = read(at::cat({of_captions(captions), before}, 1), 0, nothing);
    return logits_of(read_places.narrow(1, shape_.prefix - 1, tokens_));
  }

  /// Writes pictures: `next(logits (n, codes), place)` gives the token of each place, (n), int64. Result (n, tokens).
  // Each place is read once: a layer keeps what later places look at.
  template <class Next>
  [[nodiscard]] at::Tensor write(const at::Tensor& captions, const Next& next) {
    std::vector<places_read> past(layers_.size());
    std::vector<at::Tensor> written;
    at::Tensor places = read(of_captions(captions), 0, past);
    for (std::int64_t place = 0; place < tokens_; ++place) {
      if (place > 0) places = read(embedded(written.back().unsqueeze(1)), shape_.prefix + place - 1, past);
      written.push_back(next(logits_of(places.select(1, places.size(1) - 1)), place));
    }
    return at::stack(written, 1);
  }

 private:
  [[nodiscard]] at::Tensor of_captions(const at::Tensor& captions) {
    return caption_out_->forward(at::gelu(caption_in_->forward(captions)))
        .reshape({captions.size(0), shape_.prefix, shape_.width});
  }

  [[nodiscard]] at::Tensor embedded(const at::Tensor& tokens) const { return at::embedding(table_, tokens); }

  [[nodiscard]] at::Tensor logits_of(const at::Tensor& places) { return head_->forward(last_->forward(places)); }

  // What the layers make of some places, of which the first has the number `first`.
  [[nodiscard]] at::Tensor read(const at::Tensor& places, std::int64_t first, std::vector<places_read>& past) {
    at::Tensor x = places + positions_.narrow(0, first, places.size(1));
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) x = layers_[layer]->forward(x, past[layer]);
    return x;
  }

  std::int64_t tokens_;
  sequence_shape shape_;
  at::Tensor positions_, table_;
  ::torch::nn::Linear caption_in_, caption_out_;
  std::vector<std::shared_ptr<causal_attention_module>> layers_;
  ::torch::nn::LayerNorm last_;
  ::torch::nn::Linear head_;
};

/// A holder of the network, as torch::nn has them.
using sequence_network = ::torch::nn::ModuleHolder<sequence_network_module>;

}  // namespace telltale
