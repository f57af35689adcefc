// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "evidence_report.hpp"

#include <unistd.h>

#include <iostream>

#include <telltale/report/json.hpp>
#include <telltale/report/text.hpp>

#include "attack_table.hpp"

namespace tool {

void add_report_options(command& to, report_options& options) {
  to.option("--fpr", "LIST", options.fpr, "False-positive rates, as fractions with commas between")
      .option("--confidence", "C", options.confidence, "Confidence of every interval")
      .option("--json", "FILE", options.json, "Write the figures as JSON; - is standard output")
      .option("--html", "FILE", options.html, "Write a page with the figures, the ROC curve and the scores")
      .repeated("--fail-if", "CONDITION", options.fail_if, "Exit with 3 when the condition holds; repeatable");
}

evidence_report::evidence_report(const report_options& options)
    : options_(&options),
      settings_(rates_of(options.fpr, options.confidence)),
      conditions_(options.fail_if.begin(), options.fail_if.end()) {
  if (options.html == "-") throw usage_error("--html", "must be a file; only --json goes to standard output");
}

void evidence_report::open() {
  json_.emplace(options_->json);
  html_.emplace(options_->html);
}

int evidence_report::finish(const telltale::metric::roc_curve& curve, const telltale::report::attack_result& attack,
                            const further& more, const std::function<std::string()>& page, const shared_options& shared,
                            const std::function<void()>& commit_others) {
  if (!json_ || !html_) open();
  text_output &json = json_.value(), &html = html_.value();
  const condition_inputs found{curve, attack.evaluation, more.epsilon};
  // A condition that cannot be decided fails the run before anything is written.
  std::string held;
  for (const condition& each : conditions_)
    if (const std::optional<std::string> sentence = each.holds(found)) held += (held.empty() ? "" : "; ") + *sentence;
  if (json.is_wanted()) {
    telltale::report::json object = telltale::report::to_json(attack.evaluation);
    object.update(more.json);
    object["curve"] = telltale::report::to_json(attack.curve);
    object["histogram"] = telltale::report::to_json(attack.histogram);
    json.write(telltale::report::json_text(object));
  }
  if (html.is_wanted()) html.write(page());
  if (commit_others) commit_others();
  html.commit();
  json.commit();
  if (!shared.quiet && !json.is_standard_output())
    std::cout << telltale::report::text_report(attack.evaluation, telltale::report::style_for(STDOUT_FILENO),
                                               more.sections);
  if (held.empty()) return done;
  std::cerr << "telltale: --fail-if: " << held << std::endl;
  return condition_holds;
}

}  // namespace tool
