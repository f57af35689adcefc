// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ATen/ATen.h>

namespace telltale::detail {

template <class Model>
concept PointsToParameters = requires(Model& model) { model->parameters(); };

/// The parameters of a model that can be trained; only for models that know theirs, which a plain callable does not.
template <class Model>
  requires PointsToParameters<Model> || requires(Model& model) { model.parameters(); }
[[nodiscard]] std::vector<at::Tensor> trainable_parameters(Model& model) {
  std::vector<at::Tensor> found;
  const auto add = [&](const at::Tensor& parameter) {
    if (parameter.requires_grad()) found.push_back(parameter);
  };
  if constexpr (PointsToParameters<Model>)
    for (const at::Tensor& parameter : model->parameters()) add(parameter);
  else
    for (const at::Tensor& parameter : model.parameters()) add(parameter);
  return found;
}

}  // namespace telltale::detail
