// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numbers>
#include <string_view>
#include <utility>

#include <telltale/metric/epsilon/lower_bounds.hpp>

#include <doctest/doctest.h>

#include "oracle/epsilon.hpp"

// How often each bound certifies more than the mechanism's epsilon, which must be at most 5 %, and what it is worth.
using namespace telltale;
using namespace telltale::metric::epsilon;

namespace {

constexpr int experiments = 2000;
constexpr double alpha = 0.05;
// Four standard errors of a rate of 5 % among the experiments.
const double slack = 4 * std::sqrt(alpha * (1 - alpha) / experiments);

struct behaviour {
  double false_rate = 0, mean_low = 0;
};

/// `low(random)` is the bound of one experiment, false where it exceeds `epsilon` by more than rounding.
template <class Low>
behaviour simulate(std::uint64_t stream, double epsilon, const Low& low) {
  behaviour seen;
  for (int i = 0; i < experiments; ++i) {
    random_stream random(21, stream * experiments + static_cast<std::uint64_t>(i));
    const double found = low(random);
    seen.false_rate += (found > epsilon + 1e-9) / static_cast<double>(experiments);
    seen.mean_low += found / experiments;
  }
  return seen;
}

/// Counts of n trials of each class with the given rates.
verdict_counts trials(random_stream& random, std::uint64_t n, double tpr, double fpr) {
  std::uint64_t tp = 0, fp = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    tp += random.uniform() < tpr;
    fp += random.uniform() < fpr;
  }
  return verdict_counts::of(tp, n, fp, n);
}

template <class Method>
behaviour fixed_threshold(std::uint64_t stream, std::uint64_t n, double tpr, double fpr, double epsilon, double delta) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, double> known;  // few counts come up again and again
  return simulate(stream, epsilon, [&](random_stream& random) {
    const verdict_counts counts = trials(random, n, tpr, fpr);
    const auto [place, fresh] = known.try_emplace({counts.true_positives, counts.false_positives}, 0.0);
    if (fresh) place->second = lower_bound<Method>(fixed_in_advance(counts), delta).low;
    return place->second;
  });
}

double normal_above(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

/// The false-positive and true-positive rate of the threshold at which a Gaussian mechanism's epsilon(delta) is tight.
std::pair<double, double> tight_rates(double mu, double epsilon) {
  const double cut = epsilon / mu + mu / 2;
  return {normal_above(cut), normal_above(cut - mu)};
}

template <class Method, class Strategy, class IsMember, class Mechanism>
behaviour searched_threshold(std::uint64_t stream, std::size_t records, const IsMember& is_member,
                             const Mechanism& mechanism, double epsilon, double delta, const Strategy& chosen) {
  return simulate(stream, epsilon, [&](random_stream& random) {
    const auto data = oracle::draw(random, records, is_member, mechanism);
    return chosen.template operator()<Method>(attack_scores(data.scores, data.member), delta);
  });
}

/// The same of binomial counts at a fixed threshold and delta = 0, summed over both laws.
template <class Method>
behaviour exactly(int members, int nonmembers, double tpr, double fpr, double epsilon) {
  behaviour seen;
  for (int tp = 0; tp <= members; ++tp) {
    const double of_tp = oracle::binomial_mass(tp, members, tpr);
    if (of_tp < 1e-9) continue;
    for (int fp = 0; fp <= nonmembers; ++fp) {
      const double mass = of_tp * oracle::binomial_mass(fp, nonmembers, fpr);
      if (mass < 1e-9) continue;
      const auto count = [](int k) { return static_cast<std::uint64_t>(k); };
      const double low =
          Method::low(verdict_counts::of(count(tp), count(members), count(fp), count(nonmembers)), 0.0, alpha);
      seen.false_rate += low > epsilon + 1e-9 ? mass : 0;
      seen.mean_low += mass * low;
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("a fixed threshold, randomised response: Clopper-Pearson keeps its error") {
  for (const double epsilon : {0.0, 1.0, 4.0})
    for (const std::uint64_t n : {20u, 200u, 2000u}) {
      const double truth = 1 / (1 + std::exp(-epsilon));
      const behaviour seen = fixed_threshold<clopper_pearson>(1, n, truth, 1 - truth, epsilon, 0);
      MESSAGE("epsilon ", epsilon, ", n ", n, ": false ", seen.false_rate, ", mean bound ", seen.mean_low);
      CHECK(seen.false_rate <= alpha + slack);
      if (n == 2000) CHECK(seen.mean_low >= 0.9 * epsilon);
    }
}

TEST_CASE("a fixed threshold, Gaussian mechanism: Clopper-Pearson and Gaussian-DP keep their error") {
  for (const double mu : {1.0, 3.0})
    for (const std::uint64_t n : {20u, 200u, 2000u}) {
      const double delta = 0.01, epsilon = telltale::detail::gaussian_epsilon(mu, delta);
      const auto [fpr, tpr] = tight_rates(mu, epsilon);
      const behaviour any = fixed_threshold<clopper_pearson>(2, n, tpr, fpr, epsilon, delta);
      const behaviour gauss =
          fixed_threshold<gaussian>(3, n, normal_above(-mu / 2), normal_above(mu / 2), epsilon, delta);
      MESSAGE("mu ", mu, ", epsilon ", epsilon, ", n ", n, ": Clopper-Pearson false ", any.false_rate, ", mean ",
              any.mean_low, "; Gaussian-DP false ", gauss.false_rate, ", mean ", gauss.mean_low);
      CHECK(any.false_rate <= alpha + slack);
      CHECK(gauss.false_rate <= alpha + slack);
      CHECK(gauss.mean_low > any.mean_low);
      if (n == 2000) CHECK(gauss.mean_low > 0.8 * epsilon);
    }
}

TEST_CASE("one run, a fixed threshold: both forms keep their error, and f-DP certifies more of a Gaussian") {
  const auto at = [](double threshold) {
    return [threshold]<class Method>(const attack_scores& scores, double delta) {
      return lower_bound<Method>(scores, strategy::fixed{threshold}, delta).low;
    };
  };
  for (const double epsilon : {0.0, 1.0, 4.0})
    for (const std::size_t n : {20u, 200u, 2000u}) {
      const behaviour seen =
          searched_threshold<one_run>(4, n, oracle::tossed, oracle::randomised_response{epsilon}, epsilon, 0, at(1));
      MESSAGE("randomised response, epsilon ", epsilon, ", n ", n, ": false ", seen.false_rate, ", mean ",
              seen.mean_low);
      CHECK(seen.false_rate <= alpha + slack);
      if (n == 1000) CHECK(seen.mean_low >= 0.8 * epsilon);
    }
  for (const std::size_t n : {20u, 200u, 500u}) {
    const double mu = 2, delta = 1e-5, epsilon = telltale::detail::gaussian_epsilon(mu, delta);
    const oracle::gaussian_mechanism mechanism{mu};
    const behaviour plain = searched_threshold<one_run>(5, n, oracle::tossed, mechanism, epsilon, delta, at(2));
    const behaviour sharp =
        searched_threshold<one_run_gaussian>(5, n, oracle::tossed, mechanism, epsilon, delta, at(2));
    MESSAGE("Gaussian, epsilon ", epsilon, ", n ", n, ": one run false ", plain.false_rate, ", mean ", plain.mean_low,
            "; f-DP false ", sharp.false_rate, ", mean ", sharp.mean_low);
    CHECK(plain.false_rate <= alpha + slack);
    CHECK(sharp.false_rate <= alpha + slack);
    if (n > 20) CHECK(sharp.mean_low > plain.mean_low);
  }
}

TEST_CASE("Bayesian: right under its prior, and no frequency") {
  // Rates drawn from Jeffreys' prior, counts from the rates: the bound exceeds epsilon in 5 % of all worlds.
  std::map<std::pair<std::uint64_t, std::uint64_t>, double> known;
  for (const std::uint64_t n : {6u, 15u}) {
    known.clear();
    const behaviour seen = simulate(6, 0, [&](random_stream& random) {
      const auto rate = [&] { return std::pow(std::sin(random.uniform() * std::numbers::pi / 2), 2); };
      const double fpr = rate(), fnr = rate();
      const auto needs = [](double a, double b) { return std::log((1 - a) / b); };
      const double epsilon =
          std::max({needs(fpr, fnr), needs(fnr, fpr), needs(1 - fpr, 1 - fnr), needs(1 - fnr, 1 - fpr)});
      const verdict_counts counts = trials(random, n, 1 - fnr, fpr);
      const auto [place, fresh] = known.try_emplace({counts.true_positives, counts.false_positives}, 0.0);
      if (fresh) place->second = lower_bound<bayesian>(fixed_in_advance(counts), 0).low;
      return place->second > epsilon ? 1.0 : 0.0;
    });
    MESSAGE("n ", n, ": false under the prior ", seen.false_rate);
    CHECK(std::abs(seen.false_rate - alpha) <= slack);
  }
  // Randomised response is on the border of the region in both directions, which the prior gives no weight.
  const double truth = 1 / (1 + std::exp(-1.0));
  const behaviour seen = fixed_threshold<bayesian>(7, 30, truth, 1 - truth, 1, 0);
  MESSAGE("randomised response, epsilon 1, n 30: false ", seen.false_rate, ", mean ", seen.mean_low);
  CHECK(seen.false_rate > alpha + slack);
}

TEST_CASE("limits of ratios: what they keep, and where they do not") {
  // Summed over the binomial laws of both counts: no simulation error.
  struct row {
    behaviour (*of)(int, int, double, double, double);
    std::string_view name;
    double worst_low, worst_high, unequal;  // at equal sizes, and with 1,000 members, 20 non-members, both rates 2 %
  };
  for (const row& r : {row{exactly<clopper_pearson>, clopper_pearson::name, 0.03, 0.05, 0.05},
                       row{exactly<katz_log>, katz_log::name, 0.03, 0.05, 0.6},
                       row{exactly<adjusted_log>, adjusted_log::name, 0.03, 0.05, 0.6},
                       row{exactly<inverse_sinh>, inverse_sinh::name, 0.03, 0.05, 0.6},
                       row{exactly<bailey>, bailey::name, 0.05, 0.053, 0.08}}) {
    double worst = 0;
    for (const int n : {20, 100, 500})
      for (const double epsilon : {0.0, 0.5, 1.0, 2.0, 4.0}) {
        const double truth = 1 / (1 + std::exp(-epsilon));
        const behaviour seen = r.of(n, n, truth, 1 - truth, epsilon);
        worst = std::max(worst, seen.false_rate);
        if (epsilon == 2) MESSAGE(r.name, ", n ", n, ", epsilon 2: false ", seen.false_rate, ", mean ", seen.mean_low);
      }
    const double null = r.name == bailey::name ? 0.1 : 0.02;
    const behaviour unequal = r.of(1000, 20, null, null, 0);
    MESSAGE(r.name, ": false at the worst ", worst, " at equal sizes, ", unequal.false_rate, " at 1000 and 20");
    CHECK(worst > r.worst_low);
    CHECK(worst <= r.worst_high);
    if (r.name == clopper_pearson::name)
      CHECK(unequal.false_rate <= r.unequal);
    else
      CHECK(unequal.false_rate > r.unequal);
  }
}

TEST_CASE("a threshold chosen on the scores: corrected strategies keep the error, the uncorrected scan breaks it") {
  const auto by = [](const auto& chosen) {
    return [&chosen]<class Method>(const attack_scores& scores, double delta) {
      return lower_bound<Method>(scores, chosen, delta).low;
    };
  };
  const auto scan = []<class Method>(const attack_scores& scores, double delta) {
    return oracle::uncorrected_scan<Method>(scores, delta, alpha);
  };
  const auto check = [&]<class Method>(std::string_view what, std::size_t n, const auto& is_member,
                                       const auto& mechanism, double epsilon, double delta) {
    const auto rate = [&](const auto& strategy) {
      return searched_threshold<Method>(8, n, is_member, mechanism, epsilon, delta, strategy);
    };
    const behaviour flattered = rate(scan), some = rate(by(strategy::bonferroni{})),
                    every = rate(by(strategy::bonferroni{0})), half = rate(by(strategy::split{})),
                    many = rate(by(strategy::multi_split{3}));
    MESSAGE(what, ", ", Method::name, ", n ", n, ": false / mean bound: scan ", flattered.false_rate, " ",
            flattered.mean_low, ", Bonferroni ", some.false_rate, " ", some.mean_low, ", of all ", every.false_rate,
            " ", every.mean_low, ", split ", half.false_rate, " ", half.mean_low, ", multi-split ", many.false_rate,
            " ", many.mean_low);
    for (const behaviour& corrected : {some, every, half, many}) CHECK(corrected.false_rate <= alpha + slack);
    for (const behaviour& corrected : {some, every, half, many}) CHECK(corrected.mean_low <= flattered.mean_low);
    return flattered.false_rate;
  };
  const oracle::randomised_response none{0}, strong{3};
  const oracle::gaussian_mechanism gauss{1};
  const double epsilon = telltale::detail::gaussian_epsilon(1.0, 0.01);
  CHECK(check.operator()<one_run>("epsilon 0", 200, oracle::tossed, none, 0, 0) > 0.2);
  CHECK(check.operator()<one_run>("epsilon 3", 300, oracle::tossed, strong, 3, 0) > alpha + slack);
  (void)check.operator()<clopper_pearson>("epsilon 3", 300, oracle::first_half_of_two, strong, 3, 0);
  (void)check.operator()<gaussian>("Gaussian", 300, oracle::first_half_of_two, gauss, epsilon, 0.01);
}

TEST_CASE("what breaks the error: a scan by Clopper-Pearson too, and a correction for the corners of the hull") {
  const auto scan = []<class Method>(const attack_scores& scores, double delta) {
    return oracle::uncorrected_scan<Method>(scores, delta, alpha);
  };
  const auto corners = []<class Method>(const attack_scores& scores, double delta) {
    return oracle::corrected_for_corners<Method>(scores, delta, alpha);
  };
  const behaviour flattered = searched_threshold<clopper_pearson>(9, 1000, oracle::first_half_of_two,
                                                                  oracle::randomised_response{2}, 2, 0, scan);
  // jax_privacy 2.0.0's Bonferroni, of a mechanism that reveals nothing.
  const behaviour hull =
      searched_threshold<one_run>(10, 3000, oracle::tossed, oracle::randomised_response{0}, 0, 0, corners);
  MESSAGE("false: Clopper-Pearson, scan ", flattered.false_rate, "; one run, corrected for corners ", hull.false_rate);
  CHECK(flattered.false_rate > alpha + slack);
  CHECK(hull.false_rate > alpha + slack);
}
