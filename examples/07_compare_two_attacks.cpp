// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 7: is one attack better than another?
//
// Both are asked about the same records, so what makes a record easy or hard is the same for both. Two intervals do not
// know that: each says how its own figure would move if other records had been drawn, and most of that movement is
// common. They may overlap widely although one attack is better on nearly every draw. So draw the records again, many
// times, take both attacks' figures on each draw, and look at their difference: a *paired* bootstrap.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

void print(const char* what, const metric::estimate& figure) {
  std::printf("%-32s %+.3f [%+.3f, %+.3f]\n", what, figure.value, figure.low, figure.high);
}

bool overlap(const metric::estimate& a, const metric::estimate& b) { return a.low <= b.high && b.low <= a.high; }

int main() {
  // The target is trained on the first half of the records; both attacks judge one answer to each.
  const images data;
  const std::vector<float> logits = ask(train_on(data, {first_half()}).front(), data.features);
  const classification<eigen<float>> answers({logits, records, classes}, data.truth);
  std::vector<double> margin(records), entropy(records);
  logit_margin{}(answers, margin);
  modified_entropy{}(answers, entropy);
  const std::vector<membership> member = members_first();

  const metric::evaluation by_margin = metric::evaluate(margin, member), by_entropy = metric::evaluate(entropy, member);
  print("logit margin, AUC", by_margin.auc);
  print("modified entropy, AUC", by_entropy.auc);

  // Larger means member in both, and no scale has to be common: each attack has a curve of its own.
  const metric::comparison found = metric::compare({{margin}, {member}, {}}, {{entropy}, {member}, {}});
  print("margin less entropy, AUC", found.auc);
  print("margin less entropy, TPR at 10 %", found.tpr_at_fpr[0]);

  // The two intervals share nearly all of their length, and yet the difference is not zero. Whether it matters is
  // another question: an interval of a difference also says how small it is.
  const bool together = overlap(by_margin.auc, by_entropy.auc), apart = metric::comparison::told_apart(found.auc);
  std::printf("the intervals overlap: %s; the attacks are told apart: %s\n", together ? "yes" : "no",
              apart ? "yes" : "no");
  return together && apart ? 0 : 1;
}

// prints: the intervals overlap: yes; the attacks are told apart: yes
