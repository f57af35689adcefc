// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/requirements.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept chooses_layers_by_their_class = requires(const Policy& policy, std::string_view layer) {
  { policy(layer) } -> std::convertible_to<bool>;
};
}  // namespace req

/// Which layers keep their own parameters while a model is edited: a question asked of the name of each layer's class
/// ("LayerNorm", "Linear"), in C++ without the Impl of LibTorch's modules.
template <class Policy>
concept FrozenLayers = req::names_itself<Policy> && req::chooses_layers_by_their_class<Policy>;

namespace frozen {

/// Normalisations (LayerNorm, BatchNorm2d, GroupNorm, RMSNorm, LayerNormFp32, ...): every class with "Norm" in its
/// name.
struct norm_layers {
  static constexpr std::string_view name = "norm layers";

  [[nodiscard]] constexpr bool operator()(std::string_view layer) const {
    return layer.find("Norm") != std::string_view::npos;
  }
};

/// No layer: all keep moving.
struct none {
  static constexpr std::string_view name = "none";

  [[nodiscard]] constexpr bool operator()(std::string_view) const { return false; }
};

}  // namespace frozen

namespace detail {

// A scripted module has the type that Python gave it, "__torch__.torch.nn.modules.normalization.LayerNorm".
template <class Layer>
std::string class_of(const Layer& layer) {
  std::string name;
  if constexpr (requires { layer.type()->name()->name(); }) {
    if (const auto known = layer.type()->name()) name = known->name();
  } else {
    name = layer.name();
    name.resize(std::min(name.find('<'), name.size()));
    name.erase(0, name.rfind(':') + 1);
    if (name.ends_with("Impl")) name.resize(name.size() - 4);
  }
  return name;
}

/// Freezes the layers that a policy chooses for as long as it lives; then they can be trained again.
///
/// A model that is a plain callable, or that hides its layers, has none to choose from.
class frozen_layers {
 public:
  template <class Model, FrozenLayers Policy>
  frozen_layers(Model& model, const Policy& chooses) {
    for (auto part : parts_of(model))
      if constexpr (requires { module_of(part).parameters(false); }) {
        auto& layer = module_of(part);
        if (!chooses(class_of(layer))) continue;
        for (at::Tensor parameter : layer.parameters(/*recurse=*/false))
          if (parameter.requires_grad()) {
            parameter.set_requires_grad(false);
            frozen_.push_back(std::move(parameter));
          }
      }
  }

  frozen_layers(const frozen_layers&) = delete;
  frozen_layers& operator=(const frozen_layers&) = delete;
  ~frozen_layers() {
    for (const at::Tensor& parameter : frozen_) parameter.set_requires_grad(true);
  }

  /// Parameter tensors that it froze.
  [[nodiscard]] std::size_t size() const noexcept { return frozen_.size(); }

 private:
  std::vector<at::Tensor> frozen_;
};

}  // namespace detail
}  // namespace telltale
