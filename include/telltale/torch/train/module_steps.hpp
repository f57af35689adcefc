// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <telltale/core/random.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/optimiser.hpp>
#include <telltale/torch/train/seeded_generators.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/recipe.hpp>

namespace telltale::train::detail {

/// One 64-bit number for a purpose of a model's training.
[[nodiscard]] constexpr std::uint64_t number_for(std::uint64_t seed, purpose use, std::size_t model,
                                                 std::uint64_t index = 0) noexcept {
  const philox::block block = philox::at(seed, stream_for(use, model), index);
  return (std::uint64_t{block[1]} << 32) | block[0];
}

/// Record numbers as an index tensor on a device.
[[nodiscard]] inline at::Tensor index_of(std::span<const std::uint32_t> records, const at::Device& device) {
  at::Tensor index = at::empty({static_cast<std::int64_t>(records.size())}, at::kLong);
  std::copy(records.begin(), records.end(), index.data_ptr<std::int64_t>());
  return index.to(device);
}

/// A stream for each record of a batch, keyed by (seed, model, epoch, record): what an augmentation draws from.
[[nodiscard]] inline std::vector<random_stream> draws_of(std::uint64_t seed, std::size_t model, std::size_t epoch,
                                                         std::span<const std::uint32_t> records) {
  const std::uint64_t key = number_for(seed, purpose::augmentation, model);
  std::vector<random_stream> draws;
  draws.reserve(records.size());
  for (const std::uint32_t i : records) draws.emplace_back(key, (static_cast<std::uint64_t>(epoch) << 32) | i);
  return draws;
}

/// Optimiser steps on mini-batches of one module.
///
/// A module that draws random numbers as it runs (dropout) draws them from torch's default generators, which all
/// threads share. Each of its steps is then taken with a seed of its own and under the lock of `seeded_generators`; the
/// first step of every epoch finds out whether it draws.
template <TrainableModule Module>
class module_steps {
 public:
  module_steps(Module& module, const recipe& chosen, std::size_t model, const at::Device& device)
      : recipe_(chosen), model_(model), device_(device), optimiser_(optimiser_of(chosen, module->parameters())) {}

  /// One pass over `order` in epoch `epoch` (from 0): a step for each batch on the mean loss that `loss(records)`
  /// gives. Returns the sum of the records' losses, each before its step.
  template <class Loss>
  double epoch(std::size_t epoch, std::span<const std::uint32_t> order, const Loss& loss) {
    const c10::AutoGradMode gradients(true);
    set_rate(*optimiser_, recipe_, epoch);
    bool draws = true;
    at::Tensor sum = at::zeros({}, at::TensorOptions(at::kDouble).device(device_));
    for (std::size_t first = 0; first < order.size(); first += recipe_.batch_size, ++steps_) {
      const auto records = order.subspan(first, std::min(recipe_.batch_size, order.size() - first));
      const std::uint64_t seed = number_for(recipe_.seed, purpose::draws_of_a_step, model_, steps_);
      const at::Tensor mean = telltale::detail::run_seeded(draws, seed, device_, [&] { return loss(records); });
      optimiser_->zero_grad();
      mean.backward();
      optimiser_->step();
      sum += mean.detach() * static_cast<double>(records.size());
    }
    return sum.template item<double>();
  }

 private:
  const recipe& recipe_;
  std::size_t model_;
  at::Device device_;
  std::unique_ptr<::torch::optim::Optimizer> optimiser_;
  std::uint64_t steps_ = 0;
};

}  // namespace telltale::train::detail
