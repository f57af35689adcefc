// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
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

/// Gradients of the loss of each record, of which only norms are asked: no gradient is ever stored.
///
/// Required: `squared_norms(out)`. Optional: `norms(order, out)`, the norm of any order from 1 to infinity.
template <class Batch>
concept Gradients = Observation<Batch> && req::gives_gradient_norms_on_demand<Batch>;

/// The last layer of a classifier, logits = W h + b, whose gradient norms have a closed form.
///
/// Threat model: white box; the adversary computes features h and logits of the record from the parameters.
/// Formula: |grad_{W,b} loss|_p = |p - e_y|_p (|h|_p^p + 1)^(1/p), with p - e_y the softmax of the logits minus the
/// true class; the largest entry is |p - e_y|_inf max(|h|_inf, 1).
/// Shapes: logits records x classes, features records x dimensions (any layout), truth one class per record.
/// Cost: O(records (classes + dimensions)); W itself is not needed.
/// Throws argument_error when shapes disagree, a label is out of range or a value is not finite.
template <class Backend>
class softmax_head {
 public:
  static constexpr std::string_view name = "gradients of a softmax head";
  static constexpr access_to reveals = access_to::parameters;
  using backend = Backend;

  /// Views logits, features and true classes of the same records.
  softmax_head(typename Backend::view logits, typename Backend::view features, std::span<const int> truth)
      : answers_(logits, truth), features_(features) {
    detail::check_size("softmax_head", "features", features.subjects(), truth.size());
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return answers_.subjects(); }
  [[nodiscard]] std::span<const int> host_labels() const noexcept { return answers_.host_labels(); }

  /// |grad loss|_order of each record, order from 1 to infinity. With r = 1 - p_y and q the softmax among the wrong
  /// classes, |p - e_y| = r (1 + sum q_c^order)^(1/order), and r where the largest entry is asked for: exact however
  /// small r is.
  void norms(double order, std::span<double> out) const {
    answers_.by_block(out, [order](const auto& z, auto y) {
      const auto target = Backend::belief_of(Backend::gather(z, y) - Backend::logsumexp_except(z, y));
      if (std::isinf(order)) return target.rest;
      if (order == 2) return target.rest * sqrt(Backend::concentration_except(z, y) + 1);
      return target.rest * exp(log1p(Backend::concentration_except(z, y, order)) * (1 / order));
    });
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double of_features = norm_of_features(i, order);
      if (!std::isfinite(of_features))
        detail::refuse("softmax_head", "features", "record " + std::to_string(i) + " has a feature that is not finite");
      out[i] *= of_features;
    }
  }

  /// |grad loss|^2 of each record.
  void squared_norms(std::span<double> out) const {
    norms(2, out);
    for (double& value : out) value *= value;
  }

 private:
  // |(h, 1)|_order, the 1 being the bias.
  [[nodiscard]] double norm_of_features(std::size_t record, double order) const {
    const auto* const h = features_.row(record);
    const auto each = [&](const auto& visit) {
      for (std::size_t d = 0; d < features_.classes(); ++d) visit(std::abs(double(h[d * features_.class_stride()])));
    };
    double sum = 1;
    if (order == 2) {
      each([&](double x) { sum += x * x; });
      return std::sqrt(sum);
    }
    each([&](double x) { sum += x; });
    if (order == 1 || !std::isfinite(sum)) return sum;
    double largest = 1;
    each([&](double x) { largest = std::max(largest, x); });
    if (std::isinf(order)) return largest;
    sum = std::pow(1 / largest, order);
    each([&](double x) { sum += std::pow(x / largest, order); });
    return largest * std::pow(sum, 1 / order);
  }

  classification<Backend, access_to::parameters> answers_;
  typename Backend::view features_;
};

}  // namespace telltale
