// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "oracle/rule_inputs.hpp"
#include "oracle/shadow_statistics.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::judged;
using oracle::shadow_scores;

namespace {

using double_scores = shadow_scores<double>;

// One record: IN scores, then OUT scores, as models of one query.
double_scores one_record(const std::vector<double>& in, const std::vector<double>& out) {
  double_scores shadow;
  for (const double s : in) shadow.scores.push_back({s}), shadow.keep.push_back({1});
  for (const double s : out) shadow.scores.push_back({s}), shadow.keep.push_back({0});
  return shadow;
}

const double_scores toy_b = one_record({3, 4, 5, 6}, {0, 1, 2, 1});

struct offline_two_sided : preset::offline<preset::lira> {
  static constexpr tail::density tail{};
};

struct fixed : offline_two_sided {
  static constexpr spread::pooled_centred spread{};
};

struct raw_of_in : preset::carlini_2022_two_sided {
  static constexpr spread::pooled_raw_of_in spread{};
};

struct of_both : preset::lira {
  static constexpr spread::per_record_of_both spread{};
};

struct fixed_of_both : preset::lira {
  static constexpr spread::pooled_centred_of_both spread{};
};

struct floored : offline_two_sided {
  static constexpr spread_floor::add floor{1e-30};
};

// The definition, in long double and record by record: mean or median, own or pooled spread, online or offline.
template <class P, class Scalar>
long double slow_evidence(const shadow_scores<Scalar>& shadow, const std::vector<double>& target, std::size_t record,
                          long double added) {
  long double sum = 0;
  for (std::size_t q = 0; q < shadow.width; ++q) {
    const auto gaussian = [&](std::uint8_t side) {
      const auto centre_of = [](const std::vector<long double>& v) {
        return P::centre.from_values ? oracle::median(v) : oracle::mean(v);
      };
      const std::vector<long double> own = shadow.side(record, q, side);
      if (P::spread.own) return std::pair(centre_of(own), oracle::deviation(own) + added);
      const std::uint8_t pooled_side = P::spread.out_takes_in && P::hypotheses.in ? 1 : side;
      std::vector<long double> pool;
      for (std::size_t i = 0; i < shadow.records(); ++i)
        for (std::size_t other = 0; other < shadow.width; ++other) {
          if (!P::spread.joins_queries && other != q) continue;
          const std::vector<long double> values = shadow.side(i, other, pooled_side);
          const long double shift = P::spread.joins_queries ? 0 : centre_of(values);
          for (const long double v : values) pool.push_back(v - shift);
        }
      const long double about = P::spread.joins_queries ? oracle::mean(pool) : 0;
      const long double spread =
          std::sqrt(oracle::squares_about(pool, about) / static_cast<long double>(pool.size())) + added;
      return std::pair(centre_of(own), spread);
    };
    const long double t = target[record * shadow.width + q];
    const auto [centre, spread] = gaussian(0);
    if (P::hypotheses.in) {
      const auto [centre_in, spread_in] = gaussian(1);
      sum += oracle::log_normal(t, centre_in, spread_in) - oracle::log_normal(t, centre, spread);
    } else if (std::string_view(P::tail.name) == "density") {
      sum -= oracle::log_normal(t, centre, spread);
    } else {
      sum += oracle::minus_log_survival((t - centre) / spread);
    }
  }
  return sum / static_cast<long double>(shadow.width);
}

template <class P, class Scalar>
void agrees_with_the_definition(std::size_t models, std::size_t records, std::size_t width, double grid,
                                double offset) {
  CAPTURE(P::name);
  CAPTURE(models);
  CAPTURE(width);
  const auto shadow = oracle::random_shadows<Scalar>(models, records, width, 7 + models, grid, offset);
  random_stream stream(3, 1);
  std::vector<double> target(records * width);
  for (double& t : target) t = offset + 6 * stream.uniform();
  const std::vector<double> evidence = judged(gaussian_likelihood_ratio<P>{}, shadow, target);
  for (std::size_t i = 0; i < records; i += P::spread.own ? 1 : records / 3) {
    CAPTURE(i);
    const long double slow = slow_evidence<P>(shadow, target, i, 0);
    CHECK(std::abs(static_cast<long double>(evidence[i]) - slow) <= 1e-11L * (1 + std::abs(slow)));
  }
}

template <class P>
void agrees_with_the_definition() {
  // More records than a tile; an odd number of models; duplicates on a grid; scores far from zero.
  agrees_with_the_definition<P, double>(9, 700, 1, 0, 0);
  agrees_with_the_definition<P, float>(64, 60, 1, 0.5, 0);
  agrees_with_the_definition<P, float>(8, 90, 3, 0, 40);
  // More queries than a tile has cells; fewer where the definition pools all of them for each.
  agrees_with_the_definition<P, double>(5, 40, P::spread.own ? 700 : 6, 0.25, -30);
}

}  // namespace

TEST_CASE("known answers of LiRA with two hypotheses or one") {
  // Toy B of the peers' note: IN {3,4,5,6}, OUT {0,1,2,1}, population standard deviations; recomputed with scipy.
  CHECK(judged(gaussian_likelihood_ratio<>{}, toy_b, {4.2})[0] == doctest::Approx(9.745854634062923).epsilon(1e-14));
  CHECK(judged(gaussian_likelihood_ratio<offline_two_sided>{}, toy_b, {4.2})[0] ==
        doctest::Approx(10.8123649429247).epsilon(1e-14));
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, toy_b, {4.2})[0] ==
        doctest::Approx(12.712613934884073).epsilon(1e-14));
  // The target's mirror image below OUT: as large by the density, and no member by the tail.
  CHECK(judged(gaussian_likelihood_ratio<offline_two_sided>{}, toy_b, {-2.2})[0] ==
        doctest::Approx(10.8123649429247).epsilon(1e-14));
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, toy_b, {-2.2})[0] ==
        doctest::Approx(-std::log1p(-std::exp(-12.712613934884073))).epsilon(1e-9));
}

TEST_CASE("known answers of the research note on LiRA") {
  // IN {2, 2.5, 3}, OUT {0, 0.5, 1}, target 2.2: online 8.4 exactly (z^2/2 differ by 8.67 - 0.27), offline z
  // = 4.164132.
  const double_scores shadow = one_record({2, 2.5, 3}, {0, 0.5, 1});
  CHECK(judged(gaussian_likelihood_ratio<>{}, shadow, {2.2})[0] == doctest::Approx(8.4).epsilon(1e-13));
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, shadow, {2.2})[0] ==
        doctest::Approx(minus_log_survival(4.164132562731402)).epsilon(1e-13));
}

TEST_CASE("several queries average likelihoods and not scores") {
  // TensorFlow Privacy, advanced_mia_test.py: two augmentations, target (1, 0), scores (-1, 0) and (1, 20), minus the
  // log density of the one hypothesis that it has.
  const double_scores shadow{{{-1, 0}, {1, 20}}, {{0}, {0}}, 2};
  CHECK(judged(gaussian_likelihood_ratio<offline_two_sided>{}, shadow, {1, 0})[0] ==
        doctest::Approx(2.57023108).epsilon(1e-8));
}

TEST_CASE("the spread pooled after centring is that of TensorFlow Privacy") {
  // advanced_mia_test.py, fixed variance: {-1,1}, {0,2}, {0,20} pool to a variance of 34; targets 1, 0, 0.
  const double_scores shadow{{{-1, 0, 0}, {1, 2, 20}}, {{0, 0, 0}, {0, 0, 0}}, 1};
  const std::vector<double> evidence = judged(gaussian_likelihood_ratio<fixed>{}, shadow, {1, 0, 0});
  CHECK(evidence[0] == doctest::Approx(2.69682468).epsilon(1e-8));
  CHECK(evidence[1] == doctest::Approx(2.69682468).epsilon(1e-8));
  CHECK(evidence[2] == doctest::Approx(4.15270703).epsilon(1e-8));
}

TEST_CASE("a spread of both hypotheses is that of all scores, each about its own mean") {
  // Toy B: squares 5 of IN and 2 of OUT, variance 7/8: (3.2^2 - 0.3^2)/2 / (7/8) = 5.8.
  CHECK(judged(gaussian_likelihood_ratio<of_both>{}, toy_b, {4.2})[0] == doctest::Approx(5.8).epsilon(1e-14));
  // A second record with squares 2 of IN (5, 7 about 6) and 12 of OUT (four 0 and two 3 about 1): 7 + 14 over 16.
  const double_scores two{{{3, 5}, {4, 7}, {5, 0}, {6, 0}, {0, 0}, {1, 0}, {2, 3}, {1, 3}},
                          {{1, 1}, {1, 1}, {1, 0}, {1, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
                          1};
  const std::vector<double> own = judged(gaussian_likelihood_ratio<of_both>{}, two, {4.2, 4});
  CHECK(own[0] == doctest::Approx(5.8).epsilon(1e-14));
  CHECK(own[1] == doctest::Approx((9.0 - 4.0) / 2 / (14.0 / 8)).epsilon(1e-14));
  const std::vector<double> pooled = judged(gaussian_likelihood_ratio<fixed_of_both>{}, two, {4.2, 4});
  CHECK(pooled[0] == doctest::Approx(5.075 / (21.0 / 16)).epsilon(1e-14));
  CHECK(pooled[1] == doctest::Approx(2.5 / (21.0 / 16)).epsilon(1e-14));
  // Offline there is one hypothesis, whose own spread is all there is.
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<of_both>>{}, toy_b, {4.2}) ==
        judged(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}, toy_b, {4.2}));
}

TEST_CASE("a value added to a zero spread gives the density of the peers") {
  // log density at the mean for added 1e-30, 1e-16 and 1e-6, and 1e-3 away from it; recomputed with scipy.
  const double_scores shadow = one_record({}, {2, 2, 2});
  gaussian_likelihood_ratio<floored> rule;
  CHECK(judged(rule, shadow, {2})[0] == doctest::Approx(-68.1586142566).epsilon(1e-11));
  CHECK(judged(rule, shadow, {2.001})[0] == doctest::Approx(5.0e53).epsilon(1e-9));
  rule.floor.value = 1e-16;
  CHECK(judged(rule, shadow, {2})[0] == doctest::Approx(-35.9224229547).epsilon(1e-11));
  CHECK(judged(rule, shadow, {2.001})[0] == doctest::Approx(5.0e25).epsilon(1e-9));
  rule.floor.value = 1e-6;
  CHECK(judged(rule, shadow, {2})[0] == doctest::Approx(-12.8965720248).epsilon(1e-11));
  CHECK(judged(rule, shadow, {2.001})[0] == doctest::Approx(499987.103).epsilon(1e-8));
}

TEST_CASE("every preset agrees with its definition in long double") {
  agrees_with_the_definition<preset::lira>();
  agrees_with_the_definition<preset::offline<preset::lira>>();
  agrees_with_the_definition<offline_two_sided>();
  agrees_with_the_definition<preset::carlini_2022>();
  agrees_with_the_definition<preset::offline<preset::carlini_2022>>();
  agrees_with_the_definition<preset::offline<preset::carlini_2022_two_sided>>();
  agrees_with_the_definition<preset::carlini_2022_fixed_variance>();
  agrees_with_the_definition<preset::offline<preset::carlini_2022_fixed_variance>>();
  agrees_with_the_definition<raw_of_in>();
  agrees_with_the_definition<preset::offline<raw_of_in>>();
}

TEST_CASE("moments survive scores whose IN and OUT lie far apart") {
  // Shifting both sides by one value would lose all digits of a spread of 1e-4 beside a distance of 1e6.
  const double_scores shadow = one_record({1e6, 1e6 + 1e-4, 1e6 + 3e-4}, {-5, 0, 5, 1e3});
  const long double slow = slow_evidence<preset::lira>(shadow, {1e6 + 2e-4}, 0, 0);
  CHECK(judged(gaussian_likelihood_ratio<>{}, shadow, {1e6 + 2e-4})[0] ==
        doctest::Approx(static_cast<double>(slow)).epsilon(1e-9));
}

TEST_CASE("moments keep their digits at every distance of IN from OUT, on either side of the pivot") {
  random_stream stream(5, 1);
  for (double distance = 1; distance < 1e7; distance *= 3)
    for (const double sign : {-1.0, 1.0})
      for (int shape = 0; shape < 20; ++shape) {
        CAPTURE(distance);
        std::vector<double> in(5), out(6);
        for (double& s : in) s = sign * distance + stream.normal();
        for (double& s : out) s = stream.normal();
        double_scores shadow = one_record(in, out);
        if (shape % 2 == 1) {  // model 0, whose scores are the pivots, is OUT
          std::swap(shadow.scores.front(), shadow.scores.back());
          std::swap(shadow.keep.front(), shadow.keep.back());
        }
        const double t = sign * distance / 2;
        const long double slow = slow_evidence<preset::lira>(shadow, {t}, 0, 0);
        CHECK(std::abs(static_cast<long double>(judged(gaussian_likelihood_ratio<>{}, shadow, {t})[0]) - slow) <=
              1e-9L * (1 + static_cast<long double>(distance * distance)));
      }
}

TEST_CASE_TEMPLATE("the number of threads changes no bit", P, preset::lira, preset::carlini_2022,
                   preset::carlini_2022_fixed_variance, preset::carlini_2022_fixed_variance_code, fixed_of_both) {
  const std::size_t records = 20000;  // several stretches for every thread
  const auto shadow = oracle::random_shadows<float>(16, records, 1, 3, 0, 0);
  std::vector<double> target(records, 0.7), alone(records), together(records);
  std::vector<std::span<const float>> scores(shadow.scores.begin(), shadow.scores.end());
  std::vector<std::span<const std::uint8_t>> keep(shadow.keep.begin(), shadow.keep.end());
  const shadow_models<float> view(scores, keep);
  const gaussian_likelihood_ratio<P> rule;
  rule.fit(view, 1)(signals{target}, alone, 1);
  for (const unsigned threads : {2u, 3u, 8u}) {
    rule.fit(view, threads)(signals{target}, together, threads);
    CHECK(alone == together);
  }
}

TEST_CASE("the cut is 0 for a ratio and absent for a tail") {
  CHECK(fitted_gaussians<preset::lira>::cut() == 0);
  CHECK(fitted_gaussians<preset::offline<preset::lira>>::cut() == ranking_only);
}
