// expects: states_the_access_it_needs
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/rule/threshold.hpp>

struct secretive {
  static constexpr std::string_view name = "secretive";
  void operator()(const telltale::Classification auto&, std::span<double>) const {}
};

const auto attack = telltale::compose(secretive{}, telltale::threshold<telltale::where::given>{});
