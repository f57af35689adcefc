// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/ensemble.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

static_assert(DecisionRule<ensemble<>, signals, adversary<population<>>> &&
              !DecisionRule<ensemble<>, signals, adversary<shadow_models<>>>);

struct joins_nothing {
  static constexpr std::string_view name = "joins nothing";
};
static_assert(!CombinationOfScores<joins_nothing> && CombinationOfScores<combine::largest_rank>);

template <class Combine>
std::vector<double> judged(const std::vector<double>& population_rows, const std::vector<double>& rows,
                           std::size_t width) {
  std::vector<double> evidence(rows.size() / width);
  ensemble<Combine>{}.fit(owning(population<>(signals{population_rows, width, {}})))(signals{rows, width, {}},
                                                                                     evidence);
  return evidence;
}

}  // namespace

TEST_CASE("ranks and standardised scores by hand") {
  // First scores 0, 1, 2, 3 (mean 1.5, variance 1.25), second 10, 30, 20, 40.
  const std::vector<double> people{0, 10, 1, 30, 2, 20, 3, 40}, asked{2, 40, -1, 50, 1.5, 25};
  CHECK(judged<combine::mean_rank>(people, asked, 2) == std::vector<double>{0.625, 0.5, 0.5});
  CHECK(judged<combine::largest_rank>(people, asked, 2) == std::vector<double>{0.75, 1, 0.5});
  const auto z = judged<combine::mean_standardised>(people, asked, 2);
  CHECK(z[0] == doctest::Approx((0.5 + 1.5) / 2 / std::sqrt(1.25)).epsilon(1e-14));
  CHECK(z[1] == doctest::Approx((-2.5 + 2.5) / 2 / std::sqrt(1.25)).epsilon(1e-14));
  CHECK(std::abs(z[2]) < 1e-15);
}

TEST_CASE("combinations agree with the slow count of pairs") {
  random_stream random(7, 0);
  std::vector<double> people(3 * 211), asked(3 * 97);
  for (double& v : people) v = static_cast<double>(random.below(40));
  for (double& v : asked) v = static_cast<double>(random.below(44)) - 2;
  const auto mean = judged<combine::mean_rank>(people, asked, 3),
             largest = judged<combine::largest_rank>(people, asked, 3);
  for (std::size_t i = 0; i < 97; ++i) {
    double sum = 0, most = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      double below = 0;
      for (std::size_t z = 0; z < 211; ++z) below += people[3 * z + d] < asked[3 * i + d];
      sum += below / 211;
      most = std::max(most, below / 211);
    }
    CHECK(mean[i] == doctest::Approx(sum / 3).epsilon(1e-15));
    CHECK(largest[i] == most);
  }
}

TEST_CASE("two weak scores together tell more than either") {
  random_stream random(9, 0);
  const std::size_t n = 500;
  std::vector<double> people, members, others;
  for (std::size_t i = 0; i < n; ++i) {
    for (int d = 0; d < 2; ++d) people.push_back(random.normal());
    for (int d = 0; d < 2; ++d) members.push_back(random.normal() + 1);
    for (int d = 0; d < 2; ++d) others.push_back(random.normal());
  }
  const auto area = [&](const auto& of_members, const auto& of_others) {
    double right = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) right += of_members(i) > of_others(j);
    return right / static_cast<double>(n * n);
  };
  const double alone =
      area([&](std::size_t i) { return members[2 * i]; }, [&](std::size_t j) { return others[2 * j]; });
  const auto check = [&](const std::vector<double>& in, const std::vector<double>& out) {
    CHECK(area([&](std::size_t i) { return in[i]; }, [&](std::size_t j) { return out[j]; }) > alone + 0.04);
  };
  check(judged<combine::mean_rank>(people, members, 2), judged<combine::mean_rank>(people, others, 2));
  check(judged<combine::mean_standardised>(people, members, 2), judged<combine::mean_standardised>(people, others, 2));
}

TEST_CASE("an ensemble says nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed) {
    const metric::estimate auc = oracle::null_auc(
        seed, [&](const std::vector<double>& target, const shadow_models<double>& shadow, std::span<double> evidence) {
          // Two scores of a record: the target's, and how far it lies above a model that is not asked.
          std::vector<double> rows, people;
          for (std::size_t i = 0; i < target.size(); ++i) {
            rows.insert(rows.end(), {target[i], target[i] - shadow.scores[0][i]});
            people.insert(people.end(), {shadow.scores[1][i], shadow.scores[1][i] - shadow.scores[0][i]});
          }
          rule.fit(population<>(signals{people, 2, {}}))(signals{rows, 2, {}}, evidence);
        });
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.04);
  };
  check(ensemble<>{}, 351);
  check(ensemble<combine::largest_rank>{}, 352);
  check(ensemble<combine::mean_standardised>{}, 353);
}

TEST_CASE("scores that cannot be joined are refused by name") {
  const std::vector<double> people{0, 1, 1, 1, 2, 1}, bad{1, std::numeric_limits<double>::quiet_NaN()};
  CHECK(has(refusal([&] {
              (void)judged<combine::mean_standardised>(people, {1, 1}, 2);
            }),
            "population: column 1 is constant"));
  CHECK(judged<combine::mean_rank>(people, {1, 1}, 2) == std::vector<double>{1.0 / 6});
  CHECK(has(refusal([&] { (void)judged<combine::mean_rank>(people, bad, 2); }), "signal: element 1 is nan"));
  CHECK(has(refusal([&] { (void)judged<combine::mean_rank>(bad, {1, 1}, 2); }), "population: element 1 is nan"));
  CHECK(has(refusal([&] { (void)judged<combine::mean_rank>({}, {1, 1}, 2); }), "population: is empty"));
  std::vector<double> evidence(2);
  CHECK(has(refusal([&] {
              ensemble<>{}.fit(population<>(signals{people, 2, {}}))(signals{people, 3, {}}, evidence);
            }),
            "signal: has 3 values a subject; the population has 2"));
}
