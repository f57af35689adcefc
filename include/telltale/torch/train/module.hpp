// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/torch/train/seeded_generators.hpp>

namespace telltale {

namespace req {

template <class Module>
concept forwards_and_trains = requires(Module& module, const at::Tensor& inputs) {
  { module->forward(inputs) } -> std::convertible_to<at::Tensor>;
  { module->parameters() } -> std::convertible_to<std::vector<at::Tensor>>;
  { module->buffers() } -> std::convertible_to<std::vector<at::Tensor>>;
  module->eval();
};

template <class Factory>
concept makes_a_module_from_a_seed = requires(const Factory& make, std::uint64_t seed) {
  { make(seed) } -> forwards_and_trains;
};

}  // namespace req

/// A torch::nn module of one input and one output, by its holder (what TORCH_MODULE makes) or a shared_ptr.
template <class Module>
concept TrainableModule = req::forwards_and_trains<Module>;

/// Describes a model so that it can be made again and again: a callable `seed -> module`.
///
/// Initialisers of torch::nn need no seed: while a factory is called torch's default generators are seeded, by a lock
/// that lets one factory be called at a time. The seed is for what the factory draws otherwise.
template <class Factory>
concept ModuleFactory = req::makes_a_module_from_a_seed<Factory>;

/// What a factory makes.
template <ModuleFactory Factory>
using made_by = std::remove_cvref_t<std::invoke_result_t<const Factory&, std::uint64_t>>;

namespace detail {

/// Makes a module, with its floating-point numbers in the type and on the device that `options` name.
// Module::to would turn counters of batches into floats too.
template <ModuleFactory Factory>
[[nodiscard]] made_by<Factory> make_module(const Factory& factory, std::uint64_t seed,
                                           const at::TensorOptions& options) {
  const seeded_generators seeded(seed, options.device());
  made_by<Factory> module = factory(seed);
  const auto move = [&](std::vector<at::Tensor> tensors) {
    for (at::Tensor& tensor : tensors)
      tensor.set_data(tensor.is_floating_point() ? tensor.detach().to(options) : tensor.to(options.device()));
  };
  move(module->parameters());
  move(module->buffers());
  return module;
}

}  // namespace detail
}  // namespace telltale
