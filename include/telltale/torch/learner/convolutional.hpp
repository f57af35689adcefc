// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/membership.hpp>
#include <telltale/torch/learner/balance.hpp>
#include <telltale/torch/learner/fit_network.hpp>

namespace telltale::learner {

/// Blocks of a 3 x 3 convolution, ReLU and 2 x 2 average pooling; then mean and maximum over what is left of the image,
/// and a linear layer to one logit.
class convolutional_network : public ::torch::nn::Module {
 public:
  /// A block for each of `widths`, from images of `channels` channels. Draws the weights from torch's default
  /// generator.
  convolutional_network(std::int64_t channels, std::span<const std::size_t> widths) {
    for (const std::size_t width : widths) {
      const auto next = static_cast<std::int64_t>(width);
      blocks_->push_back(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(channels, next, 3).padding(1)));
      blocks_->push_back(::torch::nn::ReLU());
      blocks_->push_back(::torch::nn::AvgPool2d(2));
      channels = next;
    }
    register_module("blocks", blocks_);
    head_ = register_module("head", ::torch::nn::Linear(2 * channels, 1));
  }

  /// The log-odds of images, (n, 1).
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) {
    const at::Tensor maps = blocks_->forward(images);
    return head_->forward(at::cat({maps.mean({2, 3}), maps.amax({2, 3})}, 1));
  }

 private:
  ::torch::nn::Sequential blocks_;
  ::torch::nn::Linear head_{nullptr};
};

/// A small convolutional network with one output, the log-odds, on the device of its inputs (subjects x channels x
/// height x width), such as loss maps or differences of images.
///
/// It sees what is where relative to its surroundings, not where in the image: positions are pooled. Widths are ours to
/// choose.
template <ClassBalance Balance = balance::none>
struct convolutional {
  static constexpr std::string_view name = "convolutional network";

  std::vector<std::size_t> channels{16, 32};  ///< widths of the blocks, from the first
  network_training<Balance> training{};       ///< steps, stopping and balance

  /// Fits inputs of known membership. Throws argument_error for inputs that are no images or too small to be halved by
  /// every block, for no block or one of width 0, and what `fit_network` throws.
  [[nodiscard]] fitted_network<std::shared_ptr<convolutional_network>> fit(const at::Tensor& inputs,
                                                                           std::span<const membership> member) const {
    detail::check_halving_blocks("convolutional", inputs, channels);
    const auto network = [&](std::uint64_t) {
      return std::make_shared<convolutional_network>(inputs.size(1), channels);
    };
    return fit_network(network, inputs, member, training);
  }
};

}  // namespace telltale::learner
