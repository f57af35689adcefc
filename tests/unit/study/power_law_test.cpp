// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/power_law.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/study/needed_shots.hpp>

#include "oracle/coverage.hpp"

#include <doctest/doctest.h>

using namespace telltale::study;
using doctest::Approx;
using oracle::tally;
using telltale::argument_error;
using telltale::random_stream;

static_assert(LawFit<law_fit::dropped> && LawFit<law_fit::floored> && LawFit<law_fit::likelihood>);

namespace {

struct plane {
  double intercept, of_shots, of_classes;
  [[nodiscard]] double excess(double shots, double classes) const {
    return std::pow(10, intercept + of_shots * std::log10(shots) + of_classes * std::log10(classes));
  }
};

constexpr plane typical{-0.4, -0.55, 0.2};

std::vector<cell> noiseless(const plane& law, double fpr, std::uint64_t positives = 1000) {
  std::vector<cell> cells;
  for (const double shots : {4, 16, 64, 256, 1024})
    for (const double classes : {2, 5, 10})
      cells.push_back({shots, classes, fpr, fpr + law.excess(shots, classes), positives, 0});
  return cells;
}

std::uint64_t binomial(random_stream& random, std::uint64_t trials, double p) {
  std::uint64_t hits = 0;
  for (std::uint64_t i = 0; i < trials; ++i) hits += random.uniform() < p;
  return hits;
}

/// True positives are drawn; with `negatives`, so is the FPR that the threshold really has, and the TPR moves with it.
std::vector<cell> measured(const plane& law, double fpr, std::uint64_t positives, std::uint64_t negatives,
                           std::uint64_t seed) {
  random_stream random(seed);
  std::vector<cell> cells = noiseless(law, fpr, positives);
  for (cell& each : cells) {
    each.negatives = negatives;
    double rate = each.tpr;
    if (negatives > 0)
      rate += static_cast<double>(binomial(random, negatives, fpr)) / static_cast<double>(negatives) - fpr;
    each.tpr = static_cast<double>(binomial(random, positives, rate)) / static_cast<double>(positives);
  }
  return cells;
}

struct behaviour {
  std::array<tally, 3> held;
  std::array<double, 3> mean{};
  std::size_t dropped = 0, floored = 0;
};

template <class Policy>
behaviour simulated(double fpr, std::uint64_t positives, std::uint64_t negatives, int experiments,
                    const Policy& policy = {}) {
  behaviour found;
  for (int e = 0; e < experiments; ++e) {
    const auto cells = measured(typical, fpr, positives, negatives, static_cast<std::uint64_t>(e));
    const power_law_fit fit = fit_power_law(cells, policy);
    const std::array<telltale::metric::estimate, 3> got{fit.law.intercept(), fit.law.of_shots(), fit.law.of_classes()};
    const std::array<double, 3> truth{typical.intercept, typical.of_shots, typical.of_classes};
    for (std::size_t k = 0; k < 3; ++k) {
      found.held[k].add(got[k], truth[k]);
      found.mean[k] += got[k].value / experiments;
    }
    found.dropped += fit.dropped;
    found.floored += fit.floored;
  }
  MESSAGE(Policy::name << " at FPR " << fpr << ", " << positives << " members, " << negatives
                       << " non-members: coverage of b0, bS, bC " << found.held[0].held() << " " << found.held[1].held()
                       << " " << found.held[2].held() << ", mean bS " << found.mean[1] << " (truth " << typical.of_shots
                       << "), width of bS " << found.held[1].width() << ", dropped " << found.dropped << ", floored "
                       << found.floored);
  return found;
}

}  // namespace

TEST_CASE("noiseless cells give their coefficients back, whatever the policy") {
  const auto check = [](const auto& policy, double fpr, const plane& law) {
    const power_law_fit fit = fit_power_law(noiseless(law, fpr), policy);
    CHECK(std::abs(fit.law.intercept().value - law.intercept) < 1e-9);
    CHECK(std::abs(fit.law.of_shots().value - law.of_shots) < 1e-9);
    CHECK(std::abs(fit.law.of_classes().value - law.of_classes) < 1e-9);
    CHECK(fit.r2 == Approx(1).epsilon(1e-9));
    CHECK(fit.dropped == 0);
    CHECK(fit.floored == 0);
  };
  for (const double fpr : {0.1, 0.01, 0.001}) {
    check(law_fit::dropped{}, fpr, typical);
    check(law_fit::floored{.records = 1e-9}, fpr, typical);
    check(law_fit::likelihood{}, fpr, typical);
  }
  check(law_fit::likelihood{}, 0.001, {-0.8, -0.9, -0.1});
}

TEST_CASE("ordinary least squares against NumPy") {
  // numpy.linalg.lstsq on log10 of these excesses; standard errors from s^2 (X'X)^-1, intervals by scipy.stats.t(3).
  std::vector<cell> cells;
  const double shots[] = {4, 16, 64, 4, 16, 64}, classes[] = {2, 2, 2, 10, 10, 10},
               excess[] = {0.3, 0.11, 0.06, 0.35, 0.2, 0.08};
  for (int i = 0; i < 6; ++i) cells.push_back({shots[i], classes[i], 0.1, 0.1 + excess[i], 1000, 0});
  const power_law_fit fit = fit_power_law(cells, law_fit::dropped{});
  CHECK(fit.law.intercept().value == Approx(-0.29595767280589025).epsilon(1e-12));
  CHECK(fit.law.of_shots().value == Approx(-0.5564013889790415).epsilon(1e-12));
  CHECK(fit.law.of_classes().value == Approx(0.21532771265513287).epsilon(1e-12));
  CHECK(fit.law.standard_error(0) == Approx(0.07547544802552661).epsilon(1e-10));
  CHECK(fit.law.standard_error(1) == Approx(0.04746237976088686).epsilon(1e-10));
  CHECK(fit.law.standard_error(2) == Approx(0.06675981204204749).epsilon(1e-10));
  CHECK(fit.r2 == Approx(0.9801103147752395).epsilon(1e-12));
  CHECK(fit.law.of_shots().low == Approx(-0.707447864089048).epsilon(1e-9));
  const law_prediction at = fit.law.predict(256, 5);
  CHECK(at.tpr.value == Approx(0.1327040755771362).epsilon(1e-12));
  CHECK(at.tpr.low == Approx(0.12079129517721332).epsilon(1e-9));
  CHECK(at.new_cell.high == Approx(0.16060619563132283).epsilon(1e-9));
  CHECK(at.extrapolated);
  CHECK(!fit.law.predict(20, 5).extrapolated);
}

TEST_CASE("binomial cells: the likelihood covers, the regressions do not quite") {
  const int experiments = 400;
  for (const std::uint64_t negatives : {0u, 2000u})
    for (const double fpr : {0.1, 0.01}) {
      const behaviour found = simulated<law_fit::likelihood>(fpr, 2000, negatives, experiments);
      for (const tally& each : found.held) CHECK(each.held() >= 0.95 - 3 * each.error());
      CHECK(std::abs(found.mean[1] - typical.of_shots) < 0.01);
      CHECK(found.held[1].width() < 0.2);
    }
  // Cells near the noise weigh as much as all others: the slope's interval is too short, and the three policies differ
  // where TPR <= FPR occurs.
  const behaviour without = simulated<law_fit::dropped>(0.1, 2000, 0, experiments),
                  raised = simulated<law_fit::floored>(0.1, 2000, 0, experiments);
  CHECK(without.dropped > 0);
  CHECK(without.dropped <= raised.floored);
  CHECK(without.held[1].held() < 0.95 - 3 * without.held[1].error());
  CHECK(without.mean[1] > raised.mean[1]);
}

TEST_CASE("a cell below its FPR is dropped, floored or weighed, and counted") {
  std::vector<cell> cells = noiseless(typical, 0.1, 2000);
  cells[12].tpr = 0.098;
  const power_law_fit without = fit_power_law(cells, law_fit::dropped{}),
                      raised = fit_power_law(cells, law_fit::floored{}),
                      weighed = fit_power_law(cells, law_fit::likelihood{});
  CHECK(without.dropped == 1);
  CHECK(without.floored == 0);
  CHECK(without.law.of_shots().value == Approx(typical.of_shots).epsilon(1e-9));
  CHECK(raised.floored == 1);
  CHECK(raised.law.of_shots().value < typical.of_shots - 0.05);
  CHECK(weighed.dropped + weighed.floored == 0);
  CHECK(std::abs(weighed.law.of_shots().value - typical.of_shots) < 0.03);
  CHECK(weighed.dispersion < 1);
  CHECK(std::isnan(weighed.law.residual()));
  CHECK(weighed.policy == "likelihood");
}

TEST_CASE("cells of one number of classes say nothing about others") {
  std::vector<cell> cells;
  for (const cell& each : noiseless(typical, 0.1))
    if (each.classes == 2) cells.push_back(each);
  const power_law law = fit_power_law(cells, law_fit::dropped{}).law;
  CHECK(!law.has_classes());
  CHECK(law.intercept().value == Approx(typical.intercept + typical.of_classes * std::log10(2.0)).epsilon(1e-9));
  CHECK(law.predict(64, 2).tpr.value == Approx(0.1 + typical.excess(64, 2)).epsilon(1e-9));
  CHECK_THROWS_AS(static_cast<void>(law.predict(64, 3)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(needed_shots(law, 1, 0, 3)), argument_error);
}

TEST_CASE("shots needed: the published table from its coefficients") {
  // Smallest S per class, C = 2, delta = 1e-5 (Tobaben et al. 2025, table 1, from description), and the coefficients
  // recovered from its columns: average at FPR 0.1, 0.01, 0.001, and the worst record at 0.1.
  const double epsilons[4] = {0.25, 0.5, 0.75, 1};
  const double table[4][4] = {
      {5400, 69000, 320000, 5.5e9}, {1100, 16000, 88000, 2.6e8}, {360, 5900, 38000, 3.5e7}, {160, 2700, 19000, 7.0e6}};
  const power_law columns[4] = {
      power_law::given(0.1, 0.355, -0.509, {}, 2), power_law::given(0.01, 0.138, -0.554, {}, 2),
      power_law::given(0.001, -0.073, -0.628, {}, 2), power_law::given(0.1, 1.085, -0.270, {}, 2)};
  for (int e = 0; e < 4; ++e)
    for (int c = 0; c < 4; ++c) {
      const shots_needed found = needed_shots(columns[c], epsilons[e], 1e-5, 2);
      INFO("epsilon " << epsilons[e] << ", column " << c << ": " << found.shots.value);
      CHECK(found.shots.value == Approx(table[e][c]).epsilon(0.03));
      CHECK(std::isnan(found.shots.low));
      CHECK(columns[c].predict(found.shots.value, 2).tpr.value == Approx(found.tpr_bound).epsilon(1e-12));
    }
  // exp(0.25) 0.1 + 1e-5.
  CHECK(needed_shots(columns[0], 0.25, 1e-5, 2).tpr_bound == Approx(0.128412542).epsilon(1e-8));
}

TEST_CASE("the interval of the shots needed is where the line's limits meet the bound") {
  const power_law law = fit_power_law(measured(typical, 0.1, 2000, 0, 5)).law;
  const shots_needed found = needed_shots(law, 0.5, 1e-5, 5);
  CHECK(found.shots.low < found.shots.value);
  CHECK(found.shots.value < found.shots.high);
  CHECK(law.predict(found.shots.low, 5).tpr.low == Approx(found.tpr_bound).epsilon(1e-9));
  CHECK(law.predict(found.shots.high, 5).tpr.high == Approx(found.tpr_bound).epsilon(1e-9));
  CHECK(!found.extrapolated);
  CHECK(needed_shots(law, 0.01, 0, 5).extrapolated);
  CHECK(needed_shots(law, 0.5, 1e-5, 50).extrapolated);
  // Coverage, by simulation.
  const double truth =
      std::pow(10, (std::log10(found.tpr_bound - 0.1) - typical.intercept - typical.of_classes * std::log10(5.0)) /
                       typical.of_shots);
  tally held;
  for (std::uint64_t e = 0; e < 300; ++e)
    held.add(needed_shots(fit_power_law(measured(typical, 0.1, 2000, 0, 1000 + e)).law, 0.5, 1e-5, 5).shots, truth);
  MESSAGE("shots needed: coverage " << held.held() << ", width " << held.width() << ", truth " << truth);
  CHECK(held.held() >= 0.95 - 3 * held.error());
  CHECK(held.width() < truth);
  // A slope that may as well be 0 bounds nothing.
  std::array<double, 9> wide{};
  wide[4] = 1;
  const shots_needed unknown =
      needed_shots(power_law::restored(0.1, {-0.4, -0.5, 0}, wide, 10, 0, {4, 64}, {2, 2}), 0.5, 0, 2);
  CHECK(unknown.shots.low == 0);
  CHECK(unknown.shots.high == std::numeric_limits<double>::infinity());
}

TEST_CASE("cells that determine no law are refused") {
  const auto refused = [](const auto& change, const auto& policy) {
    std::vector<cell> cells = noiseless(typical, 0.1);
    change(cells);
    CHECK_THROWS_AS(static_cast<void>(fit_power_law(cells, policy)), argument_error);
  };
  const auto by_all = [&](const auto& change) {
    refused(change, law_fit::dropped{});
    refused(change, law_fit::floored{});
    refused(change, law_fit::likelihood{});
  };
  by_all([](auto& c) { c.clear(); });
  by_all([](auto& c) { c.resize(3); });
  by_all([](auto& c) { c[1].fpr = 0.2; });
  by_all([](auto& c) { c[1].fpr = 0; });
  by_all([](auto& c) { c[1].tpr = 1.01; });
  by_all([](auto& c) { c[1].tpr = std::numeric_limits<double>::quiet_NaN(); });
  by_all([](auto& c) { c[1].shots = 0; });
  by_all([](auto& c) { c[1].classes = -2; });
  by_all([](auto& c) { c[1].positives = 0; });
  by_all([](auto& c) {
    for (cell& each : c) each.shots = 4;
  });
  by_all([](auto& c) {
    for (cell& each : c) each.classes = each.shots / 2;
  });
  const auto no_excess = [](auto& c) {
    for (cell& each : c) each.tpr = 0.09;
  };
  refused(no_excess, law_fit::dropped{});
  refused(no_excess, law_fit::likelihood{});
  const auto reason = [](const auto& change) {
    std::vector<cell> cells = noiseless(typical, 0.1);
    change(cells);
    try {
      static_cast<void>(fit_power_law(cells));
    } catch (const argument_error& refusal) {
      return refusal.reason();
    }
    return std::string("none");
  };
  // The likelihood would have the slope run away, or a rate above 1.
  CHECK(reason([](auto& c) {
          for (cell& each : c) each.tpr = each.shots == 4 ? 0.2 : 0.09;
        }).find("show no excess") == 0);
  CHECK(reason([](auto& c) {
          for (cell& each : c) each.tpr = each.shots < 100 ? 1 : 0.3;
        }).find("would have a TPR above 1") == 0);
  refused([](auto&) {}, law_fit::floored{.records = 0});
  CHECK_THROWS_AS(static_cast<void>(power_law::given(0, 1, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(power_law::given(0.1, std::nan(""), 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(power_law::given(0.1, 1, -1, {}, 0)), argument_error);
  const power_law law = power_law::given(0.1, -0.4, -0.5), rising = power_law::given(0.1, -0.4, 0.5);
  CHECK_THROWS_AS(static_cast<void>(law.predict(0, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(law.predict(4, 1, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(needed_shots(law, 0, 0, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(needed_shots(law, -1, 0, 1)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(needed_shots(rising, 1, 0, 1)), argument_error);
}
