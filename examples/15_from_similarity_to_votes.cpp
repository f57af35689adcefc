// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 15: similarity as evidence, and why photos vote.
//
// An image-text model embeds pictures and texts in one space, and says by a cosine how well they go together. Does "a
// photo of NAME" go well with a face because the model was trained on both? A cosine alone does not tell: names of
// strangers lie near some pictures too. So one asks which of many names lies nearest, the arg max, and lets several
// photos of the person vote, so that one chance hit decides nothing.
#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "emoji_embeddings.hpp"

using namespace lesson;

int main() {
  const memorised_people people;
  const zero_shot<eigen<float>> model = people.observed();

  // 1. The similarity of every photo with its own name: how high may a stranger's be, and who lies below that?
  double highest = -1, below = 0, of_members = 0;
  const auto each_own_similarity = [&](membership of, const auto& use) {
    for (std::size_t photo = 0; photo < model.photos(); ++photo)
      for (std::size_t p = 0; p < model.prompts(); ++p) {
        const auto person = std::size_t(people.owner[photo]);
        if (people.member[person] == of) use(model.similarities(photo, p)[person]);
      }
  };
  each_own_similarity(membership::out, [&](double s) { highest = std::max(highest, s); });
  each_own_similarity(membership::in, [&](double s) {
    below += s < highest;
    ++of_members;
  });
  std::printf("similarity:  a stranger's photo goes with their name at %.2f; %.0f %% of the members' lie below\n",
              highest, 100 * below / of_members);

  // 2. The arg max: `argmax{}` releases the nearest name of each photo and hides the rest. Whose name is ever chosen?
  const auto votes = argmax{}(model);
  evidence ever{std::vector<double>(model.subjects()), 1};
  for (std::size_t person = 0; person < model.subjects(); ++person)
    for (const std::uint32_t photo : votes.photos_of(person))
      for (std::size_t p = 0; p < votes.prompts(); ++p)
        ever.values[person] += votes.votes()[photo * votes.prompts() + p] == votes.true_name(person);

  // 3. The ballot: under each prompt a name wins that has more votes than any other. A tie is nobody's.
  const evidence plurality = published::idia{}(votes);

  const metric::verdict_rates any = metric::rates_of(ever, people.member),
                              won = metric::rates_of(plurality, people.member);
  const auto print = [](const char* rule, const metric::verdict_rates& got) {
    std::printf("%-12s finds %2.0f %% [%.0f, %.0f] of the members, accuses %2.0f %% [%.0f, %.0f] of the others\n", rule,
                100 * got.tpr->value, 100 * got.tpr->low, 100 * got.tpr->high, 100 * got.fpr->value, 100 * got.fpr->low,
                100 * got.fpr->high);
  };
  print("one photo:", any);
  print("plurality:", won);

  // Intervals of so few people overlap; but the two rules judge the same people, and the ballot only takes away.
  return won.false_positives < any.false_positives && won.tpr->low > won.fpr->high ? 0 : 1;
}

// prints: plurality: +finds [89][0-9] %
