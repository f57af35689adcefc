// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/resampled.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/html.hpp>

#include "common.hpp"
#include "evaluate_further.hpp"
#include "evidence_report.hpp"
#include "files.hpp"
#include "record_files.hpp"

namespace tool {
namespace {

namespace metric = telltale::metric;

struct evaluate_options {
  std::string evidence, members, compare, groups, cut, delta, bootstrap;
  report_options report;
  std::string strategy = "bonferroni";
  std::string group_threshold = group_thresholds().front(), group_lacking = groups_lacking().front();
  std::vector<std::string> epsilon_methods;
};

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

// What is wrong with these is said before any file is read.
std::optional<epsilon_wanted> check_choices(const evaluate_options& options) {
  checked_name("--group-threshold", options.group_threshold, "threshold", group_thresholds());
  checked_name("--group-lacking", options.group_lacking, "choice", groups_lacking());
  if (!options.delta.empty()) return epsilon_of(options.delta, options.epsilon_methods, options.strategy);
  if (!options.epsilon_methods.empty()) throw usage_error("--epsilon-method", "needs --delta");
  return std::nullopt;
}

int evaluate(const evaluate_options& options, const shared_options& shared) {
  required("--evidence", options.evidence, "the evidence of each record, as 'telltale score' writes it");
  required("--members", options.members, "which records the target was trained on, 1 or 0 each");
  const std::optional<epsilon_wanted> epsilon = check_choices(options);
  evidence_report report(options.report);
  if (!options.cut.empty()) report.settings().cut = number("--cut", options.cut);
  const metric::evaluation_options& settings = report.settings();
  const std::size_t replicates = options.bootstrap.empty() ? 0 : whole_number("--bootstrap", options.bootstrap, 1);
  const auto figures_of = [&](const metric::roc_curve& curve) {
    if (replicates == 0) return metric::evaluate(curve, settings);
    return metric::evaluate_resampled(curve, {settings, {replicates, 1, static_cast<unsigned>(shared.threads)}});
  };
  refuse_overlap({{"--evidence", options.evidence},
                  {"--members", options.members},
                  {"--compare", options.compare},
                  {"--groups", options.groups}},
                 {{"--json", options.report.json}, {"--html", options.report.html}});
  const evidence_file evidence(options.evidence);
  const member_column members(options.members, evidence.keys());
  std::optional<evidence_file> other;
  if (!options.compare.empty()) other.emplace(options.compare, evidence.keys());
  std::vector<std::string> group_of;
  if (!options.groups.empty()) group_of = load_groups(options.groups, evidence.keys());
  report.open();
  const auto judged_by = [&](const std::string& path) {
    return origins()
        .from("scores", path)
        .from("evidence", path)
        .from("member", options.members)
        .from("group", options.groups)
        .from("replicates", "--bootstrap")
        .from("delta", "--delta")
        .from("threshold", "--threshold-strategy");
  };
  return judged_by(options.evidence).name_in([&] {
    const metric::roc_curve curve(evidence.values(), members.members());
    const metric::evaluation figures = figures_of(curve);
    const judged_records records{file_name(options.evidence), evidence.values(), members.members(), settings};
    std::vector<telltale::report::attack_result> attacks{
        telltale::report::pictured(curve, records.evidence, records.member, figures, records.name)};
    further more;
    if (other)
      judged_by(options.compare).name_in([&] {
        const std::string name = file_name(options.compare);
        const metric::roc_curve other_curve(other->values(), records.member);
        attacks.push_back(
            telltale::report::pictured(other_curve, other->values(), records.member, figures_of(other_curve), name));
        add_comparison(more, records, figures, name, other->values());
      });
    if (!group_of.empty()) add_groups(more, records, group_of, options.group_threshold, options.group_lacking);
    if (epsilon) add_epsilon(more, records, *epsilon);
    return report.finish(
        curve, attacks.front(), more, [&] { return telltale::report::html_report(attacks, more.sections); }, shared);
  });
}

constexpr const char* evaluate_lesson = R"(Files (.npy of any byte order; n records):
  --evidence  (n), any float type: what an attack says of each record, larger meaning
              member; 'telltale score' and 'telltale signals' write such files
  --members   (n), booleans or 0 and 1: was the target trained on the record
  --compare   (n): the evidence of another attack on the same records
  --groups    (n), integers: a group of each record, such as its class or its hospital
Both classes must be there. Ties are legal and treated exactly.

A file that ends in .csv has a column 'record', the id of each record, beside 'evidence',
'member' (0 or 1) or 'group' (any text). Files with ids are matched by id, whatever their order, and all of
them must hold the same records; files without are matched by order.

What the numbers mean:
  AUC                the share of (member, non-member) pairs that are ordered rightly;
                     0.5 is guessing. Interval by DeLong on the logit scale.
  TPR at an FPR      the share of members that are found while at most that share of
                     the non-members is accused. The row says how many false positives
                     it rests on and the FPR that the data could offer (ties can make it
                     smaller); the interval is Clopper-Pearson's, which takes the threshold
                     as given: --bootstrap resamples the non-members too. An FPR below
                     1/non-members was not measured: "resolvable" is false.
  balanced accuracy  (TPR + 1 - FPR) / 2, and advantage, TPR - FPR: at --cut, or at the
                     best threshold of these very records, which is marked as in-sample
                     and has no interval, because it is optimistic.

  comparison         the difference of both attacks' figures, --evidence minus --compare,
                     with a paired bootstrap interval: the same resampled records for
                     both. It tells attacks apart whose own intervals overlap.

  groups             the figures of each group, at its own threshold or, with
                     --group-threshold of-all-records, at the one that all records have at
                     the FPR; intervals hold for all groups at once. A group without
                     members or non-members is refused, or listed by --group-lacking list.
  epsilon            with --delta: the training was not (epsilon, delta)-differentially
                     private for any epsilon below the bound. The best of many thresholds
                     certifies what is not there, so that a bound always says how its
                     threshold was chosen: bonferroni (search, and pay for it), fixed:T (T
                     was fixed before these records were judged), split or multi-split
                     (choose on one half, certify on the other).
                     clopper-pearson and most methods want each record to be a trial of
                     its own, such as one model a record: records judged by one model are
                     not. one-run wants one training run with the membership of each
                     record tossed by a fair coin. Only one of them holds for your audit.

--fail-if METRIC OP NUMBER makes the exit code 3 when it holds, so that a release
pipeline can stop: METRIC is auc, advantage, balanced_accuracy, tpr@FPR or epsilon,
OP is <, >, <= or >=. An FPR that cannot be resolved is an error there, not a pass.

Example: fail when more than 5 % of the members are found at an FPR of 1 %
  telltale evaluate --evidence E.npy --members M.npy --fpr 0.1,0.01 --json - \
      --fail-if 'tpr@0.01>0.05')";

}  // namespace

void add_evaluate(program& state) {
  const auto options = std::make_shared<evaluate_options>();
  command made(state, "evaluate", "Measure how well evidence tells members from non-members", evaluate_lesson);
  made.option("--evidence", "E.npy", options->evidence, "Evidence of each record")
      .option("--members", "M.npy", options->members, "Which records are members")
      .option("--compare", "E2.npy", options->compare, "Evidence of another attack on the same records")
      .option("--groups", "G.npy", options->groups, "A group of each record")
      .option("--group-threshold", "WHOSE", options->group_threshold,
              "Whose threshold an FPR stands for: " + one_of(group_thresholds()))
      .option("--group-lacking", "WHAT", options->group_lacking,
              "What to do with a group without members or non-members: " + one_of(groups_lacking()))
      .option("--delta", "D", options->delta, "Bound epsilon from below at this delta")
      .repeated("--epsilon-method", "NAME", options->epsilon_methods,
                "How to bound epsilon: " + one_of(epsilon_methods()) +
                    "; repeatable, clopper-pearson and one-run if none is given")
      .option("--threshold-strategy", "NAME", options->strategy,
              "How the threshold of a bound is chosen: bonferroni, fixed:THRESHOLD, split or multi-split")
      .option("--cut", "CUT", options->cut, "Judge by this threshold: evidence >= CUT says member")
      .option("--bootstrap", "N", options->bootstrap,
              "Intervals of AUC and TPR from N resamples of members and of non-members");
  add_report_options(made, options->report);
  made.runs([options](const shared_options& shared) { return evaluate(*options, shared); });
}

}  // namespace tool
