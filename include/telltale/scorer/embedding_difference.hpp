// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/between.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view difference_prefix = "difference of embeddings, ";
}  // namespace detail

/// How far what was generated lies from what was asked for, coordinate by coordinate, for a learned rule to weigh.
///
/// Threat model: pictures generated of the caption, and the caption; the query picture where `Between` compares with
/// it.
/// Formula: -(1/r) sum_j (a / |a| - b_j / |b_j|)^2 for each coordinate, with a and b_j the embeddings that `Between`
/// names: the columns sum to minus the mean squared distance, so that equal weights are the threshold's score. A signed
/// difference would point nowhere on average and be of no use to a linear rule. Width: the length d of an embedding.
/// Range: [-4, 0] each. Policies: between::pictures, picture_and_caption, captions.
/// Cost: n (r + 1) d and as many doubles.
/// Throws argument_error where the observation lacks a part, and where `out` is not d numbers a subject.
/// Reference: Wu, Yu, Li, Backes, Zhang 2022, "Membership Inference Attacks Against Text-to-image Generation Models",
/// who feed distances of embeddings to a network.
template <class Between = between::pictures>
struct embedding_difference {
  static constexpr std::string_view name = detail::joined_text<detail::difference_prefix, Between::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = Between::holds;

  [[nodiscard]] static std::size_t width(const Generation auto& batch) { return batch.dimensions(); }

  void operator()(const Generation auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    const auto &of_subject = Between::of_subject(batch), &of_pictures = Between::of_pictures(batch);
    const std::size_t n = batch.subjects(), r = batch.pictures(), d = width(batch);
    detail::check_size("embedding_difference", "out", out.size(), n * d);
    std::vector<double> wanted(n * d), units(n * r * d);
    B::unit_rows(of_subject, wanted);
    B::unit_rows(of_pictures, units);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < d; ++k) {
        double sum = 0;
        for (std::size_t j = 0; j < r; ++j) {
          const double apart = wanted[i * d + k] - units[(i * r + j) * d + k];
          sum += apart * apart;
        }
        out[i * d + k] = -sum / static_cast<double>(r);
      }
  }
};

}  // namespace telltale
