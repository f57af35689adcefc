// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale generation`: evidence of the published attacks on tested records, what an adversary may learn from, what is
// left out and why, and what is wrong with its input.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>

#include "tool.hpp"

#include <doctest/doctest.h>

using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr std::size_t n = 60, r = 2, pixels = 3 * 8 * 8, d = 5;

const std::string pictures = "generation --queries X.npy --generated Y.npy --members M.npy";
const std::string embeddings =
    "generation --query-embeddings EX.npy --generated-embeddings EY.npy --caption-embeddings ET.npy --members M.npy";

/// Sixty queries, of which those of an odd number are members, and come back with less noise.
struct world {
  std::vector<double> x, y, ex, ey, et, bank, references;
  std::vector<std::uint8_t> member;

  world() {
    telltale::random_stream random(7);
    const auto drawn = [&](std::size_t count) {
      std::vector<double> values(count);
      for (double& value : values) value = 2 * random.uniform() - 1;
      return values;
    };
    x = drawn(n * pixels);
    ex = drawn(n * d);
    et = drawn(n * d);
    bank = drawn(20 * d);
    references = drawn(30 * d);
    for (std::size_t i = 0; i < n; ++i) {
      member.push_back(static_cast<std::uint8_t>(i % 2));
      const double noise = i % 2 == 1 ? 0.3 + 0.5 * random.uniform() : 0.5 + 0.5 * random.uniform();
      for (std::size_t j = 0; j < r; ++j) {
        for (std::size_t k = 0; k < pixels; ++k)
          y.push_back((1 - noise) * x[i * pixels + k] + noise * (2 * random.uniform() - 1));
        for (std::size_t k = 0; k < d; ++k) ey.push_back(ex[i * d + k] + noise * random.normal());
      }
    }
  }

  [[nodiscard]] bench laid_out() const {
    bench b;
    b.floats("X.npy", x, {n, 3, 8, 8});
    b.floats("Y.npy", y, {n, r, 3, 8, 8});
    b.floats("EX.npy", ex, {n, d});
    b.floats("EY.npy", ey, {n, r, d});
    b.floats("ET.npy", et, {n, d});
    b.floats("B.npy", bank, {20, d});
    b.floats("EZ.npy", references, {30, d});
    b.flags("M.npy", member);
    return b;
  }

  /// The mean over the pictures of subject i of what `of` makes of picture j.
  static double mean_over(std::size_t i, const std::function<double(std::size_t)>& of) {
    return (of(i * r) + of(i * r + 1)) / 2;
  }
  static double cosine(const std::vector<double>& a, std::size_t i, const std::vector<double>& b, std::size_t j) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t k = 0; k < d; ++k) {
      ab += a[i * d + k] * b[j * d + k];
      aa += a[i * d + k] * a[i * d + k];
      bb += b[j * d + k] * b[j * d + k];
    }
    return ab / std::sqrt(aa * bb);
  }
};

/// The folder that a run wrote, of which stdout and stderr must be quiet.
std::vector<std::size_t> tested_by(const bench& b, const std::string& command) {
  const outcome got = b.run(command + " --out O --quiet");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.out.empty());
  CHECK(got.err.empty());
  std::vector<std::size_t> tested;
  for (const std::int64_t each : telltale::io::read_npy(b.path("O/evidence/tested.npy")).to_vector<std::int64_t>())
    tested.push_back(static_cast<std::size_t>(each));
  return tested;
}

json figures(const bench& b, const std::string& command) {
  const outcome got = b.run(command + " --json - ");
  INFO(got.err);
  REQUIRE(got.code == 0);
  return json::parse(got.out);
}

const json& attack_of(const json& report, const std::string& name) {
  for (const json& target : report["targets"])
    for (const json& attack : target["attacks"])
      if (attack["name"] == name) return attack;
  REQUIRE_MESSAGE(false, name << " did not run");
  return report;
}

std::string why_left_out(const json& report, const std::string& name) {
  for (const json& each : report["left_out"])
    if (each["attack"] == name) return each["why"];
  return "it ran";
}

void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why) {
  b.write_bytes("OUT.json", "earlier");
  const outcome got = b.run(command + " --json OUT.json");
  INFO(command);
  CHECK(got.flaw_as_refusal("telltale: " + place, why) == "");
  CHECK(b.bytes("OUT.json") == "earlier");
}

}  // namespace

TEST_CASE("the evidence of a generation's attacks is that of their formulas, on the tested records alone") {
  const world w;
  const bench b = w.laid_out();
  const std::vector<std::size_t> tested = tested_by(
      b,
      embeddings + " --queries X.npy --generated Y.npy --reference-embeddings EZ.npy --caption-bank-embeddings B.npy");
  REQUIRE(tested.size() == n / 2);
  CHECK(std::is_sorted(tested.begin(), tested.end()));
  CHECK(std::adjacent_find(tested.begin(), tested.end()) == tested.end());
  const std::vector<int> members = telltale::io::read_npy(b.path("O/evidence/members.npy")).to_vector<int>();
  std::size_t ins = 0;
  for (std::size_t i = 0; i < tested.size(); ++i) {
    CHECK(members[i] == w.member[tested[i]]);
    ins += w.member[tested[i]];
  }
  CHECK(ins == n / 4);  // as many were drawn of either kind

  const auto check = [&](const std::string& file, const std::function<double(std::size_t)>& formula) {
    const std::vector<double> got = b.values("O/evidence/" + file + ".npy");
    REQUIRE(got.size() == tested.size());
    for (std::size_t i = 0; i < tested.size(); ++i) {
      INFO(file);
      CHECK(got[i] == doctest::Approx(formula(tested[i])).epsilon(1e-5));  // read as float32
    }
  };
  check("ii-p", [&](std::size_t i) {
    return world::mean_over(i, [&](std::size_t at) {
      double sum = 0;
      for (std::size_t k = 0; k < pixels; ++k) sum += std::pow(w.x[i * pixels + k] - w.y[at * pixels + k], 2);
      return -std::sqrt(sum / pixels);
    });
  });
  check("ii-s", [&](std::size_t i) {
    return world::mean_over(i, [&](std::size_t at) {
      double sum = 0;
      for (std::size_t k = 0; k < d; ++k) sum += std::pow(w.ex[i * d + k] - w.ey[at * d + k], 2);
      return -std::sqrt(sum);
    });
  });
  check("iii-s", [&](std::size_t i) {
    return world::mean_over(i, [&](std::size_t at) { return world::cosine(w.et, i, w.ey, at); });
  });
  check("iii-s-same", [&](std::size_t i) {
    return world::mean_over(i, [&](std::size_t at) {
      std::size_t nearest = 0;
      for (std::size_t m = 1; m < 20; ++m)
        if (world::cosine(w.bank, m, w.ey, at) > world::cosine(w.bank, nearest, w.ey, at)) nearest = m;
      return world::cosine(w.et, i, w.bank, nearest);
    });
  });
  check("i-s", [&](std::size_t i) {
    return world::mean_over(i, [&](std::size_t at) {
      double most = -1;
      for (std::size_t m = 0; m < 30; ++m) most = std::max(most, world::cosine(w.references, m, w.ey, at));
      return most;
    });
  });
  check("spread-of-pixels", [&](std::size_t i) {  // two pictures lie half their distance from their mean
    double sum = 0;
    for (std::size_t k = 0; k < pixels; ++k)
      sum += std::pow((w.y[2 * i * pixels + k] - w.y[(2 * i + 1) * pixels + k]) / 2, 2);
    return -std::sqrt(sum / pixels);
  });
}

TEST_CASE(
    "figures of a generation's attacks are those that evaluate finds in the evidence, and the cut is the rule's") {
  const bench b = world().laid_out();
  const json report = figures(b, pictures + " --out O");
  CHECK(json::parse(b.bytes("O/report.json"))["targets"] == report["targets"]);
  CHECK(b.bytes("O/report.html").find("ROC") != std::string::npos);
  CHECK(report["records"]["queries"] == n);
  CHECK(report["records"]["pictures_per_query"] == r);
  CHECK(report["records"]["auxiliary"] == n / 2);
  for (const auto& [name, file] : {std::pair("II-P", "ii-p"), std::pair("II-P logistic", "ii-p-logistic")}) {
    const json& attack = attack_of(report, name);
    const double cut = attack["advantage"]["threshold"];
    const outcome got =
        b.run("evaluate --evidence O/evidence/" + std::string(file) +
              ".npy --members O/evidence/members.npy --fpr 0.1,0.01 --json - --cut " + std::to_string(cut));
    REQUIRE(got.code == 0);
    const json again = json::parse(got.out);
    CHECK(again["auc"] == attack["auc"]);
    CHECK(again["tpr_at_fpr"] == attack["tpr_at_fpr"]);
    CHECK(attack["balanced_accuracy"]["in_sample"] == false);
    CHECK(attack["auc"]["value"] > 0.6);
  }
  CHECK(attack_of(report, "II-P logistic")["advantage"]["threshold"] == 0);
}

TEST_CASE("what an adversary knows of a generator's records is drawn by the seed, or said by a file") {
  const bench b = world().laid_out();
  const std::string command = pictures + " --attack II-P";
  const std::vector<std::size_t> one = tested_by(b, command), again = tested_by(b, command + " --threads 1"),
                                 other = tested_by(b, command + " --seed 2");
  CHECK(one == again);
  CHECK(one != other);
  CHECK(tested_by(b, command + " --auxiliary 0.1").size() == n - 6);
  std::vector<std::uint8_t> known(n, 0);
  for (const std::size_t i : {0U, 1U, 2U, 9U}) known[i] = 1;
  b.flags("A.npy", known);
  const std::vector<std::size_t> tested = tested_by(b, command + " --auxiliary A.npy");
  REQUIRE(tested.size() == n - 4);
  CHECK(std::vector<std::size_t>(tested.begin(), tested.begin() + 4) == std::vector<std::size_t>{3, 4, 5, 6});
}

TEST_CASE("all attacks that the arrays of a generation allow are run, and the others are told what they lack") {
  const bench b = world().laid_out();
  const json of_pictures = figures(b, pictures), of_embeddings = figures(b, embeddings);
  CHECK(attack_of(of_pictures, "II-P SSIM")["auc"]["value"] > 0.5);
  CHECK(why_left_out(of_pictures, "II-S") == "needs --query-embeddings, --generated-embeddings");
  CHECK(why_left_out(of_pictures, "I-P") == "it ran");
  CHECK(why_left_out(of_embeddings, "II-P") == "needs --queries, --generated");
  CHECK(why_left_out(of_embeddings, "I-S") == "needs --reference-embeddings");
  CHECK(why_left_out(of_embeddings, "III-S-same") ==
        "needs --caption-bank-embeddings or --generated-caption-embeddings");
  CHECK(why_left_out(of_embeddings, "IV on embeddings") == "it ran");
  // The control stands apart, under a target that is none.
  REQUIRE(of_embeddings["targets"].size() == 2);
  CHECK(of_embeddings["targets"][1]["name"] == "nobody");
  CHECK(of_embeddings["targets"][1]["attacks"][0]["name"] == "blind");
  const outcome table = b.run(embeddings + " --attack IV --attack spread");
  CHECK(table.code == 0);
  CHECK(table.out.find("IV on embeddings") != std::string::npos);
  CHECK(table.out.find("Left out: IV: needs --reference-embeddings.") != std::string::npos);
  CHECK(table.out.find("II-S") == std::string::npos);
}

TEST_CASE("one generated picture, bytes, a captioner of one's own and another order of axes are read") {
  const world w;
  const bench b = w.laid_out();
  std::vector<double> first, first_embeddings;
  for (std::size_t i = 0; i < n; ++i) {
    first.insert(first.end(), w.y.begin() + std::ptrdiff_t(i * r * pixels),
                 w.y.begin() + std::ptrdiff_t((i * r + 1) * pixels));
    first_embeddings.insert(first_embeddings.end(), w.ey.begin() + std::ptrdiff_t(i * r * d),
                            w.ey.begin() + std::ptrdiff_t((i * r + 1) * d));
  }
  b.floats("Y.npy", first, {n, 3, 8, 8});
  b.floats("EY.npy", first_embeddings, {n, d});
  const json one = figures(b, pictures);
  CHECK(one["records"]["pictures_per_query"] == 1);
  CHECK(why_left_out(one, "spread of pixels").find("holds 1 picture of each caption") != std::string::npos);
  CHECK(figures(b, embeddings)["records"]["pictures_per_query"] == 1);
  b.write_bytes("Y.npy", tool_test::npy_bytes(first, {n, 3, 8, 8}, 8, true, true));
  CHECK(figures(b, pictures)["targets"] == one["targets"]);
  // Bytes are 0 to 255: scores are 127.5 times as large, ranks the same but for rounding to bytes.
  const auto bytes = [](const std::vector<double>& values) {
    std::vector<std::uint8_t> made;
    for (const double value : values) made.push_back(static_cast<std::uint8_t>(std::lround((value + 1) * 127.5)));
    return made;
  };
  b.flags("X.npy", bytes(w.x), {n, 3, 8, 8});
  b.flags("Y.npy", bytes(first), {n, 3, 8, 8});
  const json of_bytes = figures(b, pictures);
  CHECK(of_bytes["settings"]["pixel range"] == "255");
  CHECK(one["settings"]["pixel range"] == "2");
  CHECK(attack_of(of_bytes, "II-P SSIM")["auc"]["value"].get<double>() ==
        doctest::Approx(attack_of(one, "II-P SSIM")["auc"]["value"].get<double>()).epsilon(0.01));
  // The pictures' own embeddings as those of their captions: then the captions agree as III-S does.
  const json same = figures(b, embeddings + " --generated-caption-embeddings EY.npy");
  CHECK(attack_of(same, "III-S-same")["auc"] == attack_of(same, "III-S")["auc"]);
}

TEST_CASE("what cannot be used of a generation is refused by the name of its file or option") {
  const world w;
  const bench b = w.laid_out();
  check_refused(b, pictures + " --attack II-S", "--attack", "II-S needs --query-embeddings, --generated-embeddings");
  check_refused(b, pictures + " --attack II-T", "--attack", "'II-T' is no attack; wanted I-P, I-S, II-P");
  check_refused(b, "generation --queries X.npy --generated Y.npy", "--members", "is missing");
  check_refused(b, "generation --queries X.npy --members M.npy", "--generated", "what the generator answered");
  check_refused(b, embeddings + " --attack III-S-same", "--attack", "needs --caption-bank-embeddings");
  check_refused(b, pictures + " --caption-bank-embeddings B.npy", "--caption-bank-embeddings",
                "needs --generated-embeddings");
  check_refused(b, embeddings + " --caption-bank-embeddings B.npy --generated-caption-embeddings EY.npy",
                "--caption-bank-embeddings", "wanted one captioner");
  check_refused(b, pictures + " --auxiliary 1", "--auxiliary", "is 1; wanted a share above 0 and below 1");
  check_refused(b, pictures + " --auxiliary 0.001", "--auxiliary", "holds 0 members and 0 non-members to learn from");
  check_refused(b, pictures + " --auxiliary 0.99", "--auxiliary", "leaves 0 members and 0 non-members to test on");
  check_refused(b, pictures + " --auxiliary M.npy", "M.npy", "holds 30 members and 0 non-members to learn from");
  check_refused(b, pictures + " --seed x", "--seed", "whole number");
  check_refused(b, pictures + " --fpr 2", "--fpr", "is no fraction");
  check_refused(b, pictures + " --pixel-range 0", "--pixel-range", "wanted a number above 0");
  check_refused(b, embeddings + " --pixel-range 2", "--pixel-range", "of no use without");
  check_refused(b, "generation --queries X.npy --generated Y.npy --members OUT.json", "--json",
                "would overwrite the input OUT.json of --members");

  const auto refused = [&](const std::string& command, const std::string& file, const std::string& why,
                           const std::function<void(const bench&)>& change) {
    const bench changed = w.laid_out();
    change(changed);
    check_refused(changed, command, file, why);
  };
  refused(pictures, "X.npy", "does not exist", [](const bench& c) { std::filesystem::remove(c.path("X.npy")); });
  refused(pictures, "M.npy", "has 61 records; there are 60 query pictures", [&](const bench& c) {
    std::vector<std::uint8_t> more = w.member;
    more.push_back(1);
    c.flags("M.npy", more);
  });
  refused(pictures, "M.npy", "says that every record is a member",
          [](const bench& c) { c.flags("M.npy", std::vector<std::uint8_t>(n, 1)); });
  refused(pictures, "Y.npy", "has 50 query pictures; X.npy has 60", [&](const bench& c) {
    c.floats("Y.npy", {w.y.begin(), w.y.begin() + 50 * r * pixels}, {50, r, 3, 8, 8});
  });
  refused(pictures + " --generated-embeddings EY.npy", "EY.npy", "has 3 generated pictures; Y.npy has 2",
          [&](const bench& c) {
            c.floats("EY.npy", std::vector<double>(n * 3 * d, 1), {n, 3, d});
          });
  refused(pictures, "X.npy", "pictures must be of one size", [&](const bench& c) {
    c.floats("X.npy", w.x, {n, 3, 4, 16});
  });
  refused(pictures, "X.npy", "channels last", [&](const bench& c) { c.floats("X.npy", w.x, {n, 8, 8, 3}); });
  refused(pictures, "X.npy", "wanted (n, channels, height, width)", [&](const bench& c) {
    c.floats("X.npy", w.x, {n, pixels});
  });
  refused(pictures, "Y.npy", "subject 3, picture 1 has a pixel that is not finite", [&](const bench& c) {
    std::vector<double> bad = w.y;
    bad[(3 * r + 1) * pixels + 5] = std::numeric_limits<double>::quiet_NaN();
    c.floats("Y.npy", bad, {n, r, 3, 8, 8});
  });
  refused(pictures, "--pixel-range", "is missing: pixels from", [&](const bench& c) {
    std::vector<double> wide = w.x;
    for (double& value : wide) value *= 3;
    c.floats("X.npy", wide, {n, 3, 8, 8});
  });
  refused(embeddings, "EX.npy", "holds one and the same embedding in every row", [](const bench& c) {
    c.floats("EX.npy", std::vector<double>(n * d, 0.5), {n, d});
  });
  refused(embeddings, "EX.npy", "subject 2 has an embedding that is all zero", [&](const bench& c) {
    std::vector<double> bad = w.ex;
    std::fill_n(bad.begin() + 2 * d, d, 0.0);
    c.floats("EX.npy", bad, {n, d});
  });
  refused(embeddings, "ET.npy", "has 4 dimensions; EX.npy has 5", [](const bench& c) {
    c.floats("ET.npy", std::vector<double>(n * 4, 1), {n, 4});
  });
  refused(embeddings, "EX.npy", "holds uint8; wanted numbers of a float type", [](const bench& c) {
    c.flags("EX.npy", std::vector<std::uint8_t>(n * d, 1), {n, d});
  });
  refused(embeddings, "ET.npy", "wanted (n, d)", [](const bench& c) {
    c.floats("ET.npy", std::vector<double>(n * r * d, 1), {n, r, d});
  });
  refused(embeddings + " --caption-bank-embeddings B.npy", "B.npy", "has 3 dimensions; EX.npy has 5",
          [](const bench& c) {
            c.floats("B.npy", std::vector<double>(30, 1), {10, 3});
          });
}
