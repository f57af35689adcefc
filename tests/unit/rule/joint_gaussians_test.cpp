// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/gaussian_likelihood_ratio/joint_gaussians.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <telltale/metric/roc.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>

#include "oracle/joint_gaussian.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::judged;
using oracle::refusal;
using oracle::shadow_scores;

namespace {

struct full : preset::lira {
  static constexpr queries::full_covariance queries{};
};
struct shared : preset::lira {
  static constexpr queries::shared_covariance queries{};
};
struct full_by_median : full {
  static constexpr centre::median centre{};
};
struct shared_by_median : shared {
  static constexpr centre::median centre{};
};
struct two_sided : full {
  static constexpr tail::density tail{};
};
struct shared_two_sided : shared {
  static constexpr tail::density tail{};
};
struct floored : full {
  static constexpr spread_floor::add floor{0.25};
};
struct at_least : full {
  static constexpr spread_floor::at_least floor{0.01};
};
struct floored_alone : preset::lira {
  static constexpr spread_floor::add floor{0.25};
};
struct raised : full {
  static constexpr spread_floor::relative floor{0.8};
};
struct raised_alone : preset::lira {
  static constexpr spread_floor::relative floor{0.8};
};

// A covariance and a pooled spread are two answers to one question, and no column of a covariance can be filled.
struct contradictory : full {
  static constexpr spread::pooled_raw spread{};
};
struct unfillable : full {
  static constexpr missing_models::column_mean missing{};
};
static_assert(GaussianPreset<full> && GaussianPreset<preset::offline<shared>>);
static_assert(!GaussianPreset<contradictory> && !GaussianPreset<unfillable>);

// Uneven masks, and more models of each side than a covariance takes.
template <class Scalar>
shadow_scores<Scalar> enough_shadows(std::size_t models, std::size_t records, std::size_t width, std::uint64_t seed,
                                     double offset = 0) {
  auto shadow = oracle::random_shadows<Scalar>(models, records, width, seed, 0, offset);
  for (std::size_t i = 0; i < records; ++i)
    for (std::size_t k = 0; k < 2 * width + 4; ++k) shadow.keep[(i + k) % models][i] = k % 2;
  return shadow;
}

template <class P, class Scalar>
void agrees_with_elimination(std::size_t models, std::size_t records, std::size_t width, double offset) {
  CAPTURE(models);
  CAPTURE(width);
  const auto shadow = enough_shadows<Scalar>(models, records, width, 11 + width, offset);
  random_stream stream(8, 1);
  std::vector<double> target(records * width);
  for (double& t : target) t = offset + 6 * stream.uniform();
  const std::vector<double> evidence = judged(gaussian_likelihood_ratio<P>{}, shadow, target);
  for (std::size_t i = 0; i < records; i += P::queries.own() ? 1 : records / 3) {
    CAPTURE(i);
    const auto place = [&](std::uint8_t in) {
      return oracle::place_of(oracle::gaussian_of(shadow, i, in, P::centre.from_values, !P::queries.own()),
                              target.data() + i * width);
    };
    long double slow = 0;
    if (P::hypotheses.in)
      slow = place(1).log_density - place(0).log_density;
    else if (std::string_view(P::tail.name) == "density")
      slow = -place(0).log_density;
    else
      slow = oracle::minus_log_survival(place(0).common);
    CHECK(std::abs(static_cast<long double>(evidence[i]) - slow) <= 1e-10L * (1 + std::abs(slow)));
  }
}

// Two queries that share most of their noise; the second is the noisier one. Membership adds `shift` to both.
struct campaign {
  shadow_scores<double> shadow;
  std::vector<double> target;
  std::vector<membership> member;
};

campaign correlated(std::size_t models, std::size_t records, double shift, std::uint64_t seed) {
  random_stream stream(seed, 0);
  campaign made;
  made.shadow.width = 2;
  made.shadow.scores.assign(models, std::vector<double>(2 * records));
  made.shadow.keep.assign(models, std::vector<std::uint8_t>(records));
  for (std::size_t i = 0; i < records; ++i) {
    const double difficulty = 3 * stream.normal();
    const auto scores = [&](bool in, double* place) {
      const double common = stream.normal();
      place[0] = difficulty + common + 0.3 * stream.normal() + (in ? shift : 0);
      place[1] = difficulty + 2 * common + 0.3 * stream.normal() + (in ? shift : 0);
    };
    for (std::size_t m = 0; m < models; ++m) {
      made.shadow.keep[m][i] = m < 8 ? m % 2 : stream.below(2) == 1;
      scores(made.shadow.keep[m][i] == 1, made.shadow.scores[m].data() + 2 * i);
    }
    made.member.push_back(stream.below(2) == 1 ? membership::in : membership::out);
    double pair[2];
    scores(made.member.back() == membership::in, pair);
    made.target.insert(made.target.end(), pair, pair + 2);
  }
  return made;
}

template <class P>
double area(const campaign& data) {
  return metric::roc_curve(judged(gaussian_likelihood_ratio<P>{}, data.shadow, data.target), data.member).auc();
}

}  // namespace

TEST_CASE("the closed form of two queries") {
  // IN about (3, 3) with covariance I / 2; OUT about (0, 0) with ((2.5, 1.5), (1.5, 2.5)), determinant 4. At (2, 4) the
  // squared distances are 4 and 6.5: worked by hand.
  const shadow_scores<double> shadow{{{4, 3}, {2, 3}, {3, 4}, {3, 2}, {2, 2}, {-2, -2}, {1, -1}, {-1, 1}},
                                     {{1}, {1}, {1}, {1}, {0}, {0}, {0}, {0}},
                                     2};
  const std::vector<double> target{2, 4};
  const double ln2 = std::numbers::ln2, pi = std::numbers::pi;
  for (const double e : {judged(gaussian_likelihood_ratio<full>{}, shadow, target)[0],
                         judged(gaussian_likelihood_ratio<shared>{}, shadow, target)[0]})
    CHECK(e == doctest::Approx(1.25 + 2 * ln2).epsilon(1e-14));
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<two_sided>>{}, shadow, target)[0] ==
        doctest::Approx(3.25 + ln2 + std::log(2 * pi)).epsilon(1e-14));
  // 1' S^-1 d = 1.5 and 1' S^-1 1 = 0.5.
  CHECK(judged(gaussian_likelihood_ratio<preset::offline<full>>{}, shadow, target)[0] ==
        doctest::Approx(minus_log_survival(3 / std::numbers::sqrt2)).epsilon(1e-14));
  CHECK(judged(gaussian_likelihood_ratio<preset::in_only<full>>{}, shadow, target)[0] ==
        doctest::Approx(-2 + ln2 - std::log(2 * pi)).epsilon(1e-14));
}

TEST_CASE("joint queries agree with elimination in long double") {
  agrees_with_elimination<full, double>(40, 300, 2, 0);
  agrees_with_elimination<full, float>(64, 90, 5, 40);
  agrees_with_elimination<full_by_median, double>(41, 90, 3, -30);
  agrees_with_elimination<preset::offline<full>, double>(40, 90, 3, 0);
  agrees_with_elimination<preset::offline<two_sided>, double>(40, 90, 4, 0);
  agrees_with_elimination<shared, double>(6, 300, 3, 0);
  agrees_with_elimination<shared_by_median, float>(7, 90, 3, 10);
  agrees_with_elimination<preset::offline<shared>, double>(6, 90, 3, 0);
  agrees_with_elimination<preset::offline<shared_two_sided>, double>(6, 90, 3, 0);
}

TEST_CASE("one query judged jointly is one query, floors included") {
  const auto shadow = oracle::random_shadows<double>(9, 800, 1, 5);
  const std::vector<double> target(800, 2.5);
  const auto same = [&](const std::vector<double>& joint, const std::vector<double>& alone) {
    for (std::size_t i = 0; i < joint.size(); ++i) CHECK(joint[i] == doctest::Approx(alone[i]).epsilon(1e-12));
  };
  const auto by = [&](auto rule) { return judged(rule, shadow, target); };
  same(by(gaussian_likelihood_ratio<full>{}), by(gaussian_likelihood_ratio<>{}));
  same(by(gaussian_likelihood_ratio<shared_by_median>{}),
       by(gaussian_likelihood_ratio<preset::carlini_2022_fixed_variance>{}));
  same(by(gaussian_likelihood_ratio<preset::offline<full>>{}),
       by(gaussian_likelihood_ratio<preset::offline<preset::lira>>{}));
  same(by(gaussian_likelihood_ratio<floored>{}), by(gaussian_likelihood_ratio<floored_alone>{}));
  same(by(gaussian_likelihood_ratio<raised>{}), by(gaussian_likelihood_ratio<raised_alone>{}));
}

TEST_CASE("the log ratio does not depend on how the queries are mixed") {
  const auto shadow = enough_shadows<double>(24, 50, 2, 9);
  const std::vector<double> target(100, 2.0);
  auto mixed = shadow;
  auto mixed_target = target;
  const auto mix = [](std::vector<double>& row) {
    for (std::size_t i = 0; i < row.size(); i += 2) {
      const double a = row[i], b = row[i + 1];
      row[i] = 2 * a - 3 * b + 1;
      row[i + 1] = a + b;
    }
  };
  for (auto& row : mixed.scores) mix(row);
  mix(mixed_target);
  const auto plain = judged(gaussian_likelihood_ratio<full>{}, shadow, target);
  const auto after = judged(gaussian_likelihood_ratio<full>{}, mixed, mixed_target);
  for (std::size_t i = 0; i < plain.size(); ++i) CHECK(after[i] == doctest::Approx(plain[i]).epsilon(1e-10));
}

TEST_CASE("joint queries tell nothing where nothing tells, and more than their average where noise is shared") {
  // Standard deviation of the area when nothing tells: about sqrt(1 / (3 N)) for N records, half of them members.
  const std::size_t records = 1500;
  const double bound = 4 / std::sqrt(3.0 * static_cast<double>(records));
  const campaign null = correlated(40, records, 0, 3), told = correlated(40, records, 0.7, 4);
  CHECK(std::abs(area<full>(null) - 0.5) < bound);
  CHECK(std::abs(area<shared>(null) - 0.5) < bound);
  CHECK(std::abs(area<preset::offline<full>>(null) - 0.5) < bound);
  CHECK(std::abs(area<preset::offline<shared>>(null) - 0.5) < bound);
  const double averaged = area<preset::lira>(told), averaged_offline = area<preset::offline<preset::lira>>(told);
  CHECK(area<shared>(told) > averaged + 0.1);
  CHECK(area<full>(told) > averaged + 0.1);
  CHECK(area<preset::offline<shared>>(told) > averaged_offline + 0.1);
  CHECK(area<preset::offline<full>>(told) > averaged_offline + 0.1);
}

TEST_CASE("too few models for a covariance are refused by record, hypothesis and remedy") {
  const auto shadow = oracle::random_shadows<double>(6, 30, 3, 2);  // some records have 2 or 3 of a side
  const oracle::shadow_views<double> views(shadow);
  const auto message = refusal([&] { (void)gaussian_likelihood_ratio<full>{}.fit(views.models()); });
  CHECK(has(message, "keep: record "));
  CHECK(has(message, "a covariance of its own takes more models than its 3 queries; accepted with queries::shared_"));
  CHECK(refusal([&] { (void)gaussian_likelihood_ratio<shared>{}.fit(views.models()); }) == "nothing was thrown");
  auto unseen = shadow;
  for (auto& keep : unseen.keep) keep[4] = 0;
  const oracle::shadow_views<double> unseen_views(unseen);
  CHECK(has(refusal([&] { (void)gaussian_likelihood_ratio<shared>{}.fit(unseen_views.models()); }),
            "record 4 has 0 IN and 6 OUT models; wanted at least 1 of each"));
}

TEST_CASE("a singular covariance is refused by record and accepted with a floor that counts it") {
  auto shadow = enough_shadows<double>(30, 40, 2, 6);
  for (auto& row : shadow.scores) row[2 * 17 + 1] = row[2 * 17];  // one query twice
  const oracle::shadow_views<double> views(shadow);
  CHECK(
      has(refusal([&] { (void)gaussian_likelihood_ratio<full>{}.fit(views.models()); }),
          "scores: record 17: the covariance of the 2 queries' IN scores is singular; accepted with spread_floor::add, "
          "spread_floor::at_least or spread_floor::relative, or with queries::averaged or queries::shared_covariance"));
  CHECK(refusal([&] { (void)gaussian_likelihood_ratio<shared>{}.fit(views.models()); }) == "nothing was thrown");
  CHECK(gaussian_likelihood_ratio<at_least>{}.fit(views.models()).floored() == 1);
  gaussian_likelihood_ratio<floored> rule;
  rule.floor.value = 1e-9;
  CHECK(rule.fit(views.models()).floored() == 40);  // it adds to every spread
  const std::vector<double> target(80, 2.0);
  rule.floor.value = 1e-200;
  std::vector<double> apart = target, evidence(40);
  apart[2 * 17] = 3;
  CHECK(has(refusal([&] { rule.fit(views.models())(signals{apart, 2}, evidence); }), "record 17: its spread is so"));

  for (auto& row : shadow.scores)
    for (std::size_t i = 0; i < 40; ++i) row[2 * i + 1] = row[2 * i];
  const oracle::shadow_views<double> all(shadow);
  CHECK(has(refusal([&] { (void)gaussian_likelihood_ratio<shared>{}.fit(all.models()); }),
            "every record: the covariance"));
  // All scores of a record equal, at a value that is no binary fraction.
  for (auto& row : shadow.scores) row[4] = row[5] = 0.1;
  const oracle::shadow_views<double> equal(shadow);
  CHECK(has(refusal([&] { (void)gaussian_likelihood_ratio<preset::offline<full>>{}.fit(equal.models()); }),
            "OUT scores is singular"));
}

TEST_CASE_TEMPLATE("the number of threads changes no bit of joint queries", P, full, shared) {
  const std::size_t records = 9000;
  const auto shadow = enough_shadows<float>(16, records, 2, 3);
  const oracle::shadow_views<float> views(shadow);
  const std::vector<double> target(2 * records, 0.7);
  std::vector<double> alone(records), together(records);
  const gaussian_likelihood_ratio<P> rule;
  rule.fit(views.models(), 1)(signals{target, 2}, alone, 1);
  for (const unsigned threads : {2u, 5u}) {
    rule.fit(views.models(), threads)(signals{target, 2}, together, threads);
    CHECK(alone == together);
  }
}
