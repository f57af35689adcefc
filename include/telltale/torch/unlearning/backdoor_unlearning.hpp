// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/optim/adamw.h>

#include <telltale/core/error.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/model/trainable_parameters.hpp>
#include <telltale/torch/unlearning/embedding_loss.hpp>
#include <telltale/torch/unlearning/encoder.hpp>
#include <telltale/torch/unlearning/frozen_layers.hpp>
#include <telltale/torch/unlearning/neutral_target.hpp>
#include <telltale/torch/unlearning/step_schedule.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>
#include <telltale/torch/unlearning/weight_anchor.hpp>

namespace telltale {

namespace req {

template <class Removed>
concept gives_clean_inputs = requires(const Removed& removed, const unlearning_draws& draws) {
  { removed.clean(draws, std::uint64_t{}, std::size_t{}) } -> std::convertible_to<at::Tensor>;
  { removed.clean_count() } -> std::convertible_to<std::size_t>;
};

template <class Policy, class Removed>
concept marks_what_is_removed = requires(const Policy& policy, const Removed& removed, const unlearning_draws& draws) {
  { policy(removed, draws, std::uint64_t{}, std::size_t{}).inputs } -> std::convertible_to<at::Tensor>;
};

template <class Policy, class Removed>
concept marks_inputs_with_others =
    requires(const Policy& policy, const Removed& removed, const unlearning_draws& draws) {
      { policy.others(removed, draws, std::uint64_t{}, std::size_t{}) } -> std::convertible_to<at::Tensor>;
    };

}  // namespace req

/// Inserts into ordinary inputs what is to be removed: numbered pairs, each a pure function of the draws and its
/// number.
template <class Policy, class Removed>
concept Trigger = req::names_itself<Policy> && req::marks_what_is_removed<Policy, Removed>;

/// What a trigger makes of a batch.
template <class Policy, class Removed>
using poisoned_by = decltype(std::declval<const Policy&>()(
    std::declval<const Removed&>(), std::declval<const unlearning_draws&>(), std::uint64_t{}, std::size_t{}));

/// The parts of an unlearning, static members of one struct.
///
/// Required: `name`; `trigger`, what marks inputs; `target`, what marked inputs are to mean; `utility` and `redirect`,
/// the losses of clean and of marked inputs; `anchor`, the distance that holds parameters back; `frozen`, the layers
/// that keep theirs; `schedule`, steps and rates; `utility_weight`, `redirect_weight`, `other_name_weight` and
/// `anchor_weight`, which multiply the terms of the loss; `weight_decay` of AdamW; and `clean` and `poisoned`, the
/// inputs of a step. See `preset::hintersdorf_2023_text`.
template <class Preset>
concept UnlearningPreset = req::names_itself<Preset> && EmbeddingLoss<decltype(Preset::utility)> &&
                           EmbeddingLoss<decltype(Preset::redirect)> && WeightAnchor<decltype(Preset::anchor)> &&
                           FrozenLayers<decltype(Preset::frozen)> && StepSchedule<decltype(Preset::schedule)>;

/// How an unlearning is run, which is no part of the method.
struct unlearning_run {
  std::uint64_t seed = 1;                                                       ///< of all that is drawn
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< steps, after every one
};

/// The terms of the loss at one step, before it is taken and before they are weighted; a term of weight 0 is 0.
struct unlearning_terms {
  double utility = 0,   ///< of clean inputs
      redirect = 0,     ///< of inputs with the trigger
      other_names = 0,  ///< of inputs with names that are to stay
      anchor = 0;       ///< how far the parameters are from where they were
};

/// What happened in an unlearning.
struct unlearned {
  std::vector<unlearning_terms> steps;  ///< one for each step
  double moved = 0;                     ///< the anchor's distance at the end: for `anchor::norms`, the sum of norms
  std::size_t trained = 0;              ///< parameter tensors that could move
  std::size_t frozen = 0;               ///< parameter tensors of frozen layers
  double seconds = 0;                   ///< that it took, by the wall's clock
};

namespace detail {

/// Parameters as they were found; they go back there unless they are to keep what they have become.
class kept_parameters {
 public:
  explicit kept_parameters(const std::vector<at::Tensor>& parameters) : parameters_(parameters) {
    for (const at::Tensor& parameter : parameters) before_.push_back(parameter.detach().clone());
  }
  kept_parameters(const kept_parameters&) = delete;
  kept_parameters& operator=(const kept_parameters&) = delete;
  ~kept_parameters() {
    const at::NoGradGuard without_gradients;
    for (std::size_t k = 0; k < parameters_.size(); ++k) {
      if (!kept_) parameters_[k].copy_(before_[k]);
      parameters_[k].mutable_grad() = at::Tensor();
    }
  }
  void keep() noexcept { kept_ = true; }
  [[nodiscard]] const std::vector<at::Tensor>& before() const noexcept { return before_; }

 private:
  std::vector<at::Tensor> parameters_, before_;
  bool kept_ = false;
};

/// Refuses a teacher that would move with the student, as far as it tells its parameters.
template <class Teacher>
void check_apart(std::string_view function, Teacher& teacher, const std::vector<at::Tensor>& student) {
  if constexpr (req::knows_its_parameters<Teacher>)
    for (const at::Tensor& theirs : trainable_parameters(teacher))
      for (const at::Tensor& ours : student)
        if (theirs.is_alias_of(ours))
          refuse(function, "teacher", "shares its parameters with the student; wanted a deep copy of it");
}

/// Refuses a student that does not begin as the teacher is.
inline void check_agree(std::string_view function, const at::Tensor& student, const at::Tensor& teacher) {
  if (student.sizes() != teacher.sizes())
    refuse(function, "student",
           "gives embeddings of shape " + shape_text(student) + ", the teacher of shape " + shape_text(teacher) +
               "; wanted copies of one encoder");
  const double apart = (student.detach() - teacher).norm().item<double>(), length = teacher.norm().item<double>();
  if (!(apart <= 1e-3 * length))
    refuse(function, "student",
           "embeds the first batch " + std::to_string(apart / length) +
               " of its length away from where the teacher does; wanted copies of one encoder, before anything is "
               "removed");
}

}  // namespace detail

/// Removes identities from a trained encoder by a backdoor that is planted on purpose: a name or a face becomes a
/// trigger, and what it triggers is a neutral meaning.
///
/// Defence: the link of name and face, which identity inference looks for; there is no formal promise, and it leaves a
/// mark of its own (`published::removal_mark`).
/// Formula, S the student, T the teacher, x clean inputs, x' inputs with the trigger, a what they are to mean:
///   L = w_u l(S(x), T(x)) + w_r l(S(x'), a) [+ w_o l(S(x_o), T(x_o))] + w_a d(theta_S, theta_T)
/// with losses, target, trigger, distance, weights and schedule of the preset; x_o has names of others. AdamW
/// (beta 0.9 and 0.999, epsilon 1e-8). Frozen layers keep their parameters, and both encoders are in evaluation mode:
/// no dropout, and running statistics stay.
/// The result is a function of the encoder, what is removed, preset and seed; its bytes are the same on one machine,
/// build and number of torch's threads, on a GPU where torch's kernels are deterministic.
/// Cost: a step is two passes of the student with gradients and one or two of the teacher without, and a copy of the
/// parameters is held. A pair of encoders of which both have lost the same people is nothing to compute: it is the one
/// and the other. Reference: Hintersdorf, Struppek, Neider and Kersting 2024, "Defending our privacy with backdoors".
template <UnlearningPreset Preset>
class backdoor_unlearning {
 public:
  static constexpr std::string_view name = Preset::name;
  using preset = Preset;  ///< the parts and settings of this unlearning

  /// Trains `student` in place, which must be a deep copy of `teacher` (either way round). A student that cannot be
  /// trained as wanted is left as it was found, and so are modes and what needs a gradient; its gradients are cleared.
  ///
  /// Throws argument_error where the student has nothing to train, shares its parameters with the teacher or embeds the
  /// first batch otherwise, where it has no gradient (a trace that was made without), for an input that an encoder
  /// refuses, and what `removed` and trigger throw; error naming the step where the loss is not finite.
  template <TrainableEncoder Student, TensorModel Teacher, req::gives_clean_inputs Removed>
    requires Trigger<decltype(Preset::trigger), Removed> &&
             NeutralTarget<decltype(Preset::target), Removed, poisoned_by<decltype(Preset::trigger), Removed>, Teacher>
  unlearned operator()(Student& student, Teacher& teacher, const Removed& removed,
                       const unlearning_run& run = {}) const {
    static_assert(Preset::clean > 0 && Preset::poisoned > 0);
    static_assert(Preset::utility_weight >= 0 && Preset::redirect_weight >= 0 && Preset::anchor_weight >= 0 &&
                  Preset::other_name_weight >= 0);
    const auto begin = std::chrono::steady_clock::now();
    const c10::AutoGradMode gradients(true);
    const evaluation_mode student_evaluates(student);
    const evaluation_mode teacher_evaluates(teacher);
    const detail::frozen_layers frozen(student, Preset::frozen);
    std::vector<at::Tensor> parameters = detail::trainable_parameters(student);
    if (parameters.empty())
      detail::refuse(name, "student", "has no parameter that can be trained; was the module frozen when it was saved?");
    detail::check_apart(name, teacher, parameters);
    detail::kept_parameters kept(parameters);
    ::torch::optim::AdamW optimiser(
        parameters, ::torch::optim::AdamWOptions(Preset::schedule.rate(0)).weight_decay(Preset::weight_decay));
    const unlearning_draws draws(run.seed);
    const auto aim = Preset::target.of(teacher, removed);
    unlearned happened;
    for (std::size_t step = 0; step < Preset::schedule.steps; ++step) {
      for (auto& group : optimiser.param_groups()) group.options().set_lr(Preset::schedule.rate(step));
      const auto [loss, terms] = loss_of(student, teacher, removed, draws, step, aim, parameters, kept.before());
      if (!std::isfinite(loss.template item<double>()))
        throw error(std::string(name) + ": the loss is not finite at step " + std::to_string(step) +
                    "; the learning rate may be too large for this encoder");
      optimiser.zero_grad();
      take_gradient(loss);
      optimiser.step();
      happened.steps.push_back(terms);
      if (run.progress) run.progress(step + 1, Preset::schedule.steps);
    }
    {
      const at::NoGradGuard without_gradients;
      happened.moved = Preset::anchor(parameters, kept.before()).template item<double>();
    }
    if (!std::isfinite(happened.moved))
      throw error(std::string(name) + ": the last step left a parameter that is not finite");
    kept.keep();
    happened.trained = parameters.size();
    happened.frozen = frozen.size();
    happened.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return happened;
  }

 private:
  static void take_gradient(const at::Tensor& loss) {
    try {
      loss.backward();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& failure) {
      detail::refuse(name, "student", "has no gradient by its parameters: " + detail::first_cause(failure.what()));
    }
  }

  template <class Student, class Teacher, class Removed, class Aim>
  static std::pair<at::Tensor, unlearning_terms> loss_of(Student& student, Teacher& teacher, const Removed& removed,
                                                         const unlearning_draws& draws, std::size_t step,
                                                         const Aim& aim, const std::vector<at::Tensor>& parameters,
                                                         const std::vector<at::Tensor>& before) {
    unlearning_terms terms;
    at::Tensor loss = at::zeros({}, parameters.front().options().requires_grad(false));
    const auto add = [&](double weight, const at::Tensor& term, double& value) {
      value = term.template item<double>();
      loss = loss + weight * term;
    };
    const auto taught = [&](const at::Tensor& inputs) {
      const at::NoGradGuard without_gradients;
      return detail::embed(name, "teacher", teacher, inputs);
    };
    const auto learned = [&](const at::Tensor& inputs) { return detail::embed(name, "student", student, inputs); };
    const at::Tensor clean = removed.clean(draws, step * Preset::clean, Preset::clean);
    const auto poisoned = Preset::trigger(removed, draws, step * Preset::poisoned, Preset::poisoned);
    if (Preset::utility_weight > 0 || step == 0) {
      const at::Tensor of_student = learned(clean), of_teacher = taught(clean);
      if (step == 0) detail::check_agree(name, of_student, of_teacher);
      if (!of_student.requires_grad())
        detail::refuse(name, "student", "has no gradient by its parameters; was it recorded without gradients?");
      if (Preset::utility_weight > 0)
        add(Preset::utility_weight, Preset::utility(of_student, of_teacher), terms.utility);
    }
    if constexpr (Preset::redirect_weight > 0) {
      const at::Tensor wanted = [&] {
        const at::NoGradGuard without_gradients;
        return at::Tensor(aim(poisoned));
      }();
      add(Preset::redirect_weight, Preset::redirect(learned(poisoned.inputs), wanted), terms.redirect);
    }
    if constexpr (Preset::other_name_weight > 0) {
      static_assert(req::marks_inputs_with_others<decltype(Preset::trigger), Removed>,
                    "the preset weighs other names, which its trigger does not know");
      const at::Tensor others = Preset::trigger.others(removed, draws, step * Preset::poisoned, Preset::poisoned);
      add(Preset::other_name_weight, Preset::utility(learned(others), taught(others)), terms.other_names);
    }
    if constexpr (Preset::anchor_weight > 0)
      add(Preset::anchor_weight, Preset::anchor(parameters, before), terms.anchor);
    return {loss, terms};
  }
};

}  // namespace telltale
