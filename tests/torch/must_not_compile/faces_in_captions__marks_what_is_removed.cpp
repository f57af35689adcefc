// expects: marks_what_is_removed
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>

using namespace telltale;

// The text encoder's defence inserts names into captions; pictures have no place for a name.
unlearned remove(script_model& student, script_model& teacher, const removed_faces& faces) {
  return published::defended_text{}(student, teacher, faces);
}
