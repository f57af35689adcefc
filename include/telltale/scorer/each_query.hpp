// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/observation/classification.hpp>

namespace telltale {

/// A scorer asked for every query of a record (its augmentations): a row of `queries` values per record.
///
/// Pooling the row is the rule's: LiRA averages likelihoods, not margins. With one query a record it is the scorer
/// itself.
/// Threat model: the `inner` scorer's, for every query.
/// Formula: s(query q) of `inner`, for each q.
/// Range: that of `inner`.
/// Cost: that of `inner` for records x queries.
/// Throws what `inner` throws.
/// Reference: Carlini et al. 2022, section VI-A (several queries).
template <class Inner>
struct each_query {
  static constexpr std::string_view name = Inner::name;
  static constexpr auto needs = Inner::needs;
  static constexpr auto holds = detail::holds_of<Inner>;

  [[no_unique_address]] Inner inner{};

  [[nodiscard]] static std::size_t width(const Classification auto& batch) { return batch.queries(); }

  void operator()(const Classification auto& batch, std::span<double> out) const { inner(batch.each_query(), out); }
};

}  // namespace telltale
