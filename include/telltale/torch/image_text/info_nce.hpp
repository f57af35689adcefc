// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale {

/// Rows of Euclidean length 1. A row of zeros stays one: nothing is known of its direction.
[[nodiscard]] inline at::Tensor unit_rows(const at::Tensor& rows) {
  return rows / rows.norm(2, -1, true).clamp_min(1e-12);
}

/// The symmetric contrastive loss of a batch of pairs, its mean over pairs.
///
/// Formula: with unit rows u_i of images and v_j of texts and a scale s, logits z_ij = s u_i . v_j; half the sum of the
/// cross-entropies of rows and of columns, the i-th class being right for the i-th row.
/// Where `name` is given (one number a pair), a pair of the same name as another is not taken for its negative: its
/// logit leaves the sum, off the diagonal. Shapes: (n, d) twice; scale one number. Cost: O(n^2 d).
/// Throws argument_error unless both are (n, d) with n >= 2.
/// Reference: Radford et al. 2021, "Learning transferable visual models from natural language supervision", figure 3.
[[nodiscard]] inline at::Tensor info_nce(const at::Tensor& images, const at::Tensor& texts, const at::Tensor& scale,
                                         const at::Tensor& name = {}) {
  if (images.dim() != 2 || images.sizes() != texts.sizes() || images.size(0) < 2)
    detail::refuse("info_nce", "texts",
                   "has the shape " + detail::shape_text(texts) + " beside images of shape " +
                       detail::shape_text(images) + "; wanted (n, d) of both, n at least 2");
  at::Tensor logits = at::matmul(unit_rows(images), unit_rows(texts).t()) * scale;
  const at::Tensor right = at::arange(images.size(0), images.options().dtype(at::kLong).requires_grad(false));
  if (name.defined()) {
    const at::Tensor same = name.unsqueeze(0).eq(name.unsqueeze(1));
    logits = logits.masked_fill(same.logical_and(right.unsqueeze(0).ne(right.unsqueeze(1))), -1e4);
  }
  return (at::cross_entropy_loss(logits, right) + at::cross_entropy_loss(logits.t(), right)) / 2;
}

/// The share of images whose own text (the same row) is the nearest of all by cosine, the first of equals: top-1 of
/// retrieval, and of zero-shot classification where each class has one text and `right` names it. Shapes: (images, d),
/// (texts, d); `right` (images) of int64. Cost: O(images x texts x d). Throws argument_error for another number of
/// texts than of images where `right` is not given.
[[nodiscard]] inline double top_1(const at::Tensor& images, const at::Tensor& texts, at::Tensor right = {}) {
  const at::NoGradGuard without_gradients;
  if (!right.defined()) {
    detail::check_size("top_1", "texts", static_cast<std::size_t>(texts.size(0)),
                       static_cast<std::size_t>(images.size(0)));
    right = at::arange(images.size(0), images.options().dtype(at::kLong));
  }
  const at::Tensor nearest = at::matmul(unit_rows(images), unit_rows(texts).t()).argmax(1);
  return nearest.eq(right).to(at::kDouble).mean().item<double>();
}

}  // namespace telltale
