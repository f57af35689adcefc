// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/report/text.hpp>
#include <telltale/version.hpp>

#include "files.hpp"
#include "generation.hpp"

namespace tool {
namespace {

namespace metric = telltale::metric;
namespace report = telltale::report;

/// An attack with its figures, and its evidence on every tested record.
struct ran_attack {
  const generation_attack* attack;
  report::attack_result figures;
  std::vector<double> evidence;
};

struct attack_left_out {
  std::string name, full_name, why;
  std::exception_ptr refusal;  ///< null where an option is missing
};

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

/// "ii-s-logistic", as its evidence is called.
std::string stem_of(const generation_attack& attack) {
  std::string stem = attack.full_name();
  for (char& letter : stem)
    letter = letter == ' ' ? '-' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  return stem;
}

std::vector<std::string> names_of(const std::vector<generation_attack>& attacks) {
  std::vector<std::string> names;
  for (const generation_attack& attack : attacks)
    if (names.empty() || names.back() != attack.name) names.push_back(attack.name);
  names.emplace_back("all");
  return names;
}

metric::evaluation_options settings_of(const generation_options& options) {
  metric::evaluation_options settings;
  settings.fprs = numbers("--fpr", options.fpr);
  for (const double fpr : settings.fprs)
    if (!(fpr >= 0 && fpr <= 1)) throw usage_error("--fpr", text_of(fpr) + " is no fraction from 0 to 1 (0.01 is 1 %)");
  settings.confidence = number("--confidence", options.confidence);
  if (!(settings.confidence > 0 && settings.confidence < 1))
    throw usage_error("--confidence", options.confidence + " is not above 0 and below 1 (0.95 is 95 %)");
  return settings;
}

ran_attack measured(const generation_attack& attack, telltale::evidence judged, const generation_records& records,
                    metric::evaluation_options settings) {
  if (!judged.ranks_only()) settings.cut = judged.cut;
  const metric::roc_curve curve(judged.values, records.tested_member());
  ran_attack ran{&attack,
                 report::pictured(curve, judged.values, records.tested_member(), metric::evaluate(curve, settings),
                                  attack.full_name()),
                 {}};
  ran.figures.citation = attack.citation;
  ran.figures.anatomy = attack.anatomy;
  ran.evidence = std::move(judged.values);
  return ran;
}

/// What was asked for: every attack if none is named, but then only those that these inputs allow.
class attack_runs {
 public:
  attack_runs(const generation_options& options, const generation_records& records,
              const std::vector<generation_attack>& attacks, const shared_options& shared) {
    const metric::evaluation_options settings = settings_of(options);
    const auto named = [&](const std::string& name) {
      return std::count(options.attacks.begin(), options.attacks.end(), name) > 0;
    };
    const bool all = options.attacks.empty() || named("all");
    telltale::progress_line line("attacking", shared.quiet);
    for (std::size_t i = 0; i < attacks.size(); ++i) {
      line(i, attacks.size());
      if (all || named(attacks[i].name)) try_one(attacks[i], records, settings);
    }
    line(attacks.size(), attacks.size());
    for (const attack_left_out& attack : left_out) {
      if (!named(attack.name) || has_run(attack.name)) continue;
      if (attack.refusal) std::rethrow_exception(attack.refusal);
      throw usage_error("--attack", attack.full_name + " " + attack.why);
    }
    if (ran.empty())
      throw usage_error("--attack", "no attack can run: " + left_out.front().full_name + " " + left_out.front().why);
  }

  std::vector<ran_attack> ran;
  std::vector<attack_left_out> left_out;

 private:
  void try_one(const generation_attack& attack, const generation_records& records,
               const metric::evaluation_options& settings) {
    const auto leave_out = [&](const std::string& why, std::exception_ptr refusal) {
      left_out.push_back({attack.name, attack.full_name(), why, std::move(refusal)});
    };
    if (const std::string options = lacking(attack, records); !options.empty())
      return leave_out("needs " + options, nullptr);
    try {
      telltale::evidence judged = records.places().name_in([&] { return attack.run(records); });
      ran.push_back(measured(attack, std::move(judged), records, settings));
    } catch (const usage_error& refusal) {
      leave_out("is not possible here, " + std::string(refusal.what()), std::current_exception());
    }
  }

  [[nodiscard]] bool has_run(const std::string& name) const {
    return std::any_of(ran.begin(), ran.end(), [&](const ran_attack& each) { return each.attack->name == name; });
  }
};

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

report::audit audit_of(const generation_options& options, const generation_records& records, const attack_runs& runs) {
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
  for (const ran_attack& ran : runs.ran) (ran.attack->control ? control : target).attacks.push_back(ran.figures);
  for (report::target_result* each : {&target, &control})
    if (!each->attacks.empty()) audit.targets.push_back(std::move(*each));
  audit.notes = {
      "One generator was attacked: the intervals say how the figures scatter over the tested records, not over "
      "trainings or other auxiliary records.",
      "Members and non-members are taken to be drawn alike; any other difference between them counts as a leak here."};
  std::vector<attack_left_out> by_reason;
  for (const attack_left_out& attack : runs.left_out) {
    const auto same = std::find_if(by_reason.begin(), by_reason.end(),
                                   [&](const attack_left_out& other) { return other.why == attack.why; });
    if (same == by_reason.end())
      by_reason.push_back(attack);
    else
      same->full_name += ", " + attack.full_name;
  }
  for (const attack_left_out& reason : by_reason)
    audit.notes.push_back("Left out: " + reason.full_name + ": " + reason.why + ".");
  return audit;
}

report::json json_of(const report::audit& audit, const generation_records& records, const attack_runs& runs) {
  report::json object = report::to_json(audit), left_out = report::json::array();
  for (const attack_left_out& attack : runs.left_out)
    left_out.push_back({{"attack", attack.full_name}, {"why", attack.why}});
  object["left_out"] = std::move(left_out);
  object["records"] = {{"queries", records.member().size()},
                       {"pictures_per_query", records.observed().pictures()},
                       {"auxiliary", records.auxiliary().size()},
                       {"tested", records.tested().size()}};
  return object;
}

void write_folder(const std::filesystem::path& out, const report::audit& audit, const report::json& object,
                  const generation_records& records, const attack_runs& runs) {
  const std::filesystem::path evidence = out / "evidence";
  std::filesystem::create_directories(evidence);
  std::vector<std::uint8_t> flags;
  for (const telltale::membership each : records.tested_member()) flags.push_back(static_cast<std::uint8_t>(each));
  telltale::io::write_npy_mask(evidence / "members.npy", flags, {flags.size()});
  const std::vector<std::int64_t> tested(records.tested().begin(), records.tested().end());
  telltale::io::write_npy(evidence / "tested.npy", tested, {tested.size()});
  for (const ran_attack& ran : runs.ran)
    telltale::io::write_npy(evidence / (stem_of(*ran.attack) + ".npy"), ran.evidence, {ran.evidence.size()});
  report::write_json(out / "report.json", object);
  report::write_html(out / "report.html", report::html_report(audit));
}

void refuse_overlap_of(const generation_options& options, const std::vector<generation_attack>& attacks) {
  std::vector<named_path> outputs{{"--json", options.json}};
  if (!options.out.empty()) {
    for (const char* file : {"/report.html", "/report.json", "/evidence/members.npy", "/evidence/tested.npy"})
      outputs.emplace_back("--out", options.out + file);
    for (const generation_attack& attack : attacks)
      outputs.emplace_back("--out", options.out + "/evidence/" + stem_of(attack) + ".npy");
  }
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
  static_cast<void>(settings_of(options));
  static_cast<void>(whole_number("--seed", options.seed, 0));
  refuse_overlap_of(options, attacks);
}

int run_generation(const generation_options& options, generation_inputs inputs,
                   const std::vector<generation_attack>& attacks, const shared_options& shared) {
  const auto begun = std::chrono::steady_clock::now();
  const generation_records records(std::move(inputs), options, shared);
  text_output json(options.json);
  const attack_runs runs(options, records, attacks, shared);
  report::audit audit = audit_of(options, records, runs);
  audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const report::json object = json_of(audit, records, runs);
  if (json.is_wanted()) json.write(report::json_text(object));
  if (!options.out.empty()) write_folder(options.out, audit, object, records, runs);
  json.commit();
  if (!shared.quiet && !json.is_standard_output()) {
    std::cout << report::text_report(audit, report::style_for(STDOUT_FILENO));
    if (!options.out.empty())
      std::cout << "\nreport: " << (std::filesystem::path(options.out) / "report.html").string() << "\n";
  }
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
