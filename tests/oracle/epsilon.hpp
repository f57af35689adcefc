// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/epsilon/one_run.hpp>
#include <telltale/metric/epsilon/strategy/strategy.hpp>
#include <telltale/metric/hull.hpp>

#include <boost/math/distributions/normal.hpp>

// Slow, obvious forms of the epsilon bounds, what not to do with them, and mechanisms whose epsilon is known.
namespace oracle {

using telltale::membership;
using telltale::metric::epsilon::guesses;
using telltale::metric::epsilon::verdict_counts;

inline double binomial_mass(double k, double n, double p) {
  if (p == 0 || p == 1) return k == p * n ? 1 : 0;
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

/// p of the one-run audit, every sum term by term.
inline double one_run_p(const guesses& seen, double epsilon, double delta) {
  const double r = static_cast<double>(seen.made), q = 1 / (1 + std::exp(-epsilon));
  double tail = 0, below = 0, best = 0;
  for (std::uint64_t k = seen.correct; k <= seen.made; ++k) tail += binomial_mass(static_cast<double>(k), r, q);
  for (std::uint64_t i = 1; i <= seen.correct; ++i) {
    below += binomial_mass(static_cast<double>(seen.correct - i), r, q);
    best = std::max(best, below / static_cast<double>(i));
  }
  return tail + 2 * static_cast<double>(seen.canaries) * delta * best;
}

/// Whether the f-DP audit of one run rejects mu, the recursion run to its end with the library's normal law.
inline bool one_run_rejects(const guesses& seen, double mu, double error) {
  const boost::math::normal law;
  const double c = static_cast<double>(seen.correct), made = static_cast<double>(seen.made);
  const double m = static_cast<double>(seen.canaries);
  double r = error * c / m, h = error * (made - c) / m;
  for (double i = c - 1; i >= 0 && r < 1; --i) {
    const double next = r > 0 ? std::max(h, boost::math::cdf(law, boost::math::quantile(law, r) - mu)) : h;
    r += i / (made - i) * (next - h);
    h = next;
  }
  return r + h > made / m;
}

/// The posterior mass of the (epsilon, delta) region: a sum over a grid of cells that are even in the arc sines.
inline double posterior_mass(const verdict_counts& c, double epsilon, double delta, int cells) {
  const auto weights = [cells](std::uint64_t wrong, std::uint64_t right) {
    std::vector<double> weight(static_cast<std::size_t>(cells));
    double sum = 0;
    for (int i = 0; i < cells; ++i) {
      const double angle = (i + 0.5) * std::numbers::pi / 2 / cells;
      weight[static_cast<std::size_t>(i)] = std::exp(2 * static_cast<double>(wrong) * std::log(std::sin(angle)) +
                                                     2 * static_cast<double>(right) * std::log(std::cos(angle)));
      sum += weight[static_cast<std::size_t>(i)];
    }
    for (double& w : weight) w /= sum;
    return weight;
  };
  const auto fpr = weights(c.false_positives, c.true_negatives), fnr = weights(c.false_negatives, c.true_positives);
  std::vector<double> rate(static_cast<std::size_t>(cells));
  for (int i = 0; i < cells; ++i)
    rate[static_cast<std::size_t>(i)] = std::pow(std::sin((i + 0.5) * std::numbers::pi / 2 / cells), 2);
  const double rise = std::exp(epsilon);
  const auto allowed = [&](double x, double y) { return x + rise * y >= 1 - delta; };
  double mass = 0;
  for (std::size_t i = 0; i < rate.size(); ++i)
    for (std::size_t j = 0; j < rate.size(); ++j) {
      const double x = rate[i], y = rate[j];
      if (allowed(x, y) && allowed(y, x) && allowed(1 - x, 1 - y) && allowed(1 - y, 1 - x)) mass += fpr[i] * fnr[j];
    }
  return mass;
}

/// The best bound of the corners of the curve's convex hull, none of them charged for the others: what nobody should
/// report. A scan of every threshold finds at least as much.
template <class Method>
double uncorrected_scan(const telltale::metric::epsilon::attack_scores& scores, double delta, double error) {
  double best = 0;
  for (const std::size_t i : telltale::metric::convex_hull(scores.curve()))
    best = std::max(best, Method::low(scores.counts_at(i), delta, error, best));
  return best;
}

/// jax_privacy's "Bonferroni": the error divided by the corners of the curve's convex hull, which the scores chose.
template <class Method>
double corrected_for_corners(const telltale::metric::epsilon::attack_scores& scores, double delta, double error) {
  const auto corners = telltale::metric::convex_hull(scores.curve());
  double best = 0;
  for (const std::size_t i : corners)
    best = std::max(best, Method::low(scores.counts_at(i), delta, error / static_cast<double>(corners.size()), best));
  return best;
}

/// log(TPR / FPR) of the best threshold with at least `least` false positives: a number without any confidence.
inline double raw_counts(const telltale::metric::epsilon::attack_scores& scores, std::uint64_t least) {
  double best = 0;
  for (std::size_t i = 0; i < scores.curve().size(); ++i) {
    const verdict_counts c = scores.counts_at(i);
    if (c.false_positives >= least && c.true_positives > 0)
      best = std::max(best, std::log(static_cast<double>(c.true_positives) / static_cast<double>(c.members()) /
                                     (static_cast<double>(c.false_positives) / static_cast<double>(c.nonmembers()))));
  }
  return best;
}

struct scored_canaries {
  std::vector<double> scores;
  std::vector<membership> member;
};

/// Scores of `records` records of which the class is given by `is_member(random, i)`, by `score(random, is member)`.
template <class IsMember, class Score>
scored_canaries draw(telltale::random_stream& random, std::size_t records, const IsMember& is_member,
                     const Score& score) {
  scored_canaries drawn;
  for (std::size_t i = 0; i < records; ++i) {
    const bool in = is_member(random, i);
    drawn.member.push_back(in ? membership::in : membership::out);
    drawn.scores.push_back(score(random, in));
  }
  return drawn;
}

inline bool first_half_of_two(telltale::random_stream&, std::size_t i) { return i % 2 == 0; }
inline bool tossed(telltale::random_stream& random, std::size_t) { return random() & 1; }

/// Randomised response, epsilon-private and tight: says the truth with probability e^epsilon / (1 + e^epsilon). The
/// answer comes with a uniform part, so that TPR / FPR is e^epsilon at every threshold in [1, 2).
struct randomised_response {
  double epsilon;
  double operator()(telltale::random_stream& random, bool in) const {
    const bool truth = random.uniform() < 1 / (1 + std::exp(-epsilon));
    return (truth == in ? 1 : 0) + random.uniform();
  }
};

/// The Gaussian mechanism of sensitivity 1 and noise 1 / mu.
struct gaussian_mechanism {
  double mu;
  double operator()(telltale::random_stream& random, bool in) const { return random.normal() + (in ? mu : 0); }
};

}  // namespace oracle
