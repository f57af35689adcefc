// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/noncentral_chi_square.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/published/glir.hpp>

#include <doctest/doctest.h>

using namespace telltale;
using doctest::Approx;

namespace {

using vector = std::vector<double>;

struct independent : preset::leemann_2023 {
  static constexpr coordinates::independent coordinates{};
};

/// Gaussian gradients N(mean, A A') in d dimensions, A a lower triangle, and a background of 2d of them whose mean and
/// covariance are exactly these: mean +- sqrt(d) A e_i.
struct gaussian_gradients {
  gaussian_gradients(std::size_t d, std::uint64_t seed) : dimensions(d), mean(d), triangle(d * d) {
    random_stream random(seed, 1000);
    for (std::size_t r = 0; r < d; ++r) {
      mean[r] = 5 * random.normal();
      for (std::size_t c = 0; c <= r; ++c) triangle[r * d + c] = r == c ? 1 + random.uniform() : 0.3 * random.normal();
    }
  }

  /// mean + scale A x.
  [[nodiscard]] vector at(const vector& x, double scale = 1) const {
    vector g = mean;
    for (std::size_t r = 0; r < dimensions; ++r)
      for (std::size_t c = 0; c <= r; ++c) g[r] += scale * triangle[r * dimensions + c] * x[c];
    return g;
  }
  [[nodiscard]] vector draw(random_stream& random, double scale = 1) const {
    vector x(dimensions);
    for (double& value : x) value = random.normal();
    return at(x, scale);
  }
  [[nodiscard]] vector exact_background() const {
    vector rows;
    for (std::size_t i = 0; i < dimensions; ++i)
      for (const double sign : {1.0, -1.0}) {
        vector x(dimensions);
        x[i] = sign * std::sqrt(double(dimensions));
        const vector g = at(x);
        rows.insert(rows.end(), g.begin(), g.end());
      }
    return rows;
  }
  /// The mean of n gradients, of which one may be `member`: from its law, without drawing the others.
  [[nodiscard]] vector update(std::size_t n, random_stream& random, const vector* member) const {
    const double others = double(member == nullptr ? n : n - 1);
    vector m = draw(random, 1 / std::sqrt(others));
    if (member != nullptr)
      for (std::size_t d = 0; d < dimensions; ++d) m[d] += ((*member)[d] - m[d]) / double(n);
    return m;
  }

  std::size_t dimensions;
  vector mean, triangle;
};

/// The row of a subject and a step.
void append_row(vector& rows, std::size_t n, const vector& m, const vector& g) {
  rows.push_back(double(n));
  for (std::size_t d = 0; d < g.size(); ++d) rows.push_back(m[d] - g[d]);
  rows.insert(rows.end(), g.begin(), g.end());
}

template <class Rule>
vector judge(const Rule& rule, const vector& background, std::size_t dimensions, const vector& rows,
             std::size_t steps = 1, unsigned threads = 1) {
  const batch_view<double> view(background, background.size() / dimensions / steps, steps, dimensions);
  const std::size_t width = steps * (1 + 2 * dimensions);
  vector evidence(rows.size() / width);
  rule.fit(population(view))(signals{rows, width}, evidence, threads);
  return evidence;
}

double phi(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

double sum(const vector& v) {
  double total = 0;
  for (const double x : v) total += x;
  return total;
}

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

TEST_CASE("the statistic has the means of its two laws") {
  // Simulated before in d = 50, n = 32, K = 50: null mean 1651.9 (theory 1650), with the record 1549.0 (1550).
  const gaussian_gradients law(50, 1);
  const std::size_t n = 32, trials = 2000;
  random_stream random(2);
  vector direction(50, 1.0);  // K = 50
  const vector g = law.at(direction);
  const vector background = law.exact_background();
  const batch_view<double> view(background, 100, 1, 50);
  const auto fitted = noncentral_chi_square{}.fit(population(view));
  const auto statistic_of = [&](bool member) {
    vector all;
    Eigen::MatrixXd whitened(50, 2);
    for (std::size_t trial = 0; trial < trials; ++trial) {
      vector rest = law.update(n, random, member ? &g : nullptr);
      for (std::size_t d = 0; d < 50; ++d) rest[d] -= g[d];
      fitted.laws()[0].place(rest.data(), false, whitened.col(0));
      fitted.laws()[0].place(g.data(), true, whitened.col(1));
      fitted.laws()[0].whiten(whitened);
      CHECK(whitened.col(1).squaredNorm() == Approx(50).epsilon(1e-10));
      all.push_back(n * whitened.col(0).squaredNorm());
    }
    return all;
  };
  const vector out = statistic_of(false), in = statistic_of(true);
  const auto variance = [](const vector& v) {
    const double mean = sum(v) / double(v.size());
    double squares = 0;
    for (const double x : v) squares += (x - mean) * (x - mean);
    return squares / double(v.size() - 1);
  };
  const double mean_out = sum(out) / double(trials), mean_in = sum(in) / double(trials);
  CHECK(std::abs(mean_out - 1650) < 4 * std::sqrt(6500.0 / double(trials)));
  CHECK(std::abs(mean_in - 1550) < 4 * std::sqrt(5912.0 / double(trials)));
  // Variances 2 (d + 2 n K) and ((n - 1) / n)^2 2 (d + 2 (n - 1) K); their own errors are about sqrt(2 / trials).
  CHECK(variance(out) / 6500 == Approx(1).epsilon(4 * std::sqrt(2.0 / double(trials))));
  CHECK(variance(in) / (2 * (50 + 3100) * (31.0 / 32) * (31.0 / 32)) ==
        Approx(1).epsilon(4 * std::sqrt(2.0 / double(trials))));
  const double separation = (mean_out - mean_in) / std::sqrt(6500.0);
  CHECK(std::abs(separation - published::glir_separation(50, 32, 50)) < 4 * std::sqrt(2.0 / double(trials)));
}

TEST_CASE("p-values of records outside the batch are uniform where the law is known") {
  const gaussian_gradients law(20, 3);
  const std::size_t n = 16, subjects = 3000;
  random_stream random(4);
  vector rows;
  for (std::size_t i = 0; i < subjects; ++i) append_row(rows, n, law.update(n, random, nullptr), law.draw(random));
  vector p;
  for (const double e : judge(noncentral_chi_square{}, law.exact_background(), 20, rows)) p.push_back(std::exp(-e));
  std::sort(p.begin(), p.end());
  double furthest = 0;
  for (std::size_t i = 0; i < subjects; ++i)
    furthest = std::max({furthest, p[i] - double(i) / double(subjects), double(i + 1) / double(subjects) - p[i]});
  CHECK(furthest < 1.95 / std::sqrt(double(subjects)));  // Kolmogorov, level 0.001

  // The code's factor n - 1 makes them too small: the same test must notice.
  p.clear();
  for (const double e : judge(noncentral_chi_square<preset::leemann_2023_code>{}, law.exact_background(), 20, rows))
    p.push_back(std::exp(-e));
  CHECK(sum(p) / double(subjects) < 0.5 - 4 * std::sqrt(1.0 / 12 / double(subjects)));
}

TEST_CASE("members are told apart as the formula says") {
  // K = d for every subject. The formula's two normal laws of equal spread give AUC = Phi(mu / sqrt 2); with the spread
  // of each of the two laws it is Phi(100 / sqrt(6500 + 5912)) = 0.8153, which differs by 0.006 at this size.
  const gaussian_gradients law(50, 5);
  const std::size_t n = 32, subjects = 4000;
  random_stream random(6);
  vector rows;
  std::vector<membership> member;
  for (std::size_t i = 0; i < subjects; ++i) {
    vector x(50);
    double squares = 0;
    for (double& value : x) {
      value = random.normal();
      squares += value * value;
    }
    const vector g = law.at(x, std::sqrt(50 / squares));
    const bool in = i % 2 == 0;
    member.push_back(in ? membership::in : membership::out);
    append_row(rows, n, law.update(n, random, in ? &g : nullptr), g);
  }
  const vector evidence = judge(noncentral_chi_square{}, law.exact_background(), 50, rows);
  const double area = metric::roc_curve(evidence, member).auc();
  const double by_moments = phi(100 / std::sqrt(6500 + 2 * 3150 * 31.0 * 31 / 32 / 32));
  const double by_formula = phi(published::glir_separation(50, 32, 50) / std::numbers::sqrt2);
  const double standard_error = std::sqrt(0.8153 * 0.1847 / (double(subjects) / 2));  // at most
  CHECK(std::abs(area - by_moments) < 3 * standard_error);
  CHECK(std::abs(by_formula - by_moments) < 0.006);
}

TEST_CASE("the separation has its known values") {
  CHECK(published::glir_separation(100, 64, 100) == Approx(1.24515).epsilon(1e-5));
  CHECK(published::glir_separation(100, 512, 100) == Approx(0.441726).epsilon(1e-6));
  CHECK(published::glir_separation(1000, 64, 1000) == Approx(3.937496).epsilon(1e-6));
  CHECK_THROWS_WITH_AS((void)published::glir_separation(100, 1, 1),
                       "glir_separation: batch_size: is 1.000000; wanted a finite number of at least 2",
                       argument_error);
}

TEST_CASE("a rate makes a cut that this share of non-members reaches, over one step and over several") {
  const gaussian_gradients law(10, 7);
  const std::size_t subjects = 4000;
  CHECK(noncentral_chi_square{}.fit(population(batch_view<double>(law.exact_background(), 20, 1, 10))).cut() ==
        ranking_only);
  for (const std::size_t steps : {1u, 3u}) {
    random_stream random(8, steps);
    vector rows, background;
    for (std::size_t i = 0; i < subjects * steps; ++i)
      append_row(rows, 8, law.update(8, random, nullptr), law.draw(random));
    const vector once = law.exact_background();
    for (std::size_t i = 0; i < 20; ++i)
      for (std::size_t step = 0; step < steps; ++step)
        background.insert(background.end(), once.begin() + std::ptrdiff_t(10 * i),
                          once.begin() + std::ptrdiff_t(10 * i + 10));
    noncentral_chi_square rule;
    rule.fpr = 0.05;
    const double cut = rule.fit(population(batch_view<double>(background, 20, steps, 10))).cut();
    // Three steps: e^-c (1 + c + c^2 / 2) = 0.05.
    CHECK((steps == 1 ? std::exp(-cut) : std::exp(-cut) * (1 + cut + cut * cut / 2)) == Approx(0.05).epsilon(1e-12));
    std::size_t above = 0;
    for (const double e : judge(rule, background, 10, rows, steps)) above += e >= cut ? 1 : 0;
    CHECK(std::abs(double(above) / double(subjects) - 0.05) < 4 * std::sqrt(0.05 * 0.95 / double(subjects)));
  }
}

TEST_CASE("an estimated covariance draws distances out by z / (z - d - 2)") {
  // E[S^-1] = Sigma^-1 z / (z - d - 2) for sums divided by z: here 40 / 28.
  const gaussian_gradients law(10, 9);
  random_stream random(10);
  const std::size_t draws = 400, z = 40;
  vector ratios;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    vector background;
    for (std::size_t i = 0; i < z; ++i) {
      const vector g = law.draw(random);
      background.insert(background.end(), g.begin(), g.end());
    }
    const auto fitted = noncentral_chi_square{}.fit(population(batch_view<double>(background, z, 1, 10)));
    Eigen::MatrixXd whitened(10, 20);
    vector unit(10);
    for (std::size_t i = 0; i < 20; ++i) {  // differences of gradients: covariance 2 Sigma
      const vector a = law.draw(random), b = law.draw(random);
      for (std::size_t d = 0; d < 10; ++d) unit[d] = (a[d] - b[d]) / std::numbers::sqrt2;
      fitted.laws()[0].place(unit.data(), false, whitened.col(Eigen::Index(i)));
    }
    fitted.laws()[0].whiten(whitened);
    ratios.push_back(whitened.squaredNorm() / 200);
  }
  double squares = 0;
  const double mean = sum(ratios) / double(draws);
  for (const double r : ratios) squares += (r - mean) * (r - mean);
  CHECK(std::abs(mean - 40.0 / 28) < 4 * std::sqrt(squares) / double(draws));
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
