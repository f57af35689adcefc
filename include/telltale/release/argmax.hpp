// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <telltale/observation/name_votes.hpp>
#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals the predicted label and nothing else: what a target without a confidence score does.
///
/// Threat model: the adversary sees one label a query. Scorers that need confidences do not compile behind it; whether
/// the label is right still tells members from others (the gap attack).
/// Formula: the class of the largest score, the first of equal ones.
/// Cost: one comparison a class.
/// Throws nothing beside what the batch throws as answers are read.
/// Reference: Shokri, Stronati, Song and Shmatikov 2017, section VIII (top-k with k = 1, without its value);
/// Choquette-Choo et al. 2021 for what it leaves.
struct argmax {
  static constexpr std::string_view name = "argmax";
  static constexpr auto rewrites = access_to::label;
  static constexpr auto leaves = access_to::label;
  static constexpr bool clips = false;

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, argmax>
  [[nodiscard]] released<argmax, Batch> operator()(const Batch& batch) const {
    return {*this, batch};
  }

  /// The name of each photo under each prompt, computed here and kept: whoever asks again pays no product.
  template <ZeroShot Batch>
    requires req::reveals_what_the_release_rewrites<Batch, argmax> && requires(const Batch& batch) { batch.owners(); }
  [[nodiscard]] name_votes<typename Batch::backend> operator()(const Batch& batch) const {
    const auto& chosen = batch.votes();
    return {{chosen.begin(), chosen.end()}, batch.prompts(), batch.owners(), batch.names(), batch.true_names()};
  }

  /// Gives `then` the labels of a block: the predicted ones of class scores, or those that are all that was left.
  template <class Block, class Then>
  auto reduce(Block& z, const Then& then) const {
    if constexpr (requires { z.form(); })
      return with_predicted_labels(z, then);
    else
      return then(z);
  }
};

}  // namespace telltale
