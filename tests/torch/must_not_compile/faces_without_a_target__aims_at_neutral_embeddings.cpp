// expects: aims_at_neutral_embeddings
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>

using namespace telltale;

// A pasted face has no neutral phrase in its place: what it is to mean must be said otherwise.
struct mixed : preset::hintersdorf_2023_image {
  static constexpr neutral::phrase target{};
};

unlearned remove(script_model& student, script_model& teacher, const removed_faces& faces) {
  return backdoor_unlearning<mixed>{}(student, teacher, faces);
}
