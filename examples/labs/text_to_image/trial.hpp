// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "figures.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace text_to_image {

/// Says how far a piece of work has come.
using talker = std::function<void(const std::string& work, std::size_t done, std::size_t total)>;

/// One seed: split, encoder, both targets, all attacks. `thorough` tries what the page has beside the headline.
[[nodiscard]] figures measure(const pool& all, const settings& chosen, std::uint64_t seed, bool thorough,
                              const talker& say);

}  // namespace text_to_image
