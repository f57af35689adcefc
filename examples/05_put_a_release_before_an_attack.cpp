// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 5: what does a defence take back?
//
// A *release policy* changes what the target reveals. It maps an observation to another one, and its type says what is
// left: behind argmax only the label is, so an attack that needs confidences is not weaker there, it does not compile.
// Whether a policy that leaves confidences helps is for the audit to measure, not for the type to say.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

template <class Scorer>
metric::estimate auc_of(const Scorer& scorer, const Classification auto& answers) {
  std::vector<double> scores(answers.subjects());
  scorer(answers, scores);
  return metric::evaluate(scores, members_first()).auc;
}

void print(const char* what, const metric::estimate& auc) {
  std::printf("%-34s AUC %.3f [%.3f, %.3f]\n", what, auc.value, auc.low, auc.high);
}

int main() {
  const images data;
  const std::vector<float> logits = ask(train_on(data, {first_half()}).front(), data.features);
  const classification<eigen<float>> answers({logits, records, classes}, data.truth);

  const metric::estimate before = auc_of(logit_margin{}, answers);
  print("logit margin, nothing released away:", before);

  // Softer probabilities reveal the same order of records almost as well: the curve hardly moves.
  const auto softened = temperature{4}(answers);
  static_assert(Scorer<logit_margin, decltype(softened)>);
  print("logit margin behind temperature 4:", auc_of(logit_margin{}, softened));

  // Behind argmax the margin is gone. `logit_margin{}(labels, out)` would be refused by both compilers, with
  // "reveals_what_the_scorer_needs ... lacking<access_to::confidence>".
  const auto labels = argmax{}(answers);
  static_assert(!Scorer<logit_margin, decltype(labels)>);
  static_assert(Scorer<correctness, decltype(labels)>);

  // But a label can be right or wrong, and on its training set the model is right: the gap attack is left.
  const metric::estimate gap = auc_of(correctness{}, labels);
  print("correctness behind argmax:", gap);
  return gap.low > 0.5 && gap.value < before.value + 0.1 ? 0 : 1;
}

// prints: logit margin behind temperature 4: +AUC 0\.[5-9]
// prints: correctness behind argmax: +AUC 0\.[5-9]
