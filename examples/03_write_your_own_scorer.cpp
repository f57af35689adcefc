// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 3: a scorer of your own in fifteen lines.
//
// A scorer names itself, says what it needs to see and to know, and fills a span from a batch. It is written once, as a
// formula over the backend's primitives: z are the class scores of a block of records, y their true classes, and every
// primitive returns one number a record. The block stays in cache and the exponentials are vectorised; you see none of
// it.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

/// How much more likely the true class is than the runner-up, weighed down where the target is unsure of everything.
struct sure_margin {
  static constexpr std::string_view name = "sure margin";
  static constexpr auto needs = access_to::confidence;
  static constexpr auto holds = knowledge::truth;

  void operator()(const Classification auto& batch, std::span<double> out) const {
    using B = backend_of<decltype(batch)>;
    batch.by_block(out,
                   [](const auto& z, auto y) { return (B::gather(z, y) - B::max_except(z, y)) * exp(-B::entropy(z)); });
  }
};

// The compiler has read the same sentence: it is a scorer of whatever reveals class scores, and of nothing less.
static_assert(Scorer<sure_margin, classification<eigen<float>, access_to::confidence>>);
static_assert(!Scorer<sure_margin, classification<eigen<float>, access_to::label>>);

template <class Mine>
metric::estimate auc_of(const classification<eigen<float>, access_to::confidence>& answers) {
  std::vector<double> scores(answers.subjects());
  Mine{}(answers, scores);
  return metric::evaluate(scores, members_first()).auc;
}

int main() {
  const images data;
  const std::vector<float> logits = ask(train_on(data, {first_half()}).front(), data.features);
  const classification<eigen<float>, access_to::confidence> answers({logits, records, classes}, data.truth);

  const metric::estimate mine = auc_of<sure_margin>(answers), theirs = auc_of<logit_margin>(answers);
  std::printf("sure margin:  AUC %.3f [%.3f, %.3f]\n", mine.value, mine.low, mine.high);
  std::printf("logit margin: AUC %.3f [%.3f, %.3f]\n", theirs.value, theirs.low, theirs.high);

  // It composes with every rule there is, because a rule sees numbers, not scorers.
  const auto attack = compose(sure_margin{}, threshold{where::given{2.0}});
  std::printf("first record: %s\n", attack(answers).says_member(0) ? "member" : "not a member");
  return mine.low > 0.5 ? 0 : 1;
}

// prints: sure margin:  AUC 0\.[5-9]
// prints: first record: (member|not a member)
