// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/train_many.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::train {

/// A trained module, in evaluation mode, and how far it came on its own (IN) records, unaugmented and in evaluation
/// mode.
template <TrainableModule Module>
struct trained_module {
  Module model;            ///< the module itself
  double accuracy = 0;     ///< share of its records classified correctly
  double loss = 0;         ///< mean cross-entropy of its records, without weight decay
  std::size_t epochs = 0;  ///< passes made
  bool reached = false;    ///< the recipe's stopping accuracy was reached; true where the recipe asks for none
};

namespace detail {

/// A classifier being trained on some records of a data set.
template <TrainableModule Module, Augmentation Augment>
class module_trainer {
 public:
  static constexpr std::string_view function = "train_module";

  module_trainer(Module& module, const tensor_dataset& data, std::span<const std::uint8_t> keep, const recipe& chosen,
                 std::size_t model, const Augment& augmentation)
      : module_(module), data_(data), recipe_(chosen), model_(model), augmentation_(augmentation) {
    for (std::size_t i = 0; i < keep.size(); ++i)
      if (keep[i]) mine_.push_back(static_cast<std::uint32_t>(i));
  }

  trained_module<Module> operator()() {
    module_steps<Module> steps(module_, recipe_, model_, data_.inputs().device());
    random_stream order_of(recipe_.seed, stream_for(purpose::order_of_records, model_));
    const std::size_t allowed = recipe_.stop ? errors_allowed(recipe_.stop->accuracy, mine_.size()) : 0;
    std::size_t epoch = 0;
    bool reached = !recipe_.stop;
    while (epoch < recipe_.epochs && !(reached && recipe_.stop)) {
      std::vector<std::uint32_t> order = mine_;
      order_of.shuffle(order);
      const double loss = steps.epoch(epoch, order, [&](auto records) { return loss_of(records, epoch); });
      check_converges(loss, model_, ++epoch, function);
      if (is_check(recipe_, epoch)) reached = evaluate(allowed).finished;
    }
    const evaluation last = evaluate(mine_.size());
    check_converges(last.loss, model_, epoch, function);
    module_->eval();
    const auto records = static_cast<double>(mine_.size());
    return {module_, static_cast<double>(last.correct) / records, last.loss / records, epoch,
            reached || (recipe_.stop && mine_.size() - last.correct <= allowed)};
  }

 private:
  struct evaluation {
    double loss = 0;
    std::size_t correct = 0;
    bool finished = false;
  };

  at::Tensor loss_of(std::span<const std::uint32_t> records, std::size_t epoch) {
    std::vector<random_stream> draws = draws_of(recipe_.seed, model_, epoch, records);
    const at::Tensor index = index_of(records, data_.inputs().device());
    const at::Tensor inputs = augmentation_(data_.inputs().index_select(0, index), std::span<random_stream>(draws));
    return at::cross_entropy_loss(logits_of(inputs), data_.labels().index_select(0, index));
  }

  // Ends at the first error too many.
  evaluation evaluate(std::size_t allowed) {
    const at::NoGradGuard without_gradients;
    const evaluation_mode evaluating(module_);
    evaluation result;
    constexpr std::size_t block = 256;
    bool draws = true;
    ++evaluations_;
    for (std::size_t first = 0; first < mine_.size(); first += block) {
      const auto records = std::span<const std::uint32_t>(mine_).subspan(first, std::min(block, mine_.size() - first));
      const at::Tensor index = index_of(records, data_.inputs().device());
      const std::uint64_t seed =
          number_for(recipe_.seed, purpose::draws_of_an_answer, model_, (evaluations_ << 32) | first);
      const at::Tensor logits = telltale::detail::run_seeded(
          draws, seed, data_.inputs().device(), [&] { return logits_of(data_.inputs().index_select(0, index)); });
      const at::Tensor labels = data_.labels().index_select(0, index);
      result.loss += at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).template item<double>();
      result.correct += static_cast<std::size_t>((logits.argmax(1) == labels).sum().template item<std::int64_t>());
      if (first + records.size() - result.correct > allowed) return result;
    }
    result.finished = true;
    return result;
  }

  at::Tensor logits_of(const at::Tensor& inputs) {
    return telltale::detail::answer_batch(module_, inputs, static_cast<std::int64_t>(data_.classes()));
  }

  Module& module_;
  const tensor_dataset& data_;
  const recipe& recipe_;
  std::size_t model_;
  const Augment& augmentation_;
  std::vector<std::uint32_t> mine_;
  std::uint64_t evaluations_ = 0;
};

}  // namespace detail

/// Makes a module and trains it by a recipe on the records that a mask keeps (1 for IN, 0 for OUT).
///
///     const auto net = [](std::uint64_t) { return my_net(10); };
///     auto trained = train::train_module(net, {images, labels, 10}, keep, {.epochs = 20});
///
/// Parameters that the factory froze stay frozen, and parts that it put into evaluation mode stay in it. The model is a
/// function of the data, the mask, the recipe, `model` and the augmentation alone: initialisation, order,
/// augmentation and dropout are drawn for (recipe.seed, model), and torch's default generators are left as they were
/// found. The order of records is that of `train_many`. Its bytes are the same on one machine, build and number of
/// torch's threads (a convolution's gradient may be summed in another order); on a GPU only where torch's kernels
/// are deterministic. Safe to call from several threads, which wait for each other while a module is made and, if it
/// has dropout, in its forward passes. Cost: torch's; the data are not copied but batch by batch.
///
/// Throws argument_error for a recipe out of range, a mask that is not 0 or 1, has the wrong size or keeps no record,
/// and a module that refuses the inputs or does not answer by logits of each class; error naming model and epoch
/// when a loss is not finite.
template <ModuleFactory Factory, Augmentation Augment = augment::none>
[[nodiscard]] trained_module<made_by<Factory>> train_module(const Factory& factory, const tensor_dataset& data,
                                                            std::span<const std::uint8_t> keep, const recipe& chosen,
                                                            std::size_t model = 0, const Augment& augmentation = {}) {
  constexpr std::string_view function = "train_module";
  check(chosen);
  detail::check_mask(function, keep, model, data.records());
  made_by<Factory> module = telltale::detail::make_module(
      factory, detail::number_for(chosen.seed, detail::purpose::initial_parameters, model), data.module_options());
  return detail::module_trainer<made_by<Factory>, Augment>(module, data, keep, chosen, model, augmentation)();
}

}  // namespace telltale::train
