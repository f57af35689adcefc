// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/trainable_parameters.hpp>

namespace telltale {

namespace req {
template <class Model>
concept knows_its_parameters = requires(Model& model) { detail::trainable_parameters(model); };
}  // namespace req

/// A model of embeddings that can be edited: it maps inputs to records x d, and knows its parameters. A holder of a C++
/// module and a `script_model` do; so does a struct of yours with a call and `parameters()`.
template <class Model>
concept TrainableEncoder = TensorModel<Model> && req::knows_its_parameters<Model>;

namespace detail {

/// The embeddings of a batch; whatever the encoder throws becomes one sentence.
template <class Encoder>
at::Tensor embed(std::string_view function, std::string_view who, Encoder& encoder, const at::Tensor& inputs) {
  const auto of_batch = [&] {
    return "a batch of shape " + shape_text(inputs) + " of " + type_text(inputs.scalar_type());
  };
  at::Tensor embeddings;
  try {
    embeddings = ask(encoder, inputs);
  } catch (const error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    refuse(function, who, "refuses " + of_batch() + ": " + first_cause(failure.what()));
  }
  if (!embeddings.defined() || embeddings.dim() != 2 || embeddings.size(0) != inputs.size(0) ||
      embeddings.size(1) == 0 || !embeddings.is_floating_point())
    refuse(function, who,
           "answers " + of_batch() + " with " +
               (embeddings.defined() ? "shape " + shape_text(embeddings) + " of " + type_text(embeddings.scalar_type())
                                     : std::string("nothing")) +
               "; wanted one embedding for each, (" + std::to_string(inputs.size(0)) + ", d) floats");
  return embeddings;
}

}  // namespace detail
}  // namespace telltale
