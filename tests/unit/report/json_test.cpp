// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/json.hpp>

#include <doctest/doctest.h>

namespace {

using telltale::membership;
using telltale::report::json;

std::vector<std::string> keys(const json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

bool holds_nonfinite(const json& value) {
  if (value.is_number_float()) return !std::isfinite(value.get<double>());
  if (value.is_structured())
    for (const auto& item : value)
      if (holds_nonfinite(item)) return true;
  return false;
}

telltale::metric::evaluation small_evaluation(telltale::metric::evaluation_options options = {}) {
  const std::vector<double> scores{0.9, 0.8, 0.1, 0.7, 0.3, 0.2, 0.15};
  const std::vector<membership> member{membership::in,  membership::in,  membership::in, membership::out,
                                       membership::out, membership::out, membership::out};
  return telltale::metric::evaluate(scores, member, options);
}

using names = std::vector<std::string>;

}  // namespace

// Fields: section 7 of the design, which users' scripts are written against.
TEST_CASE("an evaluation has exactly the published fields") {
  const json got = telltale::report::to_json(small_evaluation());
  CHECK(keys(got) ==
        names{"auc", "tpr_at_fpr", "balanced_accuracy", "advantage", "members", "nonmembers", "conventions"});
  CHECK(keys(got["auc"]) == names{"value", "low", "high"});
  REQUIRE(got["tpr_at_fpr"].size() == 3);
  for (const json& row : got["tpr_at_fpr"]) {
    CHECK(keys(row) == names{"fpr", "tpr", "realised_fpr", "false_positives", "true_positives", "resolvable"});
    CHECK(keys(row["tpr"]) == names{"value", "low", "high"});
    CHECK(row["resolvable"] == false);  // 4 non-members resolve 0.25 at best
    CHECK(row["false_positives"] == 0);
  }
  for (const char* verdict : {"balanced_accuracy", "advantage"})
    CHECK(keys(got[verdict]) == names{"value", "low", "high", "threshold", "in_sample"});
  CHECK(got["members"] == 3);
  CHECK(got["nonmembers"] == 4);
  CHECK(got["conventions"]["confidence"] == 0.95);
}

TEST_CASE("evidence that only ranks has no interval at its best threshold: null") {
  const json got = telltale::report::to_json(small_evaluation());
  CHECK(got["advantage"]["in_sample"] == true);
  CHECK(got["advantage"]["low"].is_null());
  CHECK(got["balanced_accuracy"]["high"].is_null());
  CHECK(got["advantage"]["threshold"] == 0.8);
  CHECK_FALSE(holds_nonfinite(got));

  const json judged = telltale::report::to_json(small_evaluation({{0.5}, 0.95, 0.5}));
  CHECK(judged["advantage"]["in_sample"] == false);
  CHECK(judged["advantage"]["threshold"] == 0.5);
  CHECK(judged["advantage"]["low"].is_number());
  CHECK(judged["tpr_at_fpr"][0]["resolvable"] == true);
}

TEST_CASE("an infinite threshold and a value that is not finite are null") {
  using limits = std::numeric_limits<double>;
  CHECK(telltale::report::number(limits::infinity()).is_null());
  CHECK(telltale::report::number(-limits::infinity()).is_null());
  CHECK(telltale::report::number(limits::quiet_NaN()).is_null());
  // No record is judged a member at a cut of +infinity that was fixed beforehand by a pooled evaluation.
  CHECK(telltale::report::to_json(telltale::metric::estimate_at_cut{{0, 0, 0}, limits::infinity(), true})["threshold"]
            .is_null());
}

TEST_CASE("numbers survive the text with every bit") {
  telltale::metric::evaluation got = small_evaluation();
  got.auc = {0.1 + 0.2, 1.0 / 3, std::nextafter(1.0, 0.0)};
  got.advantage.threshold = std::numeric_limits<double>::denorm_min();
  const json back = json::parse(telltale::report::json_text(telltale::report::to_json(got)));
  CHECK(back["auc"]["value"].get<double>() == 0.1 + 0.2);
  CHECK(back["auc"]["low"].get<double>() == 1.0 / 3);
  CHECK(back["auc"]["high"].get<double>() == std::nextafter(1.0, 0.0));
  CHECK(back["advantage"]["threshold"].get<double>() == std::numeric_limits<double>::denorm_min());
}

TEST_CASE("an audit lists its targets and what was stopped by type") {
  telltale::report::audit audit;
  audit.settings = {{"seed", "1"}, {"models", "64"}};
  telltale::report::attack_result lira;
  lira.name = "LiRA online";
  lira.anatomy = {"Was it in?", "confidence", "truth + shadow models", "logit margin", "likelihood ratio", "", ""};
  lira.evaluation = small_evaluation();
  lira.averaged = small_evaluation();
  telltale::report::attack_result stopped = lira;
  stopped.stopped_by_type = true;
  stopped.lacking = "confidence";
  audit.targets = {{"trained", "", {lira}}, {"argmax", "labels only", {stopped}}};
  audit.classes = {{"Shirt", 100, {0.2, 0.1, 0.3}}};
  audit.records = {{17, "Shirt", std::numeric_limits<double>::quiet_NaN(), {}}};

  const json got = json::parse(telltale::report::json_text(telltale::report::to_json(audit)));
  CHECK(got["schema"] == 1);
  CHECK(keys(got["settings"]) == names{"seed", "models"});
  REQUIRE(got["targets"].size() == 2);
  const json& first = got["targets"][0]["attacks"][0];
  CHECK(first["name"] == "LiRA online");
  CHECK(first["auc"] == telltale::report::to_json(lira.evaluation)["auc"]);
  CHECK(first["averaged"]["members"] == 3);
  CHECK_FALSE(first.contains("stopped_by_type"));
  const json& second = got["targets"][1]["attacks"][0];
  CHECK(second["stopped_by_type"] == true);
  CHECK(second["lacking"] == "confidence");
  CHECK_FALSE(second.contains("auc"));  // a stopped attack has no figures: never zeros
  CHECK(got["vulnerability"]["classes"][0]["value"] == 0.2);
  CHECK(got["vulnerability"]["records"][0]["value"].is_null());
}

TEST_CASE("text that is no UTF-8 does not stop a report") {
  telltale::report::audit audit;
  audit.title = "caf\xe9";
  CHECK(telltale::report::json_text(telltale::report::to_json(audit)).find("caf\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("arrays of numbers lie on one line and every other value where it was") {
  const json value{{"curve", {0.5, 1, nullptr}},
                   {"text", "a \"[1,\n 2]\" \\"},
                   {"none", json::array()},
                   {"names", {"a", "b"}},
                   {"nested", {{1, 2}, {3}}}};
  const std::string text = telltale::report::json_text(value);
  CHECK(json::parse(text) == value);
  CHECK(text.find("\"curve\": [0.5, 1, null]") != std::string::npos);
  CHECK(text.find("    [1, 2],\n") != std::string::npos);
}

TEST_CASE("a JSON file appears complete") {
  const auto path = std::filesystem::temp_directory_path() / "telltale_json_test.json";
  telltale::report::write_json(path, telltale::report::to_json(small_evaluation()));
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(json::parse(text)["members"] == 3);
  CHECK(text.back() == '\n');
  std::filesystem::remove(path);
}
