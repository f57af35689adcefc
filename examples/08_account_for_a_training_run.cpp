// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 8: what a training with noise promises, and what a promise costs.
//
// An attack shows what a model gives away at least. Differential privacy promises what it gives away at most: no answer
// becomes more than e^epsilon times as probable because one record was in the training, except with probability delta.
// DP-SGD earns the promise: it clips every record's gradient to length C, draws each batch by Poisson sampling (every
// record with probability `rate`, independently) and adds noise of standard deviation sigma C to the sum. An accountant
// turns sigma, rate and steps into epsilon.
#include <cmath>
#include <cstdio>

#include <telltale/telltale.hpp>

using namespace telltale::accounting;

int main() {
  // 15 epochs over 60,000 records in batches of 150, noise 1.3. Steps are batches, not epochs.
  const composition training(gaussian{.sigma = 1.3, .rate = 150.0 / 60'000, .steps = 6000});
  const double delta = 1e-5;

  // Three accountants, three answers. Renyi's is a bound and quick. The privacy loss distribution gives a bound, too,
  // and says how far above the truth it may be. The central limit theorem gives an approximation: no promise.
  const renyi_bound by_renyi = renyi<>{}.epsilon(training, delta);
  const privacy_loss_bound by_loss = privacy_loss{.error = 0.001}.epsilon(training, delta);
  const gaussian_bound by_limit = central_limit::epsilon(training, delta);
  std::printf("Renyi:             epsilon %.4f, at order %.1f\n", by_renyi.epsilon, by_renyi.order);
  std::printf("privacy loss:      epsilon %.4f, exact value at least %.4f\n", by_loss.epsilon,
              by_loss.epsilon - by_loss.error);
  std::printf("central limit:     epsilon %.4f, an approximation\n", by_limit.epsilon);

  // What that means for an attack: who accuses 1 % of the outsiders finds at most this share of the members.
  const double fpr = 0.01, tpr = std::exp(by_loss.epsilon) * fpr + delta;
  std::printf("TPR at 1 %% FPR:    at most %.2f %%\n", 100 * tpr);

  // Everything that reads the same records belongs into the same account: here, ten counts released with Laplace noise.
  composition with_counts = training;
  with_counts.then(laplace{.scale = 20, .steps = 10});
  const privacy_loss_bound all = privacy_loss{.error = 0.001}.epsilon(with_counts, delta);
  std::printf("with ten counts:   epsilon %.4f\n", all.epsilon);

  // The other way round: how much noise does a budget ask for? The answer never exceeds the budget, and a tighter
  // accountant asks for less noise, which is a better model for the same promise.
  const privacy_target budget{.epsilon = 0.5, .delta = delta};
  const auto little = smallest_sigma(privacy_loss{}, budget, 150.0 / 60'000, 6000);
  const auto more = smallest_sigma(renyi<>{}, budget, 150.0 / 60'000, 6000);
  std::printf("noise for 0.5:     %.3f by privacy loss, %.3f by Renyi\n", little.value, more.value);

  const bool in_order = by_loss.epsilon < by_renyi.epsilon && all.epsilon > by_loss.epsilon;
  const bool kept = little.epsilon <= budget.epsilon && more.epsilon <= budget.epsilon && little.value < more.value;
  return in_order && kept ? 0 : 1;
}

// prints: Renyi: +epsilon 0\.7241, at order 19\.1
