// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>

namespace telltale {
namespace detail {
inline constexpr std::string_view joined_with = " + ";
}  // namespace detail

/// The signals of several scorers side by side, one row a subject: what a learned rule or an ensemble judges.
///
/// Threat model: what the `parts` need and hold together.
/// Formula: the rows of the parts, one after another.
/// Range: each part's in its columns. Width: the sum of theirs.
/// Cost: theirs, and a scratch of one scorer's signal at a time.
/// Throws what they throw, and argument_error where `out` has another size.
/// Reference: none, a way to put parts together; attack IV of Wu et al. 2022 is made with it.
template <class First, class... Rest>
class joined {
  template <class Scorer>
  struct name_after {
    static constexpr std::string_view name = detail::joined_text<detail::joined_with, Scorer::name>::value;
  };

 public:
  static constexpr std::string_view name = detail::joined_text<First::name, name_after<Rest>::name...>::value;
  static constexpr access_to needs = (First::needs | ... | Rest::needs);
  static constexpr knowledge holds = (detail::holds_of<First> | ... | detail::holds_of<Rest>);

  constexpr joined() = default;
  /// Of parts with values; `joined(first, second)` finds their types.
  constexpr explicit joined(First first, Rest... rest) : parts(std::move(first), std::move(rest)...) {}

  std::tuple<First, Rest...> parts{};

  template <class Batch>
    requires Scorer<First, Batch> && (Scorer<Rest, Batch> && ...)
  [[nodiscard]] std::size_t width(const Batch& batch) const {
    return std::apply([&](const auto&... part) { return (detail::width_of(part, batch) + ...); }, parts);
  }

  template <class Batch>
    requires Scorer<First, Batch> && (Scorer<Rest, Batch> && ...)
  void operator()(const Batch& batch, std::span<double> out) const {
    const std::size_t all = width(batch), subjects = batch.subjects();
    detail::check_size("joined", "out", out.size(), subjects * all);
    std::size_t first = 0;
    std::vector<double> scratch;
    const auto place = [&](const auto& part) {
      const std::size_t columns = detail::width_of(part, batch);
      scratch.resize(subjects * columns);
      part(batch, std::span<double>(scratch));
      for (std::size_t i = 0; i < subjects; ++i)
        for (std::size_t c = 0; c < columns; ++c) out[i * all + first + c] = scratch[i * columns + c];
      first += columns;
    };
    std::apply([&](const auto&... part) { (place(part), ...); }, parts);
  }
};

}  // namespace telltale
