// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/io/npy.hpp>
#include <telltale/report/json.hpp>

#include "common.hpp"
#include "files.hpp"
#include "record_files.hpp"
#include "score_inputs.hpp"
#include "score_rule.hpp"

namespace tool {
namespace {

struct score_options : input_paths {
  std::string rule, out, ids, preset, json;
  std::vector<std::string> set;
};

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const auto& rule : all_rules()) names.push_back(rule->name());
  return names;
}

std::unique_ptr<score_rule> rule_of(const score_options& options) {
  required("RULE", options.rule, one_of(rule_names()));
  checked_name("RULE", options.rule, "rule", rule_names());
  std::unique_ptr<score_rule> chosen;
  for (auto& rule : all_rules())
    if (rule->name() == options.rule) chosen = std::move(rule);
  if (!options.preset.empty())
    chosen->use_preset(checked_name("--preset", options.preset, "preset of " + options.rule, chosen->presets()));
  apply(*chosen, options.set);
  return chosen;
}

// A file that a rule does not read is refused: the user believes that it counts.
void check_need(bool needed, const std::string& option, const std::string& path, const std::string& rule,
                const std::string& what) {
  if (needed && path.empty()) throw usage_error(option, "is missing; " + rule + " needs " + what);
  if (!needed && !path.empty()) throw usage_error(option, rule + " does not use it");
}

void check_files(const score_options& options, telltale::knowledge needs, telltale::knowledge holds) {
  using telltale::knowledge;
  const bool labelled = covers(needs, knowledge::labelled_records), classes = covers(holds, knowledge::truth),
             features = covers(holds, knowledge::record);
  const bool shadow = covers(needs, knowledge::shadow_models), others = covers(needs, knowledge::population);
  required("--target", options.target, "the target's signal, (records) or (records, queries)");
  check_need(shadow, "--shadow", options.shadow, options.rule, "the shadow models' signal, (models, records)");
  check_need(shadow, "--keep", options.keep, options.rule, "which models were trained on which record");
  check_need(others, "--population-target", options.population_target, options.rule,
             "the target's signal of a population");
  check_need(others && shadow, "--population-shadow", options.population_shadow, options.rule,
             "the shadow models' signal of the population");
  check_need(labelled, "--known", options.known, options.rule, "the signal of records whose membership is known");
  check_need(labelled, "--known-members", options.known_members, options.rule, "which of those records are members");
  check_need(classes, "--labels", options.labels, options.rule, "the classes of the records");
  check_need(classes, "--known-labels", options.known_labels, options.rule, "the classes of the known records");
  check_need(features, "--features", options.features, options.rule, "features of the records, (records, features)");
  check_need(features, "--population-features", options.population_features, options.rule,
             "the same features of the population");
  required("--out", options.out, "the .npy or .csv file to write the evidence to");
  if (options.out == "-") throw usage_error("--out", "must be a file; only --json goes to standard output");
  if (!options.ids.empty() && !is_csv(options.out))
    throw usage_error("--ids", "needs an --out that ends in .csv; a .npy file holds no ids");
}

std::string summary(const score_options& options, const opened_inputs& inputs, const telltale::evidence& result) {
  std::string text = options.out + ": " + options.rule + " of " + counted(inputs.views().records(), "record");
  if (inputs.models() > 0) text += " from " + counted(inputs.models(), "shadow model");
  if (!inputs.views().population_target.empty())
    text += " and a population of " + std::to_string(inputs.views().population_target.size());
  if (inputs.views().known.subjects() > 0)
    text += " from " + counted(inputs.views().known.subjects(), "labelled record");
  text += result.ranks_only() ? "; it only ranks, no cut is published"
                              : "; evidence >= " + text_of(result.cut) + " says member";
  if (result.floored > 0) text += "; the floor changed " + counted(result.floored, "record");
  if (result.filled > 0) text += "; " + counted(result.filled, "record") + " without models of a side filled in";
  if (result.dropped > 0) text += "; " + counted(result.dropped, "score") + " left out";
  return text + "\n";
}

telltale::report::json settings_in_json(const score_rule& rule) {
  telltale::report::json object = telltale::report::json::object();
  for (const auto& [key, value] : rule.chosen())
    if (const double* const as_number = std::get_if<double>(&value))
      object[key] = telltale::report::number(*as_number);
    else
      object[key] = std::get<std::string>(value);
  return object;
}

/// The evidence as a file: .npy in the order of the records, or .csv with their ids. It is opened before the work, so
/// that a folder that cannot be written is known in time, and appears after it.
class evidence_output {
 public:
  evidence_output(const std::string& path, const std::string& ids, std::size_t records) {
    if (!is_csv(path)) {
      npy_.emplace(path, std::vector<std::size_t>{records});
      return;
    }
    ids_ = load_ids(ids, records);
    csv_.emplace(path);
  }

  void write(std::span<const double> values) {
    if (npy_) {
      npy_->append(values);
      return;
    }
    std::ostringstream text;
    telltale::io::write_csv_text(text, "record", ids_, "evidence", values);
    csv_->write(text.str());
  }

  void commit() { npy_ ? npy_->commit() : csv_->commit(); }

 private:
  std::optional<telltale::io::npy_writer<double>> npy_;
  std::optional<text_output> csv_;
  std::vector<std::string> ids_;
};

int score(const score_options& options, const shared_options& shared) {
  const std::unique_ptr<score_rule> rule = rule_of(options);
  check_files(options, rule->needs(), rule->holds());
  refuse_overlap({{"--target", options.target},
                  {"--shadow", options.shadow},
                  {"--keep", options.keep},
                  {"--population-target", options.population_target},
                  {"--population-shadow", options.population_shadow},
                  {"--known", options.known},
                  {"--known-members", options.known_members},
                  {"--labels", options.labels},
                  {"--known-labels", options.known_labels},
                  {"--features", options.features},
                  {"--population-features", options.population_features},
                  {"--ids", options.ids}},
                 {{"--out", options.out}, {"--json", options.json}});
  const opened_inputs inputs(options);
  const std::size_t records = inputs.views().records();
  evidence_output out(options.out, options.ids, records);
  text_output json(options.json);
  const telltale::evidence result = rule->judge(inputs.views());
  out.write(result.values);
  json.write(telltale::report::json_text({{"rule", options.rule},
                                          {"preset", options.preset.empty() ? rule->presets().front() : options.preset},
                                          {"settings", settings_in_json(*rule)},
                                          {"records", records},
                                          {"models", inputs.models()},
                                          {"cut", telltale::report::number(result.cut)},
                                          {"floored", result.floored},
                                          {"filled", result.filled},
                                          {"dropped", result.dropped}}));
  out.commit();
  json.commit();
  if (!shared.quiet && !json.is_standard_output()) std::cout << summary(options, inputs, result);
  return done;
}

std::string score_lesson() {
  std::string text = R"(Files (.npy of any float type, byte order and axis order; n records):
  --target             (n) or (n, queries): a signal of the audited model
  --shadow             (models, n[, queries]), or a folder with one file a model
                       (model_0000.npy, ...), or with scores.npy: the same signal of
                       models that the auditor trained
  --keep               (models, n), booleans or 0 and 1: was record i in the training
                       set of model m; or a folder with keep.npy
  --population-target  (z): the signal of records that no model was trained on
  --population-shadow  (models, z): the same of the shadow models
  --known              (k): the same signal of records whose membership is known,
                       as a shadow model gives it
  --known-members      (k), booleans or 0 and 1: which of them that model was trained on
  --labels             (n), integers: the class of each record
  --known-labels       (k): the same of the labelled records
  --features           (n[, d]): what may tell how high a non-member scores
  --population-features  (z[, d]): the same of the population
LiRA wants logit margins (telltale signals logit-margin), RMIA true-class
probabilities (confidence) or, with --set scores=margins, logit margins; the others any
signal of which larger means member.

--out is float64 (n), one number a record, larger meaning member. An --out that ends in
.csv has the columns record,evidence, record being the id from the column 'record' of
--ids, or 0, 1, ...:
)";
  for (const auto& rule : all_rules()) {
    text += "\n  " + rule->name() + "\n      " + rule->meaning() + "\n";
    std::string names;
    for (const std::string& preset : rule->presets()) names += (names.empty() ? "" : ", ") + preset;
    text += "      --preset " + names + "\n";
    for (const setting& each : rule->settings()) {
      const bool is_choice = each.range.find('|') != std::string::npos;
      text += "      --set " + each.key + "=" + (is_choice ? each.range : "VALUE, " + each.range) + "\n            " +
              each.meaning + "\n";
    }
  }
  return text + R"(
The first preset is the default. --json writes rule, preset, settings, records, models,
cut (null: the rule only ranks) and the number of records that a floor touched.

Example: LiRA as published, from 64 shadow models
  telltale score lira-online --preset carlini_2022 --target T.npy --shadow S.npy \
      --keep K.npy --out E.npy
  telltale evaluate --evidence E.npy --members M.npy)";
}

}  // namespace

void add_score(program& state) {
  const auto options = std::make_shared<score_options>();
  command(state, "score", "Turn a signal into evidence of membership, by a decision rule", score_lesson())
      .word("RULE", options->rule, one_of(rule_names()))
      .option("--target", "T.npy", options->target, "Signal of the audited model")
      .option("--shadow", "S.npy", options->shadow, "Signal of the shadow models, a file or a folder")
      .option("--keep", "K.npy", options->keep, "Which models were trained on which record")
      .option("--population-target", "ZT.npy", options->population_target, "Signal of the population under the target")
      .option("--population-shadow", "ZS.npy", options->population_shadow, "The same under the shadow models")
      .option("--known", "KS.npy", options->known, "Signal of records whose membership is known")
      .option("--known-members", "KM.npy", options->known_members, "Which of them are members")
      .option("--labels", "Y.npy", options->labels, "Classes of the records")
      .option("--known-labels", "KY.npy", options->known_labels, "Classes of the known records")
      .option("--features", "X.npy", options->features, "Features of the records")
      .option("--population-features", "ZX.npy", options->population_features, "The same of the population")
      .option("--out", "E.npy", options->out, "Write the evidence here, as .npy or .csv")
      .option("--ids", "IDS.csv", options->ids, "Ids of the records, for an --out that ends in .csv")
      .option("--preset", "NAME", options->preset, "A named set of settings, listed below")
      .repeated("--set", "KEY=VALUE", options->set, "Change one setting, listed below; repeatable")
      .option("--json", "FILE", options->json, "Write what was done as JSON; - is standard output")
      .runs([options](const shared_options& shared) { return score(*options, shared); });
}

}  // namespace tool
