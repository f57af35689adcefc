// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

namespace telltale::detail {

/// The numbers of a network at its best epoch so far, in a module that a checkpoint can hold.
class best_epoch {
 public:
  /// Keeps nothing unless `wanted`.
  best_epoch(::torch::nn::Module& network, bool wanted) : state_(std::make_shared<::torch::nn::Module>()) {
    if (!wanted) return;
    for (const at::Tensor& each : numbers_of(network))
      kept_.push_back(state_->register_buffer("kept" + std::to_string(kept_.size()), each.detach().clone()));
    dice_and_epoch_ = state_->register_buffer("dice_and_epoch", at::zeros({2}, at::kDouble));
    dice_and_epoch_[0].fill_(-1);  // any Dice is better
  }

  [[nodiscard]] const std::shared_ptr<::torch::nn::Module>& state() const noexcept { return state_; }
  [[nodiscard]] double dice() const { return dice_and_epoch_[0].item<double>(); }
  [[nodiscard]] std::size_t epoch() const { return static_cast<std::size_t>(dice_and_epoch_[1].item<double>()); }

  /// Takes the network's numbers if its Dice is higher than any before.
  void offer(::torch::nn::Module& network, std::size_t epoch, double dice) {
    if (!(dice > this->dice())) return;
    const at::NoGradGuard without_graph;
    const std::vector<at::Tensor> numbers = numbers_of(network);
    for (std::size_t i = 0; i < kept_.size(); ++i) kept_[i].copy_(numbers[i]);
    dice_and_epoch_[0].fill_(dice);
    dice_and_epoch_[1].fill_(static_cast<double>(epoch));
  }

  /// Gives the network the numbers of its best epoch.
  void restore(::torch::nn::Module& network) const {
    const at::NoGradGuard without_graph;
    const std::vector<at::Tensor> numbers = numbers_of(network);
    for (std::size_t i = 0; i < kept_.size(); ++i) at::Tensor(numbers[i]).copy_(kept_[i]);
  }

 private:
  [[nodiscard]] static std::vector<at::Tensor> numbers_of(::torch::nn::Module& network) {
    std::vector<at::Tensor> all = network.parameters();
    for (const at::Tensor& buffer : network.buffers()) all.push_back(buffer);
    return all;
  }

  std::shared_ptr<::torch::nn::Module> state_;
  std::vector<at::Tensor> kept_;
  at::Tensor dice_and_epoch_;
};

}  // namespace telltale::detail
