// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The tool for models as its users meet it: a model and arrays in, a report and evidence out, one line on stderr and an
// exit code.
#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/campaign/store.hpp>
#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/version.hpp>

#include "oracle/folders.hpp"
#include "tool/tool.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using telltale::membership;
using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr std::size_t each = 40, features = 6, classes = 3;
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// logits = 4 x W^T with W the identity on the first three features: by hand what each file holds.
torch::jit::Module linear_script(const std::string& forward = "return torch.linear(x, self.weight)") {
  torch::jit::Module module("Linear");
  module.register_parameter("weight", 4 * at::eye(static_cast<std::int64_t>(classes), features), false);
  module.define("def forward(self, x):\n    " + forward + "\n");
  return module;
}

/// Records of a class are its unit vector, members exactly and others with noise: the model is surer of members.
bench with_sound_inputs() {
  bench b;
  telltale::random_stream draw(7);
  const auto write = [&](const std::string& inputs, const std::string& labels, double noise) {
    std::vector<double> x;
    std::vector<std::int64_t> y;
    for (std::size_t i = 0; i < each; ++i) {
      y.push_back(static_cast<std::int64_t>(i % classes));
      for (std::size_t d = 0; d < features; ++d)
        x.push_back((d == i % classes ? 1 : 0) + (0.1 + noise) * draw.normal());
    }
    b.floats(inputs, x, {each, features});
    b.classes(labels, y);
  };
  write("X.npy", "Y.npy", 0);
  write("U.npy", "V.npy", 0.4);
  write("P.npy", "L.npy", 0.4);
  linear_script().save(b.path("M.pt").string());
  return b;
}

/// Margins of eight shadow models: larger where a model was trained on the record.
void add_store(const bench& b, std::size_t records = 2 * each) {
  telltale::random_stream draw(8);
  const auto plan = telltale::membership_plan::draw(3, 8, records, telltale::plan_rule::balanced_shadows{});
  telltale::signal_store store(b.path("store"), {3, 0}, plan);
  for (std::size_t m = 0; m < plan.models(); ++m) {
    std::vector<double> margin, others;
    for (std::size_t i = 0; i < records; ++i) margin.push_back(draw.normal() + 2.0 * plan.keep(m)[i]);
    for (std::size_t i = 0; i < each; ++i) others.push_back(draw.normal());
    store.put(m, std::vector{telltale::named_signal{"logit-margin", margin},
                             telltale::named_signal{"population-logit-margin", others}});
  }
}

const std::string sound =
    "audit --model M.pt --members X.npy --member-labels Y.npy --nonmembers U.npy --nonmember-labels V.npy --out OUT";
const std::string with_population = sound + " --population P.npy --population-labels L.npy";

nlohmann::json report_of(const bench& b) { return nlohmann::json::parse(b.bytes("OUT/report.json")); }

std::vector<std::string> attacks_of(const nlohmann::json& report) {
  std::vector<std::string> names;
  for (const auto& attack : report["targets"][0]["attacks"]) names.push_back(attack["name"]);
  return names;
}

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Refused with one line that begins with `place` and says `why`; nothing is written.
void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why) {
  const outcome got = b.run(command);
  DOCTEST_INFO(command);
  DOCTEST_CHECK(got.flaw_as_refusal("telltale-model: " + place, why) == "");
  DOCTEST_CHECK_FALSE(std::filesystem::exists(b.path("OUT")));
}

}  // namespace

DOCTEST_TEST_CASE("model tool: what needs nothing runs, and its evidence is the model's own") {
  const bench b = with_sound_inputs();
  const outcome got = b.run(sound);
  DOCTEST_INFO(got.err);
  DOCTEST_REQUIRE(got.code == 0);
  DOCTEST_CHECK(got.err.empty());
  const nlohmann::json report = report_of(b);
  const std::vector<std::string> names = attacks_of(report);
  DOCTEST_CHECK(names == std::vector<std::string>{"loss, ranked", "gap", "gradient norm"});
  DOCTEST_CHECK(got.out.find("Not run: attack-P, QMIA") == std::string::npos);
  DOCTEST_CHECK(got.out.find("Not run: attack-P: needs population (--population)") != std::string::npos);
  DOCTEST_CHECK(got.out.find("LiRA online") != std::string::npos);
  DOCTEST_CHECK(b.bytes("OUT/report.html").find("Privacy audit") != std::string::npos);

  // By hand: log p_y and the gradient's norm |p - e_y| |x| of a linear model.
  const std::vector<double> x = b.values("X.npy"), loss = b.values("OUT/evidence/loss-ranked.npy"),
                            norm = b.values("OUT/evidence/gradient-norm.npy");
  DOCTEST_REQUIRE(loss.size() == 2 * each);
  for (std::size_t i = 0; i < each; ++i) {
    double total = 0, squares = 0, length = 0;
    for (std::size_t c = 0; c < classes; ++c) total += std::exp(4 * x[i * features + c]);
    for (std::size_t c = 0; c < classes; ++c)
      squares += std::pow(std::exp(4 * x[i * features + c]) / total - (c == i % classes ? 1 : 0), 2);
    for (std::size_t d = 0; d < features; ++d) length += x[i * features + d] * x[i * features + d];
    const double expected = 4 * x[i * features + i % classes] - std::log(total);
    DOCTEST_CHECK(std::abs(loss[i] - expected) < 1e-5);
    DOCTEST_CHECK(std::abs(norm[i] + std::sqrt(squares * length)) < 1e-5);
  }
  const telltale::io::npy_array flags = telltale::io::read_npy(b.path("OUT/evidence/members.npy"));
  const auto member = flags.to_vector<std::uint8_t>();
  DOCTEST_CHECK(std::count(member.begin(), member.begin() + each, 1) == each);
  DOCTEST_CHECK(std::count(member.begin() + each, member.end(), 0) == each);
}

DOCTEST_TEST_CASE("model tool: the report holds what the evidence gives when it is evaluated again") {
  const bench b = with_sound_inputs();
  add_store(b);
  DOCTEST_REQUIRE(b.run(with_population + " --shadow-store store --quiet").code == 0);
  std::vector<membership> member(each, membership::in);
  member.resize(2 * each, membership::out);
  const nlohmann::json report = report_of(b);
  const std::vector<std::string> names = attacks_of(report);
  for (const std::string name : {"Yeom", "Song-Mittal confidence", "attack-P", "attack-R", "difficulty calibration",
                                 "score offset", "LiRA offline", "LiRA online", "RMIA offline", "RMIA online"}) {
    DOCTEST_INFO(name);
    DOCTEST_CHECK(lists(names, name));
  }
  for (const auto& attack : report["targets"][0]["attacks"]) {
    std::string stem = attack["name"];
    for (char& letter : stem) letter = letter == ' ' ? '-' : static_cast<char>(std::tolower(letter));
    std::erase(stem, ',');
    DOCTEST_INFO(stem);
    const auto again = telltale::metric::evaluate(b.values("OUT/evidence/" + stem + ".npy"), member);
    DOCTEST_CHECK(attack["auc"]["value"].get<double>() == doctest::Approx(again.auc.value).epsilon(1e-12));
  }
}

DOCTEST_TEST_CASE("model tool: loss and confidence of shadow models follow from their margins") {
  const bench b = with_sound_inputs();
  add_store(b);
  const std::string command = with_population + " --shadow-store store --quiet";
  DOCTEST_REQUIRE(b.run(command).code == 0);
  const auto by_margin = b.values("OUT/evidence/attack-r.npy"), rmia = b.values("OUT/evidence/rmia-online.npy");
  // The same signals, stored: log p = -log(1 + e^-m) and p = 1 / (1 + e^-m).
  for (const std::string prefix : {"", "population-"})
    for (std::size_t m = 0; m < 8; ++m) {
      const std::string file = "/model_000" + std::to_string(m) + ".npy";
      std::vector<double> margin = b.values("store/" + prefix + "logit-margin" + file), loss, confidence;
      for (const double v : margin) {
        loss.push_back(-std::log(1 + std::exp(-v)));
        confidence.push_back(1 / (1 + std::exp(-v)));
      }
      for (const std::string name : {"loss", "confidence"})
        std::filesystem::create_directories(b.path("plain/" + prefix + name));
      b.floats("plain/" + prefix + "loss" + file, loss);
      b.floats("plain/" + prefix + "confidence" + file, confidence);
    }
  std::filesystem::copy(b.path("store/keep.npy"), b.path("plain/keep.npy"));
  const outcome got = b.run(replaced(command, "--shadow-store store --quiet", "--shadow-store plain"));
  DOCTEST_INFO(got.err);
  DOCTEST_REQUIRE(got.code == 0);
  DOCTEST_CHECK(b.values("OUT/evidence/attack-r.npy") == by_margin);
  const auto again = b.values("OUT/evidence/rmia-online.npy");
  for (std::size_t i = 0; i < rmia.size(); ++i) DOCTEST_CHECK(std::abs(rmia[i] - again[i]) <= 1.0 / each);
  DOCTEST_CHECK(got.out.find("LiRA offline, LiRA online: needs the signal logit-margin") != std::string::npos);
}

DOCTEST_TEST_CASE("model tool: stored posteriors let a model be taught, and signals of another width are refused") {
  const bench b = with_sound_inputs();
  add_store(b);
  telltale::random_stream draw(9);
  for (std::size_t m = 0; m < 8; ++m) {
    std::vector<double> posteriors;
    for (std::size_t i = 0; i < 2 * each; ++i) {
      const double first = draw.uniform() / 2, second = draw.uniform() / 2;
      posteriors.insert(posteriors.end(), {first, second, 1 - first - second});
    }
    std::filesystem::create_directories(b.path("store/posteriors"));
    b.floats("store/posteriors/model_000" + std::to_string(m) + ".npy", posteriors, {2 * each, classes});
  }
  const outcome got = b.run(sound + " --shadow-store store --quiet");
  DOCTEST_INFO(got.err);
  DOCTEST_REQUIRE(got.code == 0);
  DOCTEST_CHECK(lists(attacks_of(report_of(b)), "Shokri"));
  oracle::remove_tree(b.path("OUT"));
  std::filesystem::rename(b.path("store/posteriors"), b.path("store/entropy"));
  check_refused(b, sound + " --shadow-store store", "store/entropy", "has 3 values a record; the model gives 1");
}

DOCTEST_TEST_CASE("model tool: margins in one scores.npy are read as well") {
  const bench b = with_sound_inputs();
  add_store(b);
  DOCTEST_REQUIRE(b.run(sound + " --shadow-store store --quiet").code == 0);
  const std::string before = b.bytes("OUT/evidence/lira-online.npy");
  std::vector<double> all;
  for (std::size_t m = 0; m < 8; ++m) {
    const std::vector<double> row = b.values("store/logit-margin/model_000" + std::to_string(m) + ".npy");
    all.insert(all.end(), row.begin(), row.end());
  }
  std::filesystem::create_directory(b.path("lira"));
  b.floats("lira/scores.npy", all, {8, 2 * each});
  std::filesystem::copy(b.path("store/keep.npy"), b.path("lira/keep.npy"));
  DOCTEST_REQUIRE(b.run(sound + " --shadow-store lira --quiet").code == 0);
  DOCTEST_CHECK(b.bytes("OUT/evidence/lira-online.npy") == before);
}

DOCTEST_TEST_CASE("model tool: batches, a saved softmax and the device change nothing") {
  const bench b = with_sound_inputs();
  DOCTEST_REQUIRE(b.run(sound + " --quiet").code == 0);
  const auto loss = b.values("OUT/evidence/loss-ranked.npy"), norm = b.values("OUT/evidence/gradient-norm.npy");
  linear_script("return torch.softmax(torch.linear(x, self.weight), 1)").save(b.path("S.pt").string());
  linear_script("return torch.log_softmax(torch.linear(x, self.weight), 1)").save(b.path("G.pt").string());
  std::vector<std::string> changes{"M.pt --batch 7", "S.pt --answers probabilities",
                                   "G.pt --answers log-probabilities"};
  for (const at::Device& device : oracle::devices())
    if (!device.is_cpu()) changes.push_back("M.pt --device " + device.str());
  for (const std::string& change : changes) {
    const outcome got = b.run(replaced(sound, "M.pt", change) + " --quiet");
    DOCTEST_INFO(change);
    DOCTEST_INFO(got.err);
    DOCTEST_REQUIRE(got.code == 0);
    DOCTEST_CHECK(got.out.empty());
    const auto again = b.values("OUT/evidence/loss-ranked.npy"), norms = b.values("OUT/evidence/gradient-norm.npy");
    for (std::size_t i = 0; i < loss.size(); ++i) DOCTEST_CHECK(std::abs(loss[i] - again[i]) < 1e-5);
    for (std::size_t i = 0; i < norm.size(); ++i) DOCTEST_CHECK(std::abs(norm[i] - norms[i]) < 1e-4);
  }
}

DOCTEST_TEST_CASE("model tool: a module without parameters is audited by its answers") {
  const bench b = with_sound_inputs();
  torch::jit::Module bare("Bare");
  bare.define("def forward(self, x):\n    return x[:, :3] * 4\n");
  bare.save(b.path("M.pt").string());
  const outcome got = b.run(sound);
  DOCTEST_REQUIRE(got.code == 0);
  DOCTEST_CHECK_FALSE(lists(attacks_of(report_of(b)), "gradient norm"));
  DOCTEST_CHECK(got.out.find("gradient norm: needs parameters") != std::string::npos);
}

DOCTEST_TEST_CASE("model tool: --fail-if is a gate on every attack") {
  const bench b = with_sound_inputs();
  const outcome held = b.run(sound + " --quiet --fail-if auc>0.6 --fail-if auc<0.1");
  DOCTEST_CHECK(held.code == 3);
  DOCTEST_CHECK(held.says("telltale-model: --fail-if: loss, ranked: auc is "));
  DOCTEST_CHECK(std::filesystem::exists(b.path("OUT/report.html")));
  DOCTEST_CHECK(b.run(sound + " --quiet --fail-if auc>0.9999").code == 0);
  oracle::remove_tree(b.path("OUT"));
  check_refused(b, sound + " --fail-if tpr@0.001>0.1", "--fail-if", "cannot be resolved by 40 non-members");
  check_refused(b, sound + " --fail-if epsilon>1", "--fail-if", "telltale evaluate");
}

DOCTEST_TEST_CASE("model tool: options that are missing or wrong are refused by name") {
  const bench b = with_sound_inputs();
  for (const std::string option : {"--model M.pt", "--members X.npy", "--member-labels Y.npy", "--nonmembers U.npy",
                                   "--nonmember-labels V.npy", "--out OUT"})
    check_refused(b, replaced(sound, option, ""), option.substr(0, option.find(' ')), "is missing");
  check_refused(b, sound + " --population P.npy", "--population-labels", "is missing");
  check_refused(b, sound + " --population-labels L.npy", "--population", "is missing");
  check_refused(b, sound + " --device abacus", "--device", "'abacus' is no device");
  check_refused(b, sound + " --device cuda:63", "--device", "is not there");
  check_refused(b, sound + " --answers odds", "--answers", "wanted logits, probabilities or log-probabilities");
  check_refused(b, sound + " --batch 0", "--batch", "whole number");
  check_refused(b, sound + " --scale -1", "--scale", "positive");
  check_refused(b, sound + " --shadow store", "--shadow", "no option of telltale-model audit");
  check_refused(b, "audits", "audits", "did you mean audit?");
}

DOCTEST_TEST_CASE("model tool: files that cannot be used are refused by name") {
  const bench b = with_sound_inputs();
  const auto with = [&](const std::string& from, const std::string& to) { return replaced(sound, from, to); };
  check_refused(b, with("M.pt", "none.pt"), "none.pt", "does not exist");
  check_refused(b, with("M.pt", "X.npy"), "X.npy", "is no TorchScript module");
  check_refused(b, with("X.npy", "none.npy"), "none.npy", "does not exist");
  b.floats("wide.npy", std::vector<double>(each * 7, 0.5), {each, 7});
  check_refused(b, with("X.npy", "wide.npy"), "wide.npy", "a batch of shape (40, 7) of float is refused by the model");
  b.floats("short.npy", std::vector<double>(5 * features, 0.5), {5, features});
  check_refused(b, with("U.npy", "short.npy"), "V.npy", "has 40 records; short.npy has 5");
  b.floats("nan.npy", std::vector<double>(each * features, nan_value), {each, features});
  check_refused(b, with("X.npy", "nan.npy"), "nan.npy", "not finite");
  std::vector<std::int64_t> labels(each, 0);
  labels[11] = 3;
  b.classes("far.npy", labels);
  check_refused(b, with("V.npy", "far.npy"), "far.npy", "record 11 has class 3; M.pt answers with 3 classes, 0 to 2");
  labels[11] = -1;
  b.classes("far.npy", labels);
  check_refused(b, with("V.npy", "far.npy"), "far.npy", "record 11 has class -1");
  telltale::io::write_npy(b.path("bytes.npy"), std::vector<std::uint8_t>(each * features, 1), {each, features});
  check_refused(b, with("X.npy", "bytes.npy"), "bytes.npy", "holds uint8");
}

DOCTEST_TEST_CASE("model tool: models that do not answer as classifiers are refused by name") {
  const bench b = with_sound_inputs();
  const auto refused = [&](const std::string& forward, const std::string& why) {
    linear_script(forward).save(b.path("M.pt").string());
    check_refused(b, sound, "M.pt", why);
  };
  refused("return torch.linear(x, self.weight)[:, 0]", "answers with shape (40) to a batch of shape (40, 6)");
  refused("return torch.linear(x, self.weight)[:, :1]", "at least 2 classes");
  refused("return torch.linear(x, self.weight) / 0.0 * 0.0", "answers record 0 with NaN");
  refused("return (x, x)", "returns Tuple; wanted one tensor");
  refused("return x.long()", "long numbers; wanted floats");
  linear_script("return torch.softmax(torch.linear(x, self.weight), 1)").save(b.path("M.pt").string());
  check_refused(b, sound, "--answers", "say --answers probabilities");
  linear_script().save(b.path("M.pt").string());
  check_refused(b, sound + " --answers probabilities", "M.pt", "row 0 ");
}

DOCTEST_TEST_CASE("model tool: a shadow store that does not fit is refused by name") {
  const bench b = with_sound_inputs();
  check_refused(b, sound + " --shadow-store none", "none/keep.npy", "does not exist");
  add_store(b, each);
  check_refused(b, sound + " --shadow-store store", "store/keep.npy",
                "has 40 records; members and non-members together");
  oracle::remove_tree(b.path("store"));
  add_store(b);
  std::filesystem::remove(b.path("store/logit-margin/model_0003.npy"));
  check_refused(b, sound + " --shadow-store store", "store/logit-margin/model_0003.npy", "is missing");
}

DOCTEST_TEST_CASE("model tool: no output may be an input, and a failed run leaves what was there") {
  const bench b = with_sound_inputs();
  std::filesystem::create_directories(b.path("OUT/evidence"));
  std::filesystem::copy(b.path("X.npy"), b.path("OUT/evidence/gap.npy"));
  const outcome got = b.run(replaced(sound, "X.npy", "OUT/evidence/gap.npy"));
  DOCTEST_CHECK(got.code == 2);
  DOCTEST_CHECK(got.says("telltale-model: --out: would overwrite the input OUT/evidence/gap.npy of --members"));
  DOCTEST_CHECK(b.bytes("OUT/evidence/gap.npy") == b.bytes("X.npy"));
}

DOCTEST_TEST_CASE("model tool: help teaches and the version is printed") {
  const bench b;
  const outcome help = b.run("audit --help");
  DOCTEST_CHECK(help.code == 0);
  for (const std::string wanted : {"--shadow-store", "keep.npy", "torch.jit", "evaluation mode", "--fail-if",
                                   "Example:", "--threads", "--quiet", "(n, channels, height,"}) {
    DOCTEST_INFO(wanted);
    DOCTEST_CHECK(
        (help.out.find(wanted) != std::string::npos || b.run("--help").out.find(wanted) != std::string::npos));
  }
  DOCTEST_CHECK(b.run("--version").out == "telltale-model " + std::string(telltale::version) + "\n");
  DOCTEST_CHECK(b.run("audit --version").out == "telltale-model " + std::string(telltale::version) + "\n");
}
