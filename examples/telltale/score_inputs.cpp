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
  std::optional<telltale::io::npy_values<double>> target, population_target, known, features, population_features;
  std::optional<membership_file> known_members;
  std::vector<int> labels, known_labels;
  std::optional<telltale::stored_scores> shadow, population_shadow;
  std::optional<telltale::model_rows<std::uint8_t>> keep;
};

opened_inputs::opened_inputs(const input_paths& paths) : files_(std::make_unique<files>()) {
  views_.target_path = paths.target;
  views_.shadow_path = paths.shadow;
  views_.keep_path = paths.keep;
  views_.population_target_path = paths.population_target;
  views_.population_shadow_path = paths.population_shadow;
  views_.known_path = paths.known;
  views_.known_members_path = paths.known_members;
  views_.labels_path = paths.labels;
  views_.known_labels_path = paths.known_labels;
  views_.features_path = paths.features;
  views_.population_features_path = paths.population_features;
  open_target();
  if (!paths.shadow.empty()) open_shadow();
  if (!paths.population_target.empty()) open_population();
  if (!paths.population_shadow.empty()) open_population_shadow();
  if (!paths.known.empty()) open_known();
  if (!paths.labels.empty()) open_labels();
  if (!paths.features.empty()) open_features();
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

void opened_inputs::open_known() {
  const telltale::io::npy_array array = open_floats(views_.known_path, 1, "(labelled records)");
  if (array.shape().size() != 1)
    throw usage_error(views_.known_path,
                      "has shape " + shape_text(array) + "; wanted one value for each labelled record");
  files_->known.emplace(array);
  files_->known_members.emplace(views_.known_members_path);
  views_.known = {files_->known->span(), 1, {}};
  views_.known_members = files_->known_members->members();
  if (views_.known_members.size() != views_.known.subjects())
    refuse_extent(views_.known_members_path, views_.known_members.size(), views_.known_path, views_.known.subjects(),
                  "record");
}

void opened_inputs::open_labels() {
  files_->labels = load_classes(views_.labels_path);
  files_->known_labels = load_classes(views_.known_labels_path);
  if (files_->labels.size() != views_.records())
    refuse_extent(views_.labels_path, files_->labels.size(), views_.target_path, views_.records(), "record");
  if (files_->known_labels.size() != views_.known.subjects())
    refuse_extent(views_.known_labels_path, files_->known_labels.size(), views_.known_path, views_.known.subjects(),
                  "record");
  views_.target.labels = files_->labels;
  views_.known.labels = files_->known_labels;
}

void opened_inputs::open_features() {
  const auto open = [](const std::string& path, std::size_t records, const std::string& other, auto& file) {
    const telltale::io::npy_array array = open_floats(path, 1, "(records, features) or (records)");
    if (array.shape()[0] != records) refuse_extent(path, array.shape()[0], other, records, "record");
    file.emplace(array);
    return array.shape().size() == 2 ? array.shape()[1] : 1;
  };
  views_.dimensions = open(views_.features_path, views_.records(), views_.target_path, files_->features);
  const std::size_t of_population = open(views_.population_features_path, views_.population_target.size(),
                                         views_.population_target_path, files_->population_features);
  if (of_population != views_.dimensions)
    refuse_extent(views_.population_features_path, of_population, views_.features_path, views_.dimensions, "feature");
  views_.features = files_->features->span();
  views_.population_features = files_->population_features->span();
}

}  // namespace tool
