// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/learner/balance.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/trained.hpp>

namespace telltale {
namespace learner {

/// Early stopping: `share` of the members and of the non-members are not trained on; training ends once their loss has
/// not fallen for `patience` epochs, and the parameters of its least value are kept.
struct held_out {
  double share = 0.2;        ///< in (0, 1)
  std::size_t patience = 5;  ///< epochs, at least 1
};

/// How an attack network is trained. `recipe.stop`, which looks at the network's own records, must be none: what an
/// attack network knows by heart says nothing of others.
template <ClassBalance Balance = balance::none>
struct network_training {
  /// Optimiser, batches, epochs and seed.
  train::recipe recipe{.optimiser = train::adam{}, .batch_size = 64, .epochs = 100};
  std::optional<held_out> stop = held_out{};  ///< none: all epochs are run and the last parameters kept
};

/// An attack network that gives one number, the log-odds of membership.
template <TrainableModule Module>
class fitted_network {
 public:
  /// `losses` of the epochs, the parameters being those of the epoch `kept`.
  fitted_network(Module module, std::vector<double> losses, std::size_t kept)
      : module_(std::move(module)), losses_(std::move(losses)), kept_(kept) {}

  /// The network itself, in evaluation mode.
  [[nodiscard]] const Module& module() const noexcept { return module_; }
  /// After each epoch, the mean loss of the records that decide about stopping; of those trained on (before each step)
  /// where all epochs are run. In nats, weighted where classes are balanced.
  [[nodiscard]] std::span<const double> losses() const noexcept { return losses_; }
  /// How many epochs have made the parameters that were kept.
  [[nodiscard]] std::size_t epochs() const noexcept { return kept_; }

  /// Log-odds of membership of each subject, float64, where the inputs are.
  [[nodiscard]] at::Tensor log_odds(const at::Tensor& inputs) const {
    const at::NoGradGuard without_gradients;
    Module module = module_;
    std::vector<at::Tensor> parts;
    for (const at::Tensor& part : inputs.split(256)) parts.push_back(module->forward(part).reshape({-1}));
    return at::cat(parts).to(at::kDouble);
  }

 private:
  Module module_;
  std::vector<double> losses_;
  std::size_t kept_;
};

}  // namespace learner

namespace detail {

struct labelled_numbers {
  std::vector<std::uint32_t> members, others;
  [[nodiscard]] std::size_t size() const noexcept { return members.size() + others.size(); }
  [[nodiscard]] std::vector<std::uint32_t> all() const {
    std::vector<std::uint32_t> both = members;
    both.insert(both.end(), others.begin(), others.end());
    std::sort(both.begin(), both.end());
    return both;
  }
};

/// Takes `share` of each kind out of the records, at least one and never all.
inline labelled_numbers split_off(labelled_numbers& from, double share, std::uint64_t seed) {
  using train::detail::purpose, train::detail::stream_for;
  labelled_numbers taken;
  random_stream random(seed, stream_for(purpose::held_out_records, 0));
  const auto split = [&](std::vector<std::uint32_t>& of, std::vector<std::uint32_t>& to) {
    if (of.size() < 2)
      refuse("learner", "labelled records",
             "has only " + std::to_string(of.size()) + " of one kind: none can be held out to stop by");
    const auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(of.size())));
    random.shuffle(of);
    const auto first = of.end() - static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(count, 1, of.size() - 1));
    to.assign(first, of.end());
    of.erase(first, of.end());
  };
  split(from.members, taken.members);
  split(from.others, taken.others);
  return taken;
}

/// As many records of the rarer kind as of the other, each equally often up to one time.
inline std::vector<std::uint32_t> balanced_sample(const labelled_numbers& from, random_stream& random) {
  const bool fewer_members = from.members.size() < from.others.size();
  std::vector<std::uint32_t> rare = fewer_members ? from.members : from.others;
  std::vector<std::uint32_t> sample = fewer_members ? from.others : from.members;
  const std::size_t wanted = sample.size();
  random.shuffle(rare);
  for (std::size_t i = 0; i < wanted; ++i) sample.push_back(rare[i % rare.size()]);
  return sample;
}

/// The loss of some records' logits: cross-entropy of membership, a weight for each kind.
class membership_loss {
 public:
  membership_loss(std::span<const membership> member, const at::Tensor& inputs, bool balanced,
                  const labelled_numbers& counted)
      : target_(at::empty({static_cast<std::int64_t>(member.size())}, at::kDouble)) {
    std::transform(member.begin(), member.end(), target_.data_ptr<double>(),
                   [](membership m) { return m == membership::in ? 1.0 : 0.0; });
    target_ = target_.to(inputs.options());
    const auto half = static_cast<double>(counted.size()) / 2;
    const double of_member = balanced ? half / static_cast<double>(counted.members.size()) : 1,
                 of_other = balanced ? half / static_cast<double>(counted.others.size()) : 1;
    weight_ = target_ * of_member + (1 - target_) * of_other;
  }

  [[nodiscard]] at::Tensor operator()(const at::Tensor& logits, const at::Tensor& index, std::int64_t reduction) const {
    return at::binary_cross_entropy_with_logits(logits.reshape({-1}), target_.index_select(0, index),
                                                weight_.index_select(0, index), {}, reduction);
  }

 private:
  at::Tensor target_, weight_;
};

/// Copies of all numbers of a module, to go back to.
template <class Module>
class module_state {
 public:
  explicit module_state(Module& module) : tensors_(module->parameters()) {
    for (const at::Tensor& buffer : module->buffers()) tensors_.push_back(buffer);
  }
  void save() {
    saved_.clear();
    for (const at::Tensor& tensor : tensors_) saved_.push_back(tensor.detach().clone());
  }
  void restore() {
    const at::NoGradGuard without_gradients;
    for (std::size_t i = 0; i < tensors_.size(); ++i) tensors_[i].copy_(saved_[i]);
  }

 private:
  std::vector<at::Tensor> tensors_, saved_;
};

inline void check_training(const train::recipe& recipe, const std::optional<learner::held_out>& stop) {
  train::check(recipe);
  if (recipe.stop)
    refuse("learner", "recipe.stop", "is set; an attack network stops by records that are held out, or not at all");
  if (stop && !(stop->share > 0 && stop->share < 1))
    refuse("learner", "stop.share", "is " + std::to_string(stop->share) + "; wanted above 0 and below 1");
  if (stop && stop->patience == 0) refuse("learner", "stop.patience", "is 0; wanted at least 1");
}

/// Refuses what a network of blocks that each halve height and width cannot take: widths that are none or 0, inputs
/// that are no images or smaller than 2 to the number of blocks.
inline void check_halving_blocks(std::string_view function, const at::Tensor& inputs,
                                 std::span<const std::size_t> channels) {
  if (channels.empty()) refuse(function, "channels", "is empty; wanted at least one width");
  for (const std::size_t width : channels)
    if (width == 0) refuse(function, "channels", "has a block of width 0; wanted at least 1");
  if (inputs.dim() != 4 || std::min(inputs.size(2), inputs.size(3)) >> channels.size() == 0)
    refuse(function, "inputs",
           "has the shape " + shape_text(inputs) +
               "; wanted (subjects, channels, height, width), height and width at least 2 to the number of blocks, "
               "which is " +
               std::to_string(channels.size()));
}

}  // namespace detail

namespace learner {

/// Trains an attack network, made by a factory and answering by one logit a record, on features of known membership.
///
/// It minimises the cross-entropy of membership by mini-batches on the features' device, is a function of features,
/// membership, training and augmentation (initialisation, split, order, balance and what becomes of a record in an
/// epoch are drawn from `recipe.seed`), and leaves torch's default generators as they were. Records that decide about
/// stopping are not augmented. Throws argument_error for a recipe or a stopping policy out of range and where
/// there are fewer than two records of a kind to split; error when the loss is not finite. Cost: a forward and a
/// backward pass of the network a record and epoch, and a forward pass for each that is held out.
template <ClassBalance Balance, ModuleFactory Factory, Augmentation Augment = augment::none>
[[nodiscard]] fitted_network<made_by<Factory>> fit_network(const Factory& factory, const at::Tensor& inputs,
                                                           std::span<const membership> member,
                                                           const network_training<Balance>& how,
                                                           const Augment& augmentation = {}) {
  using train::detail::index_of, train::detail::purpose, train::detail::stream_for;
  detail::check_training(how.recipe, how.stop);
  detail::labelled_numbers mine;
  for (std::size_t i = 0; i < member.size(); ++i)
    (member[i] == membership::in ? mine.members : mine.others).push_back(static_cast<std::uint32_t>(i));
  const detail::labelled_numbers deciding = how.stop ? detail::split_off(mine, how.stop->share, how.recipe.seed) : mine;
  const detail::membership_loss loss(member, inputs, Balance::weighs, mine),
      deciding_loss(member, inputs, Balance::weighs || Balance::resamples, deciding);
  const at::Tensor deciding_index = index_of(deciding.all(), inputs.device());

  const std::uint64_t seed = train::detail::number_for(how.recipe.seed, purpose::initial_parameters, 0);
  made_by<Factory> module = detail::make_module(factory, seed, inputs.options());
  train::detail::module_steps<made_by<Factory>> steps(module, how.recipe, 0, inputs.device());
  detail::module_state<made_by<Factory>> state(module);
  random_stream order_of(how.recipe.seed, stream_for(purpose::order_of_records, 0)),
      sample_of(how.recipe.seed, stream_for(purpose::balanced_sample, 0));
  const auto loss_held_out = [&] {
    const at::NoGradGuard without_gradients;
    const evaluation_mode evaluating(module);
    double sum = 0;
    for (const at::Tensor& part : deciding_index.split(256))
      sum += deciding_loss(module->forward(inputs.index_select(0, part)), part, at::Reduction::Sum)
                 .template item<double>();
    return sum / static_cast<double>(deciding.size());
  };

  std::vector<double> losses;
  std::size_t kept = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t epoch = 0; epoch < how.recipe.epochs && (!how.stop || epoch - kept < how.stop->patience);) {
    std::vector<std::uint32_t> order = Balance::resamples ? detail::balanced_sample(mine, sample_of) : mine.all();
    order_of.shuffle(order);
    const double sum = steps.epoch(epoch, order, [&](std::span<const std::uint32_t> records) {
      const at::Tensor index = index_of(records, inputs.device());
      std::vector<random_stream> draws = train::detail::draws_of(how.recipe.seed, 0, epoch, records);
      const at::Tensor shown = augmentation(inputs.index_select(0, index), std::span<random_stream>(draws));
      return loss(module->forward(shown), index, at::Reduction::Mean);
    });
    losses.push_back(how.stop ? loss_held_out() : sum / static_cast<double>(order.size()));
    train::detail::check_converges(losses.back() + sum, 0, ++epoch, "learner");
    if (how.stop && !(losses.back() < least)) continue;
    least = losses.back();
    kept = epoch;
    if (how.stop) state.save();
  }
  if (how.stop) state.restore();
  module->eval();
  return {std::move(module), std::move(losses), kept};
}

}  // namespace learner
}  // namespace telltale
