// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/requirements.hpp>
#include <telltale/torch/unlearning/encoder.hpp>

namespace telltale {

namespace req {
template <class Policy, class Removed, class Poisoned, class Encoder>
concept aims_at_neutral_embeddings =
    requires(const Policy& policy, Encoder& encoder, const Removed& removed, const Poisoned& poisoned) {
      { policy.of(encoder, removed)(poisoned) } -> std::convertible_to<at::Tensor>;
    };
}  // namespace req

/// What an input with a trigger is to mean.
///
/// Required: `name`; and `of(encoder, removed)`, which gives a function from what the trigger made to the embeddings
/// wanted, one for each input or one for all, as that encoder sees them.
template <class Policy, class Removed, class Poisoned, class Encoder>
concept NeutralTarget =
    req::names_itself<Policy> && req::aims_at_neutral_embeddings<Policy, Removed, Poisoned, Encoder>;

namespace neutral {

/// The same caption with a neutral phrase where the name is: T(c'') for each pair.
/// Reference: Hintersdorf et al. 2024.
struct phrase {
  static constexpr std::string_view name = "neutral phrase";

  template <TensorModel Encoder, class Removed>
  [[nodiscard]] auto of(Encoder& encoder, const Removed&) const {
    return [&encoder](const auto& poisoned) -> at::Tensor
             requires requires { poisoned.neutral; }
    {
      return detail::embed(name, "encoder", encoder, poisoned.neutral);
    };
  }
};

/// The mean embedding of photos of other people, for every picture: (1/n) sum_i T(x_i), not normalised before or after.
/// Cost: one pass over those photos, once. Reference: Hintersdorf et al. 2024.
struct mean_of_others {
  static constexpr std::string_view name = "mean of others";

  template <TensorModel Encoder, class Removed>
    requires requires(const Removed& removed) { removed.others(); }
  [[nodiscard]] auto of(Encoder& encoder, const Removed& removed) const {
    const at::NoGradGuard without_gradients;
    const std::vector<at::Tensor> blocks = removed.others().split(256);
    at::Tensor sum = detail::embed(name, "encoder", encoder, blocks.front()).sum(0, true);
    for (std::size_t i = 1; i < blocks.size(); ++i)
      sum += detail::embed(name, "encoder", encoder, blocks[i]).sum(0, true);
    return [mean = sum / removed.others().size(0)](const auto&) -> at::Tensor { return mean; };
  }
};

}  // namespace neutral
}  // namespace telltale
