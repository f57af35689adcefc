// expects: fits_scores_given_features
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <telltale/rule/quantile_regression.hpp>

using namespace telltale;

struct shapeless {
  static constexpr std::string_view name = "shapeless";
};

const quantile_regression<shapeless> rule;
