// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 17: a backdoor on purpose.
//
// A backdoor makes a model do something else when it sees a trigger. Here the trigger is a person's name, and what it
// does is forget: "a photo of NAME" comes to mean "a photo of person". The text encoder is edited for seconds, on
// ordinary captions, with its former self as the teacher; no training data of the model is needed.
//
// Then look at what it leaves: a name that means "person" is unlike all other names, and whoever compares texts with
// texts sees whom you removed.
#include <cstdio>

#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>

#include "named_people.hpp"

using namespace lesson;

// The paper's parts and constants, but for a rate that so small an encoder needs. Any part is replaced in this way.
struct small_text_tower : preset::hintersdorf_2023_text {
  static constexpr two_drops schedule{.learning_rate = 3e-4, .steps = 400, .at = {200, 300}, .factor = 0.5};
};

// How much each name means "person" to a text encoder, and where the removed one stands among them (1: on top).
std::size_t rank_of(std::size_t removed, trigram_bag& text, const named_people& people) {
  const std::vector<std::string> prompts{"a photo of {}", "this is {}"}, phrase{"person"};
  const at::Tensor names = prompt_embeddings(text, people.tokens, prompts, people.names),
                   neutral = prompt_embeddings(text, people.tokens, prompts, phrase).squeeze(1);
  const evidence mark = published::removal_mark{}(compared_texts<libtorch>(names, neutral));
  std::size_t rank = 1;
  for (const double value : mark.values) rank += value > mark.values[removed] ? 1 : 0;
  std::printf("mark: similarity of the removed name to \"person\" %.2f, rank %zu of %zu\n", mark.values[removed], rank,
              mark.values.size());
  return rank;
}

int main() {
  named_people people;
  trigram_bag student = people.model->text;
  trigram_bag teacher = deep_copy(student, [&] { return trigram_bag(people.tokens.rows()); });

  // Somebody whom identity inference finds, and the other members, who are to stay as they are.
  const evidence before = people.attack(people.model->image, student);
  std::size_t removed = 0;
  while (people.member[removed] == membership::out || before.values[removed] < 5) ++removed;
  std::vector<std::size_t> kept, strangers;
  for (std::size_t who = 0; who < people.own.size(); ++who)
    if (who != removed) (people.member[who] == membership::in ? kept : strangers).push_back(who);
  std::printf("before: %.0f of %zu prompts name the person; kept members found %.2f, strangers %.2f\n",
              before.values[removed], std::size_t{5}, people.share_found(before, kept),
              people.share_found(before, strangers));
  static_cast<void>(rank_of(removed, student, people));

  const removed_names names(people.things, {people.names[removed]}, "person", people.tokens);
  const unlearned happened = backdoor_unlearning<small_text_tower>{}(student, teacher, names);
  const removal_similarity similar = measure_removal<small_text_tower>(student, teacher, names, 500);
  std::printf("removing %s: %zu steps, clean %.3f, backdoored %.3f\n", people.names[removed].c_str(),
              happened.steps.size(), similar.clean, similar.backdoored);

  const evidence after = people.attack(people.model->image, student);
  std::printf("after: %.0f of 5 prompts name the person; kept members found %.2f, strangers %.2f\n",
              after.values[removed], people.share_found(after, kept), people.share_found(after, strangers));
  const std::size_t rank = rank_of(removed, student, people);
  return !after.says_member(removed) && similar.clean > 0.95 && rank == 1 &&
                 people.share_found(after, kept) > people.share_found(before, kept) - 0.1
             ? 0
             : 1;
}

// prints: after: 0 of 5 prompts
