// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/noncentral_chi_square.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>

#include "oracle/gaussian_gradients.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;
using oracle::append_row;
using oracle::gaussian_gradients;
using oracle::judge;
using oracle::vector;

namespace {

struct independent : preset::leemann_2023 {
  static constexpr coordinates::independent coordinates{};
};

}  // namespace

TEST_CASE("evidence is minus the log of F at the whitened distances, summed over steps") {
  // Two dimensions, mean (1, -1), covariance diag(4, 1/4) in the first step and diag(1, 1) in the second.
  const double s = std::sqrt(2.0);
  const vector background{1 + 2 * s, -1, s, 0, 1 - 2 * s, -1, -s, 0, 1, -1 + s / 2, 0, s, 1, -1 - s / 2, 0, -s};
  vector rows;
  append_row(rows, 8, {1.5, -1.25}, {3, 0});  // K = 1 + 4, m - g = (-1.5, -1.25): T = 8 (0.5625 + 6.25)
  append_row(rows, 4, {0.5, 0}, {1, 1});      // K = 2, T = 4 (0.25 + 1)
  const double first = -log_noncentral_chi_square_cdf(8 * 6.8125, 2, 40);
  const double second = -log_noncentral_chi_square_cdf(5, 2, 8);
  const vector got = judge(noncentral_chi_square{}, background, 2, rows, 2);
  REQUIRE(got.size() == 1);
  CHECK(got[0] == Approx(first + second).epsilon(1e-12));

  // The official code: factor n - 1 beside the same law.
  const double of_code = -log_noncentral_chi_square_cdf(7 * 6.8125, 2, 40) - log_noncentral_chi_square_cdf(3.75, 2, 8);
  CHECK(judge(noncentral_chi_square<preset::leemann_2023_code>{}, background, 2, rows, 2)[0] ==
        Approx(of_code).epsilon(1e-12));
}

TEST_CASE("neither units nor a mixing of coordinates change the evidence, nor do threads") {
  const gaussian_gradients law(6, 11);
  random_stream random(12);
  vector rows, background, other_rows, other_background;
  const auto mixed = [](const vector& g) {  // an invertible map with scales from 1e-6 to 1e6
    vector out(6);
    for (std::size_t d = 0; d < 6; ++d) out[d] = std::pow(10.0, 6 - 2.4 * double(d)) * (g[d] + 0.5 * g[(d + 1) % 6]);
    return out;
  };
  for (std::size_t i = 0; i < 60; ++i) {
    const vector g = law.draw(random), h = mixed(g);
    background.insert(background.end(), g.begin(), g.end());
    other_background.insert(other_background.end(), h.begin(), h.end());
  }
  for (std::size_t i = 0; i < 200; ++i) {
    const vector g = law.draw(random), m = law.update(16, random, i % 2 == 0 ? &g : nullptr);
    append_row(rows, 16, m, g);
    append_row(other_rows, 16, mixed(m), mixed(g));
  }
  const vector one = judge(noncentral_chi_square{}, background, 6, rows);
  const vector other = judge(noncentral_chi_square{}, other_background, 6, other_rows);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i] == Approx(other[i]).epsilon(1e-8));
  CHECK(judge(noncentral_chi_square{}, background, 6, rows, 1, 4) == one);
}

TEST_CASE("coordinates that say nothing new are refused by name, or dropped and counted") {
  const gaussian_gradients law(3, 13);
  random_stream random(14);
  // Behind the three coordinates a constant, a combination of the first two, and one that hardly varies.
  const auto padded = [&](const vector& g, bool tiny) {
    vector out = g;
    out.push_back(0.125);
    out.push_back(2 * g[0] - g[1]);
    if (tiny) out.push_back(1e-4 * random.normal());
    return out;
  };
  vector small, large, rows, large_rows, six, six_rows;
  for (std::size_t i = 0; i < 40; ++i) {
    const vector g = law.draw(random), p = padded(g, false), q = padded(g, true);
    small.insert(small.end(), g.begin(), g.end());
    large.insert(large.end(), p.begin(), p.end());
    six.insert(six.end(), q.begin(), q.end());
  }
  for (std::size_t i = 0; i < 10; ++i) {
    const vector g = law.draw(random), m = law.update(8, random, nullptr);
    append_row(rows, 8, m, g);
    append_row(large_rows, 8, padded(m, false), padded(g, false));
    append_row(six_rows, 8, padded(m, true), padded(g, true));
  }
  const vector wanted = judge(noncentral_chi_square{}, small, 3, rows);
  const vector got = judge(noncentral_chi_square<independent>{}, large, 5, large_rows);
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(1e-10));
  const auto dropped = [](const auto& rule, const vector& background, std::size_t d) {
    return rule.fit(population(batch_view<double>(background, 40, 1, d))).dropped();
  };
  CHECK(dropped(noncentral_chi_square{}, small, 3) == 0);
  CHECK(dropped(noncentral_chi_square<independent>{}, large, 5) == 2);
  CHECK(dropped(noncentral_chi_square<independent>{}, six, 6) == 2);
  noncentral_chi_square<independent> rule;
  rule.coordinates.least_variance = 1e-6;
  CHECK(dropped(rule, six, 6) == 3);
  const vector limited = judge(rule, six, 6, six_rows);
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(limited[i] == Approx(wanted[i]).epsilon(1e-10));

  CHECK_THROWS_WITH_AS((void)dropped(noncentral_chi_square{}, large, 5),
                       "noncentral_chi_square: population: coordinate 3 of step 0 is constant, so that the covariance "
                       "is singular; accepted with coordinates::independent",
                       argument_error);
  vector combined;
  for (std::size_t i = 0; i < 40; ++i)
    combined.insert(combined.end(), {small[3 * i], small[3 * i + 1], small[3 * i] + 3 * small[3 * i + 1]});
  CHECK_THROWS_WITH_AS((void)dropped(noncentral_chi_square{}, combined, 3),
                       "noncentral_chi_square: population: coordinate 2 of step 0 is a linear combination of those "
                       "before it, so that the covariance is singular; accepted with coordinates::independent",
                       argument_error);
  CHECK_THROWS_AS((void)dropped(noncentral_chi_square<independent>{}, vector(120, 1.0), 3), argument_error);
  rule.coordinates.least_variance = -1;
  CHECK_THROWS_AS((void)dropped(rule, six, 6), argument_error);
}

TEST_CASE("a floor of the log probability is counted, and without one the surest members stay apart") {
  const gaussian_gradients law(8, 15);
  random_stream random(16);
  const vector background = law.exact_background();
  vector rows;
  for (const double scale : {1.0, 300.0, 600.0}) {  // K = 8 scale^2, n = 16: log p about -scale^2 / 4
    const vector g = law.at(vector(8, scale));
    append_row(rows, 16, law.update(16, random, &g), g);
  }
  const batch_view<double> view(background, 16, 1, 8);
  const auto fitted = noncentral_chi_square<preset::leemann_2023_code>{}.fit(population(view));
  vector evidence(3);
  fitted(signals{rows, 17}, evidence);
  CHECK(evidence[0] < 250);
  CHECK(evidence[1] == 250);
  CHECK(evidence[2] == 250);
  CHECK(fitted.floored() == 2);
  const vector open = judge(noncentral_chi_square{}, background, 8, rows);
  CHECK(open[1] > 10000);
  CHECK(open[2] > 3 * open[1]);
}

TEST_CASE("what cannot be judged is refused in a sentence") {
  const gaussian_gradients law(4, 17);
  random_stream random(18);
  const vector background = law.exact_background(), g = law.draw(random), m = law.update(4, random, nullptr);
  const auto says = [](const std::string& what, const auto& call) {
    try {
      call();
      FAIL("accepted");
    } catch (const argument_error& e) {
      CHECK(std::string(e.what()) == "noncentral_chi_square: " + what);
    }
  };
  const auto judged = [&](std::size_t n, const vector& update, const vector& gradient) {
    return [&, n] {
      vector rows;
      append_row(rows, n, update, gradient);
      judge(noncentral_chi_square{}, background, 4, rows);
    };
  };
  says("signal: subject 0: step 0 has a batch of 1.000000; wanted at least 2", judged(1, m, g));
  says("signal: subject 0: step 0 releases this gradient itself", judged(4, g, g));
  const vector far(4, 1e200);
  says("signal: subject 0: step 0 is too far from the population: its distance overflows", judged(4, m, far));
  const auto fit = [](const vector& rows, std::size_t z, std::size_t d) {
    return [&rows, z, d] { (void)noncentral_chi_square{}.fit(population(batch_view<double>(rows, z, 1, d))); };
  };
  const vector few(5 * 4, 1.0);
  says("population: has 5 gradients in 4 dimensions; a covariance takes at least 6", fit(few, 5, 4));
  says("population: holds no gradient", fit(vector{}, 0, 0));
  vector bad = background;
  bad[9] = std::numeric_limits<double>::quiet_NaN();
  says("population: gradient 2 has a coordinate that is not finite", fit(bad, 8, 4));
  const auto fitted = noncentral_chi_square{}.fit(population(batch_view<double>(background, 8, 1, 4)));
  says("signal: has 8 values a subject; the population's 1 steps in 4 dimensions make 9", [&] {
    vector out(1);
    fitted(signals{background, 8}, out);
  });
  noncentral_chi_square rule;
  rule.fpr = 2;
  CHECK_THROWS_AS((void)rule.fit(population(batch_view<double>(background, 8, 1, 4))), argument_error);
}
