// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <ATen/ATen.h>

#include <telltale/core/requirements.hpp>

namespace telltale {

namespace req {
template <class Policy>
concept compares_embeddings = requires(const Policy& policy, const at::Tensor& embeddings) {
  { policy(embeddings, embeddings) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// How far embeddings (records x d) are from those wanted (records x d, or one of d for all): a scalar, the mean over
/// the records, which has a gradient.
template <class Policy>
concept EmbeddingLoss = req::names_itself<Policy> && req::compares_embeddings<Policy>;

namespace embedding_loss {

/// -(1/n) sum_i cos(a_i, b_i), in [-1, 1]. The length of an embedding does not matter.
/// Reference: Hintersdorf et al. 2024; Struppek, Hintersdorf and Kersting 2023.
struct cosine {
  static constexpr std::string_view name = "cosine";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& embeddings, const at::Tensor& wanted) const {
    return -at::cosine_similarity(embeddings, wanted.expand_as(embeddings), 1).mean();
  }
};

/// (1/(n d)) sum_ij (a_ij - b_ij)^2: direction and length. One of the alternatives of Struppek et al. 2023.
struct mean_squared {
  static constexpr std::string_view name = "mean squared";

  [[nodiscard]] at::Tensor operator()(const at::Tensor& embeddings, const at::Tensor& wanted) const {
    return (embeddings - wanted).square().mean();
  }
};

}  // namespace embedding_loss
}  // namespace telltale
