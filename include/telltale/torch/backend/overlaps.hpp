// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <ATen/ATen.h>

#include <telltale/torch/backend/primitives.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale::detail {

/// Primitives on the pixels of a map: the same functions as on Eigen. One number a class comes to the host.
struct tensor_overlaps {
  /// The r x columns numbers of one subject the other way round, columns x r. Shares memory.
  [[nodiscard]] static tensor_view across(const tensor_view& b, std::size_t subject) {
    const auto rows = static_cast<std::int64_t>(b.queries());
    return b.rows().narrow(0, static_cast<std::int64_t>(subject) * rows, rows).t();
  }

  /// predicted[c] += the probabilities of class c; covered[y] += those of the true class, over rows whose label is not
  /// below 0.
  static void add_posteriors(const tensor_block& z, std::span<const int> truth, std::span<double> covered,
                             std::span<double> predicted) {
    add(tensor_primitives::posteriors(z), truth, covered, predicted);
  }

  /// The same of predicted labels.
  static void add_predicted(const tensor_block& z, std::span<const int> truth, std::span<double> covered,
                            std::span<double> predicted) {
    add_labels(tensor_primitives::predicted(z), truth, covered, predicted);
  }
  static void add_predicted(const tensor_label_block& z, std::span<const int> truth, std::span<double> covered,
                            std::span<double> predicted) {
    add_labels(z.labels(), truth, covered, predicted);
  }

 private:
  static void add_labels(const at::Tensor& labels, std::span<const int> truth, std::span<double> covered,
                         std::span<double> predicted) {
    const auto classes = static_cast<std::int64_t>(predicted.size());
    add(at::one_hot(labels, classes).to(at::kDouble), truth, covered, predicted);
  }

  static void add(const at::Tensor& share, std::span<const int> truth, std::span<double> covered,
                  std::span<double> predicted) {
    const at::Tensor y = label_tensor(truth).to(share.device()), counts = (y >= 0).to(at::kDouble);
    const at::Tensor given = share * counts.unsqueeze(1);
    const at::Tensor right = given.gather(1, y.clamp_min(0).unsqueeze(1)).squeeze(1);
    const at::Tensor of_class = at::zeros({share.size(1)}, right.options()).index_add(0, y.clamp_min(0), right);
    add_to(given.sum(0), predicted);
    add_to(of_class, covered);
  }

  static void add_to(const at::Tensor& numbers, std::span<double> sums) {
    const at::Tensor host = numbers.to(at::kCPU).contiguous();
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += host.data_ptr<double>()[c];
  }
};

}  // namespace telltale::detail
