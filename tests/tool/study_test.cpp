// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale study`: coefficients from cells, shots from coefficients, and what cannot be used.
#include <cmath>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

const std::string header = "S,C,fpr,tpr,positives,negatives\n";

/// Cells on the plane b0 + bS log10 S + bC log10 C, without noise.
std::string cells_of(double fpr, double b0, double b_shots, double b_classes, bool one_class = false) {
  std::ostringstream text;
  text.precision(17);
  for (const double shots : {4, 16, 64, 256})
    for (const double classes : {2, 5, 10})
      if (!one_class || classes == 2)
        text << shots << "," << classes << "," << fpr << ","
             << fpr + std::pow(10, b0 + b_shots * std::log10(shots) + b_classes * std::log10(classes))
             << ",20000,20000\n";
  return text.str();
}

json answered(const bench& b, const std::string& words) {
  const outcome got = b.run(words + " --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.err.empty());
  return json::parse(got.out);
}

void check_refused(const bench& b, const std::string& words, const std::string& place, const std::string& why) {
  b.write_bytes("OUT.json", "earlier");
  const outcome got = b.run(words + " --json OUT.json");
  INFO(words);
  INFO(got.err);
  CHECK(got.code == 2);
  CHECK(got.out.empty());
  CHECK(got.error_lines() == 1);
  CHECK(got.err.rfind("telltale: " + place, 0) == 0);
  CHECK(got.says(why));
  CHECK(b.bytes("OUT.json") == "earlier");
}

}  // namespace

TEST_CASE("fit gives the coefficients of noiseless cells back, for each FPR and by each policy") {
  const bench b;
  b.write_bytes("CELLS.csv", header + cells_of(0.1, -0.4, -0.55, 0.2) + cells_of(0.01, -0.7, -0.6, 0.1));
  for (const std::string policy : {"likelihood", "drop", "floor"}) {
    const json got = answered(b, "study fit --cells CELLS.csv --predict 1024,2 --policy " + policy);
    CHECK(got["policy"] == policy);
    REQUIRE(got["fits"].size() == 2);
    const json first = got["fits"][0], second = got["fits"][1];
    CHECK(first["fpr"] == 0.1);
    CHECK(first["intercept"]["value"].get<double>() == Approx(-0.4).epsilon(1e-8));
    CHECK(first["shots"]["value"].get<double>() == Approx(-0.55).epsilon(1e-8));
    CHECK(first["classes"]["value"].get<double>() == Approx(0.2).epsilon(1e-8));
    CHECK(first["r2"].get<double>() == Approx(1).epsilon(1e-8));
    CHECK(first["cells"] == 12);
    CHECK(second["shots"]["value"].get<double>() == Approx(-0.6).epsilon(1e-8));
    const json at = first["prediction"];
    CHECK(at["tpr"]["value"].get<double>() ==
          Approx(0.1 + std::pow(10, -0.4 - 0.55 * std::log10(1024.0) + 0.2 * std::log10(2.0))).epsilon(1e-8));
    CHECK(at["extrapolated"] == true);
    CHECK(at["new_cell"]["low"].is_null() == (policy == "likelihood"));
  }
  // The likelihood is the default, and the text names the figures.
  CHECK(answered(b, "study fit --cells CELLS.csv")["policy"] == "likelihood");
  const outcome told = b.run("study fit --cells CELLS.csv");
  CHECK(told.out.find("FPR 0.1: b0 -0.4 [") != std::string::npos);
  CHECK(told.out.find("R2 1 over 12 cells, 0 dropped, 0 floored") != std::string::npos);
  CHECK(b.run("study fit --cells CELLS.csv --quiet").out.empty());
}

TEST_CASE("cells below their FPR are counted") {
  const bench b;
  b.write_bytes("CELLS.csv", header + cells_of(0.1, -0.4, -0.55, 0.2) + "1024,2,0.1,0.09,20000,20000\n");
  CHECK(answered(b, "study fit --cells CELLS.csv --policy drop")["fits"][0]["dropped"] == 1);
  CHECK(answered(b, "study fit --cells CELLS.csv --policy floor")["fits"][0]["floored"] == 1);
  const json weighed = answered(b, "study fit --cells CELLS.csv")["fits"][0];
  CHECK(weighed["dropped"] == 0);
  CHECK(weighed["floored"] == 0);
}

TEST_CASE("needed inverts what fit wrote, and published laws") {
  const bench b;
  b.write_bytes("CELLS.csv", header + cells_of(0.1, -0.4, -0.55, 0.2) + cells_of(0.01, -0.7, -0.6, 0.1));
  CHECK(b.run("study fit --cells CELLS.csv --json LAW.json").code == 0);
  const json got = answered(b, "study needed --coefficients LAW.json --epsilon 0.5 --delta 1e-5 --fpr 0.1 --classes 2");
  const double bound = 0.1 * std::exp(0.5) + 1e-5;
  const double wanted = std::pow(10, (-0.4 + 0.2 * std::log10(2.0) - std::log10(bound - 0.1)) / 0.55);
  CHECK(got["tpr_bound"].get<double>() == Approx(bound).epsilon(1e-12));
  CHECK(got["solution"]["value"].get<double>() == Approx(wanted).epsilon(1e-6));
  CHECK(got["shots"].get<double>() == std::ceil(wanted));
  CHECK(got["solution"]["low"].get<double>() < wanted);
  CHECK(got["solution"]["high"].get<double>() > wanted);
  CHECK(got["extrapolated"] == false);
  CHECK(got["fpr"] == 0.1);
  // Tobaben et al. 2025, table 1 (from description): 5,400 examples per class at epsilon 0.25, 160 at 1.
  b.write_bytes(
      "PAPER.json",
      R"({"fits": [{"fpr": 0.1, "intercept": 0.355, "shots": -0.509, "classes": null, "measured_classes": [2, 2]}]})");
  const json published = answered(b, "study needed --coefficients PAPER.json --epsilon 0.25 --delta 1e-5");
  CHECK(published["shots"].get<double>() == Approx(5400).epsilon(0.03));
  CHECK(published["solution"]["low"].is_null());
  CHECK(published["classes"] == 2.0);
  CHECK(answered(b, "study needed --coefficients PAPER.json --epsilon 1 --delta 1e-5")["shots"].get<double>() ==
        Approx(160).epsilon(0.03));
  const outcome told = b.run("study needed --coefficients PAPER.json --epsilon 1 --delta 1e-5");
  CHECK(told.out == "159 examples per class keep the TPR at FPR 0.1 at or below 0.271838\n");
  // One number of classes, through a file.
  b.write_bytes("TWO.csv", header + cells_of(0.1, -0.4, -0.55, 0.2, true));
  CHECK(b.run("study fit --cells TWO.csv --json TWO.json").code == 0);
  CHECK(json::parse(b.bytes("TWO.json"))["fits"][0]["classes"].is_null());
  CHECK(answered(b, "study needed --coefficients TWO.json --epsilon 0.5 --delta 1e-5")["solution"]["value"]
            .get<double>() == Approx(wanted).epsilon(1e-6));
  CHECK(b.run("study needed --coefficients TWO.json --epsilon 0.02 --delta 1e-5").out.find("EXTRAPOLATION") !=
        std::string::npos);
}

TEST_CASE("what cannot be used is refused by name") {
  const bench b;
  const std::string good = cells_of(0.1, -0.4, -0.55, 0.2), fit = "study fit --cells CELLS.csv";
  b.write_bytes("CELLS.csv", header + good);
  CHECK(b.run(fit + " --json LAW.json").code == 0);
  const std::string needed = "study needed --coefficients LAW.json --epsilon 1 --delta 1e-5 --classes 2";
  REQUIRE(b.run(needed).code == 0);
  check_refused(b, "study", "ACTION", "is missing; wanted fit or needed");
  check_refused(b, "study fitt", "ACTION", "'fitt' is no action; wanted fit or needed; did you mean fit?");
  check_refused(b, "study fit", "--cells", "is missing");
  check_refused(b, fit + " --policy guess", "--policy", "wanted likelihood, drop or floor");
  check_refused(b, fit + " --predict 4", "--predict", "is not S,C");
  check_refused(b, fit + " --predict 4,x", "--predict", "'x' is not a number");
  check_refused(b, fit + " --predict 0,2", "--predict", "wanted a positive number");
  check_refused(b, fit + " --confidence 1", "--confidence", "inside (0, 1)");
  check_refused(b, fit + " --epsilon 1", "--epsilon", "is no option of 'study fit'");
  check_refused(b, needed + " --cells CELLS.csv", "--cells", "is no option of 'study needed'");
  check_refused(b, "study needed --epsilon 1 --delta 0", "--coefficients", "is missing");
  check_refused(b, "study needed --coefficients LAW.json --delta 0", "--epsilon", "is missing");
  check_refused(b, "study needed --coefficients LAW.json --epsilon 1", "--delta", "is missing");
  check_refused(b, "study needed --coefficients LAW.json --epsilon 1 --delta 0", "--classes", "is missing");
  check_refused(b, "study needed --coefficients LAW.json --epsilon 0 --delta 0 --classes 2", "--epsilon",
                "allows no TPR above the FPR");
  check_refused(b, "study needed --coefficients LAW.json --epsilon -1 --delta 0 --classes 2", "--epsilon", "negative");
  check_refused(b, "study needed --coefficients LAW.json --epsilon 1 --delta 2 --classes 2", "--delta", "in [0, 1]");
  check_refused(b, needed + " --fpr 0.2", "--fpr", "LAW.json has 0.1");
  check_refused(b, "study needed --coefficients LAW.json --epsilon 1 --delta 0 --classes 0", "--classes", "positive");
  check_refused(b, "study fit --cells none.csv", "none.csv", "");

  const auto cells = [&](const std::string& text, const std::string& why) {
    b.write_bytes("CELLS.csv", text);
    check_refused(b, fit, "CELLS.csv", why);
  };
  cells("", "is empty");
  cells(header, "holds no cell");
  cells("S,C,fpr,tpr,positives\n4,2,0.1,0.2,10\n", "no column 'negatives'");
  cells(header + good + "4,2,0.1,1.2,10,10\n", "line 14, column 'tpr': is 1.2; wanted a value in [0, 1]");
  cells(header + good + "4,2,0.1,nan,10,10\n", "column 'tpr'");
  cells(header + good + "4,2,0,0.2,10,10\n", "column 'fpr'");
  cells(header + good + "-4,2,0.1,0.2,10,10\n", "column 'S'");
  cells(header + good + "4,0,0.1,0.2,10,10\n", "column 'C'");
  cells(header + good + "4,2,0.1,0.2,0,10\n", "column 'positives'");
  cells(header + good + "4,2,0.1,0.2,10,1.5\n", "column 'negatives'");
  cells(header + good + "4,2,0.1,abc,10,10\n", "'abc' is not a number");
  cells(header + good + "4,2,0.1\n", "line 14");
  cells(header + "4,2,0.1,0.3,10,10\n16,2,0.1,0.2,10,10\n", "wanted at least 3");
  cells(header + "4,2,0.1,0.3,10,10\n4,5,0.1,0.3,10,10\n4,10,0.1,0.3,10,10\n4,20,0.1,0.3,10,10\n", "same shots");

  const auto law = [&](const std::string& text, const std::string& why) {
    b.write_bytes("LAW.json", text);
    check_refused(b, needed, "LAW.json", why);
  };
  law("{", "is no JSON");
  law("[]", "is no object");
  law("{}", "has no field 'fits'");
  law(R"({"fits": []})", "holds no fit");
  law(R"({"fits": [{"fpr": 0.1}]})", "has no field 'fits[0].intercept'");
  law(R"({"fits": [{"fpr": 2, "intercept": 1, "shots": -1, "classes": 1}]})", "inside (0, 1)");
  law(R"({"fits": [{"fpr": 0.1, "intercept": "x", "shots": -1, "classes": 1}]})", "is no number");
  law(R"({"fits": [{"fpr": 0.1, "intercept": 1, "shots": 1, "classes": 1}]})", "does not fall with the shots");
  law(R"({"fits": [{"fpr": 0.1, "intercept": 1, "shots": -1, "classes": 1, "covariance": [[1]]}]})", "3 rows of 3");
  b.write_bytes("LAW.json", R"({"fits": [{"fpr": 0.1, "intercept": 1, "shots": -1, "classes": 1}]})");
  const outcome over = b.run(needed + " --json LAW.json");
  CHECK(over.code == 2);
  CHECK(over.says("would overwrite the input"));
}

TEST_CASE("its help teaches") {
  const outcome got = bench().run("study --help");
  CHECK(got.code == 0);
  for (const std::string wanted : {"S,C,fpr,tpr,positives,negatives", "likelihood", "drop", "floor",
                                   "Example:", "does NOT make a training private", "fit or needed"}) {
    INFO(wanted);
    CHECK(got.out.find(wanted) != std::string::npos);
  }
}
