// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/picture.hpp>

namespace fixture {

/// 200 members and 200 non-members on a grid, the members moved up by `shift` ranks: no randomness, exact counts.
inline telltale::report::attack_result attack(const std::string& name, double shift, std::optional<double> cut = {}) {
  std::vector<double> scores;
  std::vector<telltale::membership> member;
  for (int i = 0; i < 200; ++i) {
    scores.push_back(i + shift);
    member.push_back(telltale::membership::in);
    scores.push_back(i);
    member.push_back(telltale::membership::out);
  }
  telltale::report::attack_result made;
  made.name = name;
  made.citation = "Someone & al. <2024>";
  made.anatomy = {"Was it in the training set?", "confidence", "truth", "loss", "threshold", "", ""};
  made.evaluation = telltale::metric::evaluate(scores, member, {{0.1, 0.01, 0.001}, 0.95, cut});
  made.averaged = made.evaluation;
  made.curve = telltale::report::draw(telltale::metric::roc_curve(scores, member));
  made.histogram = telltale::report::histogram_of(scores, member);
  return made;
}

inline telltale::report::attack_result stopped(const std::string& name) {
  telltale::report::attack_result made;
  made.name = name;
  made.stopped_by_type = true;
  made.lacking = "confidence";
  return made;
}

/// Three targets, one behind a defence, one that gives nothing away; names that would break a careless writer.
inline telltale::report::audit audit() {
  telltale::report::audit made;
  made.title = "Audit of <model> \"A & B\"";
  made.data = "400 records";
  made.settings = {{"command", "tool --name '<x>' && true"}, {"seed", "1"}};
  made.targets = {{"trained", "as it was", {attack("LiRA", 60.5), attack("loss <threshold>", 10.5, 150.0)}},
                  {"argmax", "labels only", {stopped("LiRA"), attack("loss <threshold>", 5.5, 150.0)}},
                  {"untrained", "null control", {attack("LiRA", 0), attack("loss <threshold>", 0, 150.0)}}};
  made.vulnerability_measure = "TPR at 1 % FPR";
  made.classes = {{"shirt & tie", 100, {0.2, 0.1, 0.3}}, {"boot", 90, {0.4, 0.3, 0.5}}};
  made.record_measure = "share of models";
  made.records = {{12345, "<boot>", 0.75, {2, 2, 1, {0, 80, 160, 255}}}, {7, "shirt", 0.5, {1, 1, 3, {255, 0, 0}}}};
  made.notes = {"A limit & no more."};
  made.seconds = 12.5;
  return made;
}

}  // namespace fixture
