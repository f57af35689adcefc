// expects: never_widens_access
// expects: lacking<[^>]*access_to::logits
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>

using namespace telltale;

std::vector<float> logits(6);
std::vector<int> truth(2);
const classification<eigen<float>> answers({logits, 2, 3}, truth);

struct generous {
  static constexpr std::string_view name = "generous";
  auto operator()(const Classification auto&) const { return answers; }
};

const ReleasePolicy<classification<eigen<float>, access_to::label>> auto policy = generous{};
