// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/compare.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/comparison.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/text.hpp>

#include "common.hpp"
#include "fail_if.hpp"
#include "files.hpp"
#include "record_files.hpp"

namespace tool {
namespace {

namespace metric = telltale::metric;

struct evaluate_options {
  std::string evidence, members, compare, cut, json, html, fpr = "0.1,0.01,0.001", confidence = "0.95";
  std::vector<std::string> fail_if;
};

metric::evaluation_options wanted(const evaluate_options& options) {
  metric::evaluation_options result;
  result.fprs = numbers("--fpr", options.fpr);
  for (const double fpr : result.fprs)
    if (!(fpr >= 0 && fpr <= 1)) throw usage_error("--fpr", text_of(fpr) + " is no fraction from 0 to 1 (0.01 is 1 %)");
  result.confidence = number("--confidence", options.confidence);
  if (!(result.confidence > 0 && result.confidence < 1))
    throw usage_error("--confidence", options.confidence + " is not above 0 and below 1 (0.95 is 95 %)");
  if (!options.cut.empty()) result.cut = number("--cut", options.cut);
  return result;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// What is said of the records beside the figures of the evidence: a part of the JSON and a section of the report each.
struct further {
  telltale::report::json json = telltale::report::json::object();
  std::vector<telltale::report::section> sections;
};

/// Compares with the evidence of another attack where the data resolve the false-positive rates.
void add_comparison(further& more, const evaluate_options& options, const evidence_file& first,
                    const evidence_file& second, const member_column& members, const metric::evaluation& figures) {
  metric::pooled_options settings;
  settings.confidence = figures.conventions.confidence;
  settings.fprs.clear();
  for (const metric::operating_point& point : figures.tpr_at_fpr)
    if (point.resolvable) settings.fprs.push_back(point.fpr);
  const metric::comparison found = metric::compare({{first.values()}, {members.members()}, {}},
                                                   {{second.values()}, {members.members()}, {}}, settings);
  more.json["comparison"] = telltale::report::to_json(found);
  more.json["comparison"]["first"] = file_name(options.evidence);
  more.json["comparison"]["second"] = file_name(options.compare);
  more.sections.push_back(telltale::report::section_of(found, file_name(options.evidence), file_name(options.compare),
                                                       settings.confidence));
}

int report_conditions(const std::vector<condition>& conditions, const metric::roc_curve& curve,
                      const metric::evaluation& figures) {
  std::string held;
  for (const condition& each : conditions)
    if (const std::optional<std::string> sentence = each.holds(curve, figures))
      held += (held.empty() ? "" : "; ") + *sentence;
  if (held.empty()) return done;
  std::cerr << "telltale: --fail-if: " << held << std::endl;
  return condition_holds;
}

int evaluate(const evaluate_options& options, const shared_options& shared) {
  required("--evidence", options.evidence, "the evidence of each record, as 'telltale score' writes it");
  required("--members", options.members, "which records the target was trained on, 1 or 0 each");
  if (options.html == "-") throw usage_error("--html", "must be a file; only --json goes to standard output");
  const metric::evaluation_options settings = wanted(options);
  const std::vector<condition> conditions(options.fail_if.begin(), options.fail_if.end());
  refuse_overlap({{"--evidence", options.evidence}, {"--members", options.members}, {"--compare", options.compare}},
                 {{"--json", options.json}, {"--html", options.html}});
  const evidence_file evidence(options.evidence);
  const member_column members(options.members, evidence.keys());
  std::optional<evidence_file> other;
  if (!options.compare.empty()) other.emplace(options.compare, evidence.keys());
  text_output json(options.json), html(options.html);
  const auto judged_by = [&](const std::string& path) {
    return origins().from("scores", path).from("evidence", path).from("member", options.members);
  };
  return judged_by(options.evidence).name_in([&] {
    const metric::roc_curve curve(evidence.values(), members.members());
    const metric::evaluation figures = metric::evaluate(curve, settings);
    // A condition that cannot be decided fails the run before anything is written.
    for (const condition& each : conditions) static_cast<void>(each.holds(curve, figures));
    std::vector<telltale::report::attack_result> attacks{
        telltale::report::pictured(evidence.values(), members.members(), figures, file_name(options.evidence))};
    further more;
    if (other)
      judged_by(options.compare).name_in([&] {
        const metric::evaluation others = metric::evaluate(other->values(), members.members(), settings);
        attacks.push_back(
            telltale::report::pictured(other->values(), members.members(), others, file_name(options.compare)));
        add_comparison(more, options, evidence, *other, members, figures);
      });
    if (json.is_wanted()) {
      telltale::report::json object = telltale::report::to_json(figures);
      object.update(more.json);
      object["curve"] = telltale::report::to_json(attacks.front().curve);
      object["histogram"] = telltale::report::to_json(attacks.front().histogram);
      json.write(telltale::report::json_text(object));
    }
    if (html.is_wanted()) html.write(telltale::report::html_report(attacks, more.sections));
    html.commit();
    json.commit();
    if (!shared.quiet && !json.is_standard_output())
      std::cout << telltale::report::text_report(figures, telltale::report::style_for(STDOUT_FILENO), more.sections);
    return report_conditions(conditions, curve, figures);
  });
}

constexpr const char* evaluate_lesson = R"(Files (.npy of any byte order; n records):
  --evidence  (n), any float type: what an attack says of each record, larger meaning
              member; 'telltale score' and 'telltale signals' write such files
  --members   (n), booleans or 0 and 1: was the target trained on the record
  --compare   (n): the evidence of another attack on the same records
Both classes must be there. Ties are legal and treated exactly.

A file that ends in .csv has a column 'record', the id of each record, beside 'evidence',
or 'member' (0 or 1). Files with ids are matched by id, whatever their order, and all of
them must hold the same records; files without are matched by order.

What the numbers mean:
  AUC                the share of (member, non-member) pairs that are ordered rightly;
                     0.5 is guessing. Interval by DeLong on the logit scale.
  TPR at an FPR      the share of members that are found while at most that share of
                     the non-members is accused. The row says how many false positives
                     it rests on and the FPR that the data could offer (ties can make it
                     smaller); the interval is Clopper-Pearson's. An FPR below
                     1/non-members was not measured: "resolvable" is false.
  balanced accuracy  (TPR + 1 - FPR) / 2, and advantage, TPR - FPR: at --cut, or at the
                     best threshold of these very records, which is marked as in-sample
                     and has no interval, because it is optimistic.

  comparison         the difference of both attacks' figures, --evidence minus --compare,
                     with a paired bootstrap interval: the same resampled records for
                     both. It tells attacks apart whose own intervals overlap.

--fail-if METRIC OP NUMBER makes the exit code 3 when it holds, so that a release
pipeline can stop: METRIC is auc, advantage, balanced_accuracy or tpr@FPR, OP is <, >,
<= or >=. An FPR that cannot be resolved is an error there, not a pass.

Example: fail when more than 5 % of the members are found at an FPR of 1 %
  telltale evaluate --evidence E.npy --members M.npy --fpr 0.1,0.01 --json - \
      --fail-if 'tpr@0.01>0.05')";

}  // namespace

void add_evaluate(program& state) {
  const auto options = std::make_shared<evaluate_options>();
  command(state, "evaluate", "Measure how well evidence tells members from non-members", evaluate_lesson)
      .option("--evidence", "E.npy", options->evidence, "Evidence of each record")
      .option("--members", "M.npy", options->members, "Which records are members")
      .option("--compare", "E2.npy", options->compare, "Evidence of another attack on the same records")
      .option("--fpr", "LIST", options->fpr, "False-positive rates, as fractions with commas between")
      .option("--confidence", "C", options->confidence, "Confidence of every interval")
      .option("--cut", "CUT", options->cut, "Judge by this threshold: evidence >= CUT says member")
      .option("--json", "FILE", options->json, "Write the figures as JSON; - is standard output")
      .option("--html", "FILE", options->html, "Write a page with the figures, the ROC curve and the scores")
      .repeated("--fail-if", "CONDITION", options->fail_if, "Exit with 3 when the condition holds; repeatable")
      .runs([options](const shared_options& shared) { return evaluate(*options, shared); });
}

}  // namespace tool
