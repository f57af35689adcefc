// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/unlearning/backdoor_unlearning.hpp>
#include <telltale/torch/unlearning/encoder.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>

namespace telltale {

/// What a removal did to embeddings, as means of cosines, in [-1, 1].
///
/// clean: mean cos(S(x), T(x)) of clean inputs, what is left of the encoder.
/// backdoored: mean cos(S(x'), a_S), how far a trigger has come to mean what is neutral, a_S being that as the student
/// sees it. targets: mean cos(a_T, a_S), whether what is neutral has stayed where it was.
struct removal_similarity {
  double clean = 0,    ///< what is left of the encoder
      backdoored = 0,  ///< how far a trigger has come to mean what is neutral
      targets = 0;     ///< whether what is neutral has stayed where it was
};

/// Measures a student beside its teacher on `count` clean inputs and as many pairs, by a preset's trigger and target.
///
/// `held_out` should have other captions or pictures than the training; with the same, the draws differ from those
/// of training. Ask it before the training too: two copies give what the similarity of triggers was.
/// Reference: Hintersdorf et al. 2024, for text; for pictures a_S is the mean embedding of the other people.
/// Cost: two passes of each encoder. Throws argument_error for a count of 0, and what the parts throw.
template <UnlearningPreset Preset, TensorModel Student, TensorModel Teacher, req::gives_clean_inputs Removed>
  requires Trigger<decltype(Preset::trigger), Removed> &&
           NeutralTarget<decltype(Preset::target), Removed, poisoned_by<decltype(Preset::trigger), Removed>, Student>
[[nodiscard]] removal_similarity measure_removal(Student& student, Teacher& teacher, const Removed& held_out,
                                                 std::size_t count = 1000, std::uint64_t seed = 1) {
  constexpr std::string_view function = "measure_removal";
  if (count == 0) detail::refuse(function, "count", "is 0; wanted at least 1");
  const at::NoGradGuard without_gradients;
  const evaluation_mode student_evaluates(student);
  const evaluation_mode teacher_evaluates(teacher);
  const unlearning_draws draws(seed, /*part*/ 1);
  const auto of_student = Preset::target.of(student, held_out);
  const auto of_teacher = Preset::target.of(teacher, held_out);
  const auto sum_of_cosines = [](const at::Tensor& a, const at::Tensor& b, std::size_t rows) {
    const at::Tensor cosines = at::cosine_similarity(a, b, 1).to(at::kDouble);
    return cosines.sum().item<double>() * static_cast<double>(rows) / static_cast<double>(cosines.size(0));
  };
  removal_similarity sum;
  for (std::size_t first = 0; first < count; first += 128) {
    const std::size_t rows = std::min<std::size_t>(128, count - first);
    const at::Tensor clean = held_out.clean(draws, first, rows);
    const auto poisoned = Preset::trigger(held_out, draws, first, rows);
    const at::Tensor seen = of_student(poisoned);
    sum.clean += sum_of_cosines(detail::embed(function, "student", student, clean),
                                detail::embed(function, "teacher", teacher, clean), rows);
    sum.backdoored += sum_of_cosines(detail::embed(function, "student", student, poisoned.inputs), seen, rows);
    sum.targets += sum_of_cosines(of_teacher(poisoned), seen, rows);
  }
  const auto all = static_cast<double>(count);
  return {sum.clean / all, sum.backdoored / all, sum.targets / all};
}

}  // namespace telltale
