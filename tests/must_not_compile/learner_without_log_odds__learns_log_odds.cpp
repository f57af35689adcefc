// expects: learns_log_odds
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <telltale/rule/learned.hpp>

using namespace telltale;

struct forgetful {
  static constexpr std::string_view name = "forgetful";
};

const learned<forgetful> rule;
