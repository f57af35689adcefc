// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <telltale/report/json.hpp>
#include <telltale/version.hpp>

#include "attack_table.hpp"
#include "files.hpp"
#include "generation.hpp"

namespace tool {
namespace {

namespace report = telltale::report;

std::string option_of(generation_part part) {
  switch (part) {
    case generation_part::queries:
      return "--queries";
    case generation_part::generated:
      return "--generated";
    case generation_part::query_embeddings:
      return "--query-embeddings";
    case generation_part::generated_embeddings:
      return "--generated-embeddings";
    case generation_part::caption_embeddings:
      return "--caption-embeddings";
    case generation_part::generated_captions:
      return "--caption-bank-embeddings or --generated-caption-embeddings";
    case generation_part::reference_embeddings:
      return "--reference-embeddings";
  }
  return "";
}

/// What an attack lacks, as options: "--queries, --generated"; empty if it can run.
std::string lacking(const generation_attack& attack, const generation_records& records) {
  std::string options;
  for (const generation_part part : attack.needs)
    if (!records.has(part)) options += (options.empty() ? "" : ", ") + option_of(part);
  return options;
}

std::vector<std::string> names_of(const std::vector<generation_attack>& attacks) {
  std::vector<std::string> names;
  for (const generation_attack& attack : attacks) names.push_back(attack.name);
  return choices_of(names);
}

/// The attacks as lines of a table, bound to what was collected.
std::vector<table_attack> lines_of(const std::vector<generation_attack>& attacks, const generation_records& records) {
  std::vector<table_attack> lines;
  for (const generation_attack& attack : attacks) {
    const std::string options = lacking(attack, records);
    lines.push_back({attack.name, attack.variant, options.empty() ? "" : "needs " + options, attack.anatomy,
                     attack.citation, attack.control, [&] { return attack.run(records); }});
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> settings_shown(const generation_options& options) {
  std::vector<std::pair<std::string, std::string>> shown;
  const auto show = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) shown.emplace_back(name, value);
  };
  show("queries", options.queries);
  show("generated", options.generated);
  show("query embeddings", options.query_embeddings);
  show("generated embeddings", options.generated_embeddings);
  show("caption embeddings", options.caption_embeddings);
  show("caption bank embeddings", options.caption_bank_embeddings);
  show("generated caption embeddings", options.generated_caption_embeddings);
  show("reference embeddings", options.reference_embeddings);
  show("members", options.members);
  show("auxiliary", options.auxiliary);
  show("seed", options.seed);
  return shown;
}

report::audit audit_of(const generation_options& options, const generation_records& records,
                       const attack_table& table) {
  const auto& observed = records.observed();
  report::audit audit;
  audit.title = "Membership audit of a text-to-image generator";
  audit.data = counted(observed.subjects(), "query picture") + ", " +
               counted(observed.pictures(), "generated picture") + " each; the adversary knows of " +
               std::to_string(records.auxiliary().size()) + " whether they are members, and was tested on the other " +
               std::to_string(records.tested().size());
  audit.settings = settings_shown(options);
  if (records.has(generation_part::generated))
    audit.settings.emplace_back("pixel range", text_of(observed.format().range));
  audit.settings.emplace_back("version", "telltale " + std::string(telltale::version));
  report::target_result target{"generator", "What the generator makes of the captions of the query pictures.", {}},
      control{
          "nobody",
          "A control that learns from the query pictures alone and asks no generator. It must be at chance: if it is "
          "not, members and non-members differ in more than membership, or the encoder has seen one of them, and the "
          "figures above measure that as well.",
          {}};
  audit.notes = {
      "One generator was attacked: the intervals say how the figures scatter over the tested records, not over "
      "trainings or other auxiliary records.",
      "Members and non-members are taken to be drawn alike; any other difference between them counts as a leak here."};
  table.fill(audit, std::move(target), std::move(control));
  return audit;
}

report::json json_of(const report::audit& audit, const generation_records& records, const attack_table& table) {
  report::json object = report::to_json(audit);
  object["left_out"] = table.left_out_as_json();
  object["records"] = {{"queries", records.member().size()},
                       {"pictures_per_query", records.observed().pictures()},
                       {"auxiliary", records.auxiliary().size()},
                       {"tested", records.tested().size()}};
  return object;
}

void refuse_overlap_of(const generation_options& options, const std::vector<generation_attack>& attacks) {
  std::vector<std::string> names;
  for (const generation_attack& attack : attacks) names.push_back(attack.full_name());
  std::vector<named_path> outputs = outputs_in(options.out, names);
  outputs.insert(outputs.begin(), {"--json", options.json});
  refuse_overlap({{"--queries", options.queries},
                  {"--generated", options.generated},
                  {"--query-embeddings", options.query_embeddings},
                  {"--generated-embeddings", options.generated_embeddings},
                  {"--caption-embeddings", options.caption_embeddings},
                  {"--caption-bank-embeddings", options.caption_bank_embeddings},
                  {"--generated-caption-embeddings", options.generated_caption_embeddings},
                  {"--reference-embeddings", options.reference_embeddings},
                  {"--members", options.members},
                  {"--auxiliary", options.auxiliary}},
                 outputs);
}

}  // namespace

void check_generation(const generation_options& options, const std::vector<generation_attack>& attacks) {
  for (const std::string& name : options.attacks) checked_name("--attack", name, "attack", names_of(attacks));
  required("--members", options.members, "which query pictures the generator was trained on, 1 or 0 each");
  static_cast<void>(rates_of(options.fpr, options.confidence));
  static_cast<void>(whole_number("--seed", options.seed, 0));
  refuse_overlap_of(options, attacks);
}

int run_generation(const generation_options& options, generation_inputs inputs,
                   const std::vector<generation_attack>& attacks, const shared_options& shared) {
  const auto begun = std::chrono::steady_clock::now();
  const generation_records records(std::move(inputs), options, shared);
  text_output json(options.json);
  const attack_table table(lines_of(attacks, records), options.attacks, records.tested_member(),
                           rates_of(options.fpr, options.confidence), records.places(), shared);
  report::audit audit = audit_of(options, records, table);
  audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const report::json object = json_of(audit, records, table);
  if (json.is_wanted()) json.write(report::json_text(object));
  if (!options.out.empty()) write_table(options.out, audit, object, table, records.tested_member(), records.tested());
  json.commit();
  print_table(audit, options.out, json, shared);
  return done;
}

void add_generation_options(command& to, generation_options& options, const std::vector<generation_attack>& attacks) {
  to.option("--queries", "X", options.queries, "Query pictures")
      .option("--generated", "Y", options.generated, "What the generator made of their captions")
      .option("--query-embeddings", "EX.npy", options.query_embeddings, "Embeddings of the query pictures")
      .option("--generated-embeddings", "EY.npy", options.generated_embeddings, "Embeddings of the generated pictures")
      .option("--caption-embeddings", "ET.npy", options.caption_embeddings, "Embeddings of the captions")
      .option("--caption-bank-embeddings", "B.npy", options.caption_bank_embeddings,
              "Embeddings of captions among which that of a generated picture is looked up")
      .option("--generated-caption-embeddings", "ES.npy", options.generated_caption_embeddings,
              "Embeddings of the captions that a captioner wrote for the generated pictures")
      .option("--reference-embeddings", "EZ.npy", options.reference_embeddings,
              "Embeddings of real pictures that nobody asks about")
      .option("--members", "M.npy", options.members, "Which query pictures the generator was trained on")
      .option("--auxiliary", "SHARE|A.npy", options.auxiliary,
              "The records whose membership the adversary knows: a share, as many of either kind, or a file")
      .option("--seed", "S", options.seed, "Seed of the draw of that share")
      .repeated("--attack", "NAME", options.attacks, one_of(names_of(attacks)) + "; repeatable, all if none is given")
      .option(
          "--pixel-range", "RANGE", options.pixel_range,
          "The largest possible pixel less the smallest; 255 for integers, 1 or 2 where [0, 1] or [-1, 1] holds all")
      .option("--fpr", "LIST", options.fpr, "False-positive rates, as fractions with commas between")
      .option("--confidence", "C", options.confidence, "Confidence of every interval")
      .option("--out", "DIR", options.out, "Folder for the report and the evidence of the tested records")
      .option("--json", "FILE", options.json, "Write the figures as JSON; - is standard output");
}

}  // namespace tool
