// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "grid.hpp"

#include <algorithm>
#include <cstdint>

#include <telltale/report/svg/scale.hpp>

namespace lab {
namespace {

constexpr double usual_decay = 1e-3;

telltale::train::recipe recipe_with(double weight_decay) {
  telltale::train::recipe recipe;
  recipe.optimiser = telltale::train::quasi_newton{1e-5};
  recipe.weight_decay = weight_decay;
  recipe.batch_size = telltale::train::full_batch;
  recipe.epochs = 200;
  return recipe;
}

// So many pools that at least 80,000 non-members (a model and a record it was not trained on) decide the threshold: 80
// of them are the false positives at an FPR of 0.001. And as many as there is time for, since pools differ by their
// classes: from 4 on their spread is the interval's.
std::size_t pools_for(std::size_t shots, std::size_t classes, std::size_t models) {
  const std::size_t trained_on = shots * classes, negatives = (models + 1) * trained_on;
  const std::size_t least = trained_on <= 512 ? 12 : trained_on <= 2048 ? 6 : trained_on <= 8192 ? 4 : 2;
  return std::max(least, (80'000 + negatives - 1) / negatives);
}

planned_cell make(purpose why, std::size_t shots, std::size_t classes, std::size_t models, std::uint64_t seed,
                  double weight_decay = usual_decay) {
  planned_cell made;
  made.why = why;
  made.cell.shots = shots;
  made.cell.classes = classes;
  made.cell.models = models;
  made.cell.pools = pools_for(shots, classes, models);
  made.cell.seed = seed;
  made.cell.recipe = recipe_with(weight_decay);
  return made;
}

// Few models steepen LiRA's line where there are many shots.
std::size_t models_for(std::size_t shots, bool quick) { return quick ? 128 : shots <= 64 ? 256 : 512; }

void add_once(std::vector<planned_cell>& all, const std::vector<std::size_t>& shots,
              const std::vector<std::size_t>& classes, const planned_cell& like, bool quick) {
  for (const std::size_t s : shots)
    for (const std::size_t c : classes) {
      planned_cell next = make(like.why, s, c, models_for(s, quick), like.cell.seed, like.cell.recipe.weight_decay);
      next.seen = like.seen;
      next.second_set = like.second_set;
      all.push_back(next);
    }
}

}  // namespace

std::string planned_cell::key() const {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  const std::string what = why != purpose::networks ? name_of(seen)
                           : layers == tuned::all   ? "networks"
                                                    : "networks_last_layer";
  return std::string(second_set ? "second-" : "fashion-") + what + "-S" + number(cell.shots) + "-C" +
         number(cell.classes) + "-M" + number(cell.models) + "-P" + number(cell.pools) + "-L" +
         telltale::report::svg::tick_label(cell.recipe.weight_decay) + "-seed" + std::to_string(cell.seed) +
         (cell.fewer_models.empty() ? "" : "-fewer");
}

std::vector<planned_cell> plan_cells(const settings& chosen) {
  std::vector<planned_cell> all;
  const bool quick = chosen.quick;
  const auto add = [&](purpose why, const std::vector<std::size_t>& shots, const std::vector<std::size_t>& classes,
                       std::uint64_t seed, features seen = features::learned, double decay = usual_decay) {
    planned_cell like = make(why, 1, 2, 2, seed, decay);
    like.seen = seen;
    like.second_set = why == purpose::second;
    add_once(all, shots, classes, like, quick);
  };
  for (std::uint64_t seed = 1; seed <= chosen.seeds; ++seed) {
    if (quick)
      add(purpose::grid, {4, 16, 64, 256}, {2, 5, 10}, seed);
    else
      add(purpose::grid, {4, 8, 16, 32, 64, 128, 256}, {2, 3, 5, 7, 10}, seed);
    if (seed > 1) continue;
    if (quick)
      add(purpose::held_out, {1024}, {2}, seed);
    else
      add(purpose::held_out, {512, 1024, 2048}, {2, 5, 10}, seed);
    if (quick)
      add(purpose::second, {4, 16, 64}, {2, 5}, seed);
    else
      add(purpose::second, {4, 16, 64, 256}, {2, 5, 10}, seed);
    for (const features seen : {features::random, features::raw})
      add(purpose::features, quick ? std::vector<std::size_t>{16, 64} : std::vector<std::size_t>{16, 32, 64, 128, 256},
          {5}, seed, seen);
    if (!quick) add(purpose::decay, {4, 16, 64, 256}, {2, 5}, seed, features::learned, 1e-2);
    for (const std::size_t shots : quick ? std::vector<std::size_t>{4, 16} : std::vector<std::size_t>{4, 16, 64})
      for (const std::size_t classes : quick ? std::vector<std::size_t>{2} : std::vector<std::size_t>{2, 5}) {
        planned_cell next = make(purpose::networks, shots, classes, quick ? 64 : 128, seed);
        next.cell.recipe = network_recipe();
        next.cell.pools = quick ? 1 : 2;
        all.push_back(next);
        if (quick || shots > 16) continue;
        next.layers = tuned::last;
        all.push_back(next);
      }
    const std::size_t most = quick ? 256 : 512;
    for (const auto& [shots, classes] : {std::pair<std::size_t, std::size_t>{16, 5}, {256, 2}}) {
      planned_cell next = make(purpose::models, shots, classes, most, seed);
      for (std::size_t fewer = 32; fewer < most; fewer *= 2) next.cell.fewer_models.push_back(fewer);
      all.push_back(next);
    }
  }
  return all;
}

}  // namespace lab
