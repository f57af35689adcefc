// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/difference_from_centre.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/peer_inputs.hpp"
#include "oracle/rule_inputs.hpp"
#include "oracle/shadow_statistics.hpp"
#include "oracle/tensorflow_privacy.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::has;
using oracle::judged;
using oracle::refusal;
using oracle::shadow_scores;

namespace {

// compute_score_offset of TensorFlow Privacy with the options of its test.
struct both_means : preset::tensorflow_privacy_0_8_12_offset {
  static constexpr centre::mean centre{};
};
using in_mean = preset::in_only<both_means>;
using out_mean = preset::offline<both_means>;

using difficulty = difference_from_centre<>;
using offset = difference_from_centre<preset::sablayrolles_2019>;

static_assert(DecisionRule<difficulty, signals, adversary<shadow_models<float>>> &&
              DecisionRule<offset, signals, adversary<shadow_models<double>>> &&
              !DecisionRule<offset, signals, adversary<population<>>>);
struct without_a_centre {
  static constexpr std::string_view name = "without a centre";
  static constexpr hypotheses::out_only hypotheses{};
  [[maybe_unused]] static constexpr missing_models::refused missing{};
  [[maybe_unused]] static constexpr double cut = 0;
};
static_assert(OffsetPreset<in_mean> && !OffsetPreset<without_a_centre>);

// IN of record 0 {(1, 2, -3)}, of record 1 {(-2, 4, 6), (0, 0, 0), (5, -7, -9)}, OUT = 10 - IN. The peer's lists are of
// unequal length: what it lists once stands here three times, which moves no mean. Its record 2 has no score at all;
// here every model either saw a record or did not, and so the side that is not missing gets what the column mean is.
shadow_scores<double> peer_with(bool in_missing) {
  const std::vector<std::vector<double>> first(3, {1, 2, -3});
  const std::vector<std::vector<double>> second{{-2, 4, 6}, {0, 0, 0}, {5, -7, -9}};
  const std::vector<double> column_mean{1, 0.5, -2};
  shadow_scores<double> shadow;
  shadow.width = 3;
  for (const bool in : {true, false})
    for (std::size_t m = 0; m < 3; ++m) {
      std::vector<double> row;
      for (const auto& scores : {first[m], second[m]})
        for (const double s : scores) row.push_back(in ? s : 10 - s);
      for (const double s : column_mean) row.push_back(in_missing ? 10 - s : s);
      shadow.scores.push_back(row);
      shadow.keep.push_back({in, in, !in_missing});
    }
  return shadow;
}

const std::vector<double> target_of_the_peer{-.1, .1, 0, 0, 0, 27, 0, 0, 0};

template <class Preset, class Scalar>
double slow_difference(const shadow_scores<Scalar>& shadow, const std::vector<double>& target, std::size_t record) {
  long double sum = 0;
  for (std::size_t q = 0; q < shadow.width; ++q) {
    const auto centre = [&](std::uint8_t side) {
      const auto scores = shadow.side(record, q, side);
      return Preset::centre.from_values ? oracle::median(scores) : oracle::mean(scores);
    };
    const long double of_in = centre(1), of_out = centre(0);
    const bool both = Preset::hypotheses.in && Preset::hypotheses.out;
    const long double at = both ? (of_in + of_out) / 2 : Preset::hypotheses.in ? of_in : of_out;
    sum += static_cast<long double>(target[record * shadow.width + q]) - at;
  }
  return static_cast<double>(sum / static_cast<long double>(shadow.width));
}

template <class Preset, class Scalar>
void agrees(std::size_t models, std::size_t records, std::size_t width, double grid, double offset_of_scores) {
  const auto shadow = oracle::random_shadows<Scalar>(models, records, width, 11 + models, grid, offset_of_scores);
  random_stream random(3, 2);
  std::vector<double> target(records * width);
  for (double& t : target) t = offset_of_scores + 6 * random.uniform();
  const std::vector<double> got = judged(difference_from_centre<Preset>{}, shadow, target);
  for (std::size_t i = 0; i < records; ++i)
    CHECK(std::abs(got[i] - slow_difference<Preset>(shadow, target, i)) < 1e-12 * (1 + std::abs(offset_of_scores)));
}

template <class Preset>
void agrees() {
  agrees<Preset, double>(9, 700, 1, 0, 0);
  agrees<Preset, float>(64, 60, 1, 0.5, 0);
  agrees<Preset, float>(8, 90, 3, 0, 40);
  agrees<Preset, double>(5, 20, 300, 0.25, -30);  // more queries than a tile has cells
}

}  // namespace

TEST_CASE("the score offset of TensorFlow Privacy") {
  // advanced_mia_test.py: three augmentations; both sides, IN only, OUT only, by means, the third record filled in.
  const auto check = [](const std::vector<double>& got, const std::vector<double>& wanted) {
    for (std::size_t i = 0; i < 3; ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(1e-13));
  };
  check(judged(difference_from_centre<both_means>{}, peer_with(true), target_of_the_peer), {-5, 4, -5});
  check(judged(difference_from_centre<both_means>{}, peer_with(false), target_of_the_peer), {-5, 4, -5});
  check(judged(difference_from_centre<in_mean>{}, peer_with(true), target_of_the_peer), {0, 28.0 / 3, 1.0 / 6});
  check(judged(difference_from_centre<out_mean>{}, peer_with(false), target_of_the_peer), {-10, -4.0 / 3, -61.0 / 6});
}

TEST_CASE("the score offset equals what TensorFlow Privacy computes on the recorded arrays") {
  for (const std::size_t width : {1UL, 2UL}) {
    auto shadow = oracle::peer_shadows(9, 12, width);
    for (std::size_t m = 0; m < 9; ++m) {  // record 3 without IN models, 5 without OUT models
      shadow.keep[m][3] = 0;
      shadow.keep[m][5] = 1;
      shadow.keep[m][7] = m == 4;
    }
    const std::vector<double> target = oracle::peer_targets(12, width);
    const auto check = [&](const auto& rule, const std::vector<double>& recorded, std::size_t filled) {
      const std::vector<double> got = judged(rule, shadow, target);
      REQUIRE(recorded.size() == 12);
      for (std::size_t i = 0; i < 12; ++i) CHECK(got[i] == Approx(recorded[i]).epsilon(1e-12));
      const oracle::shadow_views<double> views(shadow);
      CHECK(rule.fit(views.models()).filled() == filled);
    };
    using medians = preset::tensorflow_privacy_0_8_12_offset;
    const bool one = width == 1;
    check(difference_from_centre<medians>{}, one ? oracle::tfp_offset_both_median_1 : oracle::tfp_offset_both_median_2,
          2);
    check(difference_from_centre<both_means>{}, one ? oracle::tfp_offset_both_mean_1 : oracle::tfp_offset_both_mean_2,
          2);
    check(difference_from_centre<preset::in_only<medians>>{},
          one ? oracle::tfp_offset_in_median_1 : oracle::tfp_offset_in_median_2, 1);
    check(difference_from_centre<in_mean>{}, one ? oracle::tfp_offset_in_mean_1 : oracle::tfp_offset_in_mean_2, 1);
    check(difference_from_centre<preset::offline<medians>>{},
          one ? oracle::tfp_offset_out_median_1 : oracle::tfp_offset_out_median_2, 1);
    check(difference_from_centre<out_mean>{}, one ? oracle::tfp_offset_out_mean_1 : oracle::tfp_offset_out_mean_2, 1);
  }
}

TEST_CASE("a side without models is filled only by the policy that says so and is counted") {
  const auto shadow = peer_with(true);
  const oracle::shadow_views<double> views(shadow);
  CHECK(difference_from_centre<both_means>{}.fit(views.models()).filled() == 1);
  CHECK(difference_from_centre<out_mean>{}.fit(views.models()).filled() == 0);
  CHECK(has(refusal([&] { (void)offset{}.fit(views.models()); }),
            "keep: record 2 has no IN model; wanted at least 1 (accepted with missing_models::column_mean)"));
  CHECK(difficulty{}.fit(views.models()).filled() == 0);
  const shadow_scores<double> nobody{{{1, 2}, {3, 4}}, {{1, 1}, {1, 1}}, 1};
  CHECK(has(refusal([&] {
              (void)judged(difference_from_centre<both_means>{}, nobody, {0, 0});
            }),
            "no record has an OUT model"));
  CHECK(has(refusal([&] { (void)judged(difficulty{}, nobody, {0, 0}); }), "record 0 has no OUT model"));
}

TEST_CASE("difficulty and offset of one record by hand") {
  // IN {3, 4, 5, 6}, OUT {0, 1, 2, 1}, target 4.2: means 4.5 and 1, medians 4.5 and 1.
  const shadow_scores<double> shadow{
      {{3}, {4}, {5}, {6}, {0}, {1}, {2}, {1}}, {{1}, {1}, {1}, {1}, {0}, {0}, {0}, {0}}, 1};
  CHECK(judged(difficulty{}, shadow, {4.2})[0] == Approx(3.2).epsilon(1e-15));
  CHECK(judged(offset{}, shadow, {4.2})[0] == Approx(1.45).epsilon(1e-15));
  CHECK(fitted_centres<preset::watson_2022>::cut() == ranking_only);
  CHECK(fitted_centres<preset::sablayrolles_2019>::cut() == 0);
  // An outlier moves the mean and not the median.
  auto skewed = shadow;
  skewed.scores[6] = {200};
  CHECK(judged(difference_from_centre<preset::tensorflow_privacy_0_8_12_offset>{}, skewed, {4.2})[0] ==
        Approx(1.45).epsilon(1e-15));
}

TEST_CASE("differences agree with the definition in long double") {
  agrees<preset::watson_2022>();
  agrees<preset::sablayrolles_2019>();
  agrees<preset::tensorflow_privacy_0_8_12_offset>();
  agrees<in_mean>();
  agrees<out_mean>();
}

TEST_CASE("centres do not depend on the number of threads") {
  const auto shadow = oracle::random_shadows<float>(12, 3000, 2, 3);
  const oracle::shadow_views<float> views(shadow);
  const auto one = offset{}.fit(views.models(), 1), four = offset{}.fit(views.models(), 4);
  CHECK(std::equal(one.centres().begin(), one.centres().end(), four.centres().begin(), four.centres().end()));
}

TEST_CASE("difficulty and offset say nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed) {
    const metric::estimate auc =
        oracle::null_auc(seed, [&](const std::vector<double>& target, const shadow_models<double>& shadow,
                                   std::span<double> evidence) { rule.fit(shadow)(signals{target}, evidence); });
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.04);
  };
  check(difficulty{}, 311);
  check(offset{}, 312);
  check(difference_from_centre<preset::tensorflow_privacy_0_8_12_offset>{}, 313);
}

TEST_CASE("what is not finite or not aligned is refused by name") {
  auto shadow = peer_with(true);
  CHECK(has(refusal([&] { (void)judged(difficulty{}, shadow, {0, 0, 0}); }), "signal: has 3 values"));
  shadow.scores[2][4] = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(refusal([&] { (void)judged(difficulty{}, shadow, target_of_the_peer); }),
            "scores: model 2: record 1 is nan"));
  shadow = peer_with(true);
  shadow.keep[1][0] = 2;
  CHECK(has(refusal([&] { (void)judged(difficulty{}, shadow, target_of_the_peer); }),
            "keep: model 1: record 0 is 2; wanted 0 or 1"));
}
