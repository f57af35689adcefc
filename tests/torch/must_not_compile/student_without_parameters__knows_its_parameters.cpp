// expects: knows_its_parameters
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>

using namespace telltale;

// A plain callable embeds, but nobody can train what it does not show.
unlearned remove(at::Tensor (&student)(at::Tensor), script_model& teacher, const removed_faces& faces) {
  return published::defended_image{}(student, teacher, faces);
}
