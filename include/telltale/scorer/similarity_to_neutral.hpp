// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/observation/compared_texts.hpp>

namespace telltale {

/// How much a name means what a neutral phrase means.
///
/// Threat model: embeddings of texts; a list of names.
/// Formula: over prompts p, (1/P) sum_p cos(t_p(name), t_p(phrase)).
/// Range: [-1, 1], larger for a name that was removed.
/// Cost: O(prompts x names x d).
/// Throws argument_error where `out` is not one number a name, and what the observation throws.
/// Reference: none, ours, against the defence of Hintersdorf, Struppek, Neider and Kersting 2024.
struct similarity_to_neutral {
  static constexpr std::string_view name = "similarity to neutral";
  static constexpr auto needs = access_to::embedding;
  static constexpr auto holds = knowledge::identity;

  void operator()(const ComparedTexts auto& batch, std::span<double> out) const {
    detail::check_size("similarity_to_neutral", "out", out.size(), batch.subjects());
    for (double& value : out) value = 0;
    for (std::size_t prompt = 0; prompt < batch.prompts(); ++prompt) {
      const std::vector<double> cosines = batch.similarities(prompt);
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += cosines[i] / static_cast<double>(batch.prompts());
    }
  }
};

}  // namespace telltale
