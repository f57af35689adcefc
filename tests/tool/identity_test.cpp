// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale identity`: from embeddings to prompts won, verdicts and rates, and what is wrong with its input.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/random.hpp>

#include "oracle/prompts_won.hpp"
#include "tool.hpp"

#include <doctest/doctest.h>

using nlohmann::json;
using tool_test::bench;
using tool_test::outcome;

namespace {

const std::string identity = "identity --photos P.npy --owner O.npy --names T.npy --true-name I.npy --json OUT.json";

/// Three people with 4, 5 and 6 photos, six names, five prompts, four dimensions.
struct world {
  oracle::identity_inference people{3, 6, 5, 4, {}, {}, {}, {}};
  std::vector<std::vector<std::size_t>> photos_of;

  world() {
    telltale::random_stream random(3);
    photos_of.resize(3);
    for (const int person : {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 2}) {
      photos_of[std::size_t(person)].push_back(people.owner.size());
      people.owner.push_back(person);
    }
    people.true_name = {4, 0, 2};
    for (int i = 0; i < 5 * 6 * 4; ++i) people.name.push_back(random.normal());
    // Photos of person 0 lie near that person's name under every prompt; the others lie anywhere.
    for (std::size_t x = 0; x < people.owner.size(); ++x)
      for (std::size_t k = 0; k < 4; ++k) {
        double at = random.normal();
        if (people.owner[x] == 0)
          for (std::size_t p = 0; p < 5; ++p) at += 2 * people.name[(p * 6 + 4) * 4 + k];
        people.photo.push_back(at);
      }
  }

  [[nodiscard]] bench laid_out() const {
    bench b;
    b.floats("P.npy", people.photo, {15, 4});
    b.floats("T.npy", people.name, {5, 6, 4});
    b.classes("O.npy", {people.owner.begin(), people.owner.end()});
    b.classes("I.npy", {people.true_name.begin(), people.true_name.end()});
    b.flags("M.npy", {1, 0, 0});
    b.write_bytes("NAMES.txt", "Ann Lee\nBo Cruz\nCy Ode\nDi Poe\nEd Roe\nFay Sun\n");
    return b;
  }
};

json made(const bench& b, const std::string& more = "") {
  const outcome got = b.run(identity + " " + more);
  INFO(got.err);
  REQUIRE(got.code == 0);
  return json::parse(b.bytes("OUT.json"));
}

void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why) {
  b.write_bytes("OUT.json", "earlier");
  const outcome got = b.run(command);
  INFO(command);
  CHECK(got.flaw_as_refusal("telltale: " + place, why) == "");
  CHECK(b.bytes("OUT.json") == "earlier");
}

}  // namespace

TEST_CASE("prompts won and verdicts of every draw are those of the slow count on all photos") {
  const world w;
  // All photos of everybody: take the two extra photos away.
  oracle::identity_inference four = w.people;
  bench b;
  std::vector<double> photo;
  std::vector<std::int64_t> owner;
  std::vector<std::vector<std::size_t>> photos_of(3);
  for (std::size_t person = 0; person < 3; ++person)
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t x = w.photos_of[person][k];
      photos_of[person].push_back(owner.size());
      owner.push_back(std::int64_t(person));
      photo.insert(photo.end(), w.people.photo.begin() + std::ptrdiff_t(x * 4),
                   w.people.photo.begin() + std::ptrdiff_t(x * 4 + 4));
    }
  b = w.laid_out();
  b.floats("P.npy", photo, {12, 4});
  b.classes("O.npy", owner);
  four.photo = photo;
  four.owner.assign(owner.begin(), owner.end());
  const std::vector<int> votes = four.votes();
  const json got = made(b, "--draws 3");
  CHECK(got["photos"] == 12);
  CHECK(got["prompts"] == 5);
  CHECK(got["names"] == 6);
  CHECK(got["photos_per_draw"] == 4);
  CHECK(got["tau"] == 1);
  CHECK(got["rates"].is_null());
  REQUIRE(got["draws"].size() == 3);
  for (const json& draw : got["draws"])
    for (std::size_t person = 0; person < 3; ++person) {
      const int won = oracle::prompts_won(votes, 5, photos_of[person], w.people.true_name[person]);
      CHECK(draw["prompts_won"][person] == won);
      CHECK(draw["says_member"][person] == (won >= 1));
    }
  REQUIRE(got["warnings"].size() == 1);
  CHECK(got["warnings"][0].get<std::string>().find("one and the same") != std::string::npos);
  // The other ballot wins at least as much, and says so.
  const json first = made(b, "--draws 1 --ballot first-mode");
  for (std::size_t person = 0; person < 3; ++person)
    CHECK(first["draws"][0]["prompts_won"][person] ==
          oracle::prompts_won(votes, 5, photos_of[person], w.people.true_name[person], true));
  CHECK(first["warnings"][0].get<std::string>().find("first-mode") == 0);
}

TEST_CASE("draws differ, depend on the seed alone, and tau only takes verdicts away") {
  const bench b = world().laid_out();
  const json got = made(b, "--photos-per-draw 3 --seed 7"), again = made(b, "--photos-per-draw 3 --seed 7 --threads 1");
  CHECK(got == again);
  CHECK(got["draws"].size() == 20);
  CHECK(got["seed"] == 7);
  CHECK(got["draws"] != made(b, "--photos-per-draw 3 --seed 8")["draws"]);
  CHECK(got["draws"][0]["prompts_won"][0] > 1);
  const json strict = made(b, "--photos-per-draw 3 --seed 7 --tau 3");
  for (std::size_t draw = 0; draw < 20; ++draw) {
    CHECK(strict["draws"][draw]["prompts_won"] == got["draws"][draw]["prompts_won"]);
    for (std::size_t person = 0; person < 3; ++person)
      CHECK(strict["draws"][draw]["says_member"][person] == (got["draws"][draw]["prompts_won"][person] >= 3));
  }
  CHECK(made(b)["photos_per_draw"] == 4);  // the smallest number of photos of a person
  CHECK(made(b, "--photos-per-draw 1")["warnings"][0].get<std::string>().find("badly calibrated") == 0);
}

TEST_CASE("rates are given where members are known") {
  const bench b = world().laid_out();
  const json got = made(b, "--photos-per-draw 3 --members M.npy");
  double mean = 0;
  for (const json& draw : got["draws"]) {
    const double accused = draw["says_member"][1].get<int>() + draw["says_member"][2].get<int>();
    CHECK(draw["rates"]["fpr"]["value"] == accused / 2);
    CHECK(draw["rates"]["tpr"]["value"] == 1);
    mean += accused / 2 / 20;
  }
  CHECK(got["rates"]["tpr"]["value"] == 1);
  CHECK(got["rates"]["tpr"]["low"] == doctest::Approx(0.025));  // 1 of 1
  CHECK(got["rates"]["fpr"]["value"] == doctest::Approx(mean));
  CHECK(got["rates"]["members"] == 1);
  CHECK(got["rates"]["nonmembers"] == 2);
  CHECK(got["rates"]["rests_on"].get<std::string>().find("not draws") != std::string::npos);
}

TEST_CASE("float32 and a single prompt are read, and the table names the people") {
  const world w;
  const bench b = w.laid_out();
  const json in_double = made(b, "--photos-per-draw 3");
  b.floats32("P.npy", {w.people.photo.begin(), w.people.photo.end()}, {15, 4});
  b.floats32("T.npy", {w.people.name.begin(), w.people.name.end()}, {5, 6, 4});
  CHECK(made(b, "--photos-per-draw 3") == in_double);
  b.write_bytes("T.npy", tool_test::npy_bytes(w.people.name, {5, 6, 4}, 8, true, true));
  CHECK(made(b, "--photos-per-draw 3") == in_double);
  const outcome table = b.run(identity + " --members M.npy --name-list NAMES.txt");
  CHECK(table.code == 0);
  for (const std::string part : {"Ed Roe", "Ann Lee", "Cy Ode", "20 of 20", "yes", "TPR", "FPR", "not draws"}) {
    INFO(part);
    CHECK(table.out.find(part) != std::string::npos);
  }
  CHECK(json::parse(b.bytes("OUT.json"))["people"][0]["name"] == "Ed Roe");
  CHECK(b.run(identity + " --quiet").out.empty());
  b.floats("T.npy", {w.people.name.begin(), w.people.name.begin() + 24}, {6, 4});
  CHECK(made(b)["prompts"] == 1);
}

TEST_CASE("what cannot be used is refused by the name of its file or option") {
  const world w;
  const bench b = w.laid_out();
  b.floats("BAD.npy", {1, 0, 0, 1, 0, 0, 1, 1}, {2, 4});
  check_refused(b, "identity --owner O.npy --names T.npy --true-name I.npy --json OUT.json", "--photos", "embeddings");
  check_refused(b, "identity --photos P.npy --owner O.npy --names T.npy --json OUT.json", "--true-name", "missing");
  check_refused(b, identity + " --photos-per-draw 5", "--photos-per-draw", "is 5, but person 0 has 4 photos");
  check_refused(b, identity + " --photos-per-draw 0", "--photos-per-draw", "");
  check_refused(b, identity + " --tau 6", "--tau", "is 6, but there are only 5 prompts to win");
  check_refused(b, identity + " --tau 0", "--tau", "");
  check_refused(b, identity + " --draws 0", "--draws", "");
  check_refused(b, identity + " --ballot most", "--ballot", "strict-plurality");
  check_refused(b, "identity --photos BAD.npy --owner O.npy --names T.npy --true-name I.npy --json OUT.json", "O.npy",
                "has 15 elements; wanted 2");
  check_refused(b, "identity --photos T.npy --owner O.npy --names P.npy --true-name I.npy --json OUT.json", "T.npy",
                "has shape (5, 6, 4); wanted (photos, d)");
  check_refused(b, identity + " --members O.npy", "O.npy", "");
  check_refused(b, "identity --photos P.npy --owner O.npy --names T.npy --true-name I.npy --json P.npy", "--json",
                "would overwrite the input P.npy");
  const auto with = [&](const std::string& file, const auto& change) {
    bench changed = w.laid_out();
    change(changed);
    return std::pair(changed, file);
  };
  const auto refused = [&](const std::string& file, const std::string& why, const auto& change,
                           const std::string& more = "") {
    const auto [changed, name] = with(file, change);
    check_refused(changed, identity + " " + more, name, why);
  };
  refused("I.npy", "person 2 is called name 6, which is none of the candidates 0 to 5", [](bench& c) {
    c.classes("I.npy", {0, 1, 6});
  });
  refused("O.npy", "person 3 has no photo", [](bench& c) { c.classes("I.npy", {0, 1, 2, 3}); });
  refused("O.npy", "photo 0 belongs to person 3", [](bench& c) {
    c.classes("O.npy", {3, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 2});
  });
  refused("O.npy", "wanted integers, the person on each photo", [](bench& c) { c.floats("O.npy", {0, 1}); });
  refused("T.npy", "has 3 dimensions; the photos have 4", [](bench& c) {
    c.floats("T.npy", std::vector<double>(18, 1), {6, 3});
  });
  refused("T.npy", "prompt 0, name 2 has an embedding that is not finite", [&](bench& c) {
    std::vector<double> name = w.people.name;
    name[9] = std::numeric_limits<double>::quiet_NaN();
    c.floats("T.npy", name, {5, 6, 4});
  });
  refused("P.npy", "photo 1 has an embedding that is all zero", [&](bench& c) {
    std::vector<double> photo = w.people.photo;
    for (std::size_t k = 4; k < 8; ++k) photo[k] = 0;
    c.floats("P.npy", photo, {15, 4});
  });
  refused(
      "M.npy", "has 2 persons; I.npy has 3",
      [](bench& c) {
        c.flags("M.npy", {1, 0});
      },
      "--members M.npy");
  refused(
      "NAMES.txt", "line 3 repeats line 1, 'Ann'",
      [](bench& c) { c.write_bytes("NAMES.txt", "Ann\nBo\nAnn\nD\nE\nF\n"); }, "--name-list NAMES.txt");
  refused(
      "NAMES.txt", "has 2 names; the embeddings are of 6", [](bench& c) { c.write_bytes("NAMES.txt", "Ann\nBo\n"); },
      "--name-list NAMES.txt");
  refused(
      "NAMES.txt", "line 2 is empty", [](bench& c) { c.write_bytes("NAMES.txt", "Ann\n\nBo\n"); },
      "--name-list NAMES.txt");
  refused(
      "none.txt", "", [](bench&) {}, "--name-list none.txt");
}
