// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale signals` against published numbers and against the library.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/modified_entropy.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using tool_test::bench;
using tool_test::outcome;

namespace {

void check_near(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(wanted[i]).epsilon(tolerance));
}

// TensorFlow Privacy, advanced_mia_test.py.
bench with_published_logits() {
  bench b;
  b.floats("L.npy", {1, 2, -3, -1, 1, 0}, {2, 3});
  b.classes("Y.npy", {1, 2});
  return b;
}

std::vector<float> random_logits(std::size_t count) {
  telltale::random_stream random(7, 1);
  std::vector<float> logits(count);
  for (float& z : logits) z = static_cast<float>(8 * (random.uniform() - 0.5));
  return logits;
}

}  // namespace

TEST_CASE("signals of logits equal TensorFlow Privacy's numbers") {
  const bench b = with_published_logits();
  const auto signal = [&](const std::string& name) {
    return b.made("signals " + name + " --logits L.npy --labels Y.npy --out S.npy", "S.npy");
  };
  check_near(signal("logit-margin"), {0.98185009, -1.12692802}, 1e-8);
  check_near(signal("confidence"), {0.72747516, 0.24472847}, 1e-7);
  check_near(signal("loss"), {-0.31817543, -1.40760596}, 1e-7);
  check_near(signal("hinge"), {1, -1}, 1e-12);
  CHECK(signal("correctness") == std::vector<double>{1, 0});
}

TEST_CASE("the logit margin of probabilities equals TensorFlow Privacy's numbers") {
  const bench b;
  b.floats("P.npy", {.1, .85, .05, .1, .5, .4}, {2, 3});
  b.classes("Y.npy", {1, 2});
  check_near(b.made("signals logit-margin --probabilities P.npy --labels Y.npy --out S.npy", "S.npy"),
             {1.73460106, -0.40546511}, 1e-8);
}

TEST_CASE("probabilities given as logits are remarked on") {
  const bench b;
  b.floats("P.npy", {.1, .85, .05, .1, .5, .4}, {2, 3});
  b.classes("Y.npy", {1, 2});
  const outcome got = b.run("signals loss --logits P.npy --labels Y.npy --out S.npy");
  CHECK(got.code == 0);
  CHECK(got.says("telltale: note: the rows of P.npy sum to 1"));
  CHECK(b.run("signals loss --logits P.npy --labels Y.npy --out S.npy --quiet").err.empty());
}

TEST_CASE("the logit margin does not saturate") {
  // log(e^100 / 2) and so on, in closed form: z_y - log 2.
  const bench b;
  b.floats("L.npy", {100, 0, 0, 200, 0, 0, -200, 0, 0}, {3, 3});
  b.classes("Y.npy", {0, 0, 0});
  check_near(b.made("signals logit-margin --logits L.npy --labels Y.npy --out S.npy", "S.npy"),
             {99.30685281944005, 199.30685281944005, -200.69314718055995}, 1e-15);
}

TEST_CASE("entropies are negated so that larger means member") {
  // Song and Mittal 2021, equation 8, of p = (0.7, 0.2, 0.1) by hand.
  const bench b;
  b.floats("P.npy", {.7, .2, .1, .7, .2, .1, .7, .2, .1}, {3, 3});
  b.classes("Y.npy", {0, 1, 2});
  const std::string rest = " --probabilities P.npy --labels Y.npy --out S.npy";
  check_near(b.made("signals modified-entropy" + rest, "S.npy"), {-0.162167, -2.140867, -2.959736}, 4e-6);
  check_near(b.made("signals entropy" + rest, "S.npy"), {-0.801819, -0.801819, -0.801819}, 1e-6);
}

TEST_CASE("the tool writes what the library computes bit for bit") {
  constexpr std::size_t records = 203, classes = 7;
  const std::vector<float> logits = random_logits(records * classes);
  const std::vector<double> doubles(logits.begin(), logits.end());
  std::vector<std::int64_t> labels(records);
  std::vector<int> truth(records);
  for (std::size_t i = 0; i < records; ++i) labels[i] = truth[i] = static_cast<int>(i % classes);
  const bench b;
  b.floats32("L32.npy", logits, {records, classes});
  b.floats("L64.npy", doubles, {records, classes});
  b.classes("Y.npy", labels);
  std::vector<double> wanted(records);
  const telltale::classification<telltale::eigen<float>> answers({logits, records, classes}, truth);
  telltale::logit_margin{}(answers, wanted);
  CHECK(b.made("signals logit-margin --logits L32.npy --labels Y.npy --out S.npy", "S.npy") == wanted);
  const telltale::classification<telltale::eigen<double>> exact({doubles, records, classes}, truth);
  telltale::modified_entropy{}(exact, wanted);
  CHECK(b.made("signals modified-entropy --logits L64.npy --labels Y.npy --out S.npy", "S.npy") == wanted);
}

TEST_CASE("byte order and axis order do not change a signal") {
  const std::vector<double> logits{1, 2, -3, -1, 1, 0, 4, -2, .5, .25, 1.5, -.75};
  const bench b;
  b.classes("Y.npy", {1, 2, 0, 1});
  for (const std::size_t size : {std::size_t{4}, std::size_t{8}}) {
    b.write_bytes("plain.npy", tool_test::npy_bytes(logits, {4, 3}, size, false, false));
    const auto plain = b.made("signals loss --logits plain.npy --labels Y.npy --out S.npy", "S.npy");
    for (const bool big : {false, true})
      for (const bool fortran : {false, true}) {
        b.write_bytes("L.npy", tool_test::npy_bytes(logits, {4, 3}, size, big, fortran));
        CHECK(b.made("signals loss --logits L.npy --labels Y.npy --out S.npy", "S.npy") == plain);
      }
  }
}

TEST_CASE("several queries give a row a record") {
  const bench b;
  b.floats("L.npy", {1, 2, -3, -1, 1, 0, 1, 2, -3, 0, 0, 0}, {2, 2, 3});
  b.classes("Y.npy", {1, 2});
  const auto got = b.made("signals hinge --logits L.npy --labels Y.npy --out S.npy", "S.npy");
  CHECK(got == std::vector<double>{1, 1, -5, 0});
  CHECK(b.bytes("S.npy").find("'shape': (2, 2)") != std::string::npos);
}

TEST_CASE("a probability of zero is refused by name and a floor counts what it touches") {
  const bench b;
  b.floats("P.npy", {1, 0, 0, .2, .5, .3}, {2, 3});
  b.classes("Y.npy", {0, 1});
  const std::string command = "signals logit-margin --probabilities P.npy --labels Y.npy --out S.npy";
  const outcome refused = b.run(command);
  CHECK(refused.code == 2);
  CHECK(refused.says("telltale: P.npy: row 0 "));
  CHECK(refused.says("--floor"));
  const outcome floored = b.run(command + " --floor 1e-6");
  CHECK(floored.code == 0);
  CHECK(floored.out.find("the floor 1e-6 changed 1 record") != std::string::npos);
  CHECK(b.values("S.npy")[0] == Approx(-std::log(2e-6)));
}
