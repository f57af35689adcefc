// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale::train {

/// Where one layer lives in the flat parameters: `inputs * outputs` weights, row-major (one row per input), then the
/// `outputs` biases. A row of activations x gives x W + b.
struct layer_shape {
  std::size_t inputs,  ///< width of what the layer reads
      outputs,         ///< width of what it gives
      offset;          ///< place of its first weight in the flat parameters

  /// How many weights.
  [[nodiscard]] std::size_t weights() const noexcept { return inputs * outputs; }
  /// How many parameters, weights and biases.
  [[nodiscard]] std::size_t size() const noexcept { return weights() + outputs; }
};

/// The widths of a fully connected classifier: inputs, hidden ReLU layers (none: softmax regression), classes.
///
/// The flat parameters hold the layers one after the other, see layer_shape.
/// Throws argument_error when a width is 0 or there are fewer than two classes.
class network_shape {
 public:
  /// `hidden` holds the widths of the hidden layers, in order from the inputs on.
  network_shape(std::size_t inputs, std::vector<std::size_t> hidden, std::size_t classes) {
    if (inputs == 0) telltale::detail::refuse("network_shape", "inputs", "is 0; wanted at least 1");
    if (classes < 2)
      telltale::detail::refuse("network_shape", "classes", "is " + std::to_string(classes) + "; wanted at least 2");
    hidden.push_back(classes);
    for (const std::size_t outputs : hidden) {
      if (outputs == 0)
        telltale::detail::refuse("network_shape", "hidden", "has a layer of width 0; wanted at least 1");
      layers_.push_back({inputs, outputs, parameters_});
      parameters_ += layers_.back().size();
      inputs = outputs;
    }
  }

  /// How many numbers a record has.
  [[nodiscard]] std::size_t inputs() const noexcept { return layers_.front().inputs; }
  /// How many logits a record gets.
  [[nodiscard]] std::size_t classes() const noexcept { return layers_.back().outputs; }
  /// Width of what the linear head reads: the last hidden layer, or the inputs where there is none.
  [[nodiscard]] std::size_t features() const noexcept { return layers_.back().inputs; }
  /// How many parameters all layers have together: the length of the flat array.
  [[nodiscard]] std::size_t parameters() const noexcept { return parameters_; }
  /// The layers, from the inputs to the logits.
  [[nodiscard]] const std::vector<layer_shape>& layers() const noexcept { return layers_; }
  /// The last layer, which gives the logits.
  [[nodiscard]] const layer_shape& head() const noexcept { return layers_.back(); }
  /// Whether there is no hidden layer.
  [[nodiscard]] bool is_linear() const noexcept { return layers_.size() == 1; }

  /// Whether all widths are the same.
  friend bool operator==(const network_shape& a, const network_shape& b) noexcept {
    if (a.layers_.size() != b.layers_.size()) return false;
    for (std::size_t i = 0; i < a.layers_.size(); ++i)
      if (a.layers_[i].inputs != b.layers_[i].inputs || a.layers_[i].outputs != b.layers_[i].outputs) return false;
    return true;
  }

 private:
  std::vector<layer_shape> layers_;
  std::size_t parameters_ = 0;
};

/// A linear head with softmax cross-entropy: multinomial logistic regression.
[[nodiscard]] inline network_shape softmax_regression(std::size_t inputs, std::size_t classes) {
  return network_shape(inputs, {}, classes);
}

/// A multilayer perceptron: ReLU after each of the hidden layers, then a linear head. Throws argument_error for no
/// hidden layer, a width of 0 and fewer than two classes.
[[nodiscard]] inline network_shape multilayer_perceptron(std::size_t inputs, std::vector<std::size_t> hidden,
                                                         std::size_t classes) {
  if (hidden.empty())
    telltale::detail::refuse("multilayer_perceptron", "hidden", "is empty; wanted at least one width");
  return network_shape(inputs, std::move(hidden), classes);
}

}  // namespace telltale::train
