// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale::train::detail {

/// What a random number of a training run is for; the streams of one model must not overlap, nor meet those of a
/// membership plan that was drawn from the same seed.
enum class purpose : std::uint64_t {
  initial_parameters = 0x7401,
  order_of_records = 0x7402,
  shared_order = 0x7403,
  augmentation = 0x7404,
  draws_of_a_step = 0x7405,
  held_out_records = 0x7406,
  balanced_sample = 0x7407,
  draws_of_an_answer = 0x7408,
  captions = 0x7409,
  power_iteration = 0x740a
};

/// The Philox stream of a model for a purpose: the model is the low, the purpose the high part.
[[nodiscard]] constexpr std::uint64_t stream_for(purpose use, std::size_t model) noexcept {
  return (static_cast<std::uint64_t>(use) << 48) | static_cast<std::uint64_t>(model);
}

}  // namespace telltale::train::detail
