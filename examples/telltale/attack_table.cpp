// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attack_table.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include <telltale/io/npy.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/report/text.hpp>

namespace tool {
namespace {

namespace metric = telltale::metric;
namespace report = telltale::report;

ran_attack measured(const table_attack& attack, telltale::evidence judged, std::span<const telltale::membership> tested,
                    metric::evaluation_options settings) {
  if (!judged.ranks_only()) settings.cut = judged.cut;
  const metric::roc_curve curve(judged.values, tested);
  ran_attack ran{attack.name,
                 attack.full_name(),
                 attack.control,
                 report::pictured(curve, judged.values, tested, metric::evaluate(curve, settings), attack.full_name()),
                 {}};
  ran.figures.citation = attack.citation;
  ran.figures.anatomy = attack.anatomy;
  ran.evidence = std::move(judged.values);
  return ran;
}

}  // namespace

std::string stem_of(std::string full_name) {
  for (char& letter : full_name)
    letter = letter == ' ' ? '-' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  return full_name;
}

std::vector<std::string> choices_of(const std::vector<std::string>& names) {
  std::vector<std::string> choices;
  for (const std::string& name : names)
    if (choices.empty() || choices.back() != name) choices.push_back(name);
  choices.emplace_back("all");
  return choices;
}

metric::evaluation_options rates_of(const std::string& fpr, const std::string& confidence) {
  metric::evaluation_options settings;
  settings.fprs = numbers("--fpr", fpr);
  for (const double each : settings.fprs)
    if (!(each >= 0 && each <= 1))
      throw usage_error("--fpr", text_of(each) + " is no fraction from 0 to 1 (0.01 is 1 %)");
  settings.confidence = number("--confidence", confidence);
  if (!(settings.confidence > 0 && settings.confidence < 1))
    throw usage_error("--confidence", confidence + " is not above 0 and below 1 (0.95 is 95 %)");
  return settings;
}

attack_table::attack_table(const std::vector<table_attack>& attacks, const std::vector<std::string>& named,
                           std::span<const telltale::membership> tested, const metric::evaluation_options& settings,
                           const origins& places, const shared_options& shared) {
  const auto is_named = [&](const std::string& name) { return std::count(named.begin(), named.end(), name) > 0; };
  const auto try_one = [&](const table_attack& attack) {
    const auto leave_out = [&](const std::string& why, std::exception_ptr refusal) {
      left_out.push_back({attack.name, attack.full_name(), why, std::move(refusal)});
    };
    if (!attack.lacks.empty()) return leave_out(attack.lacks, nullptr);
    try {
      telltale::evidence judged = places.name_in([&] { return attack.run(); });
      ran.push_back(measured(attack, std::move(judged), tested, settings));
    } catch (const usage_error& refusal) {
      leave_out("is not possible here, " + std::string(refusal.what()), std::current_exception());
    }
  };
  const bool all = named.empty() || is_named("all");
  telltale::progress_line line("attacking", shared.quiet);
  for (std::size_t i = 0; i < attacks.size(); ++i) {
    line(i, attacks.size());
    if (all || is_named(attacks[i].name)) try_one(attacks[i]);
  }
  line(attacks.size(), attacks.size());
  for (const attack_left_out& attack : left_out) {
    if (!is_named(attack.name) || has_run(attack.name)) continue;
    if (attack.refusal) std::rethrow_exception(attack.refusal);
    throw usage_error("--attack", attack.full_name + " " + attack.why);
  }
  if (ran.empty())
    throw usage_error("--attack", "no attack can run: " + left_out.front().full_name + " " + left_out.front().why);
}

bool attack_table::has_run(const std::string& name) const {
  return std::any_of(ran.begin(), ran.end(), [&](const ran_attack& each) { return each.name == name; });
}

void attack_table::fill(report::audit& audit, report::target_result target, report::target_result control) const {
  for (const ran_attack& each : ran) (each.control ? control : target).attacks.push_back(each.figures);
  for (report::target_result* each : {&target, &control})
    if (!each->attacks.empty()) audit.targets.push_back(std::move(*each));
  std::vector<attack_left_out> by_reason;
  for (const attack_left_out& attack : left_out) {
    const auto same = std::find_if(by_reason.begin(), by_reason.end(),
                                   [&](const attack_left_out& other) { return other.why == attack.why; });
    if (same == by_reason.end())
      by_reason.push_back(attack);
    else
      same->full_name += ", " + attack.full_name;
  }
  for (const attack_left_out& reason : by_reason)
    audit.notes.push_back("Left out: " + reason.full_name + ": " + reason.why + ".");
}

report::json attack_table::left_out_as_json() const {
  report::json all = report::json::array();
  for (const attack_left_out& attack : left_out) all.push_back({{"attack", attack.full_name}, {"why", attack.why}});
  return all;
}

std::vector<named_path> outputs_in(const std::string& folder, const std::vector<std::string>& full_names) {
  std::vector<named_path> outputs;
  if (folder.empty()) return outputs;
  for (const char* file : {"/report.html", "/report.json", "/evidence/members.npy", "/evidence/tested.npy"})
    outputs.emplace_back("--out", folder + file);
  for (const std::string& name : full_names)
    outputs.emplace_back("--out", folder + "/evidence/" + stem_of(name) + ".npy");
  return outputs;
}

void write_table(const std::filesystem::path& folder, const report::audit& audit, const report::json& object,
                 const attack_table& table, std::span<const telltale::membership> member,
                 std::span<const std::size_t> tested) {
  const std::filesystem::path evidence = folder / "evidence";
  std::filesystem::create_directories(evidence);
  std::vector<std::uint8_t> flags;
  for (const telltale::membership each : member) flags.push_back(static_cast<std::uint8_t>(each));
  telltale::io::write_npy_mask(evidence / "members.npy", flags, {flags.size()});
  const std::vector<std::int64_t> numbers(tested.begin(), tested.end());
  telltale::io::write_npy(evidence / "tested.npy", numbers, {numbers.size()});
  for (const ran_attack& ran : table.ran)
    telltale::io::write_npy(evidence / (stem_of(ran.full_name) + ".npy"), ran.evidence, {ran.evidence.size()});
  report::write_json(folder / "report.json", object);
  report::write_html(folder / "report.html", report::html_report(audit));
}

void print_table(const report::audit& audit, const std::string& folder, const text_output& json,
                 const shared_options& shared) {
  if (shared.quiet || json.is_standard_output()) return;
  std::cout << report::text_report(audit, report::style_for(STDOUT_FILENO));
  if (!folder.empty()) std::cout << "\nreport: " << (std::filesystem::path(folder) / "report.html").string() << "\n";
}

}  // namespace tool
