// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>

namespace telltale {

/// What an encoder sees in the pictures that were generated of a caption, for a learned rule to judge their quality.
///
/// Threat model: pictures generated of the caption, and the caption; no query picture.
/// Formula: (1/r) sum_j E(y_j) / |E(y_j)|. Width: the length d of an embedding.
/// Range: [-1, 1] each; no column by itself means "larger is member".
/// Cost: n r d and as many doubles.
/// Throws argument_error where there are no embeddings, and where `out` is not d numbers a subject.
/// Reference: Wu, Yu, Li, Backes, Zhang 2022, "Membership Inference Attacks Against Text-to-image Generation Models".
struct generated_embedding {
  static constexpr std::string_view name = "generated embedding";
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::caption;

  [[nodiscard]] static std::size_t width(const Generation auto& batch) { return batch.dimensions(); }

  void operator()(const Generation auto& batch, std::span<double> out) const {
    const auto& generated = batch.generated_embeddings();
    const std::size_t n = batch.subjects(), r = batch.pictures(), d = width(batch);
    detail::check_size("generated_embedding", "out", out.size(), n * d);
    std::vector<double> units(n * r * d);
    backend_of<decltype(batch)>::unit_rows(generated, units);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < d; ++k) {
        double sum = 0;
        for (std::size_t j = 0; j < r; ++j) sum += units[(i * r + j) * d + k];
        out[i * d + k] = sum / static_cast<double>(r);
      }
  }
};

}  // namespace telltale
