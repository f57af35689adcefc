// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <telltale/core/signals.hpp>
#include <telltale/xtensor/headers.hpp>

namespace telltale {

/// The values of evidence as a one-dimensional array of xtensor, in place: (subjects), of double. The evidence must
/// live as long as the array.
[[nodiscard]] inline auto as_xtensor(const evidence& found) {
  return xt::adapt(found.values.data(), found.values.size(), xt::no_ownership(),
                   std::array<std::size_t, 1>{found.values.size()});
}

/// The same of evidence that nobody keeps: the array takes its values over, without a copy. The cut stays behind.
[[nodiscard]] inline auto as_xtensor(evidence&& found) {
  const std::array<std::size_t, 1> shape{found.values.size()};
  return xt::adapt(std::move(found.values), shape);
}

/// A signal as an array of xtensor, in place: (subjects, width), of double. What the signal views must live as long as
/// the array.
[[nodiscard]] inline auto as_xtensor(const signals& scored) {
  return xt::adapt(scored.values.data(), scored.values.size(), xt::no_ownership(),
                   std::array<std::size_t, 2>{scored.subjects(), scored.width});
}

}  // namespace telltale
