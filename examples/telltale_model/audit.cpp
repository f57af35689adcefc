// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "audit.hpp"

#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>

#include <telltale/io/npy.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/report/text.hpp>
#include <telltale/version.hpp>

#include "attacks.hpp"
#include "fail_if.hpp"
#include "files.hpp"
#include "records.hpp"
#include "white_box.hpp"

namespace tool {
namespace {

namespace report = telltale::report;
using telltale::membership;

constexpr const char* audit_lesson = R"(Files:
  --model            a TorchScript module whose forward takes a batch of records and returns
                     (records, classes): logits, or what --answers says. It is asked in
                     evaluation mode; a traced module keeps the mode that it was traced in
  --members          .npy, records the model was trained on: the first extent is the record,
                     the others are what the model wants of each: (n, channels, height,
                     width) for most image models, (n, d) for features. Floats become
                     float32, integers int64; bytes need --scale, since 0 to 255 may mean
                     themselves or 0 to 1
  --nonmembers       .npy of the same kind: records that it has never seen, drawn as the
                     members were. If they differ in anything but membership (later dates,
                     another camera), the audit measures that difference
  --...-labels       .npy, (n) integers: the class of each record, from 0

What the adversary may know besides; what is not given is not assumed, and attacks that
need it are listed with what they lack:
  --population       further records of the same kind that the model has never seen, which
                     no other file holds: attack-P, and RMIA with the next
  --shadow-store     a folder of the answers of models that the adversary trained: keep.npy
                     (models, records), 1 where a model was trained on the record, and a
                     sub-folder for each signal with one file a model, as a campaign stores
                     it and 'telltale score' reads it. The records are the members, then
                     the non-members, in the order of the files. logit-margin suffices for
                     most attacks (loss and confidence follow from it); RMIA also wants
                     population-logit-margin or population-confidence. A single scores.npy
                     (models, records) of logit margins is read as well.

Writes into --out: report.html (open it in a browser), report.json, and in evidence/ what
each attack says of each record, with members.npy, for 'telltale evaluate'.

Everything rests on one trained model: the intervals say how the figures scatter over
records, not over trainings.

--fail-if 'tpr@0.01>0.05' makes the exit code 3 when it holds of any attack; METRIC is auc,
advantage, balanced_accuracy or tpr@FPR.

Example:
  telltale-model audit --model M.pt --members X.npy --member-labels Y.npy \
      --nonmembers U.npy --nonmember-labels V.npy --scale 255 --out audit)";

struct audit_options {
  std::string model, scale, store, out;
  record_paths members, nonmembers, population;
  std::string batch = "256", device = "cpu", answers = "logits";
  std::vector<std::string> fail_if;
};

telltale::stored_as form_of(const std::string& name) {
  checked_name("--answers", name, "form", {"logits", "probabilities", "log-probabilities"});
  if (name == "probabilities") return telltale::stored_as::probabilities;
  return name == "logits" ? telltale::stored_as::logits : telltale::stored_as::log_probabilities;
}

// What is wrong with the command line is said before any file is read.
std::vector<condition> checked(const audit_options& options) {
  required("--model", options.model, "a TorchScript module, as torch.jit.script(model).save writes");
  required("--members", options.members.inputs, "records that the model was trained on");
  required("--member-labels", options.members.labels, "the class of each member");
  required("--nonmembers", options.nonmembers.inputs, "records that the model has never seen");
  required("--nonmember-labels", options.nonmembers.labels, "the class of each non-member");
  required("--out", options.out, "a folder for the report");
  if (!options.population.inputs.empty() || !options.population.labels.empty()) {
    required("--population", options.population.inputs, "the records that --population-labels are of");
    required("--population-labels", options.population.labels, "the class of each record of --population");
  }
  std::vector<condition> conditions;
  for (const std::string& text : options.fail_if) {
    if (text.rfind("epsilon", 0) == 0)
      throw usage_error("--fail-if", "epsilon is bounded by 'telltale evaluate', from the evidence that this writes");
    conditions.emplace_back(text);
  }
  std::vector<named_path> outputs{{"--out", options.out + "/report.html"},
                                  {"--out", options.out + "/report.json"},
                                  {"--out", options.out + "/evidence/members.npy"}};
  for (const std::string& stem : file_stems())
    outputs.emplace_back("--out", options.out + "/evidence/" + stem + ".npy");
  refuse_overlap({{"--model", options.model},
                  {"--members", options.members.inputs},
                  {"--member-labels", options.members.labels},
                  {"--nonmembers", options.nonmembers.inputs},
                  {"--nonmember-labels", options.nonmembers.labels},
                  {"--population", options.population.inputs},
                  {"--population-labels", options.population.labels}},
                 outputs);
  return conditions;
}

// A softmax inside the model is easily forgotten, and attacks on its output as logits are weaker without a word.
void check_form(const at::Tensor& answers, const audit_options& options) {
  const bool as_probabilities =
      (answers >= 0).all().item<bool>() && ((answers.sum(1) - 1).abs() < 1e-4).all().item<bool>();
  if (options.answers == "logits" && as_probabilities)
    throw usage_error("--answers", "is logits, but every answer of " + options.model +
                                       " is non-negative and sums to 1; say --answers probabilities");
}

report::audit description(const audit_options& options, const model_records& members, const model_records& others,
                          const std::optional<model_records>& population, const shadow_signals* shadows,
                          std::size_t classes) {
  report::audit audit;
  audit.data = options.model + ", a model of " + std::to_string(classes) + " classes, asked about " +
               counted(members.size(), "member") + " and " + counted(others.size(), "non-member");
  audit.settings = {{"model", options.model},
                    {"members", options.members.inputs + ", " + options.members.labels},
                    {"non-members", options.nonmembers.inputs + ", " + options.nonmembers.labels}};
  if (population)
    audit.settings.emplace_back("population", options.population.inputs + ", " + options.population.labels + " (" +
                                                  counted(population->size(), "record") + ")");
  if (shadows != nullptr)
    audit.settings.emplace_back("shadow models", options.store + " (" + counted(shadows->models(), "model") + ")");
  if (!options.scale.empty()) audit.settings.emplace_back("scale", options.scale);
  audit.settings.emplace_back("answers", options.answers);
  audit.settings.emplace_back("device", options.device);
  audit.settings.emplace_back("version", "telltale " + std::string(telltale::version) + ", LibTorch " + TORCH_VERSION);
  audit.notes = {
      "One model was attacked: the intervals say how the figures scatter over records, not over trainings.",
      "Members and non-members are taken to be drawn alike; any other difference between them counts as a leak here."};
  if (population) audit.notes.push_back("That the model has never seen the population is taken from the user.");
  if (shadows != nullptr)
    audit.notes.push_back("Attacks that learn from labelled records learn from those of the first shadow model.");
  return audit;
}

// One sentence for each reason, in the order in which it came up.
std::vector<std::string> sentences(const std::vector<attack_not_run>& attacks) {
  std::vector<attack_not_run> by_reason;
  for (const attack_not_run& attack : attacks) {
    const auto same = std::find_if(by_reason.begin(), by_reason.end(),
                                   [&](const attack_not_run& other) { return other.why == attack.why; });
    if (same == by_reason.end())
      by_reason.push_back(attack);
    else
      same->name += ", " + attack.name;
  }
  std::vector<std::string> all;
  for (const attack_not_run& reason : by_reason) all.push_back("Not run: " + reason.name + ": " + reason.why + ".");
  return all;
}

void write_outputs(const std::filesystem::path& out, const report::audit& audit, const std::vector<audited_attack>& ran,
                   std::span<const membership> member) {
  const std::filesystem::path evidence = out / "evidence";
  std::filesystem::create_directories(evidence);
  std::vector<std::uint8_t> flags;
  for (const membership each : member) flags.push_back(static_cast<std::uint8_t>(each));
  telltale::io::write_npy_mask(evidence / "members.npy", flags, {flags.size()});
  for (const audited_attack& attack : ran)
    telltale::io::write_npy(evidence / (file_stem(attack.entry.name) + ".npy"), attack.evidence,
                            {attack.evidence.size()});
  report::write_json(out / "report.json", report::to_json(audit));
  report::write_html(out / "report.html", report::html_report(audit));
}

int decide(const std::vector<condition>& conditions, const std::vector<audited_attack>& ran,
           std::span<const membership> member, bool quietly) {
  std::string held;
  for (const audited_attack& attack : ran) {
    if (conditions.empty()) break;
    const telltale::metric::roc_curve curve(attack.evidence, member);
    for (const condition& each : conditions)
      if (const auto sentence = each.holds({curve, attack.entry.evaluation, {}}))
        held += (held.empty() ? "" : "; ") + attack.entry.name + ": " + *sentence;
  }
  if (held.empty()) return done;
  if (!quietly) std::cerr << "telltale-model: --fail-if: " << held << std::endl;
  return condition_holds;
}

int audit_model(const audit_options& options, const shared_options& shared) {
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<condition> conditions = checked(options);
  const telltale::stored_as form = form_of(options.answers);
  telltale::asking how;
  how.batch_size = whole_number("--batch", options.batch, 1);
  how.device = device_of(options.device);
  std::optional<double> scale;
  if (!options.scale.empty()) scale = number("--scale", options.scale);
  if (scale && *scale <= 0) throw usage_error("--scale", options.scale + " is no positive number");
  if (shared.threads > 0) at::set_num_threads(static_cast<int>(shared.threads));

  const model_records members = load_records(options.members, scale), others = load_records(options.nonmembers, scale);
  std::optional<model_records> population;
  if (!options.population.inputs.empty()) population = load_records(options.population, scale);
  std::optional<shadow_signals> shadows;
  if (!options.store.empty()) shadows.emplace(options.store, members.size() + others.size());
  telltale::script_model model = telltale::script_model::load(options.model, *how.device);

  const auto ask = [&](const model_records& records, const std::string& what) {
    telltale::progress_line line("asking about " + what, shared.quiet);
    how.progress = std::ref(line);
    return answers_to(model, options.model, records, how);
  };
  const at::Tensor attacked = at::cat({ask(members, "members"), ask(others, "non-members")});
  check_form(attacked, options);
  std::vector<int> labels = members.labels;
  labels.insert(labels.end(), others.labels.begin(), others.labels.end());
  std::vector<membership> member(members.size(), membership::in);
  member.resize(labels.size(), membership::out);
  std::optional<answered_records> answered_population;
  if (population) answered_population = {ask(*population, "the population"), population->labels};

  const audited_target target{form,
                              {attacked, labels},
                              member,
                              answered_population ? &*answered_population : nullptr,
                              shadows ? &*shadows : nullptr};
  attack_results results =
      origins()
          .from("answers", options.model)
          .reword("store logits, or name a floor: floored(batch, 1e-6)", "save the module without its softmax")
          .name_in([&] { return run_published(target); });
  run_white_box(model, {&members, &others}, target, how.batch_size, shared.quiet, results);

  report::audit audit =
      description(options, members, others, population, target.shadows, static_cast<std::size_t>(attacked.size(1)));
  audit.targets.push_back({"model", "The model as it is: its answers and its parameters are known.", {}});
  for (const audited_attack& attack : results.ran) audit.targets.front().attacks.push_back(attack.entry);
  for (std::string& sentence : sentences(results.not_run)) audit.notes.push_back(std::move(sentence));
  audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  // A condition that cannot be decided fails the run before anything is written.
  static_cast<void>(decide(conditions, results.ran, member, true));
  write_outputs(options.out, audit, results.ran, member);
  if (!shared.quiet)
    std::cout << report::text_report(audit, report::style_for(STDOUT_FILENO))
              << "\nreport: " << (std::filesystem::path(options.out) / "report.html").string() << "\n";
  return decide(conditions, results.ran, member, false);
}

}  // namespace

void add_audit(program& state) {
  const auto options = std::make_shared<audit_options>();
  command(state, "audit", "Attack a model and report what it gives away", audit_lesson)
      .option("--model", "M.pt", options->model, "TorchScript module")
      .option("--members", "X.npy", options->members.inputs, "Records that the model was trained on")
      .option("--member-labels", "Y.npy", options->members.labels, "Their classes")
      .option("--nonmembers", "U.npy", options->nonmembers.inputs, "Records that it has never seen")
      .option("--nonmember-labels", "V.npy", options->nonmembers.labels, "Their classes")
      .option("--population", "P.npy", options->population.inputs, "Further records that it has never seen")
      .option("--population-labels", "L.npy", options->population.labels, "Their classes")
      .option("--shadow-store", "DIR", options->store, "Answers of shadow models about members, then non-members")
      .option("--scale", "S", options->scale, "Divide every input by S: 255 for bytes and a model trained on [0, 1]")
      .option("--answers", "FORM", options->answers,
              "What the model returns: logits, probabilities or log-probabilities")
      .option("--batch", "N", options->batch, "Records at a time; it changes answers by rounding at most")
      .option("--device", "DEVICE", options->device, "Where the model runs: cpu, cuda:0")
      .option("--out", "DIR", options->out, "Folder for the report and the evidence")
      .repeated("--fail-if", "CONDITION", options->fail_if, "Exit with 3 when it holds of any attack; repeatable")
      .runs([options](const shared_options& shared) { return audit_model(*options, shared); });
}

}  // namespace tool
