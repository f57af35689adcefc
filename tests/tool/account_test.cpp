// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale account` and `telltale calibrate`: known answers, JSON, and what cannot be used.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

json answered(const std::string& words) {
  const outcome got = bench().run(words + " --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.err.empty());
  return json::parse(got.out);
}

}  // namespace

TEST_CASE("account gives the published epsilons") {
  // TensorFlow Privacy, compute_dp_sgd_privacy_test.py: 0.7242234 at the whole orders, of which 19 is best; the search
  // finds one between that gives less.
  const json by_renyi = answered("account --sigma 1.3 --rate 0.0025 --steps 6000 --delta 1e-5 --accountant rdp");
  CHECK(by_renyi["epsilon"].get<double>() <= 0.7242234);
  CHECK(by_renyi["epsilon"].get<double>() > 0.7238);
  CHECK(by_renyi["order"].get<double>() == Approx(19.1).epsilon(0.02));
  CHECK(by_renyi["accountant"] == "rdp");
  CHECK(by_renyi["delta"] == 1e-5);
  CHECK(by_renyi["neighbouring"] == "one record added or removed");
  // dp_accounting 0.6.0, recorded: 6.76705108993267.
  const json by_loss = answered("account --sigma 1.5 --rate 0.04 --steps 2249 --delta 1e-5 --error 0.001");
  CHECK(by_loss["accountant"] == "pld");
  CHECK(by_loss["error"].get<double>() <= 0.001);
  CHECK(by_loss["epsilon"].get<double>() == Approx(6.76705).epsilon(2e-4));
  CHECK(by_loss["epsilon"] == by_loss["remove"]);
  CHECK(by_loss["add"].get<double>() < by_loss["remove"].get<double>());
  // Opacus, tests/accountants_test.py: between 6.59 and 6.6.
  const json by_limit = answered("account --sigma 1.5 --rate 0.04 --steps 2249 --delta 1e-5 --accountant gdp");
  CHECK(by_limit["epsilon"].get<double>() == Approx(6.595).epsilon(0.001));
  CHECK(by_limit["approximate"] == true);
  // The exact Gaussian epsilon.
  CHECK(answered("account --sigma 1 --delta 1e-5 --accountant gdp")["epsilon"].get<double>() ==
        Approx(4.3771780957).epsilon(1e-9));
}

TEST_CASE("what follows on the same records counts") {
  // dp_accounting 0.6.0, recorded: 2.229501759921554 with ten Laplace releases of scale 20.
  const json mixed =
      answered("account --sigma 1 --rate 0.01 --steps 1000 --delta 1e-6 --error 0.001 --then laplace=20,steps=10");
  CHECK(mixed["epsilon"].get<double>() == Approx(2.2295).epsilon(5e-4));
  // Two halves of a training cost as much as the whole.
  const json whole = answered("account --sigma 1 --rate 0.01 --steps 1000 --delta 1e-6 --accountant rdp");
  const json halves = answered(
      "account --sigma 1 --rate 0.01 --steps 400 --delta 1e-6 --accountant rdp --then sigma=1,rate=0.01,steps=600");
  CHECK(whole["epsilon"].get<double>() == Approx(halves["epsilon"].get<double>()).epsilon(1e-9));
  const json failing = answered("account --sigma 1 --delta 1e-6 --then epsilon=1,delta=0.001");
  CHECK(failing["epsilon"].is_null());
}

TEST_CASE("calibrate solves for what is not given and never exceeds the budget") {
  // Opacus' bisection ends at 1.3562 (Renyi) for 2,000 steps; the root is 1.35613.
  const json sigma = answered("calibrate --epsilon 8 --delta 1e-5 --rate 0.04 --steps 2000 --accountant rdp");
  CHECK(sigma["parameter"] == "sigma");
  CHECK(sigma["value"].get<double>() == Approx(1.3561).epsilon(1e-4));
  CHECK(sigma["epsilon"].get<double>() <= 8);
  CHECK(sigma["target"] == 8.0);
  const json rate = answered("calibrate --epsilon 8 --delta 1e-5 --sigma 1.3562 --steps 2000 --accountant rdp");
  CHECK(rate["parameter"] == "rate");
  CHECK(rate["value"].get<double>() == Approx(0.04).epsilon(1e-3));
  const json steps = answered("calibrate --epsilon 8 --delta 1e-5 --sigma 1.3562 --rate 0.04 --accountant rdp");
  CHECK(steps["parameter"] == "steps");
  CHECK(steps["value"].get<double>() == Approx(2000).epsilon(0.001));
  const json by_loss = answered("calibrate --epsilon 8 --delta 1e-5 --rate 0.04 --steps 2000");
  CHECK(by_loss["value"].get<double>() == Approx(1.290).epsilon(1e-3));
  CHECK(by_loss["epsilon"].get<double>() <= 8);
}

TEST_CASE("the sentence goes to standard output unless JSON does or quiet is asked for") {
  const bench b;
  const std::string command = "account --sigma 1 --delta 1e-5 --accountant gdp ";
  CHECK(b.run(command).out.find("epsilon 4.377178095") == 0);
  CHECK(b.run(command + "--quiet").out.empty());
  CHECK(b.run(command + "--json out.json").out.find("epsilon 4.377178095") == 0);
  CHECK(json::parse(b.bytes("out.json"))["mu"] == 1.0);
  const std::string approximate = "account --sigma 1 --rate 0.1 --steps 10 --delta 1e-5 --accountant gdp";
  CHECK(b.run(approximate).out.find("APPROXIMATION") != std::string::npos);
}

TEST_CASE("what cannot be used is named in one line") {
  const bench b;
  b.write_bytes("J.json", "earlier");
  struct bad {
    std::string words, says;
  };
  for (const bad& each : std::vector<bad>{
           {"account --delta 1e-5", "--sigma: is missing"},
           {"account --sigma 1", "--delta: is missing"},
           {"account --sigma 0 --delta 1e-5", "--sigma: is 0; wanted a finite value above 0"},
           {"account --sigma x --delta 1e-5", "--sigma: 'x' is not a number"},
           {"account --sigma nan --delta 1e-5", "--sigma: "},
           {"account --sigma 1 --delta 1", "--delta: is 1; wanted a value inside (0, 1)"},
           {"account --sigma 1 --delta 0", "--delta: is 0; "},
           {"account --sigma 1 --rate 0 --delta 1e-5", "--rate: is 0; wanted a value in (0, 1]"},
           {"account --sigma 1 --rate 1.1 --delta 1e-5", "--rate: is 1.1; "},
           {"account --sigma 1 --steps 0 --delta 1e-5", "--steps: "},
           {"account --sigma 1 --steps 1.5 --delta 1e-5", "--steps: "},
           {"account --sigma 1 --delta 1e-5 --error 0", "--error: is 0; "},
           {"account --sigma 1 --delta 1e-5 --accountant prv",
            "--accountant: 'prv' is no accountant; wanted pld, rdp or gdp"},
           {"account --sigma 1 --delta 1e-5 --then sigma", "--then 'sigma': 'sigma' is no setting"},
           {"account --sigma 1 --delta 1e-5 --then sgima=1", "did you mean sigma?"},
           {"account --sigma 1 --delta 1e-5 --then sigma=1,sigma=2", "sigma is given twice"},
           {"account --sigma 1 --delta 1e-5 --then steps=2", "names no mechanism"},
           {"account --sigma 1 --delta 1e-5 --then laplace=1,rate=0.5", "rate does not belong"},
           {"account --sigma 1 --delta 1e-5 --then laplace=-1", "laplace: is -1; "},
           {"account --sigma 1 --delta 1e-5 --then laplace=1,steps=0.5", "steps is 0.5"},
           {"account --sigma 1 --delta 1e-5 --accountant gdp --then laplace=1", "--accountant gdp: holds one"},
           {"account --sigma 1 --delta 1e-5 --accountant rdp --then epsilon=1,delta=1e-7", "--accountant rdp: holds"},
           {"account --sigma 1e-9 --rate 0.5 --delta 1e-5", "wanted more noise, a larger --error"},
           {"calibrate --delta 1e-5 --rate 0.04 --steps 2000", "--epsilon: is missing"},
           {"calibrate --epsilon 8 --delta 1e-5 --rate 0.04", "1 of them are given; wanted two"},
           {"calibrate --epsilon 8 --delta 1e-5 --sigma 1 --rate 0.04 --steps 9", "3 of them are given"},
           {"calibrate --epsilon -1 --delta 1e-5 --rate 0.04 --steps 9", "--epsilon: is -1; "},
           {"calibrate --epsilon 0.1 --delta 1e-5 --sigma 1 --rate 1", "--epsilon: cannot be reached"}}) {
    const outcome got = b.run(each.words + " --json J.json");
    INFO(each.words);
    INFO(got.err);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    CHECK(got.says(each.says));
    CHECK(b.bytes("J.json") == "earlier");
  }
}

TEST_CASE("help of the accounting commands says what epsilon means") {
  const bench b;
  for (const std::string text :
       {"e^epsilon", "Poisson", "clipping norm", "approximation", "Neighbouring", "Example:", "--then"}) {
    INFO(text);
    CHECK(b.run("account --help").out.find(text) != std::string::npos);
  }
  for (const std::string text : {"never above the target", "Example:", "--epsilon"})
    CHECK(b.run("calibrate --help").out.find(text) != std::string::npos);
}
