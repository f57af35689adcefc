// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

namespace telltale {

/// What normalises the channels between convolutions. `group` leaves every image to itself, which DP-SGD needs; `batch`
/// is what published segmentation networks have.
enum class norm_layer {
  group,  ///< up to 8 groups of an image's channels
  batch   ///< each channel over the batch; running statistics when it answers
};

/// What a U-Net is made of.
struct unet_shape {
  std::int64_t channels = 3;  ///< of the images
  std::int64_t classes = 2;   ///< maps in the answer
  std::int64_t levels = 3;    ///< at least 1; the sides of an image are multiples of 2^(levels - 1)
  std::int64_t width = 12;    ///< channels of the first level, at least 2; each further level has twice as many
  norm_layer norm = norm_layer::group;  ///< between a convolution and its ReLU

  /// All of it in words, as a checkpoint holds it.
  [[nodiscard]] std::string text() const {
    return "U-Net of " + std::to_string(levels) + " levels, width " + std::to_string(width) + ", " +
           (norm == norm_layer::group ? "group" : "batch") + " norm, " + std::to_string(channels) + " channels to " +
           std::to_string(classes) + " classes";
  }
};

namespace detail {

// The most groups, up to 8, of at least two channels each: a group of one would lose the channel's mean.
[[nodiscard]] inline std::int64_t groups_of(std::int64_t channels) {
  std::int64_t groups = std::min<std::int64_t>(8, channels / 2);
  while (channels % groups != 0) --groups;
  return groups;
}

/// Twice: a 3 x 3 convolution, a norm, ReLU.
[[nodiscard]] inline ::torch::nn::Sequential unet_block(std::int64_t from, std::int64_t to, norm_layer norm) {
  ::torch::nn::Sequential block;
  for (const std::int64_t in : {from, to}) {
    block->push_back(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(in, to, 3).padding(1)));
    if (norm == norm_layer::group)
      block->push_back(::torch::nn::GroupNorm(::torch::nn::GroupNormOptions(groups_of(to), to)));
    else
      block->push_back(::torch::nn::BatchNorm2d(::torch::nn::BatchNorm2dOptions(to)));
    block->push_back(::torch::nn::ReLU());
  }
  return block;
}

}  // namespace detail

/// A small U-Net: the logits of every class at every pixel.
///
/// On the way down a block (two 3 x 3 convolutions, each with a norm and ReLU) a level and 2 x 2 maximum pooling; on
/// the way up nearest up-sampling, the level's own maps beside it, and a block; a 1 x 1 convolution in the end. Inputs:
/// images (n, channels, height, width), sides multiples of 2^(levels - 1); answers (n, classes, height, width). 67,166
/// parameters at the defaults. Throws argument_error for a shape out of range and images that do not fit. Reference:
/// Ronneberger, Fischer and Brox 2015, "U-Net: convolutional networks for biomedical image segmentation", with padding,
/// norms and a fraction of the width.
class unet_module : public ::torch::nn::Module {
 public:
  /// Draws the weights from torch's default generator; `origin` says in a checkpoint what they began as. Cost:
  /// O(parameters).
  explicit unet_module(const unet_shape& shape = {}, std::string origin = {})
      : shape_(shape), origin_(std::move(origin)) {
    const auto demand = [](const char* argument, std::int64_t got, std::int64_t least, std::int64_t most) {
      if (got < least || got > most)
        detail::refuse(
            "unet", argument,
            "is " + std::to_string(got) + "; wanted " + std::to_string(least) + " to " + std::to_string(most));
    };
    demand("channels", shape.channels, 1, 1024);
    demand("classes", shape.classes, 2, 1024);
    demand("levels", shape.levels, 1, 8);
    demand("width", shape.width, 2, 1024);
    const auto width_of = [&](std::int64_t level) { return shape.width << level; };
    for (std::int64_t level = 0; level < shape.levels; ++level)
      down_.push_back(register_module(
          "down" + std::to_string(level),
          detail::unet_block(level == 0 ? shape.channels : width_of(level - 1), width_of(level), shape.norm)));
    for (std::int64_t level = 0; level + 1 < shape.levels; ++level)
      up_.push_back(
          register_module("up" + std::to_string(level),
                          detail::unet_block(width_of(level + 1) + width_of(level), width_of(level), shape.norm)));
    leave_ = register_module("leave", ::torch::nn::Conv2d(::torch::nn::Conv2dOptions(shape.width, shape.classes, 1)));
  }

  /// The logits of images, see the class. Cost: about 16,000 multiplications a pixel at the defaults.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) {
    check(images);
    std::vector<at::Tensor> beside;
    at::Tensor x = down_.front()->forward(images);
    for (std::size_t level = 1; level < down_.size(); ++level) {
      beside.push_back(x);
      x = down_[level]->forward(at::max_pool2d(x, {2, 2}));
    }
    for (std::size_t level = up_.size(); level-- > 0;) {
      const at::Tensor& same = beside[level];
      x = up_[level]->forward(at::cat({at::upsample_nearest2d(x, {same.size(2), same.size(3)}), same}, 1));
    }
    return leave_->forward(x);
  }

  /// Levels, widths and norm.
  [[nodiscard]] const unet_shape& shape() const noexcept { return shape_; }
  /// What it is and what its weights began as: a checkpoint of another is refused.
  [[nodiscard]] std::string text() const { return shape_.text() + (origin_.empty() ? "" : ", " + origin_); }

 private:
  void check(const at::Tensor& images) const {
    const std::int64_t step = std::int64_t{1} << (shape_.levels - 1);
    if (images.dim() != 4 || images.size(1) != shape_.channels || images.size(2) == 0 || images.size(3) == 0 ||
        images.size(2) % step != 0 || images.size(3) % step != 0)
      detail::refuse("unet", "images",
                     "have the shape " + detail::shape_text(images) + "; wanted (n, " +
                         std::to_string(shape_.channels) + ", height, width), height and width multiples of " +
                         std::to_string(step) + " for " + std::to_string(shape_.levels) + " levels");
  }

  unet_shape shape_;
  std::string origin_;
  std::vector<::torch::nn::Sequential> down_, up_;
  ::torch::nn::Conv2d leave_{nullptr};
};

/// A holder of the network, as torch::nn has them.
using unet = ::torch::nn::ModuleHolder<unet_module>;

/// A U-Net whose first weights are a function of the seed; torch's default generators are left as they were found.
/// Throws argument_error for a shape out of range.
[[nodiscard]] inline unet make_unet(std::uint64_t seed, const unet_shape& shape = {},
                                    const at::TensorOptions& options = at::kFloat) {
  const detail::seeded_generators seeded(train::detail::number_for(seed, train::detail::purpose::initial_parameters, 0),
                                         at::kCPU);
  unet made(shape, "begun of seed " + std::to_string(seed));
  made->to(options.device(), c10::typeMetaToScalarType(options.dtype()));
  return made;
}

}  // namespace telltale
