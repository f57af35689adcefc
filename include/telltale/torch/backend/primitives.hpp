// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <ATen/ATen.h>

#include <telltale/torch/backend/tensor_block.hpp>

/// Primitives on tensors, each the same function of the scores as its namesake of the Eigen backend. exp runs in the
/// precision of the storage, every sum in double.
namespace telltale::detail {

/// log(1 + e^a) without overflow, and without rounding small values to 0; LibTorch's own is linear from 20 on.
[[nodiscard]] inline at::Tensor exact_softplus(const at::Tensor& a) {
  return a.clamp_min(0) + at::log1p(at::exp(-a.abs()));
}

/// What a margin m = log(p / (1 - p)) says about p, to full relative precision at either end.
struct tensor_belief {
  at::Tensor truth, rest, surprisal;
};

struct tensor_primitives {
  using block = tensor_block;
  using labels = const at::Tensor&;

  // ---- what a row sums to ----

  /// z_y: the score of the true class, log p_y when probabilities are stored.
  [[nodiscard]] static at::Tensor gather(const block& z, labels y) { return as_logarithm(z, stored(z, y)); }

  /// log sum_c e^(z_c); exactly 0 when probabilities or their logarithms are stored.
  [[nodiscard]] static at::Tensor logsumexp(const block& z) {
    if (z.form() != stored_as::logits) return at::zeros({z.scores().size(0)}, z.scores().options().dtype(at::kDouble));
    return log_of_sum(z, z.scores());
  }

  /// log sum_{c != y} e^(z_c): the true class is left out of the sum, not subtracted from it.
  [[nodiscard]] static at::Tensor logsumexp_except(const block& z, labels y) { return log_of_sum(z, without(z, y)); }

  /// log p_y, exact however close p_y is to 1; the stored value itself on probabilities.
  [[nodiscard]] static at::Tensor log_probability(const block& z, labels y) {
    if (z.form() != stored_as::logits) return gather(z, y);
    return -exact_softplus(logsumexp_except(z, y) - gather(z, y));
  }

  [[nodiscard]] static tensor_belief belief_of(const at::Tensor& margin) {
    const at::Tensor e = at::exp(-margin.abs()), larger = 1 / (1 + e), smaller = e * larger, negative = margin < 0;
    return {at::where(negative, smaller, larger), at::where(negative, larger, smaller), exact_softplus(-margin)};
  }

  // ---- comparisons ----

  /// max_{c != y} z_c, the logarithm of the probability when probabilities are stored.
  [[nodiscard]] static at::Tensor max_except(const block& z, labels y) {
    return as_logarithm(z, without(z, y).amax(1).to(at::kDouble));
  }

  /// 1 where the true class is the predicted label (the first of the largest scores), else 0.
  [[nodiscard]] static at::Tensor is_predicted(const block& z, labels y) { return (predicted(z) == y).to(at::kDouble); }
  [[nodiscard]] static at::Tensor is_predicted(const tensor_label_block& z, labels y) {
    return (z.labels() == y).to(at::kDouble);
  }

  /// The first of the largest scores of each row: argmax leaves open which of equal ones a device returns.
  [[nodiscard]] static at::Tensor predicted(const block& z) {
    const at::Tensor& scores = z.scores();
    const std::int64_t classes = scores.size(1);
    const at::Tensor index = at::arange(classes, scores.options().dtype(at::kLong));
    return at::where(scores == scores.amax(1, true), index, at::full_like(index, classes)).amin(1);
  }

  // ---- how the answer is spread ----

  /// -sum_c p_c log p_c in nats, 0 log 0 being 0.
  [[nodiscard]] static at::Tensor entropy(const block& z) {
    const at::Tensor& scores = z.scores();
    if (z.form() == stored_as::probabilities) return sum(-scores * at::log(scores.clamp_min(smallest(scores))));
    // With d = z - max: H = log(sum e^d) - sum(d e^d) / sum(e^d). The largest term is 1 and is left out of the sum, so
    // that an entropy of 1e-40 keeps its digits.
    const at::Tensor d = scores - scores.amax(1, true), e = at::exp(d), zero = at::zeros_like(d);
    const at::Tensor rest = sum(at::where(d < 0, e, zero)) + ((d == 0).sum(1) - 1);
    const at::Tensor moment = sum(at::where(e == 0, zero, d * e));
    return at::log1p(rest) - moment / (rest + 1);
  }

  /// sum_{c != y} q_c^2 of the softmax q among the wrong classes: how concentrated they are, in (0, 1].
  [[nodiscard]] static at::Tensor concentration_except(const block& z, labels y) {
    const at::Tensor w = weights(z, without(z, y)), total = sum(w);
    return sum(w * w) / (total * total);
  }

  /// -sum_{c != y} p_c log(1 - p_c), where `target` is what the margin says about the true class.
  ///
  /// With q the softmax among the wrong classes p_c = rest q_c. Only the largest of them can pass 1/2; its complement
  /// is p_y + rest (1 - q_c), a sum of positive terms, so that neither a p_c near 0 nor one near 1 cancels.
  [[nodiscard]] static at::Tensor surprise_except(const block& z, labels y, const tensor_belief& target) {
    const at::Tensor others = without(z, y), w = weights(z, others).to(at::kDouble);
    const at::Tensor is_top = others == others.amax(1, true), ties = is_top.sum(1).to(at::kDouble);
    const at::Tensor top = w.amax(1), below = at::where(is_top, at::zeros_like(w), w);
    const at::Tensor under = below.sum(1) + (ties - 1) * top, scale = target.rest / (under + top);
    const at::Tensor p = scale * top, complement = target.truth + scale * under;
    const at::Tensor of_top = -ties * p * at::where(complement < 0.5, at::log(complement), at::log1p(-p));
    const at::Tensor small = below * scale.unsqueeze(1);
    return of_top - (small * at::log1p(-small)).sum(1);
  }

  // ---- rows for learned rules ----

  /// All class probabilities of each row, rows x classes.
  [[nodiscard]] static at::Tensor posteriors(const block& z) {
    const at::Tensor scores = z.scores().to(at::kDouble);
    return z.form() == stored_as::probabilities ? scores : at::exp(scores - logsumexp(z).unsqueeze(1));
  }

 private:
  [[nodiscard]] static at::Tensor sum(const at::Tensor& of) { return of.sum(1, false, at::kDouble); }

  [[nodiscard]] static double smallest(const at::Tensor& scores) {
    return scores.scalar_type() == at::kFloat ? double(std::numeric_limits<float>::min())
                                              : std::numeric_limits<double>::min();
  }

  [[nodiscard]] static at::Tensor stored(const block& z, labels y) {
    return z.scores().gather(1, y.unsqueeze(1)).squeeze(1).to(at::kDouble);
  }

  [[nodiscard]] static at::Tensor as_logarithm(const block& z, const at::Tensor& stored) {
    return z.form() == stored_as::probabilities ? at::log(stored) : stored;
  }

  // The scores with a value at the true class that no sum and no maximum sees.
  [[nodiscard]] static at::Tensor without(const block& z, labels y) {
    const double neutral = z.form() == stored_as::probabilities ? 0 : -std::numeric_limits<double>::infinity();
    return z.scores().scatter(1, y.unsqueeze(1), neutral);
  }

  // e^(z_c - max), or the probability itself where it is what is stored.
  [[nodiscard]] static at::Tensor weights(const block& z, const at::Tensor& scores) {
    return z.form() == stored_as::probabilities ? scores : at::exp(scores - scores.amax(1, true));
  }

  [[nodiscard]] static at::Tensor log_of_sum(const block& z, const at::Tensor& scores) {
    if (z.form() == stored_as::probabilities) return at::log(sum(scores));
    const at::Tensor top = scores.amax(1, true);
    return top.squeeze(1).to(at::kDouble) + at::log(sum(at::exp(scores - top)));
  }
};

}  // namespace telltale::detail
