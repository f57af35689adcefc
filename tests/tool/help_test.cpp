// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// A help text that teaches: file shapes, what the numbers mean, every choice, an example.
#include <string>
#include <vector>

#include <telltale/version.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using tool_test::bench;
using tool_test::outcome;

TEST_CASE("help names shapes and numbers and every choice and an example") {
  const bench b;
  const auto help = [&](const std::string& command, const std::vector<std::string>& wanted) {
    const outcome got = b.run(command + " --help");
    CHECK(got.code == 0);
    CHECK(got.err.empty());
    for (const std::string& each : wanted) {
      INFO(each);
      CHECK(got.out.find(each) != std::string::npos);
    }
  };
  help("", {"signals", "score", "evaluate", "Exit codes: 0", "larger means member"});
  help("signals", {"(n, classes) or (n, queries, classes)", "logit-margin", "modified-entropy", "top-k:K", "--floor",
                   "Example:", "--quiet", "--threads", "--version"});
  help("score", {"(models, n[, queries])", "lira-online", "rmia-offline", "attack-p", "carlini_2022",
                 "centre=", "log-survival|density", "0 to 1", "Example:", "null: the rule only ranks"});
  help("identity", {"(prompts, names, d)", "strict-plurality", "not draws", "Example:", "21"});
  help("generation", {"(n, r, channels, height, width)", "II-S", "blind", "--auxiliary", "tested.npy", "Example:"});
  help("segmentation", {"(n, classes, height, width)", "log-boundary-loss", "heavy-tailed", "lira-online", "--ignore",
                        "float64, (n), larger meaning", "1e-30", "Example:"});
  help("evaluate", {"(n)", "in-sample", "resolvable", "tpr@0.01>0.05", "Example:", "0.1,0.01,0.001"});
}

TEST_CASE("version is printed everywhere") {
  const bench b;
  for (const std::string command :
       {"", "signals ", "score ", "evaluate ", "identity ", "generation ", "segmentation "}) {
    const outcome got = b.run(command + "--version");
    CHECK(got.code == 0);
    CHECK(got.out == "telltale " + std::string(telltale::version) + "\n");
  }
}
