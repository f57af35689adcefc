// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/scorer/posteriors.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/given_features.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/sorted_posteriors.hpp>

#include "scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

using answers = classification<eigen<double>>;
using with_the_bit = joined<sorted_posteriors<>, correctness>;

static_assert(Scorer<posteriors, answers> && Scorer<sorted_posteriors<3>, answers> && Scorer<with_the_bit, answers> &&
              Scorer<given_features, answers>);
static_assert(!Scorer<posteriors, classification<eigen<double>, access_to::label>> &&
              !Scorer<with_the_bit, classification<eigen<double>, access_to::label>>);
static_assert(with_the_bit::name == "sorted posteriors + correctness" && with_the_bit::holds == knowledge::truth &&
              with_the_bit::needs == access_to::confidence);
static_assert(joined<logit_margin, given_features>::holds == (knowledge::truth | knowledge::record));

template <class Scalar>
void agree_with_the_definition(std::size_t records, std::size_t classes) {
  const scored::hard_batch<Scalar> batch(records, classes, 17);
  const auto all = scored::by(posteriors{}, batch.observed()),
             sorted = scored::by(sorted_posteriors<>{}, batch.observed()),
             three = scored::by(sorted_posteriors<3>{}, batch.observed());
  const std::size_t most = std::min<std::size_t>(3, classes);
  REQUIRE(three.size() == records * most);
  // A difference of logits near 200 is exact to 2e-14 of the probability in double, to 1e-5 in float.
  const double unit = std::is_same_v<Scalar, float> ? 4e-5 : 1e-12;
  bool right = true;
  for (std::size_t i = 0; i < records; ++i) {
    std::vector<double> wanted;
    for (std::size_t c = 0; c < classes; ++c)
      wanted.push_back(static_cast<double>(oracle::confidence(batch.row(i), c)));
    const auto near = [&](double got, double want) { return std::abs(got - want) <= unit * want + 1e-300; };
    for (std::size_t c = 0; c < classes; ++c) right = right && near(all[i * classes + c], wanted[c]);
    std::sort(wanted.begin(), wanted.end(), std::greater<>());
    for (std::size_t c = 0; c < classes; ++c) right = right && near(sorted[i * classes + c], wanted[c]);
    for (std::size_t c = 0; c < most; ++c) right = right && three[i * most + c] == sorted[i * classes + c];
  }
  CAPTURE(classes);
  CHECK(right);
}

std::string refusal(const auto& work) {
  try {
    work();
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("posteriors as they are and in descending order") {
  const std::vector<double> p{.1, .7, .2, .25, .25, .5}, z{0, std::log(7.0), std::log(2.0), 1, 1, 1 + std::log(2.0)};
  const std::vector<int> y{1, 0};
  const answers stored({p, 2, 3}, y, stored_as::probabilities), logits({z, 2, 3}, y);
  CHECK(scored::by(posteriors{}, stored) == p);
  CHECK(scored::by(sorted_posteriors<>{}, stored) == std::vector<double>{.7, .2, .1, .5, .25, .25});
  CHECK(scored::by(sorted_posteriors<2>{}, stored) == std::vector<double>{.7, .2, .5, .25});
  const auto of_logits = scored::by(posteriors{}, logits);
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(of_logits[i] == Approx(p[i]).epsilon(1e-14));
  // Three of two classes are two.
  const std::vector<double> halves{.25, .75, .5, .5};
  CHECK(scored::by(sorted_posteriors<3>{}, answers({halves, 2, 2}, y, stored_as::probabilities)) ==
        std::vector<double>{.75, .25, .5, .5});
}

TEST_CASE("posteriors agree with their definition in long double") {
  for (const std::size_t classes : {2u, 3u, 4u, 10u, 100u}) {
    agree_with_the_definition<double>(300, classes);
    agree_with_the_definition<float>(259, classes);
  }
}

TEST_CASE("scorers are joined row by row") {
  const std::vector<double> p{.1, .7, .2, .25, .25, .5};
  const std::vector<int> y{1, 0};
  const answers stored({p, 2, 3}, y, stored_as::probabilities);
  CHECK(scored::by(with_the_bit{}, stored) == std::vector<double>{.7, .2, .1, 1, .5, .25, .25, 0});
  const std::vector<double> features{8, 9, -1, -2};
  const joined<logit_margin, given_features> with_features(logit_margin{}, given_features{features, 2});
  const auto rows = scored::by(with_features, stored);
  CHECK(rows[0] == Approx(std::log(.7 / .3)).epsilon(1e-14));
  CHECK(rows[1] == 8);
  CHECK(rows[2] == 9);
  CHECK(rows[3] == Approx(std::log(.25 / .75)).epsilon(1e-14));
  CHECK(rows[5] == -2);
}

TEST_CASE("released answers have posteriors too") {
  const std::vector<double> p{.1, .7, .2};
  const std::vector<int> y{1};
  const answers stored({p, 1, 3}, y, stored_as::probabilities);
  const auto largest = scored::by(sorted_posteriors<>{}, top_k(1)(stored));
  CHECK(largest[0] == Approx(.7));
  CHECK(largest[1] == Approx(.15));
  CHECK(largest[2] == Approx(.15));
  static_assert(!Scorer<posteriors, decltype(argmax{}(stored))>);
}

TEST_CASE("what cannot be scored is refused by name") {
  const std::vector<double> p{.1, .7, std::numeric_limits<double>::quiet_NaN()};
  const std::vector<int> y{1};
  const answers bad({p, 1, 3}, y, stored_as::probabilities);
  CHECK(refusal([&] { (void)scored::by(posteriors{}, bad); }).find("row 0") != std::string::npos);
  const std::vector<double> q{.1, .7, .2}, one{1}, infinite{1, std::numeric_limits<double>::infinity()};
  const answers good({q, 1, 3}, y, stored_as::probabilities);
  std::vector<double> out(2);
  CHECK(refusal([&] { posteriors{}(good, out); }).find("has 2 elements; wanted 3") != std::string::npos);
  CHECK(refusal([&] { sorted_posteriors<3>{}(good, out); }).find("has 2 elements; wanted 3") != std::string::npos);
  CHECK(refusal([&] { (void)scored::by(given_features{}, good); }).find("dimensions: is 0") != std::string::npos);
  CHECK(refusal([&] {
          (void)scored::by(given_features{one, 2}, good);
        }).find("values: has 1 elements; wanted 2") != std::string::npos);
  CHECK(refusal([&] {
          (void)scored::by(given_features{infinite, 2}, good);
        }).find("element 1 is inf") != std::string::npos);
}
