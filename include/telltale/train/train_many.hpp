// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/detail/head_trainer.hpp>
#include <telltale/train/detail/packed.hpp>
#include <telltale/train/detail/pool_curvature.hpp>
#include <telltale/train/detail/stacked.hpp>
#include <telltale/train/recipe.hpp>
#include <telltale/train/shape.hpp>
#include <telltale/train/strategy.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::train {

/// How the work of train_many is carried out. Only `strategy` can change the resulting parameters.
struct execution {
  std::size_t threads = 0;                                 ///< 0: one per core
  train::strategy plan = strategy::automatic;              ///< see strategy
  std::optional<std::span<const std::size_t>> which = {};  ///< distinct models to train; none given: all with a mask
  std::function<void(std::size_t done, std::size_t total)> progress = {};  ///< called under a lock as models finish
};

namespace detail {

inline void check_mask(std::string_view function, std::span<const std::uint8_t> keep, std::size_t model,
                       std::size_t records) {
  const std::string name = "model " + std::to_string(model);
  if (keep.size() != records)
    refuse(function, "keep",
           name + " has a mask of " + std::to_string(keep.size()) + " records; wanted " + std::to_string(records));
  std::size_t in = 0;
  for (std::size_t i = 0; i < records; ++i) {
    if (keep[i] > 1)
      refuse(function, "keep",
             name + " record " + std::to_string(i) + " is " + std::to_string(keep[i]) + "; wanted 0 or 1");
    in += keep[i];
  }
  if (in == 0) refuse(function, "keep", name + " trains on no record; wanted at least 1");
}

inline std::vector<std::size_t> models_to_train(std::string_view function,
                                                std::optional<std::span<const std::size_t>> which, std::size_t models) {
  std::vector<std::size_t> chosen;
  if (which)
    chosen.assign(which->begin(), which->end());
  else
    for (std::size_t m = 0; m < models; ++m) chosen.push_back(m);
  std::vector<bool> seen(models);
  for (const std::size_t m : chosen) {
    if (m >= models) refuse(function, "which", "asks for model " + std::to_string(m) + " of " + std::to_string(models));
    if (seen[m]) refuse(function, "which", "names model " + std::to_string(m) + " twice");
    seen[m] = true;
  }
  return chosen;
}

inline void check_quasi_newton(std::string_view function, const recipe& chosen, strategy plan,
                               const network_shape& shape, std::size_t records) {
  if (!shape.is_linear())
    refuse(function, "shape", "has hidden layers; quasi_newton is for linear heads, whose loss has one minimum");
  if (plan == strategy::stacked)
    refuse(function, "strategy", "is stacked; quasi_newton trains each head on its own records: packed or automatic");
  if (chosen.batch_size < records)
    refuse(function, "batch_size",
           "is " + std::to_string(chosen.batch_size) + " of " + std::to_string(records) +
               " records; quasi_newton takes all of them at once: full_batch");
}

}  // namespace detail

/// Trains many models of one shape on the records of one data set, each on those that its mask keeps, and hands each
/// over as soon as it is finished: `sink(model, trained<Scalar>&&)`, called under a lock, in no fixed order.
///
/// A campaign stores what it gets and, resumed, asks for what is missing with `how.which`: model m is a function of the
/// data, its own mask, the shape, the recipe and m alone. Its bytes do not depend on the number of threads, on the
/// other models or on which of them are trained (on one machine and build: Eigen chooses its blocking by the cache
/// sizes and its kernels by the compiler's flags, and quasi_newton by the processor). Cost: packed, per epoch and
/// model, 2 multiply-adds per first-layer weight and IN record, 3 per weight above; stacked, 2 per weight and record.
/// Memory: per thread one model (packed) or one group (stacked) with its optimiser; with quasi_newton one model and a
/// copy of its records. Threads, not OpenMP, carry the models; do not compile this with -fopenmp, which lets Eigen
/// split products again. Throws argument_error for a recipe out of range, a mask that is not 0 or 1, has the wrong size
/// or keeps no record, a feature that is not finite, stacked hidden layers, or a quasi_newton with hidden layers,
/// stacking or mini-batches; error naming model and epoch when a loss is not finite. What sink or progress throw ends
/// the training and is passed on.
template <class Scalar, class Sink>
void train_each(const dataset_view<Scalar>& data, keep_masks keep, const network_shape& shape, const recipe& chosen,
                const execution& how, Sink&& sink) {
  constexpr std::string_view function = "train_each";
  check(chosen);
  telltale::detail::check_size(function, "shape.inputs", shape.inputs(), data.features().dimensions());
  telltale::detail::check_size(function, "shape.classes", shape.classes(), data.classes());
  const std::vector<std::size_t> which = detail::models_to_train(function, how.which, keep.size());
  for (const std::size_t m : which) detail::check_mask(function, keep[m], m, data.records());
  detail::check_features(function, data.features());

  std::mutex guard;
  std::size_t done = 0;
  const auto deliver = [&](std::size_t model, trained<Scalar>&& result) {
    const std::lock_guard lock(guard);
    sink(model, std::move(result));
    if (how.progress) how.progress(++done, which.size());
  };
  if (std::holds_alternative<quasi_newton>(chosen.optimiser)) {
    detail::check_quasi_newton(function, chosen, how.plan, shape, data.records());
    if (which.empty()) return;
    const detail::pool_curvature<Scalar> curvature(data.features());
    telltale::detail::in_parallel(which.size(), how.threads, [&] {
      return [&, trainer = detail::head_trainer<Scalar>(data, shape, chosen, curvature)](std::size_t task) mutable {
        deliver(which[task], trainer(keep[which[task]], which[task]));
      };
    });
  } else if (resolve(how.plan, shape) == strategy::stacked) {
    const auto groups = detail::groups_of(which, detail::group_size);
    telltale::detail::in_parallel(groups.size(), how.threads, [&] {
      return [&, trainer = detail::stacked_trainer<Scalar>(data, shape, chosen)](std::size_t task) mutable {
        trainer(keep, groups[task], deliver);
      };
    });
  } else {
    telltale::detail::in_parallel(which.size(), how.threads, [&] {
      return [&, trainer = detail::packed_trainer<Scalar>(data, shape, chosen)](std::size_t task) mutable {
        deliver(which[task], trainer(keep[which[task]], which[task]));
      };
    });
  }
}

/// The same, collected: one trained model per entry of `how.which`, in its order (all models: in that of the masks).
/// Throws as `train_each` does. Cost: that of `train_each`, and the memory of all models at once.
template <class Scalar>
[[nodiscard]] std::vector<trained<Scalar>> train_many(const dataset_view<Scalar>& data, keep_masks keep,
                                                      const network_shape& shape, const recipe& chosen,
                                                      const execution& how = {}) {
  const std::vector<std::size_t> which = detail::models_to_train("train_many", how.which, keep.size());
  std::vector<std::size_t> place(keep.size());
  for (std::size_t i = 0; i < which.size(); ++i) place[which[i]] = i;
  std::vector<std::optional<trained<Scalar>>> collected(which.size());
  train_each(data, keep, shape, chosen, how,
             [&](std::size_t model, trained<Scalar>&& result) { collected[place[model]] = std::move(result); });
  std::vector<trained<Scalar>> result;
  result.reserve(collected.size());
  for (auto& one : collected) result.push_back(std::move(*one));
  return result;
}

}  // namespace telltale::train
