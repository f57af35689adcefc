// expects: chooses_its_hypotheses
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <telltale/rule/difference_from_centre.hpp>

using namespace telltale;

struct adrift {
  static constexpr std::string_view name = "adrift";
  static constexpr centre::mean centre{};
  static constexpr missing_models::refused missing{};
  static constexpr double cut = 0;
};

const difference_from_centre<adrift> rule;
