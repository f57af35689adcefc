// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {

/// The sum of the embeddings of each row of tokens, 0 being no token; tokens (rows, most), result (rows, width).
// Without sizes as numbers, so that a trace holds for any batch.
[[nodiscard]] inline at::Tensor summed_embeddings(const at::Tensor& table, const at::Tensor& tokens) {
  const at::Tensor counts = at::ones_like(tokens).sum(1);
  return std::get<0>(
      at::embedding_bag(table, tokens.flatten(), counts.cumsum(0) - counts, false, 0, false, {}, false, 0));
}

[[nodiscard]] inline at::Tensor trigram_table(std::int64_t rows, std::int64_t width) {
  at::Tensor table = at::randn({rows, width}) * 0.1;
  table[0].zero_();
  return table;
}

}  // namespace detail

/// A small image tower: three convolutions of stride 2 with group normalisation and ReLU, two dense layers.
///
/// Images are (n, 3, side, side) in [-1, 1], embeddings (n, dimensions), not normalised. No batch normalisation, whose
/// running means a defence's few poisoned batches would move. 463 thousand parameters at the defaults.
class image_tower_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator. Throws argument_error for a side that is no multiple of 8.
  explicit image_tower_module(std::int64_t side = 32, std::int64_t dimensions = 64) {
    if (side < 8 || side % 8 != 0)
      detail::refuse("image_tower", "side", "is " + std::to_string(side) + "; wanted a multiple of 8");
    std::int64_t channels = 3;
    for (const std::int64_t next : {24, 48, 96}) {
      layers_->push_back(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(channels, next, 3).stride(2).padding(1)));
      layers_->push_back(::torch::nn::GroupNorm(::torch::nn::GroupNormOptions(8, next)));
      layers_->push_back(::torch::nn::ReLU());
      channels = next;
    }
    layers_->push_back(::torch::nn::Flatten());
    layers_->push_back(::torch::nn::Linear(channels * (side / 8) * (side / 8), 256));
    layers_->push_back(::torch::nn::ReLU());
    layers_->push_back(::torch::nn::Linear(256, dimensions));
    register_module("layers", layers_);
  }

  /// The embeddings of pictures, (n, dimensions).
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) { return layers_->forward(images); }

 private:
  ::torch::nn::Sequential layers_;
};

/// The default text tower: the sum of a caption's trigram embeddings, normalised, and two dense layers.
///
/// Tokens are those of `trigram_tokens`, embeddings (n, dimensions), not normalised. It knows no order: "Ann Lee" and
/// "Lee Ann" are one caption to it. 1.1 million parameters at the defaults.
class trigram_bag_module : public ::torch::nn::Module {
 public:
  /// `rows` of the table of trigrams, as `trigram_tokens::rows` gives them, of `width` numbers each. Draws the weights
  /// from torch's default generator.
  explicit trigram_bag_module(std::int64_t rows, std::int64_t width = 128, std::int64_t dimensions = 64)
      : table_(register_parameter("table", detail::trigram_table(rows, width))) {
    layers_->push_back(::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})));
    layers_->push_back(::torch::nn::Linear(width, 256));
    layers_->push_back(::torch::nn::GELU());
    layers_->push_back(::torch::nn::Linear(256, dimensions));
    register_module("layers", layers_);
  }

  /// The embeddings of captions, as tokens (n, words, trigrams) of int64.
  [[nodiscard]] at::Tensor forward(const at::Tensor& tokens) {
    return layers_->forward(detail::summed_embeddings(table_, tokens.flatten(1)));
  }

 private:
  at::Tensor table_;
  ::torch::nn::Sequential layers_;
};

/// One pre-norm layer of a transformer encoder over words; words that are absent are looked at by none.
class word_attention_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator; `heads` divides `width`, and `hidden` is the width of the dense
  /// part.
  word_attention_module(std::int64_t words, std::int64_t width, std::int64_t heads, std::int64_t hidden)
      : words_(words),
        width_(width),
        heads_(heads),
        before_(register_module("before", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        after_(register_module("after", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        ask_(register_module("ask", ::torch::nn::Linear(width, 3 * width))),
        answer_(register_module("answer", ::torch::nn::Linear(width, width))),
        wide_(register_module("wide", ::torch::nn::Linear(width, hidden))),
        narrow_(register_module("narrow", ::torch::nn::Linear(hidden, width))) {}

  /// The next (n, words, width) of words of that shape; `absent`, (n, words), marks those that no word looks at.
  [[nodiscard]] at::Tensor forward(const at::Tensor& words, const at::Tensor& absent) {
    const std::vector<at::Tensor> parts = ask_->forward(before_->forward(words)).chunk(3, 2);
    const auto by_head = [&](const at::Tensor& x) {
      return x.reshape({-1, words_, heads_, width_ / heads_}).transpose(1, 2);
    };
    const double scale = 1 / std::sqrt(static_cast<double>(width_ / heads_));
    const at::Tensor similar = at::matmul(by_head(parts[0]), by_head(parts[1]).transpose(2, 3)) * scale;
    const at::Tensor seen = at::softmax(similar.masked_fill(absent.unsqueeze(1).unsqueeze(1), -1e9), 3);
    const at::Tensor mixed = at::matmul(seen, by_head(parts[2])).transpose(1, 2).reshape({-1, words_, width_});
    const at::Tensor read = words + answer_->forward(mixed);
    return read + narrow_->forward(at::gelu(wide_->forward(after_->forward(read))));
  }

 private:
  std::int64_t words_, width_, heads_;
  ::torch::nn::LayerNorm before_, after_;
  ::torch::nn::Linear ask_, answer_, wide_, narrow_;
};

/// A text tower for which the order of words counts: each word is the sum of its trigrams plus its position; two
/// transformer layers; the mean over words; one dense layer.
///
/// Tokens as for the bag. 0.94 million parameters at the defaults. Reference: Vaswani et al. 2017, "Attention is all
/// you need".
class trigram_transformer_module : public ::torch::nn::Module {
 public:
  /// `rows` as for the bag; `words` of a caption at most, as `trigram_tokens::words` has them. Draws the weights from
  /// torch's default generator.
  explicit trigram_transformer_module(std::int64_t rows, std::int64_t words = 16, std::int64_t dimensions = 64)
      : words_(words),
        table_(register_parameter("table", detail::trigram_table(rows, width))),
        positions_(register_parameter("positions", at::randn({words, width}) * 0.02)),
        first_(register_module("first", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        last_(register_module("last", ::torch::nn::LayerNorm(::torch::nn::LayerNormOptions({width})))),
        one_(register_module("one", std::make_shared<word_attention_module>(words, width, 4, 2 * width))),
        two_(register_module("two", std::make_shared<word_attention_module>(words, width, 4, 2 * width))),
        head_(register_module("head", ::torch::nn::Linear(width, dimensions))) {}

  /// The embeddings of captions, as tokens (n, words, trigrams) of int64.
  [[nodiscard]] at::Tensor forward(const at::Tensor& tokens) {
    const at::Tensor absent = tokens.eq(0).all(2);
    const at::Tensor read = detail::summed_embeddings(table_, tokens.flatten(0, 1)).reshape({-1, words_, width});
    at::Tensor words = first_->forward(read) + positions_;
    words = last_->forward(two_->forward(one_->forward(words, absent), absent));
    const at::Tensor present = absent.logical_not().to(words.scalar_type()).unsqueeze(2);
    return head_->forward((words * present).sum(1) / present.sum(1));
  }

 private:
  static constexpr std::int64_t width = 96;

  std::int64_t words_;
  at::Tensor table_, positions_;
  ::torch::nn::LayerNorm first_, last_;
  std::shared_ptr<word_attention_module> one_, two_;
  ::torch::nn::Linear head_;
};

/// A holder of the image tower, as torch::nn has them.
using image_tower = ::torch::nn::ModuleHolder<image_tower_module>;
/// A holder of the default text tower, as torch::nn has them.
using trigram_bag = ::torch::nn::ModuleHolder<trigram_bag_module>;
/// A holder of the text tower that knows the order of words, as torch::nn has them.
using trigram_transformer = ::torch::nn::ModuleHolder<trigram_transformer_module>;

}  // namespace telltale
