// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "features.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/train/standardise.hpp>
#include <telltale/train/train_many.hpp>

#include "cache.hpp"

namespace lab {
namespace {

using namespace telltale;

constexpr std::size_t steps = 2500, batch = 64, last_hidden = 64;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

train::network_shape shape_for(const data_set& data) {
  return train::multilayer_perceptron(data.dimensions, {128, last_hidden}, data.classes);
}

train::recipe recipe_for(const data_set& data, std::uint64_t seed) {
  train::recipe recipe;
  recipe.optimiser = train::adam{2e-3};
  recipe.learning_rates = train::schedule::cosine;
  recipe.batch_size = batch;
  recipe.epochs = (steps * batch + data.network.size() - 1) / data.network.size();
  recipe.seed = seed;
  return recipe;
}

struct kept_column {
  std::size_t at;
  double mean, scale;
};

// Whether at least 1 % of the records differ from what all others have. A value that more than half of them have is the
// median. Changes the order of `column`.
bool moves(std::span<float> column) {
  const auto middle = column.begin() + static_cast<std::ptrdiff_t>(column.size() / 2);
  std::nth_element(column.begin(), middle, column.end());
  const auto same = static_cast<std::size_t>(std::count(column.begin(), column.end(), *middle));
  return 100 * (column.size() - same) >= column.size();
}

std::vector<kept_column> columns_that_move(const std::vector<float>& raw, std::size_t records, std::size_t columns) {
  constexpr std::size_t at_once = 16;  // a cache line of a row
  std::vector<kept_column> kept;
  std::vector<float> block(at_once * records);
  for (std::size_t first = 0; first < columns; first += at_once) {
    const std::size_t count = std::min(at_once, columns - first);
    for (std::size_t i = 0; i < records; ++i)
      for (std::size_t c = 0; c < count; ++c) block[c * records + i] = raw[i * columns + first + c];
    for (std::size_t c = 0; c < count; ++c) {
      const std::span<float> column = std::span(block).subspan(c * records, records);
      if (!moves(column)) continue;
      double sum = 0, squares = 0;
      for (const float value : column) sum += static_cast<double>(value);
      const double mean = sum / static_cast<double>(records);
      for (const float value : column)
        squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
      kept.push_back({first + c, mean, 1 / std::sqrt(squares / static_cast<double>(records))});
    }
  }
  return kept;
}

void fill(feature_table& table, const std::vector<float>& raw, std::size_t columns) {
  const std::vector<kept_column> kept = columns_that_move(raw, table.records(), columns);
  if (kept.empty()) throw error(table.name + ": no column differs in 1 % of the records; wanted at least one");
  table.dimensions = kept.size();
  table.values.reserve(table.records() * kept.size());
  // With mean square 1 in every column a record has mean squared norm `dimensions`.
  const double factor = 1 / std::sqrt(static_cast<double>(kept.size()));
  for (std::size_t i = 0; i < table.records(); ++i)
    for (const kept_column& c : kept)
      table.values.push_back(
          static_cast<float>((static_cast<double>(raw[i * columns + c.at]) - c.mean) * c.scale * factor));
}

double share_right(const std::vector<float>& logits, const std::vector<int>& labels, std::size_t classes) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = logits.begin() + static_cast<std::ptrdiff_t>(i * classes);
    right += std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row == labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

// What the last hidden layer gives to the study's records, before or after training.
void ask_network(const data_set& data, features kind, std::uint64_t seed, feature_table& table) {
  const std::vector<float> own = data.rows_of(data.network), others = data.rows_of(data.study);
  const std::vector<int> own_labels = data.labels_of(data.network);
  const train::features_view<float> own_view(own, data.network.size(), data.dimensions);
  const train::standardiser<float> standardise(own_view);
  const train::network_shape shape = shape_for(data);
  const train::recipe recipe = recipe_for(data, seed);
  train::network network = train::network::initial(shape, recipe.seed, 0);
  if (kind == features::learned) {
    const std::vector<float> inputs = standardise(own_view);
    const std::vector<std::uint8_t> all(data.network.size(), 1);
    const std::span<const std::uint8_t> keep(all);
    network = train::train_many<float>({{inputs, data.network.size(), data.dimensions}, own_labels, data.classes},
                                       {&keep, 1}, shape, recipe)
                  .front()
                  .model;
  }
  const std::vector<float> inputs = standardise({others, data.study.size(), data.dimensions});
  std::vector<float> logits(data.study.size() * data.classes), hidden(data.study.size() * last_hidden);
  network.logits_and_hidden({inputs, data.study.size(), data.dimensions}, logits, hidden);
  if (kind == features::learned) table.network_accuracy = share_right(logits, table.labels, data.classes);
  fill(table, hidden, last_hidden);
}

// All that decides what the learned features are, a line each.
std::string made_from(const data_set& data, std::uint64_t seed) {
  const train::recipe recipe = recipe_for(data, seed);
  std::ostringstream text;
  const std::uint64_t hash = hash_of(data.study, hash_of(data.network, hash_of(data.labels, hash_of(data.values))));
  text << "features of " << data.name << ", version 1\n"
       << "data and split " << hash_text(hash) << "\n"
       << "perceptron " << data.dimensions << "-128-" << last_hidden << "-" << data.classes << ", seed " << seed << "\n"
       << "adam " << std::get<train::adam>(recipe.optimiser).learning_rate << " cosine, batches of "
       << recipe.batch_size << ", epochs " << recipe.epochs << "\n";
  return text.str();
}

}  // namespace

const char* name_of(features kind) {
  switch (kind) {
    case features::learned:
      return "learned";
    case features::random:
      return "random";
    case features::raw:
      break;
  }
  return "raw";
}

feature_table make_features(const data_set& data, features kind, std::uint64_t seed,
                            const std::filesystem::path& cache) {
  feature_table table{data.name + ", " + name_of(kind), 0, data.classes, {}, data.labels_of(data.study), nan};
  if (kind == features::raw) {
    fill(table, data.rows_of(data.study), data.dimensions);
  } else if (kind == features::random) {
    ask_network(data, kind, seed, table);
  } else {
    const std::filesystem::path stem = cache / (data.name + "-learned-" + std::to_string(seed));
    const std::string settings = made_from(data, seed);
    if (std::optional<kept_numbers> kept = read_kept(stem, settings)) {
      table.dimensions = kept->columns;
      table.values = std::move(kept->values);
      table.network_accuracy = kept->accuracy;
    } else {
      ask_network(data, kind, seed, table);
      keep(stem, settings, {table.values, table.dimensions, table.network_accuracy});
    }
  }
  return table;
}

}  // namespace lab
