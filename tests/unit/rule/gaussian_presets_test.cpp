// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include "oracle/leakpro.hpp"
#include "oracle/lira_reference.hpp"
#include "oracle/peer_inputs.hpp"
#include "oracle/peer_lira.hpp"
#include "oracle/rule_inputs.hpp"
#include "oracle/sacro_ml.hpp"
#include "oracle/tensorflow_privacy.hpp"

#include <doctest/doctest.h>

// Presets against what the peers' own code gave for the same arrays, and against what the peers' descriptions say.
using namespace telltale;
using oracle::has;
using oracle::judged;
using oracle::leakpro_spread;
using oracle::shadow_scores;
using oracle::side;

namespace {

constexpr std::size_t records = 12;

// Recordings to 1e-12. Against long double as the rule's own test does: our sums of squares keep eleven digits of a
// spread that is small beside the distance of IN from OUT.
void agree(const std::vector<double>& ours, const std::vector<double>& theirs, double sign = 1, double digits = 1e-12) {
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(ours[i] - sign * theirs[i]) <= digits * (1 + std::abs(theirs[i])));
  }
}

void agree_slowly(const std::vector<double>& ours, const std::vector<double>& slow) { agree(ours, slow, 1, 1e-11); }

template <class Preset>
std::vector<double> judge(const shadow_scores<double>& shadow, const std::vector<double>& target) {
  CAPTURE(Preset::name);
  return judged(gaussian_likelihood_ratio<Preset>{}, shadow, target);
}

template <class Preset>
struct by_mean : Preset {
  static constexpr centre::mean centre{};
};

struct sacro_fixed : preset::sacro_ml_2_0_1_saturating {
  static constexpr spread::pooled_raw spread{};
};

void keep_record(shadow_scores<double>& shadow, std::size_t record, std::uint8_t in) {
  for (auto& mask : shadow.keep) mask[record] = in;
}

}  // namespace

TEST_CASE("the released code of LiRA, recorded") {
  for (const std::size_t width : std::vector<std::size_t>{1, 2}) {
    const auto shadow = oracle::peer_shadows(13, records, width);
    const auto target = oracle::peer_targets(records, width);
    const auto pick = [&](const auto& one, const auto& two) { return width == 1 ? one : two; };
    REQUIRE(oracle::sum_of_inputs(shadow, target) ==
            doctest::Approx(pick(oracle::lira_sum_of_inputs_1, oracle::lira_sum_of_inputs_2)[0]).epsilon(1e-14));
    // Its scores are small for members.
    using preset::carlini_2022_code, preset::carlini_2022_fixed_variance_code, preset::offline;
    agree(judge<carlini_2022_code>(shadow, target), pick(oracle::lira_online_own_1, oracle::lira_online_own_2), -1);
    agree(judge<carlini_2022_fixed_variance_code>(shadow, target),
          pick(oracle::lira_online_fixed_1, oracle::lira_online_fixed_2), -1);
    agree(judge<offline<carlini_2022_code>>(shadow, target),
          pick(oracle::lira_offline_own_1, oracle::lira_offline_own_2), -1);
    agree(judge<offline<carlini_2022_fixed_variance_code>>(shadow, target),
          pick(oracle::lira_offline_fixed_1, oracle::lira_offline_fixed_2), -1);
    // Its global threshold is no rule of ours: the mean score over the queries, ranked as it is.
    for (std::size_t i = 0; i < records; ++i) {
      double mean = 0;
      for (std::size_t q = 0; q < width; ++q) mean += target[i * width + q] / static_cast<double>(width);
      CHECK(mean == doctest::Approx(-pick(oracle::lira_global_1, oracle::lira_global_2)[i]).epsilon(1e-14));
    }
  }
}

TEST_CASE("TensorFlow Privacy 0.8.12, recorded with all its options") {
  using preset::in_only, preset::offline;
  using own = preset::tensorflow_privacy_0_8_12;
  using fixed = preset::tensorflow_privacy_0_8_12_fixed_variance;
  for (const std::size_t width : std::vector<std::size_t>{1, 2}) {
    auto shadow = oracle::peer_shadows(9, records, width);
    keep_record(shadow, 3, 0);  // no IN model
    keep_record(shadow, 5, 1);  // no OUT model
    keep_record(shadow, 7, 0);  // a single IN model
    shadow.keep[4][7] = 1;
    const auto target = oracle::peer_targets(records, width);
    const auto pick = [&](const auto& one, const auto& two) { return width == 1 ? one : two; };
    REQUIRE(oracle::sum_of_inputs(shadow, target) ==
            doctest::Approx(pick(oracle::tfp_sum_of_inputs_1, oracle::tfp_sum_of_inputs_2)[0]).epsilon(1e-14));
#define TELLTALE_RECORDED(option, kind) pick(oracle::tfp_##option##_##kind##_1, oracle::tfp_##option##_##kind##_2)
    agree(judge<own>(shadow, target), TELLTALE_RECORDED(both, own_median), -1);
    agree(judge<by_mean<own>>(shadow, target), TELLTALE_RECORDED(both, own_mean), -1);
    agree(judge<fixed>(shadow, target), TELLTALE_RECORDED(both, fixed_median), -1);
    agree(judge<by_mean<fixed>>(shadow, target), TELLTALE_RECORDED(both, fixed_mean), -1);
    agree(judge<offline<own>>(shadow, target), TELLTALE_RECORDED(out, own_median), -1);
    agree(judge<offline<by_mean<own>>>(shadow, target), TELLTALE_RECORDED(out, own_mean), -1);
    agree(judge<offline<fixed>>(shadow, target), TELLTALE_RECORDED(out, fixed_median), -1);
    agree(judge<offline<by_mean<fixed>>>(shadow, target), TELLTALE_RECORDED(out, fixed_mean), -1);
    agree(judge<in_only<own>>(shadow, target), TELLTALE_RECORDED(in, own_median), -1);
    agree(judge<in_only<by_mean<own>>>(shadow, target), TELLTALE_RECORDED(in, own_mean), -1);
    agree(judge<in_only<fixed>>(shadow, target), TELLTALE_RECORDED(in, fixed_median), -1);
    agree(judge<in_only<by_mean<fixed>>>(shadow, target), TELLTALE_RECORDED(in, fixed_mean), -1);
#undef TELLTALE_RECORDED
    const oracle::shadow_views<double> views(shadow);
    const auto fitted = gaussian_likelihood_ratio<own>{}.fit(views.models());
    CHECK(fitted.filled() == 2);
    CHECK(fitted.floored() == 1);  // a single model has no spread
  }
}

TEST_CASE("the toy of TensorFlow Privacy's own tests") {
  // advanced_mia_test.py: target (1, 0, 0, 0), IN {-1,1}, {0,2}, {0,20}, {}, OUT their negatives.
  const shadow_scores<double> shadow{{{-1, 0, 0, 7}, {1, 2, 20, 8}, {1, 0, 0, 9}, {-1, -2, -20, 9}},
                                     {{1, 1, 1, 0}, {1, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}},
                                     1};
  const std::vector<double> target{1, 0, 0, 0};
  const auto in = judge<preset::in_only<preset::tensorflow_privacy_0_8_12>>(shadow, target);
  const auto fixed = judge<preset::in_only<preset::tensorflow_privacy_0_8_12_fixed_variance>>(shadow, target);
  const std::vector<double> wanted{1.41893853, 1.41893853, 3.72152363, 2.72537178};
  const std::vector<double> wanted_fixed{2.69682468, 2.69682468, 4.15270703, 2.87983121};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(-in[i] == doctest::Approx(wanted[i]).epsilon(5e-9));
    CHECK(-fixed[i] == doctest::Approx(wanted_fixed[i]).epsilon(5e-9));
  }
  // Both sides. Its fourth record has neither, which a set of models cannot have: each saw a record or did not.
  const shadow_scores<double> both{
      {{-1, 0, 0}, {1, 2, 20}, {1, 0, 0}, {-1, -2, -20}}, {{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}}, 1};
  CHECK(judge<preset::tensorflow_privacy_0_8_12>(both, {1, 0, 0}) == std::vector<double>{0, 0, 0});
  // Two queries: target (1, 0), IN (-1, 0) and (1, 20).
  const shadow_scores<double> two{{{-1, 0}, {1, 20}}, {{1}, {1}}, 2};
  CHECK(-judge<preset::in_only<preset::tensorflow_privacy_0_8_12>>(two, {1, 0})[0] ==
        doctest::Approx(2.57023108).epsilon(5e-9));
}

TEST_CASE("LeakPro, recorded below and above the number of models at which its spread changes") {
  using preset::offline;
  for (const std::size_t models : std::vector<std::size_t>{9, 70}) {
    const auto shadow = oracle::peer_shadows(models, records, 1);
    const auto target = oracle::peer_targets(records, 1);
    const auto pick = [&](const auto& few, const auto& many) { return models == 9 ? few : many; };
    REQUIRE(oracle::sum_of_inputs(shadow, target) ==
            doctest::Approx(pick(oracle::leakpro_sum_of_inputs_9, oracle::leakpro_sum_of_inputs_70)[0]).epsilon(1e-14));
    using preset::leakpro_2026_06, preset::leakpro_2026_06_individual, preset::leakpro_2026_06_fixed_is_per_record;
    agree(judge<leakpro_2026_06>(shadow, target),
          pick(oracle::leakpro_online_carlini_9, oracle::leakpro_online_carlini_70));
    agree(judge<offline<leakpro_2026_06>>(shadow, target),
          pick(oracle::leakpro_offline_carlini_9, oracle::leakpro_offline_carlini_70));
    agree(judge<leakpro_2026_06_individual>(shadow, target),
          pick(oracle::leakpro_online_individual_carlini_9, oracle::leakpro_online_individual_carlini_70));
    agree(judge<offline<leakpro_2026_06_individual>>(shadow, target),
          pick(oracle::leakpro_offline_individual_carlini_9, oracle::leakpro_offline_individual_carlini_70));
    agree(judge<leakpro_2026_06_fixed_is_per_record>(shadow, target),
          pick(oracle::leakpro_online_fixed_9, oracle::leakpro_online_fixed_70));
    agree(judge<offline<leakpro_2026_06_fixed_is_per_record>>(shadow, target),
          pick(oracle::leakpro_offline_fixed_9, oracle::leakpro_offline_fixed_70));
  }
}

TEST_CASE("SACRO-ML 2.0.1, recorded") {
  using preset::offline;
  auto shadow = oracle::peer_shadows(9, records, 1);
  keep_record(shadow, 3, 0);
  keep_record(shadow, 5, 1);
  auto target = oracle::peer_targets(records, 1);
  target[1] = 60;
  REQUIRE(oracle::sum_of_inputs(shadow, target) == doctest::Approx(oracle::sacro_sum_of_inputs[0]).epsilon(1e-14));
  using preset::sacro_ml_2_0_1_carlini, preset::sacro_ml_2_0_1_carlini_fixed_variance,
      preset::sacro_ml_2_0_1_saturating;
  const auto offline_own = judge<offline<sacro_ml_2_0_1_saturating>>(shadow, target);
  CHECK(offline_own[1] == 1);  // saturated
  agree(offline_own, oracle::sacro_offline_own);
  agree(judge<offline<sacro_fixed>>(shadow, target), oracle::sacro_offline_fixed);
  agree(judge<offline<sacro_ml_2_0_1_carlini>>(shadow, target), oracle::sacro_offline_carlini_own);
  agree(judge<offline<sacro_ml_2_0_1_carlini_fixed_variance>>(shadow, target), oracle::sacro_offline_carlini_fixed);
  agree(judge<sacro_ml_2_0_1_carlini>(shadow, target), oracle::sacro_online_carlini_own);
  agree(judge<sacro_ml_2_0_1_carlini_fixed_variance>(shadow, target), oracle::sacro_online_carlini_fixed);
}

TEST_CASE("presets agree with the peers' descriptions on random scores with uneven masks") {
  using namespace preset;
  for (const std::size_t models : std::vector<std::size_t>{9, 31, 66})
    for (const std::size_t width : std::vector<std::size_t>{1, 3}) {
      CAPTURE(models);
      CAPTURE(width);
      // On a grid, so that there are ties; away from zero, as logit margins are.
      const auto shadow = oracle::random_shadows<double>(models, 60, width, models, width == 3 ? 0.25 : 0, 5);
      random_stream stream(models, 2);
      std::vector<double> target(60 * width);
      for (double& t : target) t = 4 + 6 * stream.uniform();
      agree_slowly(judge<carlini_2022_code>(shadow, target), oracle::carlini_code(shadow, target, true, false));
      agree_slowly(judge<offline<carlini_2022_code>>(shadow, target),
                   oracle::carlini_code(shadow, target, false, false));
      agree_slowly(judge<carlini_2022_fixed_variance_code>(shadow, target),
                   oracle::carlini_code(shadow, target, true, true));
      agree_slowly(judge<offline<carlini_2022_fixed_variance_code>>(shadow, target),
                   oracle::carlini_code(shadow, target, false, true));
      auto uneven = shadow;
      keep_record(uneven, 3, 0);
      keep_record(uneven, 5, 1);
      using tfp = tensorflow_privacy_0_8_12;
      using tfp_fixed = tensorflow_privacy_0_8_12_fixed_variance;
      agree_slowly(judge<tfp>(uneven, target), oracle::tensorflow_privacy(uneven, target, side::both, false, true));
      agree_slowly(judge<by_mean<tfp>>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::both, false, false));
      agree_slowly(judge<tfp_fixed>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::both, true, true));
      agree_slowly(judge<offline<tfp_fixed>>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::out, true, true));
      agree_slowly(judge<offline<tfp>>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::out, false, true));
      agree_slowly(judge<in_only<tfp>>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::in, false, true));
      agree_slowly(judge<in_only<tfp_fixed>>(uneven, target),
                   oracle::tensorflow_privacy(uneven, target, side::in, true, true));
      if (width > 1) continue;
      const auto leakpro = [&](bool online, leakpro_spread kind) {
        return oracle::leakpro(shadow, target, online, kind);
      };
      agree_slowly(judge<leakpro_2026_06>(shadow, target), leakpro(true, leakpro_spread::carlini));
      agree_slowly(judge<offline<leakpro_2026_06>>(shadow, target), leakpro(false, leakpro_spread::carlini));
      agree_slowly(judge<leakpro_2026_06_individual>(shadow, target),
                   leakpro(true, leakpro_spread::individual_carlini));
      agree_slowly(judge<offline<leakpro_2026_06_individual>>(shadow, target),
                   leakpro(false, leakpro_spread::individual_carlini));
      agree_slowly(judge<leakpro_2026_06_fixed_is_per_record>(shadow, target), leakpro(true, leakpro_spread::fixed));
      agree_slowly(judge<offline<leakpro_2026_08_two_sided>>(shadow, target),
                   oracle::leakpro(shadow, target, false, leakpro_spread::carlini, true));
      agree_slowly(judge<offline<sacro_ml_2_0_1_saturating>>(uneven, target),
                   oracle::sacro_ml(uneven, target, false, false, false));
      agree_slowly(judge<offline<sacro_ml_2_0_1_carlini>>(shadow, target),
                   oracle::sacro_ml(shadow, target, false, true, false));
      agree_slowly(judge<sacro_ml_2_0_1_carlini>(shadow, target), oracle::sacro_ml(shadow, target, true, true, false));
      agree_slowly(judge<sacro_ml_2_0_1_carlini_fixed_variance>(uneven, target),
                   oracle::sacro_ml(uneven, target, true, true, true));
    }
}

TEST_CASE("toy B under the conventions of the peers") {
  // IN {3,4,5,6}, OUT {0,1,2,1}; the distribution function at 4.2, and its log at the mirror image -2.2: with SciPy.
  const shadow_scores<double> toy{
      {{3}, {4}, {5}, {6}, {0}, {1}, {2}, {1}}, {{1}, {1}, {1}, {1}, {0}, {0}, {0}, {0}}, 1};
  CHECK(judge<preset::offline<preset::sacro_ml_2_0_1_saturating>>(toy, {4.2})[0] ==
        doctest::Approx(0.9999969871194241).epsilon(1e-15));
  using log_cdf = preset::offline<preset::leakpro_2026_06_fixed_is_per_record>;
  CHECK(judge<log_cdf>(toy, {-2.2})[0] == doctest::Approx(-12.712613934884073).epsilon(1e-14));
  CHECK(judge<log_cdf>(toy, {4.2})[0] == doctest::Approx(std::log(0.9999969871194241)).epsilon(1e-9));
}

TEST_CASE("what a policy drops or fills is counted, and a side that nobody has is refused") {
  const auto shadow = oracle::peer_shadows(13, records, 1);
  const oracle::shadow_views<double> views(shadow);
  std::size_t fewest_in = 13, fewest_out = 13;
  for (std::size_t i = 0; i < records; ++i) {
    fewest_in = std::min(fewest_in, shadow.side(i, 0, 1).size());
    fewest_out = std::min(fewest_out, shadow.side(i, 0, 0).size());
  }
  REQUIRE(fewest_in + fewest_out < 13);
  CHECK(gaussian_likelihood_ratio<preset::carlini_2022_code>{}.fit(views.models()).dropped() ==
        records * (13 - fewest_in - fewest_out));
  CHECK(gaussian_likelihood_ratio<preset::carlini_2022>{}.fit(views.models()).dropped() == 0);

  auto unseen = shadow;
  for (std::size_t i = 0; i < records; ++i) keep_record(unseen, i, 0);
  const oracle::shadow_views<double> none_in(unseen);
  const auto message = [&](auto rule) { return oracle::refusal([&] { (void)rule.fit(none_in.models()); }); };
  CHECK(has(message(gaussian_likelihood_ratio<preset::tensorflow_privacy_0_8_12>{}),
            "keep: no record has an IN model; wanted one to fill the others from"));
  CHECK(has(message(gaussian_likelihood_ratio<preset::carlini_2022_code>{}), "record 0 has 0 IN and "));
  CHECK(has(message(gaussian_likelihood_ratio<preset::in_only<preset::lira>>{}),
            "record 0 has 0 IN and 13 OUT models; wanted at least 2 IN"));
  CHECK(message(gaussian_likelihood_ratio<preset::offline<preset::carlini_2022_code>>{}) == "nothing was thrown");
}

TEST_CASE("of one hypothesis there is no cut") {
  CHECK(fitted_gaussians<preset::in_only<preset::lira>>::cut() == ranking_only);
  CHECK(fitted_gaussians<preset::leakpro_2026_06>::cut() == 0);
}
