// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "demo_campaign.hpp"

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/telltale.hpp>

namespace tool {
namespace {

using telltale::named_signal;
namespace train = telltale::train;

// What the lab found: the fastest way to a training accuracy of 0.99 on 1,000 images.
train::recipe demo_recipe(std::uint64_t seed) {
  train::recipe chosen;
  chosen.stop = train::stopping{};
  chosen.seed = seed;
  return chosen;
}

template <class Scorer, class Batch>
named_signal signal_of(const std::string& name, const Batch& batch, const Scorer& scorer = {}) {
  std::vector<double> values(batch.subjects());
  scorer(batch, values);
  return {name, std::move(values)};
}

// Everything that any attack will ask of one model.
void ask(const train::network& model, const demo_data& data, const std::string& prefix,
         std::vector<named_signal>& signals) {
  const auto answers = [&](const records& of, std::vector<float>& logits, std::vector<float>& hidden) {
    logits.resize(of.size() * data.classes);
    hidden.resize(of.size() * model.shape().features());
    model.logits_and_hidden({of.features, of.size(), data.dimensions()}, logits, hidden);
    return telltale::classification<telltale::eigen<float>>({logits, of.size(), data.classes}, of.labels);
  };
  std::vector<float> logits, hidden;
  const auto pool = answers(data.pool, logits, hidden);
  signals.push_back(signal_of<telltale::logit_margin>(prefix + stored::margin, pool));
  signals.push_back(signal_of<telltale::loss>(prefix + stored::loss, pool));
  signals.push_back(signal_of<telltale::confidence>(prefix + stored::confidence, pool));
  signals.push_back(signal_of<telltale::correctness>(prefix + stored::correctness, pool));
  const telltale::softmax_head<telltale::eigen<float>> head(
      {logits, data.pool.size(), data.classes}, {hidden, data.pool.size(), model.shape().features()}, data.pool.labels);
  signals.push_back(signal_of<telltale::gradient_norm>(prefix + stored::gradient, head));
  if (prefix.empty())
    signals.push_back(signal_of<telltale::correctness>(stored::argmax + stored::correctness, telltale::argmax{}(pool)));

  const auto population = answers(data.population, logits, hidden);
  signals.push_back(signal_of<telltale::loss>(prefix + stored::population + stored::loss, population));
  signals.push_back(signal_of<telltale::confidence>(prefix + stored::population + stored::confidence, population));
}

}  // namespace

telltale::signal_store run_demo_campaign(const std::filesystem::path& folder, const demo_data& data,
                                         const demo_settings& settings) {
  const train::recipe recipe = demo_recipe(settings.seed);
  const auto& sgd = std::get<train::momentum_sgd>(recipe.optimiser);
  const nlohmann::json facts = {{"hidden", settings.hidden},       {"epochs", recipe.epochs},
                                {"batch_size", recipe.batch_size}, {"learning_rate", sgd.learning_rate},
                                {"momentum", sgd.momentum},        {"stop_at_accuracy", recipe.stop->accuracy}};
  const std::size_t size = data.pool.size();
  telltale::signal_store store(
      folder, {settings.seed, data.hash, facts},
      telltale::membership_plan::draw(settings.seed, settings.models, size, telltale::plan_rule::fixed_size{size / 2}));
  const train::network_shape shape = train::multilayer_perceptron(data.dimensions(), {settings.hidden}, data.classes);
  const train::dataset_view<float> pool({data.pool.features, size, data.dimensions()}, data.pool.labels, data.classes);
  const auto keeps = store.plan().keeps();

  telltale::progress_line line("training models", settings.quiet);
  telltale::run_campaign(
      store,
      [&](std::size_t model) {
        const std::array<std::size_t, 1> which{model};
        train::execution alone;
        alone.threads = 1;
        alone.which = which;
        std::vector<named_signal> signals;
        train::train_each(pool, keeps, shape, recipe, alone, [&](std::size_t, train::trained<float>&& result) {
          if (!result.reached)
            throw telltale::error("demo: model " + std::to_string(model) + " stopped at a training accuracy of " +
                                  std::to_string(result.accuracy) + " after " + std::to_string(result.epochs) +
                                  " epochs; the audit is of models that fit their training set");
          ask(result.model, data, "", signals);
          signals.push_back({"training-accuracy", std::vector<double>{result.accuracy}});
        });
        ask(train::network::initial(shape, settings.seed, model), data, stored::untrained, signals);
        return signals;
      },
      telltale::campaign_options<>{{settings.threads}, std::ref(line)});
  return store;
}

}  // namespace tool
