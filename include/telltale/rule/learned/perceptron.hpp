// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/network.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/shape.hpp>
#include <telltale/train/train_many.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::learner {

/// A trained attack network: log-odds = logit of member - logit of non-member.
class fitted_perceptron {
 public:
  /// Around a network of two classes, the second being the members.
  explicit fitted_perceptron(train::trained<float> trained) : trained_(std::move(trained)) {}

  /// The network and how far it came on the labelled records.
  [[nodiscard]] const train::trained<float>& trained() const noexcept { return trained_; }

  /// Log-odds of membership of each row of standardised inputs.
  template <std::same_as<double> Real>
  void log_odds(std::span<const double> inputs, std::span<Real> out) const {
    const std::vector<float> narrow(inputs.begin(), inputs.end());
    std::vector<float> logits(2 * out.size());
    trained_.model.logits(train::features_view<float>(narrow, out.size(), trained_.model.shape().inputs()),
                          std::span<float>(logits));
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<double>(logits[2 * i + 1]) - static_cast<double>(logits[2 * i]);
  }

 private:
  train::trained<float> trained_;
};

/// A perceptron with hidden ReLU layers, one unless more widths are given, and two classes, trained from a seed by this
/// library's own `train/`.
///
/// The attack networks of the literature have about this size; widths and recipe are ours to choose, since none of the
/// papers gives all of them. Arithmetic in float. Cost: 6 multiply-adds a weight, record and epoch.
struct perceptron {
  static constexpr std::string_view name = "perceptron";

  std::vector<std::size_t> hidden = {64};                                            ///< width of each hidden layer
  train::recipe recipe{.optimiser = train::adam{}, .batch_size = 64, .epochs = 60};  ///< how it is trained

  /// Fits standardised inputs, row by row. Throws what `train_many` throws.
  // A template, so that including this compiles no training.
  template <std::same_as<double> Real>
  [[nodiscard]] fitted_perceptron fit(std::span<const Real> inputs, std::span<const membership> member) const {
    const std::vector<float> narrow(inputs.begin(), inputs.end());
    std::vector<int> classes;
    for (const membership m : member) classes.push_back(m == membership::in ? 1 : 0);
    const std::size_t width = inputs.size() / member.size();
    const train::dataset_view<float> data(train::features_view<float>(narrow, member.size(), width), classes, 2);
    const std::vector<std::uint8_t> all(member.size(), 1);
    const std::array<std::span<const std::uint8_t>, 1> keep{all};
    return fitted_perceptron(std::move(
        train::train_many(data, keep, train::multilayer_perceptron(width, hidden, 2), recipe, {.threads = 1})[0]));
  }
};

}  // namespace telltale::learner
