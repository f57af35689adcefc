// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/train/detail/layers.hpp>

namespace telltale::train::detail {

/// Softmax cross-entropy of `models` heads at once: a row of logits holds class c of model g at c * models + g, so that
/// every loop below runs over neighbouring models.
template <class Scalar>
class stacked_softmax {
 public:
  stacked_softmax(std::size_t classes, std::size_t models, std::size_t capacity)
      : classes_(classes), models_(models), shifted_(as_index(capacity * models)), sums_(as_index(capacity * models)) {}

  /// Turns the logits of `records` into (p - e_y) * weight in place; adds each model's loss over the records with
  /// weight above 0 to `loss`. weights: records x models.
  void gradient(Scalar* logits, std::span<const std::uint32_t> records, std::span<const int> labels,
                const Scalar* weights, std::vector<double>& loss) {
    exponentiate(logits, records.size(), [&](std::size_t r) { return labels[records[r]]; });
    add_loss(records.size(), weights, loss);
    for (std::size_t r = 0; r < records.size(); ++r) {
      Scalar* const share = sums_.data() + r * models_;
      const Scalar* const weight = weights + r * models_;
      for (std::size_t g = 0; g < models_; ++g) share[g] = weight[g] / share[g];
      for (std::size_t c = 0; c < classes_; ++c) {
        Scalar* const z = logits + (r * classes_ + c) * models_;
        for (std::size_t g = 0; g < models_; ++g) z[g] *= share[g];
      }
      Scalar* const true_class = logits + (r * classes_ + static_cast<std::size_t>(labels[records[r]])) * models_;
      for (std::size_t g = 0; g < models_; ++g) true_class[g] -= weight[g];
    }
  }

  /// Adds the loss and the errors (the first largest logit is not the label's) of each model on the rows it keeps.
  void judge(Scalar* logits, std::span<const int> labels, const Scalar* keep, std::vector<double>& loss,
             std::vector<std::size_t>& wrong) {
    for (std::size_t r = 0; r < labels.size(); ++r) {
      const auto y = static_cast<std::size_t>(labels[r]);
      const Scalar* const z = logits + r * classes_ * models_;
      for (std::size_t g = 0; g < models_; ++g) {
        if (!(keep[r * models_ + g] > 0)) continue;
        const Scalar own = z[y * models_ + g];
        bool right = true;
        for (std::size_t c = 0; c < classes_; ++c) {
          const Scalar other = z[c * models_ + g];
          right = right && (c < y ? other < own : other <= own);
        }
        wrong[g] += !right;
      }
    }
    exponentiate(logits, labels.size(), [&](std::size_t r) { return labels[r]; });
    add_loss(labels.size(), keep, loss);
  }

 private:
  // logits <- exp(z - max); shifted_ <- z_y - max; sums_ <- their sum over classes.
  template <class Label>
  void exponentiate(Scalar* logits, std::size_t rows, Label label) {
    for (std::size_t r = 0; r < rows; ++r) {
      Scalar* const z = logits + r * classes_ * models_;
      Scalar* const top = sums_.data() + r * models_;
      std::copy_n(z, models_, top);
      for (std::size_t c = 1; c < classes_; ++c)
        for (std::size_t g = 0; g < models_; ++g) top[g] = std::max(top[g], z[c * models_ + g]);
      for (std::size_t c = 0; c < classes_; ++c)
        for (std::size_t g = 0; g < models_; ++g) z[c * models_ + g] -= top[g];
      std::copy_n(z + static_cast<std::size_t>(label(r)) * models_, models_, shifted_.data() + r * models_);
    }
    Eigen::Map<scratch<Scalar>, Eigen::AlignedMax> all(logits, as_index(rows * classes_ * models_));
    all = all.exp();
    for (std::size_t r = 0; r < rows; ++r) {
      const Scalar* const z = logits + r * classes_ * models_;
      Scalar* const sum = sums_.data() + r * models_;
      std::copy_n(z, models_, sum);
      for (std::size_t c = 1; c < classes_; ++c)
        for (std::size_t g = 0; g < models_; ++g) sum[g] += z[c * models_ + g];
    }
  }

  void add_loss(std::size_t rows, const Scalar* weights, std::vector<double>& loss) {
    const Eigen::Index all = as_index(rows * models_);
    shifted_.head(all) = sums_.head(all).log() - shifted_.head(all);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t g = 0; g < models_; ++g)
        if (weights[r * models_ + g] > 0) loss[g] += static_cast<double>(shifted_[as_index(r * models_ + g)]);
  }

  std::size_t classes_, models_;
  scratch<Scalar> shifted_, sums_;
};

}  // namespace telltale::train::detail
