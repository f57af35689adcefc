// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 16: identity inference (IDIA), step by step on three people.
//
// The adversary knows what somebody is called and has a few photos of them. He asks an image-text model which of many
// names goes with each photo, in several wordings (prompts). A model that was never shown the person with their name
// has no reason to pick it out of a hundred. The photos need not be those it was trained on.
#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "emoji_embeddings.hpp"

using namespace lesson;

int main() {
  const memorised_people people;
  const auto votes = argmax{}(people.observed());  // all that the attack needs is the chosen name

  // Two members, one of whom will be missed, and a stranger between them. A draw takes five photos of each, seeded.
  const drawn_photos drawn(votes, {.per_person = 5, .seed = 1, .draw = 0});
  for (const std::size_t person : {16U, 17U, 18U}) {
    std::printf("%s, %s\n", people.name_of[person].c_str(),
                people.member[person] == membership::in ? "a member" : "never seen");
    int won = 0;
    for (std::size_t p = 0; p < drawn.prompts(); ++p) {
      std::printf("  prompt %zu:", p + 1);
      std::vector<int> ballot;
      for (const std::uint32_t photo : drawn.photos_of(person)) {
        ballot.push_back(drawn.votes()[photo * drawn.prompts() + p]);
        const auto name = std::size_t(ballot.back());
        std::printf(" %-13.13s", name < people.name_of.size() ? people.name_of[name].c_str() : "(nobody's)");
      }
      // Strict plurality: more votes than any other name. Two against two would give the prompt to nobody.
      std::sort(ballot.begin(), ballot.end());
      const bool wins = ballot::strict_plurality::wins(ballot, drawn.true_name(person));
      std::printf(" -> %s\n", wins ? "won" : "lost");
      won += wins;
    }
    std::printf("  %d of %zu prompts won: %s\n", won, drawn.prompts(), won >= 1 ? "member" : "non-member");
  }

  // The same for everybody, and by the published composition: tau = 1 prompt is enough.
  const evidence found = published::idia{}(drawn);
  const metric::verdict_rates rates = metric::rates_of(found, people.member);
  std::printf("all %zu people: TPR %.2f [%.2f, %.2f], FPR %.2f [%.2f, %.2f]\n", found.values.size(), rates.tpr->value,
              rates.tpr->low, rates.tpr->high, rates.fpr->value, rates.fpr->low, rates.fpr->high);

  // Which photos were drawn is chance. Twenty draws show how much; they re-use the same people, so that the interval
  // stays that of 63 people.
  std::vector<evidence> draws;
  for (std::uint32_t draw = 0; draw < 20; ++draw)
    draws.push_back(published::idia{}(drawn_photos(votes, {.per_person = 5, .seed = 1, .draw = draw})));
  const metric::drawn_rates over = metric::rates_over_draws(draws, people.member);
  std::printf("20 draws:      TPR %.2f [%.2f, %.2f], deviation %.2f\n", over.tpr->mean.value, over.tpr->mean.low,
              over.tpr->mean.high, over.tpr->standard_deviation);
  return rates.tpr->low > rates.fpr->high ? 0 : 1;
}

// prints: all 63 people: TPR 0\.[89]
