// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/observation/classification.hpp>

namespace telltale {

namespace req {
template <class Batch>
concept gives_gradient_norms_on_demand = requires(const Batch& batch, std::span<double> out) {
  { batch.squared_norms(out) } -> std::same_as<void>;
};
}  // namespace req

/// Gradients of the loss of each record, of which only the squared norm is asked: no gradient is ever stored.
template <class Batch>
concept Gradients = Observation<Batch> && req::gives_gradient_norms_on_demand<Batch>;

/// The last layer of a classifier, logits = W h + b, whose gradient norm has a closed form.
///
/// Threat model: white box; the adversary computes features h and logits of the record from the parameters.
/// Formula: |grad_{W,b} loss|^2 = |p - e_y|^2 (|h|^2 + 1), with p the softmax of the logits and e_y the true class.
/// Shapes: logits records x classes, features records x dimensions (any layout), truth one class per record.
/// Cost: O(records (classes + dimensions)); W itself is not needed.
/// Throws argument_error when shapes disagree, a label is out of range or a value is not finite.
template <class Backend>
class softmax_head {
 public:
  static constexpr std::string_view name = "gradients of a softmax head";
  static constexpr access_to reveals = access_to::parameters;
  using backend = Backend;

  softmax_head(typename Backend::view logits, typename Backend::view features, std::span<const int> truth)
      : answers_(logits, truth), features_(features) {
    detail::check_size("softmax_head", "features", features.subjects(), truth.size());
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return answers_.subjects(); }
  [[nodiscard]] std::span<const int> host_labels() const noexcept { return answers_.host_labels(); }

  /// |grad loss|^2 of each record. With r = 1 - p_y and q the softmax among the wrong classes,
  /// |p - e_y|^2 = r^2 (1 + sum q_c^2): exact however small r is.
  void squared_norms(std::span<double> out) const {
    answers_.by_block(out, [](const auto& z, auto y) {
      const auto target = Backend::belief_of(Backend::gather(z, y) - Backend::logsumexp_except(z, y));
      return square(target.rest) * (Backend::concentration_except(z, y) + 1);
    });
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto* const h = features_.row(i);
      double squares = 1;  // the bias
      for (std::size_t d = 0; d < features_.classes(); ++d) {
        const double x = h[d * features_.class_stride()];
        squares += x * x;
      }
      if (!std::isfinite(squares))
        detail::refuse("softmax_head", "features", "record " + std::to_string(i) + " has a feature that is not finite");
      out[i] *= squares;
    }
  }

 private:
  classification<Backend, access_to::parameters> answers_;
  typename Backend::view features_;
};

}  // namespace telltale
