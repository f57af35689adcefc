// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals the softmax at another temperature: above 1 flatter answers, below 1 sharper ones.
///
/// Threat model: the adversary sees every class, flattened. It is invertible and keeps the order of the classes, so it
/// takes no information from an adversary who knows it; differences show only in scores that mix classes.
/// Formula: softmax(z / T), of stored probabilities p_c^(1/T) / sum p^(1/T).
/// Cost: one log a class where probabilities are stored.
/// Throws argument_error unless T is positive and finite.
/// Reference: Shokri, Stronati, Song and Shmatikov 2017, section VIII ("increase entropy").
class temperature {
 public:
  static constexpr std::string_view name = "temperature";
  static constexpr auto rewrites = access_to::confidence;
  static constexpr auto leaves = access_to::confidence;
  static constexpr bool clips = false;

  /// At temperature T = t > 0; 1 changes nothing.
  explicit temperature(double t) : inverse_(1 / t) {
    if (!(t > 0 && std::isfinite(t) && std::isfinite(inverse_)))
      detail::refuse("temperature", "t", "is " + std::to_string(t) + "; wanted a positive number");
  }

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, temperature>
  [[nodiscard]] released<temperature, Batch> operator()(const Batch& batch) const {
    return {*this, batch};
  }

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched&) const {
    const bool stored = z.form() == stored_as::probabilities;
    for (Scalar& score : z.values()) score = Scalar((stored ? std::log(double(score)) : double(score)) * inverse_);
    z.now_stores(stored_as::logits);
  }

 private:
  double inverse_;
};

}  // namespace telltale
