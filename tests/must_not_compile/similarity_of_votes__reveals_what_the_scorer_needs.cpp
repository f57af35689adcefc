// expects: reveals_what_the_scorer_needs
// expects: lacking<[^>]*access_to::confidence
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string_view>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/observation/name_votes.hpp>
#include <telltale/rule/threshold.hpp>

using namespace telltale;

struct mean_similarity {
  static constexpr std::string_view name = "mean similarity";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::identity;
  void operator()(const ZeroShot auto&, std::span<double>) const {}
};

std::vector<int> owner(2), true_name(1);
const name_votes<eigen<float>> votes({1, 0}, 1, owner, 2, true_name);

const auto members = compose(mean_similarity{}, threshold<where::given>{})(votes);
