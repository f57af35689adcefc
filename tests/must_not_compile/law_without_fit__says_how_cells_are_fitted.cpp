// expects: says_how_cells_are_fitted
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <vector>

#include <telltale/study/power_law.hpp>

using namespace telltale::study;

struct by_eye {
  static constexpr std::string_view name = "by eye";
};

const std::vector<cell> cells;
const auto fit = fit_power_law(cells, by_eye{});
