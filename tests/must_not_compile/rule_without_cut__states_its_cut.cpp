// expects: states_its_cut
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/scorer/logit_margin.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

struct undecided {
  static constexpr std::string_view name = "undecided";
  static constexpr auto needs = knowledge::nothing;
  void operator()(const signals&, std::span<double>) const {}
};

const auto members = compose(logit_margin{}, undecided{})(answers);
