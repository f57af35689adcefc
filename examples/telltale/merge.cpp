// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/merge.hpp>
#include <telltale/report/read_json.hpp>
#include <telltale/report/text.hpp>

#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

struct merge_options {
  std::vector<std::string> reports;
  std::string title, json, html;
};

int merge(const merge_options& options, const shared_options& shared) {
  if (options.reports.size() < 2)
    throw usage_error("REPORT", options.reports.empty()
                                    ? "is missing; wanted at least two reports"
                                    : "only " + options.reports.front() + " is given; wanted at least two reports");
  if (options.html == "-") throw usage_error("--html", "must be a file; only --json goes to standard output");
  std::vector<named_path> inputs;
  for (const std::string& path : options.reports) inputs.emplace_back("REPORT", path);
  refuse_overlap(inputs, {{"--json", options.json}, {"--html", options.html}});
  std::vector<telltale::report::named_audit> reports;
  origins places;
  for (const std::string& path : options.reports) {
    reports.push_back({path, telltale::report::read_report(path)});
    places.from(path, path);
  }
  text_output json(options.json), html(options.html);
  telltale::report::audit whole = places.name_in([&] { return telltale::report::merged(reports); });
  if (!options.title.empty()) whole.title = options.title;
  if (json.is_wanted()) json.write(telltale::report::json_text(telltale::report::to_json(whole)));
  if (html.is_wanted()) html.write(telltale::report::html_report(whole));
  html.commit();
  json.commit();
  if (!shared.quiet && !json.is_standard_output())
    std::cout << telltale::report::text_report(whole, telltale::report::style_for(STDOUT_FILENO));
  return done;
}

constexpr const char* merge_lesson =
    R"(Each REPORT is a report.json of 'telltale demo', or what 'telltale evaluate --json' wrote,
which becomes one attack, called after its file, on the target 'evidence'. Targets of one
name are joined into one table and one picture; attacks of one name are told apart by the
report that they come from. Figures are taken as they are: nothing is pooled, since the
reports may rest on the same records. Groups, bounds on epsilon and comparisons stay in
their own reports.

Example: two attacks that were evaluated apart, in one picture
  telltale evaluate --evidence lira.npy --members M.npy --json lira.json
  telltale evaluate --evidence rmia.npy --members M.npy --json rmia.json
  telltale merge lira.json rmia.json --html both.html)";

}  // namespace

void add_merge(program& state) {
  const auto options = std::make_shared<merge_options>();
  command(state, "merge", "Put several reports into one table and one picture", merge_lesson)
      .words("REPORT", options->reports, "report.json of the demo, or what evaluate --json wrote; two or more")
      .option("--title", "TEXT", options->title, "Title of the merged report")
      .option("--json", "FILE", options->json, "Write the merged report as JSON; - is standard output")
      .option("--html", "FILE", options->html, "Write the merged report as a page")
      .runs([options](const shared_options& shared) { return merge(*options, shared); });
}

}  // namespace tool
