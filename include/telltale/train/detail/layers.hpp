// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

#include <telltale/train/shape.hpp>

namespace telltale::train::detail {

template <class Scalar>
using row_matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using rows_of = Eigen::Map<row_matrix<Scalar>>;
template <class Scalar>
using const_rows_of = Eigen::Map<const row_matrix<Scalar>>;
/// Aligned scratch: where vector loops start does not depend on where an allocation happened to land.
template <class Scalar>
using scratch = Eigen::Array<Scalar, Eigen::Dynamic, 1>;

inline Eigen::Index as_index(std::size_t n) noexcept { return static_cast<Eigen::Index>(n); }

template <class Scalar>
const_rows_of<Scalar> weights_of(const Scalar* parameters, const layer_shape& layer) noexcept {
  return {parameters + layer.offset, as_index(layer.inputs), as_index(layer.outputs)};
}

/// out = x W + b for `rows` rows, then ReLU where asked. x: rows x inputs, any Eigen matrix.
template <class Scalar, class Input>
void forward_layer(const Input& x, const Scalar* parameters, const layer_shape& layer, bool rectify, Scalar* out) {
  const Scalar* const bias = parameters + layer.offset + layer.weights();
  const auto rows = static_cast<std::size_t>(x.rows());
  // The product adds to what is there, so starting from the bias spares a pass.
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < layer.outputs; ++j) out[r * layer.outputs + j] = bias[j];
  rows_of<Scalar> result(out, as_index(rows), as_index(layer.outputs));
  result.noalias() += x * weights_of(parameters, layer);
  if (rectify)
    for (std::size_t i = 0; i < rows * layer.outputs; ++i) out[i] = out[i] > 0 ? out[i] : Scalar{0};
}

/// gradient += [x' delta; column sums of delta], in the layout of the layer's parameters.
template <class Scalar, class Input>
void add_layer_gradient(const Input& x, const Scalar* delta, const layer_shape& layer, Scalar* gradient) {
  const auto rows = static_cast<std::size_t>(x.rows());
  rows_of<Scalar> weights(gradient + layer.offset, as_index(layer.inputs), as_index(layer.outputs));
  weights.noalias() += x.transpose() * const_rows_of<Scalar>(delta, as_index(rows), as_index(layer.outputs));
  Scalar* const bias = gradient + layer.offset + layer.weights();
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < layer.outputs; ++j) bias[j] += delta[r * layer.outputs + j];
}

/// below = (delta W') where the activation below is positive, else 0.
template <class Scalar>
void backward_layer(const Scalar* delta, std::size_t rows, const Scalar* parameters, const layer_shape& layer,
                    const Scalar* activation, Scalar* below) {
  rows_of<Scalar> result(below, as_index(rows), as_index(layer.inputs));
  result.noalias() =
      const_rows_of<Scalar>(delta, as_index(rows), as_index(layer.outputs)) * weights_of(parameters, layer).transpose();
  for (std::size_t i = 0; i < rows * layer.inputs; ++i) below[i] = activation[i] > 0 ? below[i] : Scalar{0};
}

/// The activations of every layer for up to `capacity` rows: hidden ones after ReLU, the last ones are the logits.
template <class Scalar>
class activations {
 public:
  activations(const network_shape& shape, std::size_t capacity) {
    for (const layer_shape& layer : shape.layers()) layers_.emplace_back(as_index(capacity * layer.outputs));
  }

  template <class Input>
  void forward(const Input& x, const Scalar* parameters, const network_shape& shape) {
    const auto& layers = shape.layers();
    forward_layer(x, parameters, layers[0], layers.size() > 1, layers_[0].data());
    for (std::size_t l = 1; l < layers.size(); ++l)
      forward_layer(const_rows_of<Scalar>(layers_[l - 1].data(), x.rows(), as_index(layers[l].inputs)), parameters,
                    layers[l], l + 1 < layers.size(), layers_[l].data());
  }

  [[nodiscard]] Scalar* operator[](std::size_t layer) noexcept { return layers_[layer].data(); }
  [[nodiscard]] Scalar* logits() noexcept { return layers_.back().data(); }

 private:
  std::vector<scratch<Scalar>> layers_;
};

}  // namespace telltale::train::detail
