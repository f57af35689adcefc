// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include <telltale/campaign/campaign.hpp>
#include <telltale/campaign/hash.hpp>
#include <telltale/campaign/named_signal.hpp>
#include <telltale/campaign/plan.hpp>
#include <telltale/campaign/store.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/campaign/asked.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/train/train_module.hpp>

namespace telltale {
namespace detail {

/// A recipe as a campaign's settings hold it.
[[nodiscard]] inline nlohmann::json settings_of(const train::recipe& recipe) {
  nlohmann::json json = {{"weight_decay", recipe.weight_decay},
                         {"batch_size", recipe.batch_size},
                         {"epochs", recipe.epochs},
                         {"schedule", recipe.learning_rates == train::schedule::cosine ? "cosine" : "constant"}};
  if (const auto* sgd = std::get_if<train::momentum_sgd>(&recipe.optimiser)) {
    json["optimiser"] = {{"name", "momentum sgd"}, {"learning_rate", sgd->learning_rate}, {"momentum", sgd->momentum}};
  } else if (const auto* adam = std::get_if<train::adam>(&recipe.optimiser)) {
    json["optimiser"] = {{"name", "adam"},
                         {"learning_rate", adam->learning_rate},
                         {"beta1", adam->beta1},
                         {"beta2", adam->beta2},
                         {"epsilon", adam->epsilon}};
  } else {
    json["optimiser"] = {{"name", "quasi-Newton"},
                         {"tolerance", std::get<train::quasi_newton>(recipe.optimiser).tolerance}};
  }
  if (recipe.stop) json["stop"] = {{"accuracy", recipe.stop->accuracy}, {"check_every", recipe.stop->check_every}};
  return json;
}

[[nodiscard]] inline std::uint64_t hash_of_dataset(const train::tensor_dataset& data, std::uint64_t seed) {
  const at::Tensor host = data.inputs().to(at::kCPU).contiguous();
  seed = hash_of(std::span<const std::int64_t>(host.sizes().data(), host.sizes().size()), seed);
  seed = hash_of(std::as_bytes(std::span(static_cast<const char*>(host.data_ptr()), host.nbytes())), seed);
  return hash_of(data.truth(), seed);
}

// "logit margin" is stored as "logit-margin".
[[nodiscard]] inline std::string signal_name(std::string_view scorer) {
  std::string name(scorer);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

}  // namespace detail

/// The work of a campaign of modules: trains model m on the records that the plan gives it, asks it about all of them,
/// and returns a signal of each scorer (the logit margin where none is named) with a column for each query.
///
///     const module_work work(factory, data, plan, recipe, asked::mirrored{}, augment::mirror{}, logit_margin{},
///     loss{}); signal_store store(folder, work.identity({{"net", "two convolutions of 16"}}), plan);
///     run_campaign(store, work);
///
/// A signal has its scorer's name ("logit-margin"); "training-accuracy", one number, says how far the model came.
/// Plan, store and resuming are the campaign's: a model is a function of data, plan, recipe, augmentation and its
/// number, so that a campaign killed at any moment ends with the same bytes, as far as `train_module` promises. Threads
/// of the executor train models side by side, each with as many threads of torch's own as the user has set. Memory: a
/// model with its optimiser and one batch a thread; answers are scored in blocks of 256 records. Throws what
/// `train_module` throws, and argument_error when a model answers by a number that is not finite.
template <ModuleFactory Factory, QueryPolicy Queries = asked::as_given, Augmentation Augment = augment::none,
          class... Scorers>
  requires(Scorer<each_query<Scorers>, classification<libtorch>> && ...)
class module_work {
 public:
  /// With scorers that need nothing said. Throws as the other does.
  module_work(Factory factory, train::tensor_dataset data, membership_plan plan, train::recipe recipe,
              Queries queries = {}, Augment augmentation = {})
    requires(sizeof...(Scorers) > 0)
      : module_work(std::move(factory), std::move(data), std::move(plan), std::move(recipe), std::move(queries),
                    std::move(augmentation), Scorers{}...) {}

  /// Throws argument_error for a recipe out of range and a plan of another number of records.
  module_work(Factory factory, train::tensor_dataset data, membership_plan plan, train::recipe recipe, Queries queries,
              Augment augmentation, Scorers... scorers)
      : factory_(std::move(factory)),
        data_(std::move(data)),
        plan_(std::move(plan)),
        recipe_(std::move(recipe)),
        queries_(std::move(queries)),
        augmentation_(std::move(augmentation)),
        scorers_(each_query<Scorers>{std::move(scorers)}...) {
    train::check(recipe_);
    if (plan_.records() != data_.records())
      detail::refuse(
          function, "plan",
          "is of " + std::to_string(plan_.records()) + " records; the data have " + std::to_string(data_.records()));
  }

  /// Further records that every model is asked about, such as a population that none was trained on: their signals are
  /// named `prefix` + scorer.
  void also_ask(std::string prefix, train::tensor_dataset records) {
    if (records.classes() != data_.classes())
      detail::refuse(
          function, "records",
          "has " + std::to_string(records.classes()) + " classes; the data have " + std::to_string(data_.classes()));
    further_.emplace_back(std::move(prefix), std::move(records));
  }

  /// What makes this campaign this one: the recipe's seed, a hash of all records, and the recipe, the policies, torch's
  /// version, device and number of threads beside `settings`, which must say what the factory makes. A folder that was
  /// made otherwise is then refused. Cost: one pass over the records.
  [[nodiscard]] campaign_identity identity(nlohmann::json settings) const {
    std::uint64_t hash = detail::hash_of_dataset(data_, 0);
    nlohmann::json asked = nlohmann::json::array();
    for (const auto& [prefix, records] : further_) {
      hash = detail::hash_of_dataset(records, hash);
      asked.push_back(prefix);
    }
    return {recipe_.seed,
            hash,
            {{"module", std::move(settings)},
             {"recipe", detail::settings_of(recipe_)},
             {"queries", detail::text_of(queries_)},
             {"augmentation", detail::text_of(augmentation_)},
             {"also_asked", std::move(asked)},
             {"torch",
              {{"version", TORCH_VERSION},
               {"device", data_.inputs().device().str()},
               {"threads", data_.inputs().is_cpu() ? at::get_num_threads() : 0}}}}};
  }

  /// Trains and asks one model of the plan.
  [[nodiscard]] std::vector<named_signal> operator()(std::size_t model) const {
    auto trained = train::train_module(factory_, data_, plan_.keep(model), recipe_, model, augmentation_);
    std::vector<named_signal> signals{{"training-accuracy", std::vector<double>{trained.accuracy}}};
    ask(trained.model, model, "", data_, signals);
    for (const auto& [prefix, records] : further_) ask(trained.model, model, prefix, records, signals);
    return signals;
  }

 private:
  static constexpr std::string_view function = "module_work";

  void ask(made_by<Factory>& module, std::size_t model, const std::string& prefix, const train::tensor_dataset& records,
           std::vector<named_signal>& signals) const {
    const std::size_t width = queries_.count(), count = records.records();
    std::vector<std::vector<double>> values(sizeof...(Scorers), std::vector<double>(count * width));
    constexpr std::size_t block = 256;
    bool draws = true;
    for (std::size_t first = 0; first < count; first += block) {
      const std::size_t rows = std::min(block, count - first);
      const at::Tensor logits = answers(module, model, records, first, rows, draws);
      const classification<libtorch> batch(logits, records.truth().subspan(first, rows));
      std::apply(
          [&](const auto&... scorer) {
            std::size_t s = 0;
            (scorer(batch, std::span(values[s++]).subspan(first * width, rows * width)), ...);
          },
          scorers_);
    }
    std::size_t s = 0;
    (signals.push_back({prefix + detail::signal_name(Scorers::name), std::move(values[s++]), width}), ...);
  }

  // Rows x queries x classes. `draws`: whether the module may draw random numbers even in evaluation mode.
  [[nodiscard]] at::Tensor answers(made_by<Factory>& module, std::size_t model, const train::tensor_dataset& records,
                                   std::size_t first, std::size_t rows, bool& draws) const {
    const at::NoGradGuard without_gradients;
    const at::Tensor inputs =
        records.inputs().narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(rows));
    const std::uint64_t seed =
        train::detail::number_for(recipe_.seed, train::detail::purpose::draws_of_an_answer, model, first);
    const at::Tensor logits = detail::run_seeded(draws, seed, inputs.device(), [&] {
      std::vector<at::Tensor> each;
      for (std::size_t query = 0; query < queries_.count(); ++query)
        each.push_back(
            detail::answer_batch(module, queries_(inputs, query), static_cast<std::int64_t>(records.classes())));
      return at::stack(each, 1);
    });
    detail::check_finite_tensor(function, "answers of model " + std::to_string(model), logits, first);
    return logits;
  }

  Factory factory_;
  train::tensor_dataset data_;
  membership_plan plan_;
  train::recipe recipe_;
  [[no_unique_address]] Queries queries_;
  [[no_unique_address]] Augment augmentation_;
  std::tuple<each_query<Scorers>...> scorers_;
  std::vector<std::pair<std::string, train::tensor_dataset>> further_;
};

template <class Factory>
module_work(Factory, train::tensor_dataset, membership_plan, train::recipe)
    -> module_work<Factory, asked::as_given, augment::none, logit_margin>;
template <class Factory, class Queries>
module_work(Factory, train::tensor_dataset, membership_plan, train::recipe, Queries)
    -> module_work<Factory, Queries, augment::none, logit_margin>;
template <class Factory, class Queries, class Augment>
module_work(Factory, train::tensor_dataset, membership_plan, train::recipe, Queries, Augment)
    -> module_work<Factory, Queries, Augment, logit_margin>;

}  // namespace telltale
