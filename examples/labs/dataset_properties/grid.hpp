// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cell.hpp"
#include "features.hpp"
#include "networks.hpp"
#include "settings.hpp"

namespace lab {

/// Why a cell is measured.
enum class purpose {
  grid,      ///< the law is fitted to these
  held_out,  ///< more shots than the grid has: the law is to foretell them
  models,    ///< the same attacks with fewer shadow models
  features,  ///< what the heads see is something else
  decay,     ///< the heads are regularised more
  second,    ///< the other data set
  networks   ///< fine-tuned networks instead of heads
};

/// A cell to be measured, and what for.
struct planned_cell {
  purpose why = purpose::grid;
  bool second_set = false;
  features seen = features::learned;
  tuned layers = tuned::all;  ///< of networks
  cell_settings cell;

  /// What identifies it, readable, fit for a file name: "fashion-learned-S16-C5-M128-P8-L0.001-seed1".
  [[nodiscard]] std::string key() const;
};

/// All cells of a run, cheap ones first within a seed, so that an early page has something to show.
[[nodiscard]] std::vector<planned_cell> plan_cells(const settings& chosen);

}  // namespace lab
