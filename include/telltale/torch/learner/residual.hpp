// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn.h>

#include <telltale/core/membership.hpp>
#include <telltale/torch/learner/balance.hpp>
#include <telltale/torch/learner/fit_network.hpp>
#include <telltale/torch/train/augment.hpp>

namespace telltale::learner {

/// y = ReLU(N(C(ReLU(N(C(x))))) + P(x)): two 3 x 3 convolutions C, each normalised over groups of channels (N), beside
/// a 1 x 1 convolution P. Reference: He, Zhang, Ren and Sun 2016, "Deep residual learning for image recognition"; Wu
/// and He 2018, "Group normalization".
class residual_block : public ::torch::nn::Module {
 public:
  /// Makes `to` channels of `from`. Draws the weights from torch's default generator.
  residual_block(std::int64_t from, std::int64_t to)
      : first_(::torch::nn::Conv2dOptions(from, to, 3).padding(1)),
        second_(::torch::nn::Conv2dOptions(to, to, 3).padding(1)),
        beside_(::torch::nn::Conv2dOptions(from, to, 1)),
        after_first_(::torch::nn::GroupNormOptions(std::gcd(to, std::int64_t{8}), to)),
        after_second_(::torch::nn::GroupNormOptions(std::gcd(to, std::int64_t{8}), to)) {
    register_module("first", first_);
    register_module("after_first", after_first_);
    register_module("second", second_);
    register_module("after_second", after_second_);
    register_module("beside", beside_);
  }

  /// Maps images (n, from, height, width) to (n, to, height, width).
  [[nodiscard]] at::Tensor forward(const at::Tensor& x) {
    const at::Tensor inner = at::relu(after_first_->forward(first_->forward(x)));
    return at::relu(after_second_->forward(second_->forward(inner)) + beside_->forward(x));
  }

 private:
  ::torch::nn::Conv2d first_, second_, beside_;
  ::torch::nn::GroupNorm after_first_, after_second_;
};

/// Residual blocks, each behind a 2 x 2 average pooling; then mean and maximum over what is left of the image, and a
/// linear layer to one logit. Inputs of fewer than 8 channels get channels of zeros: LibTorch 1.13 as Debian builds it
/// has crashed in convolutions of fewer.
class residual_network : public ::torch::nn::Module {
 public:
  static constexpr std::int64_t least_channels = 8;  ///< to which inputs are filled up

  /// A block for each of `widths`, from images of `channels` channels. Draws the weights from torch's default
  /// generator.
  residual_network(std::int64_t channels, std::span<const std::size_t> widths) {
    channels = std::max(channels, least_channels);
    for (const std::size_t width : widths) {
      const auto next = static_cast<std::int64_t>(width);
      blocks_->push_back(::torch::nn::AvgPool2d(2));
      blocks_->push_back(std::make_shared<residual_block>(channels, next));
      channels = next;
    }
    register_module("blocks", blocks_);
    head_ = register_module("head", ::torch::nn::Linear(2 * channels, 1));
  }

  /// The log-odds of images, (n, 1).
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) {
    const std::int64_t missing = std::max<std::int64_t>(0, least_channels - images.size(1));
    const at::Tensor maps = blocks_->forward(at::constant_pad_nd(images, {0, 0, 0, 0, 0, missing}));
    return head_->forward(at::cat({maps.mean({2, 3}), maps.amax({2, 3})}, 1));
  }

 private:
  ::torch::nn::Sequential blocks_;
  ::torch::nn::Linear head_{nullptr};
};

/// A small residual network with one output, the log-odds, on the device of its inputs (subjects x channels x height x
/// width): for maps in which what matters lies along edges, such as the answers of a segmentation network.
///
/// Each time that a record is trained on it is mirrored or not, in both directions (`Augment`). Widths are ours to
/// choose; Chobola et al. 2023 take a ResNet-34 and He et al. 2020 a ResNet-50, both pre-trained on ImageNet.
template <ClassBalance Balance = balance::none,
          Augmentation Augment = augment::both<augment::mirror, augment::mirror_upside_down>>
struct residual {
  static constexpr std::string_view name = "residual network";

  std::vector<std::size_t> channels{16, 32};     ///< widths of the blocks, from the first
  network_training<Balance> training{};          ///< steps, stopping and balance
  [[no_unique_address]] Augment augmentation{};  ///< of a record each time that it is trained on

  /// Fits inputs of known membership. Throws argument_error for inputs that are no images or too small to be halved by
  /// every block, for no block or one of width 0, and what `fit_network` throws.
  [[nodiscard]] fitted_network<std::shared_ptr<residual_network>> fit(const at::Tensor& inputs,
                                                                      std::span<const membership> member) const {
    detail::check_halving_blocks("residual", inputs, channels);
    const auto network = [&](std::uint64_t) { return std::make_shared<residual_network>(inputs.size(1), channels); };
    return fit_network(network, inputs, member, training, augmentation);
  }
};

/// A residual network for a few hundred labelled maps: blocks of 16 and 32 channels, Adam at 1e-3, 20 epochs of 16
/// records a step, nothing held out.
struct residual_on_maps : residual<> {
  static constexpr std::string_view name = "residual network on maps";

  /// `epochs` passes over the labelled maps, drawn by `seed`.
  explicit residual_on_maps(std::size_t epochs = 20, std::uint64_t seed = 1)
      : residual<>{.channels = {16, 32},
                   .training = {.recipe = {.optimiser = train::adam{.learning_rate = 1e-3},
                                           .batch_size = 16,
                                           .epochs = epochs,
                                           .seed = seed},
                                .stop = std::nullopt},
                   .augmentation = {}} {}
};

}  // namespace telltale::learner
