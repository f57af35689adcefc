// expects: joins_scores
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <telltale/rule/ensemble.hpp>

using namespace telltale;

struct scattered {
  static constexpr std::string_view name = "scattered";
};

const ensemble<scattered> rule;
