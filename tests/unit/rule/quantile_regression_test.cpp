// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/quantile_regression.hpp>

#include <Eigen/LU>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/random.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

using gaussian = quantile_regression<>;
using quantile = quantile_regression<conditional::linear_quantile>;

static_assert(DecisionRule<gaussian, signals, adversary<population<>>> &&
              DecisionRule<quantile, signals, adversary<population<signals, double>>> &&
              !DecisionRule<gaussian, signals, adversary<shadow_models<>>>);

struct no_model {
  static constexpr std::string_view name = "no model";
};
static_assert(!ConditionalModel<no_model> && ConditionalModel<conditional::linear_quantile>);

Eigen::MatrixXd random_features(random_stream& random, Eigen::Index n, Eigen::Index d, bool grid) {
  Eigen::MatrixXd x(n, d + 1);
  x.col(0).setOnes();
  for (Eigen::Index j = 1; j <= d; ++j)
    for (Eigen::Index i = 0; i < n; ++i) x(i, j) = grid ? static_cast<double>(random.below(3)) : random.normal();
  return x;
}

// The least pinball loss of any hyperplane through d + 1 records, of which one is optimal.
double least_by_enumeration(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, double level) {
  const Eigen::Index n = x.rows(), d = x.cols();
  std::vector<Eigen::Index> chosen(static_cast<std::size_t>(d));
  double least = std::numeric_limits<double>::infinity();
  const auto choose = [&](const auto& self, std::size_t k, Eigen::Index from) -> void {
    if (k == chosen.size()) {
      Eigen::MatrixXd basis(d, d);
      Eigen::VectorXd values(d);
      for (Eigen::Index r = 0; r < d; ++r) {
        basis.row(r) = x.row(chosen[static_cast<std::size_t>(r)]);
        values[r] = y[chosen[static_cast<std::size_t>(r)]];
      }
      const Eigen::FullPivLU<Eigen::MatrixXd> solver(basis);
      if (!solver.isInvertible()) return;
      const Eigen::VectorXd residual = y - x * solver.solve(values);
      double loss = 0;
      for (const double r : residual) loss += std::max(level * r, (level - 1) * r);
      least = std::min(least, loss);
      return;
    }
    for (Eigen::Index i = from; i < n; ++i) {
      chosen[k] = i;
      self(self, k + 1, i + 1);
    }
  };
  choose(choose, 0, 0);
  return least;
}

struct sample {
  std::vector<double> values;
  std::size_t width = 2;
  [[nodiscard]] population<> people() const { return population<>(signals{values, width, {}}); }
};

// Scores whose mean and deviation depend on two features; members, if any, score higher.
sample of_records(std::uint64_t seed, std::size_t records, double lift) {
  random_stream random(seed, 0);
  sample all;
  all.width = 3;
  for (std::size_t i = 0; i < records; ++i) {
    const double a = 4 + 2 * random.normal(), b = random.uniform();
    const double score = 1 + 3 * a - 2 * b + std::exp(0.3 * a - 1) * (random.normal() + lift);
    all.values.insert(all.values.end(), {score, a, b});
  }
  return all;
}

}  // namespace

TEST_CASE("the pinball loss is the least that enumeration finds") {
  random_stream random(3, 0);
  for (const Eigen::Index d : {1, 2})
    for (const double level : {0.5, 0.9, 0.25, 0.97})
      for (const bool grid : {false, true}) {
        const Eigen::Index n = d == 1 ? 60 : 30;
        const Eigen::MatrixXd x = random_features(random, n, d, grid);
        Eigen::VectorXd y(n);
        for (double& v : y) v = grid ? static_cast<double>(random.below(5)) : random.normal();
        const detail::pinball_fit fit = detail::fit_pinball(x, y, level, 1e-9);
        CAPTURE(d);
        CAPTURE(level);
        CAPTURE(grid);
        CHECK(fit.gap <= 1e-9);
        const double least = least_by_enumeration(x, y, level);
        CHECK(fit.loss <= least + 1e-9);
        CHECK(fit.loss >= least - 1e-12);
      }
}

TEST_CASE("without features the regression is the quantile of the sample") {
  // Records 1 ... 9 at level 0.75: between 7/9 and 6/9 of the records lie below 7 alone.
  Eigen::VectorXd y(9);
  for (Eigen::Index i = 0; i < 9; ++i) y[i] = static_cast<double>((i * 4) % 9 + 1);
  const detail::pinball_fit fit = detail::fit_pinball(Eigen::MatrixXd::Ones(9, 1), y, 0.75, 1e-10);
  CHECK(fit.coefficients[0] == doctest::Approx(7).epsilon(1e-8));
  CHECK(fit.loss == doctest::Approx(0.75 * (1 + 2) + 0.25 * (1 + 2 + 3 + 4 + 5 + 6)).epsilon(1e-9));
}

TEST_CASE("a quantile regression has its level in every cell of a binary feature") {
  // Two cells, hence two free quantiles: 10 of 100 and 10 of 100 lie above theirs.
  sample all;
  random_stream random(8, 0);
  for (int i = 0; i < 202; ++i)
    all.values.insert(all.values.end(), {random.normal() * (1 + i % 2) + i % 2, 5.0 + i % 2});
  const auto fitted = quantile{conditional::linear_quantile{0.1}}.fit(all.people());
  std::vector<double> evidence(202);
  fitted(signals{all.values, 2, {}}, evidence);
  double accused[2]{};
  for (std::size_t i = 0; i < 202; ++i) accused[i % 2] += evidence[i] >= -1e-6;
  // 101 records a cell: the quantile passes through the 11th from above.
  CHECK(accused[0] == 11);
  CHECK(accused[1] == 11);
  CHECK(fitted.cut() == 0);
  // In the units of the score: a record one unit above another of its cell has one more.
  const std::vector<double> two{0, 5, 1, 5};
  std::vector<double> of_two(2);
  fitted(signals{two, 2, {}}, of_two);
  CHECK(of_two[1] - of_two[0] == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("a Gaussian regression has the moments of every cell of a binary feature") {
  sample all;
  random_stream random(9, 0);
  double mean[2]{}, square[2]{};
  for (int i = 0; i < 400; ++i) {
    const double score = 3 * (i % 2) + (1 + 2 * (i % 2)) * random.normal();
    all.values.insert(all.values.end(), {score, static_cast<double>(i % 2)});
    mean[i % 2] += score / 200;
    square[i % 2] += score * score / 200;
  }
  const auto fitted = gaussian{conditional::linear_gaussian{0.05}}.fit(all.people());
  for (int cell = 0; cell < 2; ++cell) {
    const double deviation = std::sqrt(square[cell] - mean[cell] * mean[cell]);
    const std::vector<double> asked{mean[cell] + 2 * deviation, static_cast<double>(cell)};
    std::vector<double> evidence(1);
    fitted(signals{asked, 2, {}}, evidence);
    CHECK(evidence[0] == doctest::Approx(minus_log_survival(2)).epsilon(1e-7));
  }
  CHECK(fitted.cut() == doctest::Approx(-std::log(0.05)));
  CHECK(gaussian{}.fit(all.people()).cut() == ranking_only);
}

TEST_CASE("the likelihood of the Gaussian regression is at rest") {
  const sample all = of_records(10, 800, 0);
  const auto fitted = gaussian{}.fit(all.people());
  const auto& model = fitted.model();
  std::vector<long double> of_mean(3, 0), of_spread(3, 0);
  for (std::size_t i = 0; i < 800; ++i) {
    std::vector<long double> x{1};
    const auto scaled = [&](std::size_t c) {
      return (static_cast<long double>(all.values[i * 3 + c]) - fitted.scaling().mean()[c]) /
             fitted.scaling().deviation()[c];
    };
    x.push_back(scaled(1));
    x.push_back(scaled(2));
    long double m = 0, f = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      m += model.mean()[d] * x[d];
      f += model.log_deviation()[d] * x[d];
    }
    const long double z = (scaled(0) - m) * std::exp(-f);
    for (std::size_t d = 0; d < 3; ++d) {
      of_mean[d] += z * std::exp(-f) * x[d];
      of_spread[d] += (1 - z * z) * x[d];
    }
  }
  for (std::size_t d = 0; d < 3; ++d) {
    CHECK(std::abs(of_mean[d]) < 1e-5L);
    CHECK(std::abs(of_spread[d]) < 1e-5L);
  }
}

TEST_CASE("a verdict makes its share of false positives on records of the same kind") {
  const sample people = of_records(12, 4000, 0), others = of_records(13, 20000, 0);
  std::vector<double> evidence(20000);
  for (const double fpr : {0.02, 0.1, 0.4}) {
    const auto check = [&](const auto& fitted) {
      fitted(signals{others.values, 3, {}}, evidence);
      double accused = 0;
      for (const double e : evidence) accused += e >= fitted.cut();
      CAPTURE(fpr);
      // Five deviations of the two binomials, the population's and the others'.
      CHECK(std::abs(accused / 20000 - fpr) < 5 * std::sqrt(fpr * (1 - fpr) * (1.0 / 20000 + 1.0 / 4000)));
    };
    check(gaussian{conditional::linear_gaussian{fpr}}.fit(people.people()));
    // The spread is no line in a, but close to one where most records are: an extra tenth of the rate is allowed by
    // taking records whose deviation is the same.
    sample even, even_others;
    even.width = even_others.width = 3;
    random_stream random(14, 0);
    for (std::size_t i = 0; i < 24000; ++i) {
      const double a = random.normal(), b = random.uniform();
      auto& to = i < 4000 ? even : even_others;
      to.values.insert(to.values.end(), {2 * a - b + random.normal(), a, b});
    }
    const auto fitted = quantile{conditional::linear_quantile{fpr}}.fit(even.people());
    fitted(signals{even_others.values, 3, {}}, evidence);
    double accused = 0;
    for (const double e : evidence) accused += e >= 0;
    CHECK(std::abs(accused / 20000 - fpr) < 5 * std::sqrt(fpr * (1 - fpr) * (1.0 / 20000 + 1.0 / 4000)));
  }
}

TEST_CASE("features tell members apart that scores alone do not") {
  const sample people = of_records(15, 2000, 0), members = of_records(16, 500, 2), others = of_records(17, 500, 0);
  const auto fitted = gaussian{}.fit(people.people());
  const auto area = [&](const auto& score_of) {
    double right = 0;
    for (std::size_t i = 0; i < 500; ++i)
      for (std::size_t j = 0; j < 500; ++j) right += score_of(members, i) > score_of(others, j);
    return right / 250000;
  };
  std::vector<double> of_members(500), of_others(500);
  fitted(signals{members.values, 3, {}}, of_members);
  fitted(signals{others.values, 3, {}}, of_others);
  CHECK(area([&](const sample& of, std::size_t i) { return (&of == &members ? of_members : of_others)[i]; }) > 0.9);
  CHECK(area([](const sample& of, std::size_t i) { return of.values[3 * i]; }) < 0.7);
}

TEST_CASE("quantile regression says nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed) {
    // The feature of a record is its score under a model that is not asked: how hard it is.
    const metric::estimate auc = oracle::null_auc(
        seed, [&](const std::vector<double>& target, const shadow_models<double>& shadow, std::span<double> evidence) {
          sample known, asked;
          for (std::size_t i = 0; i < target.size(); ++i) {
            known.values.insert(known.values.end(), {shadow.scores[0][i], shadow.scores[1][i]});
            asked.values.insert(asked.values.end(), {target[i], shadow.scores[1][i]});
          }
          rule.fit(known.people())(signals{asked.values, 2, {}}, evidence);
        });
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.04);
  };
  check(gaussian{}, 341);
  check(quantile{conditional::linear_quantile{0.1}}, 342);
}

TEST_CASE("what has no regression is refused by name") {
  const sample sound = of_records(18, 100, 0);
  const auto message = [](const auto& rule, const sample& all) {
    return refusal([&] { (void)rule.fit(all.people()); });
  };
  CHECK(has(message(quantile{}, sound), "fpr: is not set"));
  CHECK(has(message(quantile{conditional::linear_quantile{1.5}}, sound), "fpr: is 1.5"));
  CHECK(has(message(quantile{conditional::linear_quantile{0.001}}, sound), "a population of 100 records says nothing"));
  CHECK(has(message(gaussian{conditional::linear_gaussian{0}}, sound), "fpr: is 0"));
  sample bad = sound;
  bad.width = 1;
  CHECK(has(message(gaussian{}, bad), "population: has 1 values a record; wanted a score and its features"));
  bad = sound;
  bad.values[4] = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(message(gaussian{}, bad), "population: element 4 is nan"));
  bad = sound;
  for (std::size_t i = 0; i < 100; ++i) bad.values[i * 3 + 2] = 2 * bad.values[i * 3 + 1] - 1;
  CHECK(has(message(gaussian{}, bad), "collinear"));
  bad = sound;
  for (std::size_t i = 0; i < 100; ++i) bad.values[i * 3] = 2 * bad.values[i * 3 + 1] - bad.values[i * 3 + 2];
  CHECK(has(message(gaussian{}, bad), "predict some scores exactly"));
  CHECK(message(quantile{conditional::linear_quantile{0.1}}, bad) == "nothing was thrown");
  bad.values.resize(15);
  CHECK(has(message(gaussian{}, bad), "has 5 records for 3 coefficients"));
  std::vector<double> evidence(1);
  const std::vector<double> two{1, 2};
  CHECK(has(refusal([&] {
              gaussian{}.fit(sound.people())(signals{two, 2, {}}, evidence);
            }),
            "signal: has 2 values a subject; the population has 3"));
}
