// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale catalogue`: which published attacks a target and an adversary allow.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using tool_test::bench;
using tool_test::outcome;

namespace {

std::vector<std::string> names(const std::string& words) {
  const bench b;
  const outcome got = b.run("catalogue " + words + " --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  std::vector<std::string> all;
  for (const auto& entry : nlohmann::json::parse(got.out)) all.push_back(entry["name"]);
  return all;
}

}  // namespace

TEST_CASE("the catalogue lists what a target and an adversary allow") {
  using list = std::vector<std::string>;
  CHECK(names("--access label --knowledge truth") == list{"gap"});
  CHECK(names("--access label") == list{"gap", "IDIA", "global pixel accuracy"});
  CHECK(names("--access label --knowledge identity") == list{"IDIA"});
  CHECK(names("--access confidence --knowledge truth,population") == list{"gap", "attack-P"});
  CHECK(names("--access confidence --knowledge truth,shadow-models") ==
        list{"gap", "attack-R", "difficulty calibration", "score offset", "LiRA offline", "LiRA online", "LiRA on Dice",
             "LiRA on pixel loss", "LiRA on boundary loss"});
  CHECK(names("--access confidence --knowledge labelled-records") == list{"Salem", "global entropy"});
  CHECK(names("--access embedding") == list{"removal mark"});
  CHECK(names("--access generation --knowledge caption,labelled-records") ==
        list{"I-P", "I-S", "I-S learned", "III-S", "III-S same modality", "III-S learned", "picture spread"});
  CHECK(names("--access generation").size() == 12);
  CHECK(names("--access generation --knowledge record,caption").empty());
  CHECK(names("--access parameters --knowledge truth,record") == list{"gap", "gradient norm"});
  CHECK(names("--access update --knowledge truth,record,population") == list{"GLiR"});
  CHECK(names("").size() == 45);
}

TEST_CASE("the catalogue gives the anatomy of each attack as text and as JSON") {
  const bench b;
  const outcome text = b.run("catalogue --access confidence --knowledge truth,population");
  CHECK(text.code == 0);
  for (const std::string part :
       {"attack-P\n", "access     confidence", "knowledge  truth + population", "scorer     loss",
        "rule       threshold at a quantile of the population", "CCS 2022"}) {
    INFO(part);
    CHECK(text.out.find(part) != std::string::npos);
  }
  CHECK(b.run("catalogue --access generation --knowledge caption").out.find("No published attack") !=
        std::string::npos);
  const auto json = nlohmann::json::parse(b.run("catalogue --access label --json -").out);
  CHECK(json[0]["access"] == "label");
  CHECK(json[0]["knowledge"] == "truth");
  CHECK(json[0]["scorer"] == "correctness");
  CHECK(json[0]["citation"].get<std::string>().find("CSF 2018") != std::string::npos);
}

TEST_CASE("a fact that does not exist is refused with those that do") {
  const bench b;
  const auto says = [&](const std::string& words, const std::string& what) {
    const outcome got = b.run("catalogue " + words);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    INFO(got.err);
    CHECK(got.says(what));
  };
  says("--access probabilities", "--access: ");
  says("--access probabilities", "inner-steps");
  says("--knowledge truth,shadow", "--knowledge: ");
  says("--knowledge truth,shadow", "shadow-models");
  says("--knowledge truth,", "--knowledge: ");
}
