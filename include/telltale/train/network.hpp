// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/shape.hpp>

namespace telltale::train {

/// A fully connected classifier as a value: its shape and its parameters, one flat array (layout: layer_shape).
///
/// The flat array is all there is to store; `basic_network(shape, parameters)` gives the model back.
template <class Scalar = float>
class basic_network {
 public:
  /// Throws argument_error when the number of parameters is not the shape's or one of them is not finite.
  basic_network(network_shape shape, std::vector<Scalar> parameters)
      : shape_(std::move(shape)), parameters_(std::move(parameters)) {
    telltale::detail::check_size("basic_network", "parameters", parameters_.size(), shape_.parameters());
    telltale::detail::check_finite("basic_network", "parameters", parameters_);
  }

  /// The same from a copy of parameters that lie elsewhere.
  basic_network(network_shape shape, std::span<const Scalar> parameters)
      : basic_network(std::move(shape), std::vector<Scalar>(parameters.begin(), parameters.end())) {}

  /// The model before its first step: weights normal with variance 2 / inputs of their layer, biases 0. A pure function
  /// of (shape, seed, model); training of model `model` starts here. Cost: one normal draw a weight.
  ///
  /// Reference: He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers", equation 10.
  [[nodiscard]] static basic_network initial(const network_shape& shape, std::uint64_t seed, std::size_t model) {
    std::vector<Scalar> parameters(shape.parameters());
    random_stream stream(seed, detail::stream_for(detail::purpose::initial_parameters, model));
    for (const layer_shape& layer : shape.layers()) {
      const double spread = std::sqrt(2 / static_cast<double>(layer.inputs));
      for (std::size_t i = 0; i < layer.weights(); ++i)
        parameters[layer.offset + i] = static_cast<Scalar>(spread * stream.normal());
    }
    return basic_network(shape, std::move(parameters));
  }

  /// The widths of its layers.
  [[nodiscard]] const network_shape& shape() const noexcept { return shape_; }
  /// All weights and biases, in the layout that `layer_shape` describes.
  [[nodiscard]] std::span<const Scalar> parameters() const noexcept { return parameters_; }
  /// Weights of the linear head, row-major (features x classes).
  [[nodiscard]] std::span<const Scalar> head_weights() const noexcept {
    return parameters().subspan(shape_.head().offset, shape_.head().weights());
  }

  /// Logits of each record, row-major (records x classes). Works in blocks of 256 records; cost: one multiply-add per
  /// weight and record. Throws argument_error on another number of dimensions, an output of another size, or a feature
  /// that is not finite.
  void logits(const features_view<Scalar>& features, std::span<Scalar> out) const {
    telltale::detail::check_size("basic_network::logits", "out", out.size(), features.records() * shape_.classes());
    run("basic_network::logits", features, out.data(), nullptr);
  }

  /// What the linear head reads, row-major (records x shape().features()): the last hidden layer after ReLU, or the
  /// features themselves where there is none; and the logits in the same pass.
  ///
  /// With these the gradient of the loss in the head's weights and biases has the closed norm
  /// ||p - e_y|| sqrt(||hidden||^2 + 1). Throws as `logits` does.
  void logits_and_hidden(const features_view<Scalar>& features, std::span<Scalar> logits_out,
                         std::span<Scalar> hidden_out) const {
    constexpr std::string_view function = "basic_network::logits_and_hidden";
    telltale::detail::check_size(function, "logits_out", logits_out.size(), features.records() * shape_.classes());
    telltale::detail::check_size(function, "hidden_out", hidden_out.size(), features.records() * shape_.features());
    run(function, features, logits_out.data(), hidden_out.data());
  }

  friend bool operator==(const basic_network& a, const basic_network& b) {
    return a.shape_ == b.shape_ && a.parameters_ == b.parameters_;
  }

 private:
  void run(std::string_view function, const features_view<Scalar>& features, Scalar* logits_out,
           Scalar* hidden_out) const {
    telltale::detail::check_size(function, "features.dimensions", features.dimensions(), shape_.inputs());
    detail::check_features(function, features);
    const std::size_t block = std::min<std::size_t>(256, features.records()), layers = shape_.layers().size();
    detail::activations<Scalar> scratch(shape_, block);
    for (std::size_t first = 0; first < features.records(); first += block) {
      const std::size_t count = std::min(block, features.records() - first);
      const auto part = features.rows(first, count);
      scratch.forward(part.matrix(), parameters_.data(), shape_);
      std::copy_n(scratch.logits(), count * shape_.classes(), logits_out + first * shape_.classes());
      if (!hidden_out) continue;
      Scalar* const target = hidden_out + first * shape_.features();
      if (layers > 1)
        std::copy_n(scratch[layers - 2], count * shape_.features(), target);
      else
        for (std::size_t r = 0; r < count; ++r)
          std::copy_n(part.row(r), shape_.features(), target + r * shape_.features());
    }
  }

  network_shape shape_;
  std::vector<Scalar> parameters_;
};

/// A network in single precision.
using network = basic_network<float>;

}  // namespace telltale::train
