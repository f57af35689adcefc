// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "settings.hpp"
#include "tally.hpp"
#include "world.hpp"

namespace identity {

/// Writes report.html and results.json of the seeds that are done. `last` is the trial whose pictures are shown.
void write_page(const world& all, const trial& last, const settings& chosen, const results& out, std::size_t seeds,
                double seconds);

}  // namespace identity
