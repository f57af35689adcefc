// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/release/released.hpp>

namespace telltale {

/// Reveals the probabilities of the k most probable classes only.
///
/// Threat model: of a true class among the k everything about it stays visible, so that what is left is still
/// `confidence`. The adversary knows how much the others have together, since probabilities sum to 1; the convention
/// here is that he spreads it evenly over them, which keeps their order below the k and the margin of a revealed class
/// exact. Equal scores: the class that comes first is revealed.
/// Formula: z_c for the k largest, log sum_rest e^z - log(classes - k) for the others; the mean of the rest on stored
/// probabilities.
/// Cost: O(classes) a row and one allocation a block.
/// Throws argument_error unless 1 <= k <= classes, when it is applied.
/// Reference: Shokri, Stronati, Song and Shmatikov 2017, section VIII.
class top_k {
 public:
  static constexpr std::string_view name = "top-k";
  static constexpr auto rewrites = access_to::confidence;
  static constexpr auto leaves = access_to::confidence;
  static constexpr bool clips = false;

  /// Reveals k classes; k is checked against the batch that it is applied to.
  explicit constexpr top_k(std::size_t k) noexcept : k_(k) {}

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, top_k>
  [[nodiscard]] released<top_k, Batch> operator()(const Batch& batch) const {
    if (k_ < 1 || k_ > batch.classes())
      detail::refuse("top_k", "k",
                     "is " + std::to_string(k_) + "; wanted 1 to " + std::to_string(batch.classes()) + ", the classes");
    return {*this, batch};
  }

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched&) const {
    if (k_ >= z.classes()) return;
    std::vector<std::size_t> order(z.classes());
    for (std::size_t i = 0; i < z.rows(); ++i) {
      std::iota(order.begin(), order.end(), std::size_t{0});
      const auto rest = order.begin() + std::ptrdiff_t(k_);
      std::nth_element(order.begin(), rest, order.end(), [&](std::size_t a, std::size_t b) {
        return z.at(i, a) != z.at(i, b) ? z.at(i, a) > z.at(i, b) : a < b;
      });
      const bool stored = z.form() == stored_as::probabilities;
      const auto top = double(z.at(i, *rest));  // the largest of the rest
      double sum = 0;
      for (auto c = rest; c != order.end(); ++c)
        sum += stored ? double(z.at(i, *c)) : std::exp(double(z.at(i, *c)) - top);
      const double mean = sum / double(z.classes() - k_);
      const auto even = Scalar(stored || std::isinf(top) ? (stored ? mean : top) : top + std::log(mean));
      for (auto c = rest; c != order.end(); ++c) z.at(i, *c) = even;
    }
  }

 private:
  std::size_t k_;
};

}  // namespace telltale
