// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// A copy of a model that shares nothing with it, which a copied holder or `script_model` does.
///
/// For a `script_model`, and for a holder of (or shared_ptr to) a C++ module that torch can clone: one derived from
/// torch::nn::Cloneable. Throws argument_error for another.
template <class Model>
[[nodiscard]] Model deep_copy(Model& model) {
  if constexpr (requires { Model(model.module().deepcopy()); }) {
    return Model(model.module().deepcopy());
  } else {
    using module_type = std::remove_cvref_t<decltype(*model)>;
    std::shared_ptr<module_type> copy;
    try {
      copy = std::dynamic_pointer_cast<module_type>(model->clone());
    } catch (const std::exception&) {  // said in our words below
    }
    if (!copy)
      detail::refuse("deep_copy", "model",
                     "cannot be cloned by torch; derive it from torch::nn::Cloneable, or give what makes one like it");
    return Model(std::move(copy));
  }
}

/// The same for any C++ module, by what makes one of the same layers: its numbers are replaced by copies of the
/// model's, on the model's device. Throws argument_error unless all shapes agree.
///
///     tower teacher = deep_copy(student, [] { return tower(32); });
template <class Model, class Make>
[[nodiscard]] Model deep_copy(Model& model, const Make& make) {
  Model copy = make();
  const auto fill = [](std::vector<at::Tensor> to, const std::vector<at::Tensor>& from) {
    if (to.size() != from.size())
      detail::refuse(
          "deep_copy", "make",
          "makes a module of " + std::to_string(to.size()) + " tensors; the model has " + std::to_string(from.size()));
    for (std::size_t k = 0; k < to.size(); ++k) {
      if (to[k].sizes() != from[k].sizes())
        detail::refuse("deep_copy", "make",
                       "makes a tensor of shape " + detail::shape_text(to[k]) + " where the model has " +
                           detail::shape_text(from[k]));
      to[k].set_data(from[k].detach().clone());
    }
  };
  fill(copy->parameters(), model->parameters());
  fill(copy->buffers(), model->buffers());
  return copy;
}

}  // namespace telltale
