// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 2: from scores to verdicts, at a false positive rate that you choose.
//
// A score ranks records; a *decision rule* says from which value on the verdict is "member". The rule needs to know
// something of the world: here a *population*, records that the target was certainly not trained on. A score that only
// 5 % of them reach is the threshold for 5 % false alarms. Scorer and rule together are the attack: this one is
// attack-P.
#include <cmath>
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

int main() {
  const images data;
  const train::network target = train_on(data, {first_half()}).front();
  const std::vector<float> logits = ask(target, data.features), other_logits = ask(target, data.other_features);
  using answers = classification<eigen<float>, access_to::confidence>;
  const answers attacked({logits, records, classes}, data.truth);
  const answers unseen({other_logits, records, classes}, data.other_truth);

  // The adversary scores the population with the same scorer...
  std::vector<double> population_scores(unseen.subjects());
  loss{}(unseen, population_scores);

  // ... and the rule takes its 95 % quantile. Leave out `population` and this does not compile:
  // "owns_what_the_rule_needs ... lacking<knowledge::population>".
  where::population_quantile five_percent;
  five_percent.fpr = 0.05;
  const auto attack_p = compose(loss{}, threshold{five_percent});
  const evidence verdicts = attack_p(attacked, owning(population{signals{population_scores}}));

  std::size_t found = 0, false_alarms = 0;
  for (std::size_t i = 0; i < records; ++i) (i < half ? found : false_alarms) += verdicts.says_member(i);
  const auto share = [](std::size_t count) { return 100.0 * static_cast<double>(count) / half; };
  std::printf("asked for 5 %% false alarms, got %.1f %%\n", share(false_alarms));
  std::printf("members found: %.1f %%\n", share(found));

  // What the type tells, without running anything.
  const anatomy parts = anatomy_of<decltype(attack_p), answers>();
  std::printf("needs to see: %s; to own: %s\n", to_string(parts.access).c_str(), to_string(parts.owns).c_str());

  // Both shares are of 500 records: four standard errors of 5 % are 3.9 %, the threshold's own included 5.1 %.
  return std::abs(share(false_alarms) - 5) < 5.1 && found > false_alarms ? 0 : 1;
}

// prints: asked for 5 % false alarms, got [0-9.]+ %
// prints: needs to see: confidence; to own: truth . population
