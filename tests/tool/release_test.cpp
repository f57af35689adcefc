// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale signals --release`: what the type stops is refused in words, the rest equals the library.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/loss.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using doctest::Approx;
using tool_test::bench;
using tool_test::outcome;

namespace {

const std::vector<double> logits{1, 2, -3, -1, 1, 0, 5, 4, -20};
const std::vector<int> truth{1, 2, 0};

bench with_logits() {
  bench b;
  b.floats("L.npy", logits, {3, 3});
  b.classes("Y.npy", {1, 2, 0});
  return b;
}

std::string command(const std::string& signal, const std::string& release) {
  return "signals " + signal + " --logits L.npy --labels Y.npy --out S.npy --release " + release;
}

}  // namespace

TEST_CASE("argmax stops every signal but correctness and says what is lacking") {
  const bench b = with_logits();
  CHECK(b.made(command("correctness", "argmax"), "S.npy") == std::vector<double>{1, 0, 1});
  b.write_bytes("S.npy", "earlier");
  for (const std::string signal : {"loss", "confidence", "logit-margin", "hinge", "entropy", "modified-entropy"}) {
    const outcome got = b.run(command(signal, "argmax"));
    CHECK(got.code == 2);
    CHECK(got.err == "telltale: --release: argmax releases only the label; " + signal + " needs confidence\n");
    CHECK(b.bytes("S.npy") == "earlier");
  }
}

TEST_CASE("signals behind a policy equal the library bit for bit") {
  const bench b = with_logits();
  const telltale::classification<telltale::eigen<double>> answers({logits, 3, 3}, truth);
  std::vector<double> wanted(3);
  telltale::confidence{}(telltale::rounding{2}(answers), wanted);
  CHECK(b.made(command("confidence", "rounding:2"), "S.npy") == wanted);
  telltale::loss{}(telltale::noise(0.1, 7)(answers), wanted);
  CHECK(b.made(command("loss", "noise:0.1 --seed 7"), "S.npy") == wanted);
  CHECK(b.made(command("loss", "noise:0.1 --seed 8"), "S.npy") != wanted);
}

TEST_CASE("temperature divides logits and top-k keeps the margin of a revealed class") {
  const bench b = with_logits();
  CHECK(b.made(command("hinge", "temperature:2"), "S.npy")[0] == Approx(0.5));
  const double whole = b.made("signals logit-margin --logits L.npy --labels Y.npy --out S.npy", "S.npy")[0];
  CHECK(b.made(command("logit-margin", "top-k:1"), "S.npy")[0] == Approx(whole));
  CHECK(b.run(command("loss", "top-k:3")).code == 0);
}

TEST_CASE("rounding makes zeros that need a floor behind it") {
  const bench b = with_logits();
  const outcome refused = b.run(command("entropy", "rounding:1"));
  CHECK(refused.code == 0);  // 0 log 0 is 0
  b.classes("Y.npy", {1, 2, 2});
  const outcome infinite = b.run(command("loss", "rounding:2"));
  CHECK(infinite.code == 2);
  CHECK(infinite.says("telltale: L.npy: row 2 "));
  CHECK(infinite.says("--floor behind the --release"));
  const outcome floored = b.run(command("loss", "rounding:2 --floor 0.001"));
  CHECK(floored.code == 0);
  // Records 0 and 2 have a class below 0.005.
  CHECK(floored.out.find("the floor 0.001 changed 2 records") != std::string::npos);
  CHECK(b.values("S.npy")[2] == Approx(std::log(0.001)));
}

TEST_CASE("a policy or value that is none is refused with the list") {
  const bench b = with_logits();
  for (const std::string release :
       {"max", "argmax:1", "top-k", "top-k:0", "top-k:1.5", "top-k:4", "rounding:0", "rounding:16", "noise:-1",
        "noise:x", "temperature:0", "temperature:", "argmax --floor 0.1"}) {
    const outcome got = b.run(command("correctness", release));
    INFO(release);
    INFO(got.err);
    CHECK(got.code == 2);
    CHECK(got.error_lines() == 1);
    CHECK((got.says("telltale: --release") || got.says("telltale: --floor: argmax")));
  }
  CHECK(b.run(command("loss", "max")).says("argmax, top-k:K (a whole number from 1 to the classes), rounding:D"));
  CHECK(b.run(command("loss", "top-k:4")).says("telltale: --release top-k: is 4; wanted 1 to 3"));
}
