// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_inputs.hpp"

#include <cstdint>
#include <optional>

#include <telltale/campaign/stored_scores.hpp>
#include <telltale/io/npy.hpp>

#include "files.hpp"

namespace tool {
namespace {

[[noreturn]] void refuse_extent(const std::string& path, std::size_t got, const std::string& other, std::size_t wanted,
                                const std::string& noun) {
  throw usage_error(path, "has " + counted(got, noun) + "; " + other + " has " + std::to_string(wanted));
}

model_scores views_of(const telltale::stored_scores& stored) {
  return stored.visit([](const auto& rows) { return model_scores(rows.all()); });
}

}  // namespace

struct opened_inputs::files {
  std::optional<telltale::io::npy_values<double>> target, population_target;
  std::optional<telltale::stored_scores> shadow, population_shadow;
  std::optional<telltale::model_rows<std::uint8_t>> keep;
};

opened_inputs::opened_inputs(const std::string& target, const std::string& shadow, const std::string& keep,
                             const std::string& population_target, const std::string& population_shadow)
    : files_(std::make_unique<files>()) {
  views_.target_path = target;
  views_.shadow_path = shadow;
  views_.keep_path = keep;
  views_.population_target_path = population_target;
  views_.population_shadow_path = population_shadow;
  open_target();
  if (!shadow.empty()) open_shadow();
  if (!population_target.empty()) open_population();
  if (!population_shadow.empty()) open_population_shadow();
}

opened_inputs::~opened_inputs() = default;

void opened_inputs::open_target() {
  const telltale::io::npy_array array = open_floats(views_.target_path, 1, "(records) or (records, queries)");
  files_->target.emplace(array);
  views_.target = {files_->target->span(), array.shape().size() == 2 ? array.shape()[1] : 1, {}};
}

void opened_inputs::open_shadow() {
  files_->shadow = telltale::load_scores(views_.shadow_path);
  files_->keep = telltale::load_keep(views_.keep_path);
  views_.shadow = views_of(*files_->shadow);
  views_.keep = files_->keep->all();
  const std::size_t records = files_->shadow->records(), models = files_->shadow->models();
  if (views_.records() != records)
    refuse_extent(views_.target_path, views_.records(), views_.shadow_path, records, "record");
  if (views_.target.width != files_->shadow->queries())
    throw usage_error(views_.target_path, "has " + std::to_string(views_.target.width) + " values a record; " +
                                              views_.shadow_path + " has " + std::to_string(files_->shadow->queries()));
  if (views_.keep.size() != models)
    refuse_extent(views_.keep_path, views_.keep.size(), views_.shadow_path, models, "model");
  if (views_.keep[0].size() != records)
    refuse_extent(views_.keep_path, views_.keep[0].size(), views_.shadow_path, records, "record");
}

void opened_inputs::open_population() {
  const telltale::io::npy_array array = open_floats(views_.population_target_path, 1, "(records of the population)");
  if (array.shape().size() != 1)
    throw usage_error(views_.population_target_path,
                      "has shape " + shape_text(array) + "; wanted one value for each record of the population");
  files_->population_target.emplace(array);
  views_.population_target = files_->population_target->span();
}

void opened_inputs::open_population_shadow() {
  files_->population_shadow = telltale::load_scores(views_.population_shadow_path);
  views_.population_shadow = views_of(*files_->population_shadow);
  const std::size_t got = files_->population_shadow->records() * files_->population_shadow->queries();
  if (files_->population_shadow->models() != models())
    refuse_extent(views_.population_shadow_path, files_->population_shadow->models(), views_.shadow_path, models(),
                  "model");
  if (got != views_.population_target.size())
    refuse_extent(views_.population_shadow_path, got, views_.population_target_path, views_.population_target.size(),
                  "value");
}

}  // namespace tool
