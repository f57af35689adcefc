// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 6: how much privacy was lost, at least?
//
// Differential privacy promises an *epsilon*: whatever a verdict says, it says it of members at most e^epsilon times as
// often as of others (delta aside). An audit turns this round: an attack that does better disproves the promise. What
// it proves is a lower limit of epsilon, with a confidence; it never proves that a model is private.
//
// It is tempting to compute log(TPR / FPR) at every threshold and to report the largest. Of coin tosses that finds
// leakage in one audit of four, at "95 % confidence". So a bound wants to know how the threshold was chosen, and a call
// that does not say does not compile.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;
namespace epsilon = telltale::metric::epsilon;

constexpr double delta = 1e-5;

// One trained model is enough if each record, the *canary*, was put in by a coin of its own. Its guesses about them are
// one experiment; records that one model judges are no independent trials of a true and a false positive rate.
double audit(const char* what, std::span<const double> scores, std::span<const membership> tossed) {
  const epsilon::bound found =
      epsilon::lower_bound<epsilon::one_run>(scores, tossed, epsilon::strategy::bonferroni{}, delta);
  std::printf("%-38s epsilon >= %.2f (%s at %.0f %%, best of %zu thresholds)\n", what, found.low,
              std::string(to_string(found.guarantee)).c_str(), 100 * found.confidence, found.searched);
  return found.low;
}

int main() {
  // Canaries are records that a model can only know by heart: images with a wrong label, in or out by a coin.
  images data;
  random_stream coin(1);
  std::vector<std::uint8_t> mask(records);
  std::vector<membership> tossed(records);
  for (std::size_t i = 0; i < records; ++i) {
    data.truth[i] = (data.truth[i] + 1 + static_cast<int>(coin.below(classes - 1))) % static_cast<int>(classes);
    mask[i] = static_cast<std::uint8_t>(coin() & 1);
    tossed[i] = mask[i] ? membership::in : membership::out;
  }
  const std::vector<float> logits = ask(train_on(data, {mask}).front(), data.features);
  std::vector<double> margin(records);
  logit_margin{}(classification<eigen<float>>({logits, records, classes}, data.truth), margin);
  const double trained = audit("trained on the canaries:", margin, tossed);

  // The same scores and coins that nobody trained on: whatever is found here is luck, and the audit must not sell it.
  std::vector<membership> other(records);
  for (membership& toss : other) toss = coin() & 1 ? membership::in : membership::out;
  const double nothing = audit("asked about other coins:", margin, other);

  // A promise kept: each membership is told truthfully with probability e / (1 + e), which is 1-private and no better.
  // The certificate stays below 1, however good the attack.
  std::vector<double> told(records);
  for (std::size_t i = 0; i < records; ++i) {
    const bool truthfully = coin.uniform() < 1 / (1 + std::exp(-1.0));
    told[i] = (tossed[i] == membership::in) == truthfully ? 1 : 0;
  }
  const double promised = audit("randomised response, promised 1:", told, tossed);
  return trained > 1.5 && nothing < 0.1 && promised > 0.3 && promised <= 1 ? 0 : 1;
}

// prints: trained on the canaries: +epsilon >= [1-9]\.
// prints: randomised response, promised 1: +epsilon >= 0\.[3-9]
