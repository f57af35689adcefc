// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/backend/legal_answers.hpp>
#include <telltale/core/error.hpp>
#include <telltale/torch/backend/nearest.hpp>
#include <telltale/torch/backend/overlaps.hpp>
#include <telltale/torch/backend/pictures.hpp>
#include <telltale/torch/backend/primitives.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// The LibTorch backend: the primitives of `eigen` on tensors of any device, float32 or float64.
///
/// A block is a slice of the user's tensor, a column a float64 tensor on its device; only finished scores are copied to
/// the host. One formula gives what it gives on Eigen up to rounding: 1e-12 of max(1, |score|) in float64 and 1e-5 in
/// float32 are tested on the CPU and were on CUDA. A device without float64 (MPS) cannot run it.
/// Cost: O(rows x classes), a few temporaries of the size of a block (at most 2^24 scores).
struct libtorch : detail::tensor_primitives, detail::tensor_nearest, detail::tensor_pictures, detail::tensor_overlaps {
  static constexpr std::string_view name = "torch";
  using scalar = double;                   ///< the type of columns and sums
  using view = tensor_view;                ///< what an observation holds of the user's tensor
  using tensor = at::Tensor;               ///< what a feature scorer fills
  using label_block = tensor_label_block;  ///< a block whose labels alone are known
  using label_scratch = std::vector<int>;  ///< where a block's labels are put together

  /// The true classes of a block's rows, where the block lies.
  [[nodiscard]] static at::Tensor truth_of(const block& z, std::span<const int> truth) {
    return detail::label_tensor(truth).to(z.scores().device());
  }
  [[nodiscard]] static at::Tensor truth_of(const label_block& z, std::span<const int> truth) {
    return detail::label_tensor(truth).to(z.labels().device());
  }

  /// Copies a column, or a matrix row by row, to the host, and says whether every value is finite.
  static bool copy(const at::Tensor& values, std::span<double> out) {
    const at::Tensor host = values.to(at::kCPU, at::kDouble).contiguous();
    const auto* const from = host.data_ptr<double>();
    std::copy(from, from + out.size(), out.begin());
    return std::all_of(out.begin(), out.end(), [](double x) { return std::isfinite(x); });
  }

  /// The probabilities of all classes, row by row.
  static void posteriors(const block& z, std::span<double> out) { copy(tensor_primitives::posteriors(z), out); }

  /// The `most` largest probabilities of each row in descending order.
  static void largest_posteriors(const block& z, std::size_t most, std::span<double> out) {
    copy(std::get<0>(tensor_primitives::posteriors(z).topk(static_cast<std::int64_t>(most), 1)), out);
  }

  /// Refuses a block that holds what no classifier answers, naming the row. One number comes to the host. Throws
  /// argument_error for a logit that is not finite, a negative probability, and a row that does not sum to 1 within
  /// 1e-4.
  static void check(std::string_view observation, const block& z) {
    const at::Tensor& scores = z.scores();
    if (z.form() == stored_as::logits) {
      const at::Tensor bad = at::logical_not(at::isfinite(scores)).any(1);
      if (const std::int64_t row = first_of(bad); row >= 0)
        detail::refuse_row(observation, z.first() + static_cast<std::size_t>(row),
                           "has a logit that is not finite; logits must be finite");
      return;
    }
    const bool logarithms = z.form() == stored_as::log_probabilities;
    const at::Tensor p = logarithms ? at::exp(scores) : scores, total = p.sum(1, false, at::kDouble);
    const at::Tensor negative = (p < 0).any(1);
    // A comparison with NaN is false: what is not known to be near 1 is refused.
    const at::Tensor bad = at::logical_not((total - 1).abs() <= detail::probability_slack).logical_or(negative);
    if (const std::int64_t row = first_of(bad); row >= 0)
      detail::refuse_row(observation, z.first() + static_cast<std::size_t>(row),
                         (negative[row].item<bool>() ? std::string("has a negative probability")
                                                     : "sums to " + std::to_string(total[row].item<double>())) +
                             "; wanted probabilities in [0, 1] that sum to 1 within 1e-4 (logits are another form)");
  }

 private:
  // The first row that is marked, or -1.
  [[nodiscard]] static std::int64_t first_of(const at::Tensor& marked) {
    if (marked.numel() == 0 || !marked.any().item<bool>()) return -1;
    return marked.nonzero()[0][0].item<std::int64_t>();
  }
};

/// What a release that leaves labels makes of a block: calls `then` with the predicted labels.
template <class Then>
auto with_predicted_labels(const tensor_block& z, const Then& then) {
  tensor_label_block labels(libtorch::predicted(z), z.first());
  return then(labels);
}

}  // namespace telltale
