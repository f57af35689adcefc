// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <telltale/train/detail/layers.hpp>

namespace telltale::train::detail {

struct batch_outcome {
  double loss = 0;          ///< sum over the rows
  std::size_t correct = 0;  ///< rows whose first largest logit is the label's
};

/// Softmax cross-entropy of `rows` rows of `classes` logits: turns the logits into (p - e_y) * weight in place.
template <class Scalar, class Label>
batch_outcome softmax_gradient(Scalar* logits, std::size_t rows, std::size_t classes, Label label, Scalar weight) {
  batch_outcome outcome;
  for (std::size_t r = 0; r < rows; ++r) {
    Scalar* const z = logits + r * classes;
    const std::size_t y = label(r);
    const auto largest = static_cast<std::size_t>(std::max_element(z, z + classes) - z);
    outcome.correct += largest == y;
    const Scalar top = z[largest];
    for (std::size_t c = 0; c < classes; ++c) z[c] -= top;
    outcome.loss -= static_cast<double>(z[y]);
  }
  // exp over the whole batch at once: the vector form, whatever the number of classes.
  Eigen::Map<scratch<Scalar>, Eigen::AlignedMax> all(logits, as_index(rows * classes));
  all = all.exp();
  for (std::size_t r = 0; r < rows; ++r) {
    Scalar* const z = logits + r * classes;
    Scalar sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += z[c];
    outcome.loss += static_cast<double>(std::log(sum));
    const Scalar share = weight / sum;
    for (std::size_t c = 0; c < classes; ++c) z[c] *= share;
    z[label(r)] -= weight;
  }
  return outcome;
}

}  // namespace telltale::train::detail
