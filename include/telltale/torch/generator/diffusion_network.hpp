// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/error.hpp>

namespace telltale {
namespace detail {

[[nodiscard]] inline ::torch::nn::Conv2d convolution(std::int64_t from, std::int64_t to, std::int64_t kernel,
                                                     std::int64_t stride = 1) {
  return ::torch::nn::Conv2d(::torch::nn::Conv2dOptions(from, to, kernel).stride(stride).padding(kernel / 2));
}

// So that a block begins as the identity and the network by predicting 0.
[[nodiscard]] inline ::torch::nn::Conv2d zero_convolution(std::int64_t from, std::int64_t to) {
  ::torch::nn::Conv2d made = convolution(from, to, 3);
  made->weight.detach().zero_();
  made->bias.detach().zero_();
  return made;
}

[[nodiscard]] inline ::torch::nn::GroupNorm group_norm(std::int64_t channels) {
  return ::torch::nn::GroupNorm(::torch::nn::GroupNormOptions(8, channels));
}

}  // namespace detail

/// Two convolutions beside a shortcut; between them time and caption scale and shift the normalised channels.
class conditioned_block_module : public ::torch::nn::Module {
 public:
  /// Makes `to` channels of `from`, told by a condition of so many numbers. Draws the weights from torch's default
  /// generator; the second convolution begins at 0.
  conditioned_block_module(std::int64_t from, std::int64_t to, std::int64_t condition)
      : before_(register_module("before", detail::group_norm(from))),
        first_(register_module("first", detail::convolution(from, to, 3))),
        between_(register_module("between", detail::group_norm(to))),
        second_(register_module("second", detail::zero_convolution(to, to))),
        condition_(register_module("condition", ::torch::nn::Linear(condition, 2 * to))) {
    if (from != to) shortcut_ = register_module("shortcut", detail::convolution(from, to, 1));
  }

  /// x is (n, from, height, width), `condition` (n, its numbers); the result has `to` channels and the sides of x.
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& condition) {
    const at::Tensor scale_and_shift = condition_->forward(condition).unsqueeze(2).unsqueeze(3);
    const std::int64_t channels = scale_and_shift.size(1) / 2;
    at::Tensor y = between_->forward(first_->forward(at::silu(before_->forward(x))));
    y = y * (scale_and_shift.narrow(1, 0, channels) + 1) + scale_and_shift.narrow(1, channels, channels);
    return (shortcut_ ? shortcut_->forward(x) : x) + second_->forward(at::silu(y));
  }

 private:
  ::torch::nn::GroupNorm before_;
  ::torch::nn::Conv2d first_;
  ::torch::nn::GroupNorm between_;
  ::torch::nn::Conv2d second_;
  ::torch::nn::Linear condition_;
  ::torch::nn::Conv2d shortcut_{nullptr};
};

/// What a diffusion target is made of.
struct diffusion_shape {
  std::int64_t side = 16;               ///< of the pictures, a multiple of 4
  std::int64_t width = 32;              ///< channels of the first level, a multiple of 8; the second has twice as many
  std::int64_t caption_buckets = 1024;  ///< of the hashed bag

  /// All of it in words, as a checkpoint holds it.
  [[nodiscard]] std::string text() const {
    return "side " + std::to_string(side) + ", width " + std::to_string(width) + ", caption buckets " +
           std::to_string(caption_buckets);
  }
};

/// A small U-Net that sees a noisy picture, its level of noise and a caption.
///
/// The picture's 2 x 2 pixels become channels (12 of them), so that the two levels of the net have side/2 and side/4
/// pixels a side: a third of the cost of convolving every pixel. Time is 64 sines and cosines through two dense layers;
/// a caption is a `caption_bag` through two dense layers; their sum conditions every block. No attention, no dropout,
/// no batch normalisation. 582,508 parameters at the defaults; side 32 costs 4 times as much.
/// Inputs: pictures (n, 3, side, side), levels (n) as floats, captions (n, caption_buckets + 1). Output like the
/// pictures.
/// Reference: after Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", much smaller.
class diffusion_network_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator; the last layer of every block begins at 0. Throws argument_error
  /// for a side below 8 or no multiple of 4, a width that is no multiple of 8, and no bucket.
  explicit diffusion_network_module(const diffusion_shape& shape) {
    const auto refuse = [](const char* argument, std::int64_t got, const char* wanted) {
      detail::refuse("diffusion_network", argument, "is " + std::to_string(got) + "; wanted " + wanted);
    };
    if (shape.side < 8 || shape.side % 4 != 0) refuse("side", shape.side, "a multiple of 4 of at least 8");
    if (shape.width < 8 || shape.width % 8 != 0) refuse("width", shape.width, "a multiple of 8");
    if (shape.caption_buckets < 1) refuse("caption_buckets", shape.caption_buckets, "at least 1");
    const std::int64_t narrow = shape.width, wide = 2 * shape.width;
    time_in_ = register_module("time_in", ::torch::nn::Linear(waves, condition));
    time_out_ = register_module("time_out", ::torch::nn::Linear(condition, condition));
    caption_in_ = register_module("caption_in", ::torch::nn::Linear(shape.caption_buckets + 1, condition));
    caption_out_ = register_module("caption_out", ::torch::nn::Linear(condition, condition));
    in_ = register_module("enter", detail::convolution(12, narrow, 3));
    fine_ = register_module("fine", block(narrow, narrow, condition));
    down_ = register_module("down", detail::convolution(narrow, wide, 3, 2));
    coarse_ = register_module("coarse", block(wide, wide, condition));
    coarsest_ = register_module("coarsest", block(wide, wide, condition));
    coarse_up_ = register_module("coarse_up", block(2 * wide, wide, condition));
    up_ = register_module("up", detail::convolution(wide, narrow, 1));
    fine_up_ = register_module("fine_up", block(2 * narrow, narrow, condition));
    norm_ = register_module("norm", detail::group_norm(narrow));
    out_ = register_module("leave", detail::zero_convolution(narrow, 12));
  }

  /// v of each picture at its level: see the class for the shapes.
  [[nodiscard]] at::Tensor forward(const at::Tensor& pictures, const at::Tensor& levels, const at::Tensor& captions) {
    const at::Tensor about = at::silu(time_out_->forward(at::silu(time_in_->forward(waves_of(levels)))) +
                                      caption_out_->forward(at::silu(caption_in_->forward(captions))));
    const at::Tensor fine = fine_->forward(in_->forward(at::pixel_unshuffle(pictures, 2)), about);
    const at::Tensor coarse = coarse_->forward(down_->forward(fine), about);
    const at::Tensor back = coarse_up_->forward(at::cat({coarsest_->forward(coarse, about), coarse}, 1), about);
    const at::Tensor large = at::upsample_nearest2d(up_->forward(back), {fine.size(2), fine.size(3)});
    const at::Tensor last = fine_up_->forward(at::cat({large, fine}, 1), about);
    return at::pixel_shuffle(out_->forward(at::silu(norm_->forward(last))), 2);
  }

 private:
  using block = ::torch::nn::ModuleHolder<conditioned_block_module>;
  static constexpr std::int64_t waves = 64, condition = 128;

  [[nodiscard]] static at::Tensor waves_of(const at::Tensor& levels) {
    const at::Tensor rates = at::exp(at::arange(waves / 2, levels.options()) * (-std::log(1e4) / (waves / 2)));
    const at::Tensor angles = levels.unsqueeze(1) * rates;
    return at::cat({at::sin(angles), at::cos(angles)}, 1);
  }

  ::torch::nn::Linear time_in_{nullptr}, time_out_{nullptr}, caption_in_{nullptr}, caption_out_{nullptr};
  ::torch::nn::Conv2d in_{nullptr}, down_{nullptr}, up_{nullptr}, out_{nullptr};
  block fine_{nullptr}, coarse_{nullptr}, coarsest_{nullptr}, coarse_up_{nullptr}, fine_up_{nullptr};
  ::torch::nn::GroupNorm norm_{nullptr};
};

/// A holder of the network, as torch::nn has them.
using diffusion_network = ::torch::nn::ModuleHolder<diffusion_network_module>;

}  // namespace telltale
