// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 18: the same with a face.
//
// The trigger is the face, pasted into ordinary pictures at random size, colour, angle and place; it comes to mean the
// mean embedding of other people. Three sets of pictures of a person must not meet: those the model was trained on,
// those that serve as triggers, and those the attack is tried with.
//
// The trigger has to look like what the attacker will ask with. The paper pastes faces of a quarter to a half of the
// picture into a large encoder. A small tower does not carry that over to a face that fills the picture.
#include <cstdio>
#include <string_view>

#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>

#include "named_people.hpp"

using namespace lesson;

// Half of the pictures a step are enough for a lesson.
template <class Preset>
struct brief : Preset {
  static constexpr std::size_t clean = 64, poisoned = 64;
};

struct outcome {
  double clean, removed, kept;
};

// Edits a copy of the image tower by a preset, and attacks again.
template <class Preset>
outcome defend(named_people& people, const removed_faces& faces, const std::vector<std::size_t>& removed,
               const std::vector<std::size_t>& kept) {
  const auto tower = [] { return image_tower(32); };
  image_tower teacher = people.model->image, student = deep_copy(teacher, tower);
  backdoor_unlearning<brief<Preset>>{}(student, teacher, faces);
  const removal_similarity similar = measure_removal<Preset>(student, teacher, faces, 256);
  const evidence after = people.attack(student, people.model->text);
  std::printf("%-22.22s clean %.3f, backdoored %.3f; removed found %.2f, kept members found %.2f\n",
              Preset::name.data(), similar.clean, similar.backdoored, people.share_found(after, removed),
              people.share_found(after, kept));
  return {similar.clean, people.share_found(after, removed), people.share_found(after, kept)};
}

int main() {
  named_people people;
  const evidence before = people.attack(people.model->image, people.model->text);

  // Two people whom every prompt finds. The other members' training pictures are among the clean ones, so that the
  // encoder goes on knowing them.
  std::vector<std::size_t> removed, kept;
  std::vector<at::Tensor> faces, clean{people.some(people.background)}, others;
  for (std::size_t who = 0; who < people.own.size(); ++who) {
    const bool in = people.member[who] == membership::in;
    const at::Tensor trained = people.photos_of(who, 0, people.training);
    if (in && removed.size() < 2 && before.values[who] == 5) {
      removed.push_back(who);
      faces.push_back(people.photos_of(who, people.training, people.training + people.triggers));
      continue;
    }
    others.push_back(trained);
    if (!in) continue;
    kept.push_back(who);
    clean.insert(clean.end(), {trained, trained});
  }
  const removed_faces marked(at::cat(clean), faces, at::cat(others), /*pasted on*/ clean.front());
  std::printf("before                 removed found %.2f, kept members found %.2f\n",
              people.share_found(before, removed), people.share_found(before, kept));
  const outcome paper = defend<preset::hintersdorf_2023_image>(people, marked, removed, kept);
  const outcome ours = defend<preset::small_picture_tower>(people, marked, removed, kept);
  return ours.removed == 0 && ours.kept > people.share_found(before, kept) - 0.15 && ours.clean > paper.clean ? 0 : 1;
}

// prints: small picture tower +clean 0\.9
