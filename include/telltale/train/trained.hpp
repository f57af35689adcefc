// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/train/network.hpp>
#include <telltale/train/recipe.hpp>

namespace telltale::train {

/// A trained model and how far it came on its own (IN) records.
template <class Scalar = float>
struct trained {
  basic_network<Scalar> model;  ///< with the parameters of the end of training
  double accuracy = 0;          ///< share of its records classified correctly
  double loss = 0;              ///< mean cross-entropy of its records, without weight decay
  std::size_t epochs = 0;       ///< passes made
  bool reached =
      false;  ///< what the recipe asks for (stopping accuracy, tolerance) was reached; true where it asks for none
  /// Of mean cross-entropy plus weight decay at the end, by quasi_newton; NaN by an optimiser that does not look at it.
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();
};

namespace detail {

/// How many of `records` may be wrong so that the share of the others is still at least `accuracy`.
[[nodiscard]] inline std::size_t errors_allowed(double accuracy, std::size_t records) {
  std::size_t allowed = 0;
  while (allowed < records && static_cast<double>(records - allowed - 1) >= accuracy * static_cast<double>(records))
    ++allowed;
  return allowed;
}

[[nodiscard]] inline bool is_check(const recipe& chosen, std::size_t epochs_done) {
  return chosen.stop && epochs_done % chosen.stop->check_every == 0;
}

inline void check_converges(double loss, std::size_t model, std::size_t epoch,
                            std::string_view function = "train_many") {
  if (!std::isfinite(loss))
    throw error(std::string(function) + ": model " + std::to_string(model) + " diverged in epoch " +
                std::to_string(epoch) +
                ": the loss is not finite; lower the learning rate or standardise the features");
}

}  // namespace detail
}  // namespace telltale::train
