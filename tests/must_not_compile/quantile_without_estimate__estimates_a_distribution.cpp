// expects: estimates_a_distribution
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <telltale/rule/reference_quantile.hpp>

using namespace telltale;

struct guesswork {
  static constexpr std::string_view name = "guesswork";
};

const reference_quantile<guesswork> rule;
