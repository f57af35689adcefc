// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale-model segmentation` as its users meet it.
#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/torch/published/segmentation.hpp>
#include <telltale/torch/segmentation/observed.hpp>

#include "tool/tool.hpp"
#include "torch/doctest.hpp"

using telltale::membership;
using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr std::size_t n = 48, side = 12, size = side * side, classes = 3;
const std::string victim = "segmentation --outputs Z.npy --masks M.npy --members K.npy",
                  shadow = " --shadow-outputs SZ.npy --shadow-masks SM.npy --shadow-members SK.npy",
                  quickly = " --epochs 3 --out OUT --quiet", arrays = victim + shadow;

/// What a network answered to images whose masks are rectangles; it is surer of the truth on members.
struct world {
  std::vector<float> images, logits;  // (n, 1, side, side), (n, classes, side, side)
  std::vector<std::int64_t> masks;
  std::vector<std::uint8_t> member;

  explicit world(std::uint64_t seed) {
    telltale::random_stream random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      member.push_back(i / 2 % 2 == 0 ? 1 : 0);
      const std::size_t top = random.below(6), left = random.below(6);
      for (std::size_t p = 0; p < size; ++p) {
        const bool inside = p / side >= top && p / side < top + 6 && p % side >= left && p % side < left + 6;
        masks.push_back(inside ? static_cast<std::int64_t>(1 + i % 2) : 0);
        images.push_back(static_cast<float>(random.normal()) + (inside ? 2.0F : 0.0F));
      }
      for (std::size_t c = 0; c < classes; ++c)
        for (std::size_t p = 0; p < size; ++p) {
          const bool right = masks[i * size + p] == static_cast<std::int64_t>(c);
          logits.push_back(static_cast<float>(random.normal()) + (right ? (member[i] != 0 ? 2.0F : 1.5F) : 0.0F));
        }
    }
  }

  [[nodiscard]] telltale::observed_segmentation seen() const {
    telltale::observed_segmentation all;
    all.maps = at::tensor(logits).reshape({n, classes, side, side});
    all.masks = at::tensor(masks, at::kLong).reshape({n, side, side});
    return all;
  }
  [[nodiscard]] std::vector<membership> members() const {
    std::vector<membership> all;
    for (const std::uint8_t each : member) all.push_back(each != 0 ? membership::in : membership::out);
    return all;
  }
  void lay_out(const bench& b, const std::string& prefix) const {
    b.floats32(prefix + "X.npy", images, {n, 1, side, side});
    b.floats32(prefix + "Z.npy", logits, {n, classes, side, side});
    telltale::io::write_npy(b.path(prefix + "M.npy"), masks, {n, side, side});
    b.flags(prefix + "K.npy", member);
  }
};

bench laid_out() {
  const bench b;
  world(1).lay_out(b, "");
  world(2).lay_out(b, "S");
  return b;
}

nlohmann::json report_of(const bench& b) { return nlohmann::json::parse(b.bytes("OUT/report.json")); }

std::vector<std::string> names_of(const nlohmann::json& report) {
  std::vector<std::string> names;
  for (const auto& target : report["targets"])
    for (const auto& attack : target["attacks"]) names.push_back(attack["name"]);
  return names;
}

void check_run(const bench& b, const std::string& words) {
  const outcome got = b.run(words);
  DOCTEST_INFO(words);
  DOCTEST_INFO(got.err);
  DOCTEST_REQUIRE(got.code == 0);
}

void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why) {
  const outcome got = b.run(command + " --out NONE --epochs 1");
  DOCTEST_INFO(command);
  DOCTEST_CHECK(got.flaw_as_refusal("telltale-model: " + place, why) == "");
  DOCTEST_CHECK_FALSE(std::filesystem::exists(b.path("NONE")));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

void check_close(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  DOCTEST_REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) DOCTEST_CHECK(got[i] == doctest::Approx(wanted[i]).epsilon(tolerance));
}

}  // namespace

DOCTEST_TEST_CASE("model tool, segmentation: every attack learns from the shadow and is what the library gives") {
  const bench b = laid_out();
  check_run(b, arrays + " --images X.npy --shadow-images SX.npy --patch 8 --seed 7" + quickly);
  const nlohmann::json report = report_of(b);
  const std::vector<std::string> wanted{"type-i",         "type-ii",    "loss-map",    "loss-map patches",
                                        "dice",           "dice tuned", "loss",        "boundary-loss",
                                        "pixel-accuracy", "entropy",    "blind masks", "blind images"};
  DOCTEST_CHECK(names_of(report) == wanted);
  DOCTEST_CHECK(report["left_out"].empty());
  DOCTEST_CHECK(report["records"]["tested"] == n);
  DOCTEST_CHECK(report["records"]["shadow"] == true);

  const world asked(1), known(2);
  const telltale::observed_segmentation asked_maps = asked.seen(), known_maps = known.seen();
  const auto seen = asked_maps.view(), shown = known_maps.view();
  std::vector<double> loss(n);
  telltale::published::pixel_loss{}(seen, loss);
  check_close(b.values("OUT/evidence/loss.npy"), loss, 1e-12);
  using network = telltale::published::map_network<>;
  telltale::features<telltale::libtorch> of_known;
  telltale::with_truth<telltale::output_map>{}(shown, of_known);
  const std::vector<membership> member = known.members();
  const telltale::published::type_ii again({}, network(telltale::learner::residual_on_maps(3, 7)));
  check_close(b.values("OUT/evidence/type-ii.npy"),
              again(seen, telltale::owning(
                              telltale::labelled_records<telltale::features<telltale::libtorch>>{of_known, member}))
                  .values,
              1e-4);
  // The quality that is reported is the library's, on members and on others.
  std::vector<double> dice(n);
  telltale::dice<telltale::dice_by::labels>{}(seen, dice);
  double of_members = 0;
  for (std::size_t i = 0; i < n; ++i) of_members += asked.member[i] != 0 ? (dice[i] + 1) / (n / 2) : 0;
  DOCTEST_CHECK(report["quality"]["members"]["dice"].get<double>() == doctest::Approx(of_members).epsilon(1e-6));
  DOCTEST_CHECK(report["quality"]["others"]["dice"].get<double>() < of_members);

  for (const auto& attack : report["targets"][0]["attacks"])
    if (attack["name"] == "loss") DOCTEST_CHECK(attack["auc"]["value"].get<double>() > 0.9);
  // One target each: within 3 deviations of chance, by the null variance of the Mann-Whitney statistic,
  // (n + m + 1) / (12 n m). That networks on noise are at chance over many is tested where they are.
  const double deviation = std::sqrt((n + 1) / (12.0 * (n / 2) * (n / 2)));
  for (const auto& attack : report["targets"][1]["attacks"])
    DOCTEST_CHECK(std::abs(attack["auc"]["value"].get<double>() - 0.5) < 3 * deviation);
}

DOCTEST_TEST_CASE("model tool, segmentation: models are asked, and a single channel gets its background") {
  const bench b = laid_out();
  // Foreground where the image is bright: as one logit, as one probability, and as arrays of both classes.
  const auto script = [&](const std::string& name, const std::string& forward) {
    torch::jit::Module module("Bright");
    module.register_parameter("weight", at::full({1}, 2.0), false);
    module.define("def forward(self, x):\n    " + forward + "\n");
    module.save(b.path(name).string());
  };
  script("logit.pt", "return (x - 1) * self.weight");
  script("probability.pt", "return torch.sigmoid((x - 1) * self.weight)");
  const auto ones = [&](const std::string& prefix, std::uint64_t seed) {
    const world w(seed);
    std::vector<std::int64_t> foreground;
    for (const std::int64_t label : w.masks) foreground.push_back(label > 0 ? 1 : 0);
    telltale::io::write_npy(b.path(prefix + "M2.npy"), foreground, {n, side, side});
    std::vector<float> both;
    for (std::size_t i = 0; i < n; ++i) {
      both.insert(both.end(), size, 0.0F);
      for (std::size_t p = 0; p < size; ++p) both.push_back((w.images[i * size + p] - 1) * 2);
    }
    b.floats32(prefix + "Z2.npy", both, {n, 2, side, side});
  };
  ones("", 1);
  ones("S", 2);
  const std::string known = " --shadow-masks SM2.npy --shadow-members SK.npy --attack loss --attack type-i --batch 7",
                    asked = "segmentation --masks M2.npy --members K.npy",
                    models =
                        " --model L.pt --images X.npy" + std::string(" --shadow-model L.pt --shadow-images SX.npy");
  check_run(b, asked + " --outputs Z2.npy --shadow-outputs SZ2.npy" + known + quickly);
  const std::vector<double> loss = b.values("OUT/evidence/loss.npy"), type_i = b.values("OUT/evidence/type-i.npy");
  for (const std::string& how : {std::string("logit.pt"), std::string("probability.pt")}) {
    std::string of = replaced(replaced(models, "L.pt", how), "L.pt", how);
    if (how == "probability.pt") of += " --probabilities";
    check_run(b, asked + of + known + quickly);
    check_close(b.values("OUT/evidence/loss.npy"), loss, 1e-4);
    check_close(b.values("OUT/evidence/type-i.npy"), type_i, 1e-2);
  }
}

DOCTEST_TEST_CASE("model tool, segmentation: a release is put before both networks, and says what it stops") {
  const bench b = laid_out();
  check_run(b, arrays + " --release argmax" + quickly);
  nlohmann::json report = report_of(b);
  DOCTEST_CHECK(names_of(report) == std::vector<std::string>{"type-i", "type-ii", "loss-map", "dice", "dice tuned",
                                                             "pixel-accuracy", "blind masks"});
  std::vector<std::string> stopped;
  for (const auto& each : report["left_out"])
    if (each["why"] == "needs probabilities, which --release argmax takes away") stopped.push_back(each["attack"]);
  DOCTEST_CHECK(stopped == std::vector<std::string>{"loss-map patches", "loss", "boundary-loss", "entropy"});
  const telltale::observed_segmentation maps = world(1).seen();
  std::vector<double> dice(n);
  telltale::dice<telltale::dice_by::labels>{}(telltale::at_every_pixel{telltale::argmax{}}(maps.view()), dice);
  check_close(b.values("OUT/evidence/dice.npy"), dice, 1e-12);

  check_run(b, arrays + " --release noise:0.3 --attack loss --attack dice" + quickly);
  report = report_of(b);
  const std::vector<double> noisy = b.values("OUT/evidence/loss.npy");
  check_run(b, arrays + " --attack loss" + quickly);
  const std::vector<double> clean = b.values("OUT/evidence/loss.npy");
  for (std::size_t i = 0; i < n; ++i) DOCTEST_CHECK(std::abs(noisy[i] - clean[i]) > 1e-4);
  DOCTEST_CHECK(report["quality"]["members"]["dice"].get<double>() <
                report_of(b)["quality"]["members"]["dice"].get<double>());
}

DOCTEST_TEST_CASE("model tool, segmentation: without a shadow some images are known and the others tested") {
  const bench b = laid_out();
  std::vector<std::uint8_t> known(n, 0);
  for (std::size_t i = 0; i < 16; ++i) known[i] = 1;
  b.flags("A.npy", known);
  check_run(b, victim + " --auxiliary A.npy --attack dice" + quickly);
  const auto tested = telltale::io::read_npy(b.path("OUT/evidence/tested.npy")).to_vector<std::int64_t>();
  DOCTEST_REQUIRE(tested.size() == n - 16);
  DOCTEST_CHECK(tested.front() == 16);
  std::vector<double> all(n);
  const telltale::observed_segmentation maps = world(1).seen();
  telltale::dice<>{}(maps.view(), all);
  check_close(b.values("OUT/evidence/dice.npy"), {all.begin() + 16, all.end()}, 1e-12);
  check_run(b, victim + " --attack loss" + quickly);
  DOCTEST_CHECK(report_of(b)["records"]["tested"] == n / 2);
  // No mask: what needs one is left out, by the option that is missing.
  check_run(b, "segmentation --outputs Z.npy --members K.npy" + quickly);
  DOCTEST_CHECK(names_of(report_of(b)) == std::vector<std::string>{"type-i", "entropy"});
  DOCTEST_CHECK(report_of(b)["left_out"][0]["why"] == "needs --masks");
}

DOCTEST_TEST_CASE("model tool, segmentation: ignored pixels do not count, and a floor takes probabilities of 0") {
  const bench b = laid_out();
  const world w(1);
  std::vector<std::int64_t> some = w.masks;
  for (std::size_t k = 0; k < some.size(); k += 3) some[k] = 255;
  telltale::io::write_npy(b.path("M.npy"), some, {n, side, side});
  check_refused(b, victim, "M.npy", "image 0 has label 255 at row 0, column 0; wanted 0 to 2");
  check_run(b, victim + " --ignore 255 --attack loss --attack type-ii" + quickly);
  DOCTEST_CHECK(names_of(report_of(b)) == std::vector<std::string>{"type-ii", "loss"});
  std::vector<float> hard;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < classes; ++c)
      for (std::size_t p = 0; p < size; ++p)
        hard.push_back(w.logits[(i * classes + c) * size + p] > 1 && c == 1 ? 1.0F : 0.0F);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t p = 0; p < size; ++p) hard[i * classes * size + p] = 1 - hard[(i * classes + 1) * size + p];
  b.floats32("P.npy", hard, {n, classes, side, side});
  const std::string sure = replaced(victim, "Z.npy", "P.npy") + " --ignore 255 --probabilities --attack loss";
  check_refused(b, sure, "P.npy", "give --floor 1e-6");
  check_run(b, sure + " --floor 1e-30" + quickly);
  const std::vector<double> loss = b.values("OUT/evidence/loss.npy");
  // A pixel whose true class has probability 0 costs -log 1e-30 = 69.0776.
  const double pixel = -std::log(1e-30);
  for (const double each : loss) {
    const double wrong = -each / pixel * 96;  // 96 of 144 pixels are not ignored
    DOCTEST_CHECK(std::abs(wrong - std::round(wrong)) < 1e-3);
  }
}

DOCTEST_TEST_CASE("model tool, segmentation: what cannot be used is named in one line") {
  const bench b = laid_out();
  const world w(1);
  check_refused(b, "segmentation --members K.npy", "--outputs", "is missing, and --model too");
  check_refused(b, "segmentation --outputs Z.npy", "--members", "is missing");
  check_refused(b, victim + " --model V.pt", "--model", "is given beside --outputs");
  check_refused(b, "segmentation --model V.pt --members K.npy", "--images", "is missing");
  check_refused(b, victim + " --shadow-masks SM.npy", "--shadow-masks", "has no shadow model");
  check_refused(b, victim + " --shadow-outputs SZ.npy", "--shadow-members", "is missing");
  check_refused(b, arrays + " --auxiliary 0.5", "--auxiliary", "is given beside a shadow model");
  check_refused(b, victim + " --auxiliary 1.5", "--auxiliary", "wanted a share above 0 and below 1");
  check_refused(b, victim + " --attack type-iii", "--attack", "did you mean type-ii?");
  check_refused(b, victim + " --attack loss-map --release argmax --patch 64 --device abacus", "--device", "no device");
  check_refused(b, victim + " --release blur", "--release", "wanted argmax, or noise:SIGMA");
  check_refused(b, victim + " --release noise:-1", "--release", "below 0");
  check_refused(b, victim + " --release argmax --attack entropy", "--attack", "needs probabilities");
  check_refused(b, victim + " --release argmax --floor 0.1", "--floor", "is of no use beside --release");
  check_refused(b, victim + " --floor 2", "--floor", "up to 0.5");
  check_refused(b, victim + " --fpr 2", "--fpr", "no fraction");
  check_refused(b, victim + " --patch 1", "--patch", "whole number");
  check_refused(b, arrays + " --attack blind --images X.npy --json X.npy", "--json", "would overwrite the input");
  check_refused(b, replaced(victim, "Z.npy", "none.npy"), "none.npy", "does not exist");
  check_refused(b, replaced(victim, "Z.npy", "M.npy"), "M.npy", "holds int64; wanted logits or probabilities");
  check_refused(b, replaced(victim, "M.npy", "Z.npy"), "Z.npy", "wanted integers");
  check_refused(b, victim + " --probabilities", "Z.npy", "image 0: pixel 0");
  check_refused(b, replaced(victim, "K.npy", "none.npy"), "none.npy", "does not exist");
  b.floats32("flat.npy", w.images, {n, size});
  check_refused(b, replaced(victim, "Z.npy", "flat.npy"), "flat.npy", "wanted (n, classes, height, width)");
  telltale::io::write_npy(b.path("wide.npy"), w.masks, {n, side / 2, side * 2});
  check_refused(b, replaced(victim, "M.npy", "wide.npy"), "wide.npy", "has shape (48, 6, 24); Z.npy has maps of 48");
  telltale::io::write_npy(b.path("short.npy"), std::vector<std::int64_t>(size, 0), {1, side, side});
  check_refused(b, replaced(victim, "M.npy", "short.npy"), "short.npy", "has maps of 48 images");
  b.flags("few.npy", std::vector<std::uint8_t>(7, 1));
  check_refused(b, replaced(victim, "K.npy", "few.npy"), "few.npy", "has 7 records; there are 48 images");
  b.flags("every.npy", std::vector<std::uint8_t>(n, 1));
  check_refused(b, replaced(victim, "K.npy", "every.npy"), "every.npy", "every record is a member");
  telltale::io::write_npy(b.path("blank.npy"), std::vector<std::int64_t>(n * size, 255), {n, side, side});
  check_refused(b, replaced(victim, "M.npy", "blank.npy") + " --ignore 255", "blank.npy",
                "image 0 is ignored at every pixel");
  // Without a shadow too the number of an image is that in its file.
  std::vector<std::int64_t> plain = w.masks;
  std::fill(plain.begin() + 41 * size, plain.begin() + 42 * size, 0);
  telltale::io::write_npy(b.path("plain.npy"), plain, {n, side, side});
  check_refused(b, replaced(victim, "M.npy", "plain.npy") + " --attack boundary-loss", "plain.npy",
                "image 41: all pixels are of one class");
  std::vector<float> broken = w.logits;
  broken[classes * size + 5] = std::nanf("");
  b.floats32("nan.npy", broken, {n, classes, side, side});
  check_refused(b, replaced(victim, "Z.npy", "nan.npy"), "nan.npy", "image 1: pixel 5 has a logit that is not finite");
  b.floats32("two.npy", std::vector<float>(w.logits.begin(), w.logits.begin() + n * 2 * size), {n, 2, side, side});
  check_refused(b, replaced(arrays, "SZ.npy", "two.npy") + " --attack type-i", "SM.npy", "has label 2");
  check_refused(b, replaced(replaced(arrays, "SZ.npy", "two.npy"), " --shadow-masks SM.npy", ""), "two.npy",
                "a network that learns on one must fit the other");
  check_refused(b, arrays + " --patch 13", "--patch", "is 13; wanted at most 12");
}

DOCTEST_TEST_CASE("model tool, segmentation: models that do not answer maps are named in one line") {
  const bench b = laid_out();
  const auto refused = [&](const std::string& forward, const std::string& place, const std::string& why) {
    torch::jit::Module module("Model");
    module.define("def forward(self, x):\n    " + forward + "\n");
    module.save(b.path("m.pt").string());
    check_refused(b, "segmentation --model m.pt --images X.npy --masks M.npy --members K.npy", place, why);
  };
  refused("return x.mean([2, 3])", "m.pt", "wanted (48, classes, height, width)");
  refused("return (x, x)", "m.pt", "returns Tuple");
  refused("return torch.cat([x, x / 0.0], 1)", "m.pt", "answers record 0 with");
  refused("return torch.cat([x, x], 1)", "M.npy", "has label 2");
  refused("return torch.cat([x, x, x], 1)[:, :, :6]", "M.npy", "48 images of 6 x 12 pixels");
  check_refused(b, "segmentation --model K.npy --images X.npy --members K.npy", "K.npy", "is no TorchScript module");
  check_refused(b, "segmentation --model m.pt --images X.npy --members K.npy --scale 0", "--scale", "positive");
}

DOCTEST_TEST_CASE("model tool, segmentation: help teaches") {
  const bench b;
  const outcome help = b.run("segmentation --help");
  DOCTEST_CHECK(help.code == 0);
  for (const std::string wanted : {"--shadow-outputs", "--shadow-model", "--ignore", "type-ii", "boundary-loss",
                                   "noise:0.1", "--auxiliary", "Example:", "seed to seed"}) {
    DOCTEST_INFO(wanted);
    DOCTEST_CHECK(help.out.find(wanted) != std::string::npos);
  }
}
