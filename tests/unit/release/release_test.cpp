// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include <telltale/observation/floored.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/release/temperature.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>

#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

using of_double = classification<eigen<double>>;

// What a batch reveals, entry by entry: the score of each class asked in turn.
template <class Batch>
std::vector<double> revealed(const Batch& batch) {
  std::vector<double> all(batch.subjects() * batch.classes()), one(batch.subjects());
  for (std::size_t c = 0; c < batch.classes(); ++c) {
    batch.by_block(one, [&](auto& z, auto) {
      column out(z.rows());
      for (std::size_t i = 0; i < z.rows(); ++i) out[i] = double(z.at(i, c));
      return out;
    });
    for (std::size_t i = 0; i < one.size(); ++i) all[i * batch.classes() + c] = one[i];
  }
  return all;
}

const std::vector<double> answer{.62, .25, .08, .05};
const std::vector<int> truth{0};
of_double one_answer() { return {{answer, 1, 4}, truth, stored_as::probabilities}; }

}  // namespace

TEST_CASE("rounding reveals decimals") {
  const auto r = revealed(rounding{1}(one_answer()));
  // .25 and .05 are not on a binary grid: .25 x 10 = 2.5 rounds away from 0, and so does .05 x 10 = .5.
  CHECK(r[0] == Approx(.6));
  CHECK(r[1] == Approx(.3));
  CHECK(r[2] == Approx(.1));
  CHECK(r[3] == Approx(.1));
  CHECK(scored::by(loss{}, rounding{1}(one_answer()))[0] == Approx(std::log(.6)));
  CHECK_THROWS_AS(rounding{0}, argument_error);
}

TEST_CASE("a margin behind rounding needs a named floor") {
  const std::vector<double> sure{.999, .0006, .0004};
  const of_double batch({sure, 1, 3}, truth, stored_as::probabilities);
  std::vector<double> out(1);
  CHECK_THROWS_WITH_AS(logit_margin{}(rounding{2}(batch), out),
                       "classification: answers: row 0 gives a score of inf: a probability is exactly 0 or 1; store "
                       "logits, or name a floor: floored(batch, 1e-6)",
                       argument_error);
  const auto named = floored(rounding{2}(batch), 1e-3);
  CHECK(scored::by(logit_margin{}, named)[0] == Approx(std::log(1 / 2e-3)));
  CHECK(named.records_touched() == 1);
}

TEST_CASE("temperature divides logits and their logarithms") {
  const std::vector<double> z{4, 1, -2};
  const of_double batch({z, 1, 3}, truth);
  CHECK(revealed(temperature{2}(batch)) == std::vector<double>{2, .5, -1});
  // p^(1/T) / sum p^(1/T)
  const double sum = std::sqrt(.62) + std::sqrt(.25) + std::sqrt(.08) + std::sqrt(.05);
  CHECK(scored::by(loss{}, temperature{2}(one_answer()))[0] == Approx(std::log(std::sqrt(.62) / sum)));
  for (const double bad : {0.0, -1.0, std::nan(""), double(INFINITY)})
    CHECK_THROWS_AS(temperature{bad}, argument_error);
}

TEST_CASE("top-k keeps the largest and spreads the rest") {
  const auto r = revealed(top_k{2}(one_answer()));
  CHECK(r[0] == .62);
  CHECK(r[1] == .25);
  CHECK(r[2] == Approx(.065));
  CHECK(r[3] == Approx(.065));
  // From logits: the revealed margin is exact, where a softmax in between would saturate.
  const std::vector<double> z{200, 3, 1, 0};
  const of_double sharp({z, 1, 4}, truth);
  CHECK(scored::by(logit_margin{}, top_k{1}(sharp))[0] == Approx(scored::by(logit_margin{}, sharp)[0]).epsilon(1e-15));
  // Equal scores: the first is revealed.
  const std::vector<double> tied{.2, .3, .3, .2};
  CHECK(revealed(top_k{1}(of_double({tied, 1, 4}, truth, stored_as::probabilities)))[1] == .3);
  CHECK(revealed(top_k{4}(one_answer())) == answer);
  CHECK_THROWS_WITH_AS((void)top_k{5}(one_answer()), "top_k: k: is 5; wanted 1 to 4, the classes", argument_error);
  CHECK_THROWS_AS((void)top_k{0}(one_answer()), argument_error);
}

TEST_CASE("noise is Gaussian and seeded by record and counted") {
  const std::size_t n = 4000;
  std::vector<double> p;
  for (std::size_t i = 0; i < n; ++i) p.insert(p.end(), {.5, .3, .2});
  const std::vector<int> y(n, 0);
  const of_double batch({p, n, 3}, y, stored_as::probabilities);
  const auto r = revealed(noise{.01, 5}(batch));
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(std::abs(r[3 * i] + r[3 * i + 1] + r[3 * i + 2] - 1) < 1e-12);
    mean += r[3 * i] - .5;
    square += (r[3 * i] - .5) * (r[3 * i] - .5);
  }
  // To first order q_0 / sum q moves by (1 - .5) g_0 - .5 (g_1 + g_2): variance sigma^2 (.25 + .25 + .25).
  const double deviation = .01 * std::sqrt(.75);
  CHECK(std::abs(mean / double(n)) < 4 * deviation / std::sqrt(double(n)));
  CHECK(std::abs(std::sqrt(square / double(n)) / deviation - 1) < .05);  // four standard errors
  // One record's noise depends on the seed and its number alone.
  CHECK(revealed(noise{.01, 5}(batch)) == r);
  CHECK(revealed(noise{.01, 6}(batch)) != r);
  const of_double fewer({std::span(p).first(3 * 300), 300, 3}, std::span(y).first(300), stored_as::probabilities);
  const auto first = revealed(noise{.01, 5}(fewer));
  CHECK(std::equal(first.begin(), first.end(), r.begin()));
  CHECK(noise{.01, 5}(batch).records_touched() == 0);
  // A row is clipped where g < -2 at .2, g < -3 at .3 or g < -5 at .5: 2.41 %, here within four standard errors.
  const double share = double(noise{.1, 5}(batch).records_touched()) / double(n);
  CHECK(std::abs(share - .0241) < 4 * std::sqrt(.0241 / double(n)));
  for (const double clipped : revealed(noise{.5, 5, 1e-3}(batch))) CHECK(clipped > 0);
  CHECK_THROWS_AS((noise{-1}), argument_error);
  CHECK_THROWS_AS((noise{1, 1, 0}), argument_error);
}

TEST_CASE("argmax reveals the prediction and nothing more") {
  const scored::hard_batch<float> batch(700, 10, 2);
  const auto labels = argmax{}(batch.observed());
  CHECK(scored::by(correctness{}, labels) == scored::by(correctness{}, batch.observed()));
  CHECK(scored::by(correctness{}, argmax{}(labels)) == scored::by(correctness{}, labels));
  CHECK(labels.classes() == 10);
  CHECK(labels.subjects() == 700);
}

TEST_CASE("releases that keep the order keep the prediction") {
  for (const std::size_t k : {2u, 3u, 10u}) {
    scored::hard_batch<double> batch(400, k, 4);
    for (double& z : batch.logits) z = std::clamp(z, -5.0, 5.0);
    const auto before = scored::by(correctness{}, batch.observed());
    CHECK(scored::by(correctness{}, argmax{}(temperature{3}(batch.observed()))) == before);
    CHECK(scored::by(correctness{}, argmax{}(top_k{1}(batch.observed()))) == before);
    CHECK(scored::by(correctness{}, argmax{}(floored(batch.observed(), 1e-9))) == before);
    CHECK(scored::by(correctness{}, argmax{}(noise{0}(batch.observed()))) == before);
  }
}

TEST_CASE("releases chain and hold several queries") {
  const scored::hard_batch<double> flat(60, 5, 8);
  const std::vector<int> y(20, 1);
  const of_double batch({flat.logits, 20, 3, 5}, y);
  const auto chained = argmax{}(rounding{2}(temperature{2}(batch)));
  CHECK(chained.queries() == 3);
  CHECK(each_query<correctness>::width(chained) == 3);
  CHECK(scored::by(each_query<correctness>{}, chained).size() == 60);
  // The noise of a query is its own, and the same asked together or flat.
  const auto noisy = noise{.1}(batch);
  const std::vector<int> repeated(60, 1);
  CHECK(scored::by(each_query<loss>{}, noisy) ==
        scored::by(loss{}, noise{.1}(of_double({flat.logits, 60, 5}, repeated))));
}

TEST_CASE("a release changes nothing that is stored") {
  const scored::hard_batch<float> batch(300, 10, 6);
  const std::vector<float> before = batch.logits;
  scored::by(loss{}, floored(rounding{3}(batch.observed()), 1e-3));
  CHECK(batch.logits == before);
}
