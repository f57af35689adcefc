// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 1: does a model behave differently on what it was trained on?
//
// An attack asks one question about a record: was it in the training set? Here the adversary sees the class scores that
// the target gives to a record, and knows the record's true class. A *scorer* turns that into one number, larger for
// members; how well the numbers of members and of others are apart is the *ROC curve*.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

int main() {
  const images data;
  const train::network target = train_on(data, {first_half()}).front();
  const std::vector<float> logits = ask(target, data.features);

  // An *observation*: what the target answered, and what its type says the adversary may see of it.
  const classification<eigen<float>, access_to::confidence> answers({logits, records, classes}, data.truth);

  // The scorer fills a span with one number a record: how far the true class stands above all others.
  std::vector<double> margin(answers.subjects());
  logit_margin{}(answers, margin);
  std::printf("first member: %.2f, first other record: %.2f\n", margin[0], margin[half]);

  // Every number comes with its uncertainty.
  const metric::evaluation found = metric::evaluate(margin, members_first());
  std::printf("AUC %.3f, with 95 %% confidence in [%.3f, %.3f]\n", found.auc.value, found.auc.low, found.auc.high);
  for (const metric::operating_point& point : found.tpr_at_fpr) {
    if (point.resolvable)
      std::printf("finds %.1f %% of the members at %.1f %% false alarms\n", 100 * point.tpr.value, 100 * point.fpr);
    else
      std::printf("%.1f %% false alarms: fewer than one of %zu records, not measurable\n", 100 * point.fpr,
                  found.nonmembers);
  }
  return found.auc.low > 0.5 ? 0 : 1;  // a model that fits its training set gives it away
}

// prints: AUC 0\.[5-9][0-9]+, with 95 % confidence
// prints: 0\.1 % false alarms: fewer than one of 500 records, not measurable
