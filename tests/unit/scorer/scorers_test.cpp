// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <type_traits>

#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/hinge.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/modified_entropy.hpp>

#include "scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

using on_logits = classification<eigen<double>>;

// Relative where the value is away from 0, and down to 1e-80: a loss of 1e-60 has to be right in its digits.
template <class Scalar>
bool agrees(double got, long double wanted, double scale) {
  const double unit = std::is_same_v<Scalar, float> ? 8e-6 : 1e-13;  // a float difference of 87 is 5e-6 of its exp
  return std::abs((long double)(got)-wanted) <= unit * std::max<long double>(std::abs(wanted), scale);
}

template <class Scorer, class Scalar>
void agree_with(long double twin(const oracle::row&, std::size_t), std::size_t records, std::size_t classes) {
  const scored::hard_batch<Scalar> batch(records, classes, 7);
  const std::vector<double> got = scored::by(Scorer{}, batch.observed());
  for (std::size_t i = 0; i < records; ++i) {
    const long double wanted = twin(batch.row(i), std::size_t(batch.truth[i]));
    // A margin or a hinge is a difference of logits: its error is relative to them, not to itself.
    const bool difference = Scorer::name == logit_margin::name || Scorer::name == hinge::name;
    if (agrees<Scalar>(got[i], wanted, difference ? 1 : 1e-30)) continue;
    CAPTURE(classes);
    CAPTURE(i);
    CAPTURE(got[i]);
    CAPTURE(double(wanted));
    FAIL_CHECK(Scorer::name << " differs from its definition");
  }
  CHECK(got.size() == records);
}

template <class Scalar>
void all_agree(std::size_t records, std::size_t classes) {
  agree_with<logit_margin, Scalar>(oracle::logit_margin, records, classes);
  agree_with<loss, Scalar>(oracle::loss, records, classes);
  agree_with<confidence, Scalar>(oracle::confidence, records, classes);
  agree_with<hinge, Scalar>(oracle::hinge, records, classes);
  agree_with<entropy, Scalar>(oracle::entropy, records, classes);
  agree_with<modified_entropy, Scalar>(oracle::modified_entropy, records, classes);
  agree_with<correctness, Scalar>(oracle::correctness, records, classes);
}

}  // namespace

TEST_CASE("scorers give the values of TensorFlow Privacy's tests") {
  // TensorFlow Privacy, advanced_mia_test.py.
  const std::vector<double> z{1, 2, -3, -1, 1, 0};
  const std::vector<int> y{1, 2};
  const on_logits batch({z, 2, 3}, y);
  const auto margin = scored::by(logit_margin{}, batch), p = scored::by(confidence{}, batch),
             l = scored::by(loss{}, batch), h = scored::by(hinge{}, batch);
  CHECK(margin[0] == Approx(0.98185009).epsilon(1e-7));
  CHECK(margin[1] == Approx(-1.12692802).epsilon(1e-7));
  CHECK(p[0] == Approx(0.72747516).epsilon(1e-8));
  CHECK(p[1] == Approx(0.24472847).epsilon(1e-8));
  CHECK(l[0] == Approx(-0.31817543).epsilon(1e-8));
  CHECK(l[1] == Approx(-1.40760596).epsilon(1e-8));
  CHECK(h[0] == 1);
  CHECK(h[1] == -1);
  // Row 3, from probabilities: ln(p / (1 - p)).
  const std::vector<double> q{.1, .85, .05, .1, .5, .4};
  const auto odds = scored::by(logit_margin{}, on_logits({q, 2, 3}, y, stored_as::probabilities));
  CHECK(odds[0] == Approx(1.73460106).epsilon(1e-8));
  CHECK(odds[1] == Approx(-0.40546511).epsilon(1e-8));
}

TEST_CASE("margins do not saturate at a floor") {
  // Exact, where log(p + 1e-45) gives 99.2935, 103.6163 and -103.6163.
  const std::vector<double> z{100, 0, 0, 200, 0, 0, -200, 0, 0};
  const std::vector<int> y{0, 0, 0};
  const on_logits batch({z, 3, 3}, y);
  const auto margin = scored::by(logit_margin{}, batch);
  CHECK(margin[0] == Approx(99.30685281944005).epsilon(1e-15));
  CHECK(margin[1] == Approx(199.30685281944005).epsilon(1e-15));
  CHECK(margin[2] == Approx(-200.69314718055995).epsilon(1e-15));
}

TEST_CASE("entropies of a known answer") {
  // p = (0.7, 0.2, 0.1).
  const std::vector<double> p{.7, .2, .1, .7, .2, .1, .7, .2, .1};
  const std::vector<int> y{0, 1, 2};
  const on_logits batch({p, 3, 3}, y, stored_as::probabilities);
  const auto modified = scored::by(modified_entropy{}, batch), plain = scored::by(entropy{}, batch);
  CHECK(modified[0] == Approx(-0.162167).epsilon(5e-6));
  CHECK(modified[1] == Approx(-2.140867).epsilon(5e-7));
  CHECK(modified[2] == Approx(-2.959736).epsilon(5e-7));
  for (const double h : plain) CHECK(h == Approx(-0.801819).epsilon(1e-6));
}

TEST_CASE("every scorer agrees with its definition in long double") {
  for (const std::size_t classes : {2u, 3u, 4u, 5u, 7u, 10u, 33u, 100u, 1000u}) {
    const std::size_t records = classes == 1000 ? 13 : classes == 100 ? 70 : 300;
    all_agree<double>(records, classes);
    all_agree<float>(records, classes);
  }
}

TEST_CASE("tiles begin and end anywhere") {
  for (const std::size_t records : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 15u, 16u, 17u, 255u, 256u, 257u, 511u, 513u})
    for (const std::size_t classes : {2u, 3u, 6u}) {
      all_agree<float>(records, classes);
      all_agree<double>(records, classes);
    }
}

TEST_CASE("losses that differ stay different") {
  std::vector<double> z;
  for (int i = 0; i < 300; ++i) z.insert(z.end(), {i * 0.5, 0.0, 0.0});
  const std::vector<int> y(300, 0);
  const auto l = scored::by(loss{}, on_logits({z, 300, 3}, y)),
             m = scored::by(modified_entropy{}, on_logits({z, 300, 3}, y));
  for (std::size_t i = 1; i < 300; ++i) {
    CHECK(l[i] > l[i - 1]);
    CHECK(m[i] > m[i - 1]);
  }
  CHECK(l[299] < 0);  // e^-149.5 or about 1e-65
}

TEST_CASE_TEMPLATE("logits, their logarithms and probabilities score alike", Scalar, float, double) {
  for (const std::size_t k : {2u, 3u, 10u, 64u}) {
    scored::hard_batch<Scalar> batch(120, k, 3);
    for (Scalar& z : batch.logits) z = std::clamp<Scalar>(z, -8, 8);  // where probabilities still hold the difference
    scored::hard_batch<Scalar> logarithms = batch, probabilities = batch;
    for (std::size_t i = 0; i < batch.records(); ++i)
      for (std::size_t c = 0; c < k; ++c) {
        logarithms.logits[i * k + c] = Scalar(oracle::loss(batch.row(i), c));
        probabilities.logits[i * k + c] = Scalar(oracle::confidence(batch.row(i), c));
      }
    const auto check = [&](auto scorer) {
      const auto a = scored::by(scorer, batch.observed()),
                 b = scored::by(scorer, logarithms.observed(stored_as::log_probabilities)),
                 d = scored::by(scorer, probabilities.observed(stored_as::probabilities));
      for (std::size_t i = 0; i < a.size(); ++i) {
        const double slack = (std::is_same_v<Scalar, float> ? 4e-6 : 1e-14) * 8;
        if (std::abs(a[i] - b[i]) <= slack && std::abs(a[i] - d[i]) <= slack) continue;
        CAPTURE(k);
        CAPTURE(i);
        FAIL_CHECK(scorer.name << ": " << a[i] << " from logits, " << b[i] << ", " << d[i]);
      }
    };
    check(logit_margin{});
    check(loss{});
    check(confidence{});
    check(hinge{});
    check(entropy{});
    check(modified_entropy{});
  }
}

TEST_CASE("the prediction is the first of equal scores") {
  const std::vector<float> z{1, 1, 0, 1, 1, 0, 0, 1, 1};
  const std::vector<int> y{0, 1, 2};
  CHECK(scored::by(correctness{}, classification<eigen<float>>({z, 3, 3}, y)) == std::vector<double>{1, 0, 0});
  const std::vector<float> two{1, 1, 1, 1};
  const std::vector<int> y2{0, 1};
  CHECK(scored::by(correctness{}, classification<eigen<float>>({two, 2, 2}, y2)) == std::vector<double>{1, 0});
}
