// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale segmentation`: numbers by the formulas, maps, reports and releases.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/backend/eigen.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>

#include "segmentation_world.hpp"
#include "tool.hpp"

#include <doctest/doctest.h>

using nlohmann::json;
using namespace segmentation_test;

namespace {

const std::vector<std::string> all_signals{
    "dice",         "mean-loss",           "boundary-loss", "log-dice", "log-mean-loss",  "log-boundary-loss",
    "likelihood",   "boundary-likelihood", "margin",        "entropy",  "pixel-accuracy", "hard-dice",
    "log-hard-dice"};

std::vector<double> made(const bench& b, const std::string& words) {
  return b.made(words + " --out S.npy --quiet", "S.npy");
}

void check_close(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(wanted[i]).epsilon(tolerance));
}

json figures(const bench& b, const std::string& words) {
  const outcome got = b.run(words + " --json -");
  INFO(got.err);
  REQUIRE(got.code == 0);
  return json::parse(got.out);
}

}  // namespace

TEST_CASE("every signal of an image is that of its formula, with logits and with probabilities") {
  const world w;
  const bench b = w.laid_out();
  for (const std::string& name : all_signals) {
    INFO(name);
    std::vector<double> wanted;
    for (std::size_t i = 0; i < n; ++i) wanted.push_back(w.signal(name, i));
    check_close(made(b, command + " --signal " + name), wanted, 2e-5);  // sums in float32
    check_close(made(b, "segmentation --outputs P.npy --probabilities --masks M.npy --ignore 9 --signal " + name),
                wanted, 2e-5);
  }
}

TEST_CASE("outputs and masks are read whatever their type, byte order and axis order, on any number of threads") {
  const world w;
  const bench b = w.laid_out();
  const std::vector<double> wanted = made(b, command + " --signal boundary-loss --threads 1");
  CHECK(made(b, command + " --signal boundary-loss --threads 3") == wanted);
  const std::vector<double> values(w.logits.begin(), w.logits.end());
  for (const bool swapped : {false, true})
    for (const std::size_t size : {4U, 8U}) {
      b.write_bytes("X.npy", tool_test::npy_bytes(values, {n, classes, height, width}, size, swapped, swapped));
      check_close(made(b, "segmentation --outputs X.npy --masks M.npy --ignore 9 --signal boundary-loss"), wanted,
                  2e-5);
    }
  const auto with_masks_of = [&]<class Stored>(Stored) {
    const std::vector<Stored> stored(w.masks.begin(), w.masks.end());
    telltale::io::write_npy(b.path("M2.npy"), stored, {n, height, width});
    CHECK(made(b, "segmentation --outputs O.npy --masks M2.npy --ignore 9 --signal boundary-loss") == wanted);
  };
  with_masks_of(std::uint8_t{});
  with_masks_of(std::int8_t{});
  with_masks_of(std::uint16_t{});
  with_masks_of(std::int32_t{});
  with_masks_of(std::uint64_t{});
}

TEST_CASE("one channel is the foreground of two classes") {
  const world w;
  const bench b = w.laid_out();
  std::vector<float> foreground, both, p_foreground, p_both;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t p = 0; p < pixels; ++p) foreground.push_back(w.logits[world::at(i, 1, p)]);
    both.insert(both.end(), pixels, 0.0F);
    both.insert(both.end(), foreground.end() - pixels, foreground.end());
    for (std::size_t p = 0; p < pixels; ++p) p_foreground.push_back(w.probabilities[world::at(i, 1, p)]);
    for (std::size_t p = 0; p < pixels; ++p) p_both.push_back(1 - p_foreground[i * pixels + p]);
    p_both.insert(p_both.end(), p_foreground.end() - pixels, p_foreground.end());
  }
  std::vector<std::int64_t> masks;
  for (const std::int64_t label : w.masks) masks.push_back(label == 2 ? 1 : label);
  telltale::io::write_npy(b.path("M.npy"), masks, {n, height, width});
  b.floats32("F.npy", foreground, {n, 1, height, width});
  b.floats32("B.npy", both, {n, 2, height, width});
  b.floats32("PF.npy", p_foreground, {n, 1, height, width});
  b.floats32("PB.npy", p_both, {n, 2, height, width});
  for (const std::string name : {"dice", "boundary-loss"}) {
    const std::string rest = " --masks M.npy --ignore 9 --signal " + name;
    CHECK(made(b, "segmentation --outputs F.npy" + rest) == made(b, "segmentation --outputs B.npy" + rest));
    CHECK(made(b, "segmentation --outputs PF.npy --probabilities" + rest) ==
          made(b, "segmentation --outputs PB.npy --probabilities" + rest));
  }
}

TEST_CASE("predicted labels give the signals that need no more, and argmax releases just them") {
  const world w;
  const bench b = w.laid_out();
  const std::string labels = "segmentation --outputs L.npy --masks M.npy --ignore 9 --signal ";
  for (const std::string name : {"pixel-accuracy", "hard-dice", "log-hard-dice"}) {
    CHECK(made(b, labels + name) == made(b, command + " --signal " + name));
    CHECK(made(b, labels + name) == made(b, command + " --release argmax --signal " + name));
  }
  // A class that neither mask nor answer has is right where it is absent: Dice 1 by the smoothing.
  const std::vector<double> three = made(b, labels + "hard-dice"), four = made(b, labels + "hard-dice --classes 4");
  for (std::size_t i = 0; i < n; ++i) CHECK(four[i] == doctest::Approx((2 * (three[i] + 1) + 1) / 3 - 1));
  for (const std::string name : {"dice", "mean-loss", "margin", "entropy"}) {
    check_refused(b, labels + name + " --out OUT.npy", "--outputs",
                  "holds predicted labels; " + name + " needs confidence");
    check_refused(b, command + " --release argmax --signal " + name + " --out OUT.npy", "--release",
                  "argmax releases only the label; " + name + " needs confidence");
  }
  check_refused(b, "segmentation --outputs L.npy --masks M.npy --ignore 9 --maps OUT.npy", "--outputs",
                "--maps needs confidence");
  check_refused(b, labels + "hard-dice --classes 2 --out OUT.npy", "L.npy", "has label 2 at row");
}

TEST_CASE("loss maps hold the loss of every pixel, zero where it is ignored") {
  const world w;
  const bench b = w.laid_out();
  const outcome got = b.run(command + " --maps F.npy --signal mean-loss --out S.npy --threads 2");
  REQUIRE(got.code == 0);
  CHECK(got.out == "S.npy: mean-loss of 40 images\nF.npy: loss maps of 40 images\n");
  const telltale::io::npy_array array = telltale::io::read_npy(b.path("F.npy"));
  CHECK(array.shape() == telltale::io::shape_type{n, height, width});
  CHECK(array.dtype().item_size == 4);
  const std::vector<float> maps = array.to_vector<float>();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t p = 0; p < pixels; ++p)
      CHECK(maps[i * pixels + p] ==
            doctest::Approx(w.truth(i, p) == ignored ? 0 : -std::log(w.p_true(i, p))).epsilon(1e-4));
  CHECK(b.run(command + " --maps G.npy --threads 1").code == 0);
  CHECK(b.bytes("F.npy") == b.bytes("G.npy"));
}

TEST_CASE("entropy needs no mask") {
  const world w;
  const bench b = w.laid_out();
  std::vector<double> wanted;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < classes * pixels; ++k) {
      const double share = w.probabilities[i * classes * pixels + k];
      sum += share * std::log(share);
    }
    wanted.push_back(sum / pixels);
  }
  check_close(made(b, "segmentation --outputs O.npy --signal entropy"), wanted, 1e-5);
}

TEST_CASE("noise is drawn as the library draws it, for every image anew") {
  const world w;
  const bench b = w.laid_out();
  const std::vector<double> got = made(b, command + " --release noise:0.2 --seed 7 --signal mean-loss --threads 2");
  using backend = telltale::eigen<float>;
  const telltale::segmentation<backend, telltale::access_to::confidence> batch(
      {w.logits, n, classes, pixels}, {classes, height, width},
      telltale::label_maps(std::span<const std::int64_t>(w.masks), n, height, width, ignored));
  std::vector<double> wanted(n);
  telltale::published::pixel_loss{}(telltale::at_every_pixel{telltale::noise(0.2, 7)}(batch), wanted);
  CHECK(got == wanted);
  CHECK(made(b, command + " --release noise:0.2 --seed 8 --signal mean-loss") != wanted);
  check_refused(b, command + " --release top-k:9 --signal pixel-accuracy --out OUT.npy", "--release top-k", "9");
}

TEST_CASE("a floor raises what is below it, and says in how many images") {
  const world w;
  bench b = w.laid_out();
  std::vector<float> probabilities = w.probabilities;
  std::size_t free = 0;  // a pixel of image 3 that is not ignored
  while (w.truth(3, free) == ignored) ++free;
  for (std::size_t c = 0; c < classes; ++c)
    probabilities[world::at(3, c, free)] = static_cast<int>(c) == w.truth(3, free) ? 0.0F : 0.5F;
  b.floats32("P.npy", probabilities, {n, classes, height, width});
  const std::string words = "segmentation --outputs P.npy --probabilities --masks M.npy --ignore 9 --signal mean-loss";
  check_refused(b, words + " --out OUT.npy", "P.npy", "image 3: pixel " + std::to_string(free));
  check_refused(b, words + " --out OUT.npy", "P.npy", "--floor");
  const outcome got = b.run(words + " --floor 1e-30 --maps F.npy --out S.npy");
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.out.ends_with("the floor 1e-30 changed 1 image\n"));
  const std::vector<float> maps = telltale::io::read_npy(b.path("F.npy")).to_vector<float>();
  CHECK(maps[3 * pixels + free] == doctest::Approx(69.08).epsilon(1e-3));  // -log 1e-30
}

TEST_CASE("with members the report is that of evaluate, and conditions fail the run") {
  const bench b = world().laid_out();
  const std::string words = command + " --members K.npy --signal log-boundary-loss --fpr 0.1,0.05 --out S.npy";
  const json report = figures(b, words + " --html R.html");
  const outcome again = b.run("evaluate --evidence S.npy --members K.npy --fpr 0.1,0.05 --json -");
  REQUIRE(again.code == 0);
  CHECK(json::parse(again.out) == report);
  CHECK(report["auc"]["value"] > 0.7);
  const std::string page = b.bytes("R.html");
  for (const std::string said : {"log-boundary-loss", "The most vulnerable records", "The least vulnerable records",
                                 "data:image/png", "the whiter the less", "shadow model"})
    CHECK(page.find(said) != std::string::npos);
  const outcome text = b.run(words);
  CHECK(text.code == 0);
  CHECK(text.out.find("S.npy: log-boundary-loss of 40 images\n") == 0);
  CHECK(text.out.find("What does this mean?") != std::string::npos);
  const outcome gate = b.run(words + " --quiet --fail-if auc>0.6");
  CHECK(gate.code == 3);
  CHECK(gate.says("--fail-if: auc is 0."));
}

TEST_CASE("all signals at once are a table, of which each has the figures that it has alone") {
  const bench b = world().laid_out();
  const json table = figures(b, command + " --members K.npy --signal all --html R.html --fpr 0.1");
  const json& attacks = table["targets"][0]["attacks"];
  CHECK(attacks.size() == 7);  // what differs in the order of images
  for (const json& attack : attacks) {
    const json alone = figures(b, command + " --members K.npy --fpr 0.1 --signal " + attack["name"].get<std::string>());
    CHECK(alone["auc"] == attack["auc"]);
    CHECK(alone["tpr_at_fpr"] == attack["tpr_at_fpr"]);
  }
  CHECK(b.bytes("R.html").find("boundary-loss") != std::string::npos);
  const json of_labels =
      figures(b, "segmentation --outputs L.npy --masks M.npy --ignore 9 --members K.npy --signal all");
  CHECK(of_labels["targets"][0]["attacks"].size() == 2);
  CHECK(of_labels["left_out"].size() == 5);
  const json behind = figures(b, command + " --members K.npy --signal all --release argmax");
  CHECK(behind["targets"][0]["attacks"].size() == 2);
}

TEST_CASE("probabilities that are given as logits are noted, quiet runs say nothing") {
  const bench b = world().laid_out();
  const outcome got = b.run("segmentation --outputs P.npy --masks M.npy --ignore 9 --signal mean-loss --out S.npy");
  CHECK(got.code == 0);
  CHECK(got.says("note: the pixels of P.npy sum to 1"));
  const outcome quiet = b.run(command + " --signal mean-loss --out S.npy --quiet");
  CHECK(quiet.code == 0);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
}
