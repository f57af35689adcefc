// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/scorer/between.hpp>
#include <telltale/scorer/over_pictures.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view typicality_prefix = "typicality, ";
}  // namespace detail

/// How much generated pictures look like real ones, the quality that an encoder sees: what a generator knows well comes
/// out as a picture of something.
///
/// Threat model: pictures generated of the caption, and the caption; no query picture. Reference pictures that nobody
/// asks about, and an encoder that knows neither members nor others.
/// Formula: over j of the largest cos(E(y_j), E(z)) among reference pictures z.
/// Range: [-1, 1]. Policies: over::mean, best, mean_picture. `threads` (0: one per core) changes nothing but the time.
/// Cost: n r m d multiply-adds for m references, and a copy of two embeddings a picture.
/// Throws argument_error where the observation lacks a part, where `out` is not one number a subject, for a value that
/// is not finite, and for reference embeddings that are all the same.
/// Reference: none, ours, for the quality that attack I-S of Wu et al. 2022 learns from embeddings.
template <class Over = over::mean>
struct typicality {
  static constexpr std::string_view name = detail::joined_text<detail::typicality_prefix, Over::name>::value;
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::caption;

  std::size_t threads = 0;

  void operator()(const Generation auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    detail::check_size("typicality", "out", out.size(), batch.subjects());
    const auto& references = batch.reference_embeddings();
    Over::template apply<B>(batch.generated_embeddings(), out, [&](const auto& generated, std::span<double> each) {
      std::vector<int> nearest(each.size()), row(each.size());
      B::nearest(generated, B::in_one_group(references), threads, nearest);
      std::iota(row.begin(), row.end(), 0);
      const auto pictures = B::gathered(generated, row, row.size(), 1);
      const auto closest = B::gathered(references, nearest, nearest.size(), 1);
      B::pair_cosines(pictures, closest, each);
    });
    detail::check_finite("typicality", "score", out);
    detail::check_told_apart<B>("typicality", "reference_embeddings", references, out);
  }
};

}  // namespace telltale
