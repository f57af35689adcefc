// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale segmentation`: what is wrong with its options and files is said in one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <telltale/io/npy.hpp>

#include "segmentation_world.hpp"
#include "tool.hpp"

#include <doctest/doctest.h>

using namespace segmentation_test;

TEST_CASE("options of a segmentation that cannot be meant are refused before any file is read") {
  const bench b;
  const std::string gone = "segmentation --outputs gone.npy --masks gone.npy ";
  check_refused(b, "segmentation", "--outputs", "is missing; wanted what the network answered");
  check_refused(b, "segmentation --outputs gone.npy --signal dice --out OUT.npy", "--masks", "is missing");
  check_refused(b, gone + "--out OUT.npy", "--signal", "is missing; wanted dice, mean-loss");
  check_refused(b, gone + "--signal dise --out OUT.npy", "--signal", "did you mean dice?");
  check_refused(b, gone + "--signal dice", "--out", "nothing comes of it");
  check_refused(b, gone + "--signal dice --out -", "--out", "must be a file");
  check_refused(b, gone + "--maps -", "--maps", "must be a file");
  check_refused(b, gone + "--signal dice --out OUT.npy --json OUT.json", "--members", "is missing; --json");
  check_refused(b, gone + "--maps OUT.npy --members K.npy", "--signal", "--out and --members are about one");
  check_refused(b, gone + "--signal all --maps OUT.npy", "--members", "is a table of reports");
  check_refused(b, gone + "--signal all --members K.npy --out OUT.npy", "--out", "is for one signal");
  check_refused(b, gone + "--signal all --members K.npy --fail-if auc>0.5", "--fail-if", "is for one signal");
  check_refused(b, gone + "--signal dice --out OUT.npy --maps OUT.npy", "--maps", "names the same file as --out");
  check_refused(b, gone + "--signal dice --out gone.npy", "--out", "would overwrite the input gone.npy");
  check_refused(b, gone + "--signal dice --out OUT.npy --release arg", "--release", "'arg' is no release policy");
  check_refused(b, gone + "--signal dice --out OUT.npy --release noise:-1", "--release", "must be a number >= 0");
  check_refused(b, gone + "--signal dice --out OUT.npy --floor 1e-30", "--floor", "logits need none");
  check_refused(b, gone + "--probabilities --signal dice --out OUT.npy --floor 1", "--floor",
                "not above 0 and below 0.5");
  check_refused(b, gone + "--signal hard-dice --out OUT.npy --release argmax --floor 0.1", "--floor",
                "nothing to raise");
  check_refused(b, gone + "--signal dice --out OUT.npy --members K.npy --fpr 2", "--fpr", "is no fraction");
  check_refused(b, gone + "--signal dice --members K.npy --html -", "--html", "must be a file");
  check_refused(b, gone + "--signal dice --out OUT.npy", "gone.npy", "does not exist");
}

TEST_CASE("files of a segmentation that do not fit are refused by name") {
  const world w;
  const bench b = w.laid_out();
  const auto refused = [&](const std::string& words, const std::string& place, const std::string& why) {
    check_refused(b, "segmentation " + words + " --signal boundary-loss --out OUT.npy --maps OUT2.npy", place, why);
  };
  b.floats32("flat.npy", std::vector<float>(n * pixels), {n, height, width});
  refused("--outputs flat.npy --masks M.npy", "flat.npy",
          "holds float32 of shape (40, 6, 5); wanted scores (n, classes");
  telltale::io::write_npy(b.path("four.npy"), std::vector<int>(n * pixels), {n, 1, height, width});
  refused("--outputs four.npy --masks M.npy", "four.npy", "holds int32 of shape (40, 1, 6, 5); wanted");
  b.floats32("masks.npy", std::vector<float>(n * pixels), {n, height, width});
  refused("--outputs O.npy --masks masks.npy", "masks.npy", "holds float32; wanted integers");
  telltale::io::write_npy(b.path("few.npy"), std::vector<int>(3 * pixels), {3, height, width});
  refused("--outputs O.npy --masks few.npy", "few.npy", "has shape (3, 6, 5); O.npy has 40 images of 6 x 5 pixels");
  telltale::io::write_npy(b.path("small.npy"), std::vector<int>(n * 20), {n, 4, 5});
  refused("--outputs O.npy --masks small.npy", "small.npy", "so wanted (40, 6, 5)");
  refused("--outputs O.npy --masks M.npy", "M.npy", "has label 9 at row");
  refused("--outputs O.npy --masks M.npy", "M.npy", "wanted 0 to 2, or --ignore that label");
  refused("--outputs O.npy --masks M.npy --ignore 1.5", "--ignore", "is no label");
  refused("--outputs O.npy --masks M.npy --ignore 9 --members few.npy", "few.npy", "");
  b.flags("short.npy", {1, 0});
  refused("--outputs O.npy --masks M.npy --ignore 9 --members short.npy", "short.npy", "40");
  b.flags("all.npy", std::vector<std::uint8_t>(n, 1));
  const std::string reported = command + " --out OUT.npy --maps OUT2.npy --json OUT.json --html OUT.html --signal ";
  check_refused(b, reported + "dice --members all.npy", "all.npy", "");
  check_refused(b, reported + "dice --members K.npy --fail-if tpr@0.0001>0", "--fail-if", "");
  check_refused(b, command + " --maps OUT2.npy --signal all --members all.npy", "all.npy", "");
}

TEST_CASE("images that cannot be measured are refused by their number") {
  const world w;
  const bench b = w.laid_out();
  const std::string rest = " --signal boundary-loss --out OUT.npy --threads 2";
  std::vector<std::int64_t> masks = w.masks;
  std::fill_n(masks.begin() + 7 * pixels, pixels, 9);
  telltale::io::write_npy(b.path("M.npy"), masks, {n, height, width});
  check_refused(b, command + rest, "M.npy", "image 7 is ignored at every pixel");
  std::fill_n(masks.begin() + 7 * pixels, pixels, 1);
  telltale::io::write_npy(b.path("M.npy"), masks, {n, height, width});
  check_refused(b, command + rest, "M.npy", "image 7: all pixels are of one class, so there is no boundary");
  masks[7 * pixels] = -3;
  telltale::io::write_npy(b.path("M.npy"), masks, {n, height, width});
  check_refused(b, command + rest, "M.npy",
                "image 7 has label -3 at row 0, column 0; wanted 0 to 2, or 9 to ignore it");
  telltale::io::write_npy(b.path("M.npy"), w.masks, {n, height, width});

  std::vector<float> logits = w.logits;
  std::size_t free = 0;
  while (w.truth(11, free) == ignored) ++free;
  logits[world::at(11, 1, free)] = std::numeric_limits<float>::quiet_NaN();
  b.floats32("O.npy", logits, {n, classes, height, width});
  check_refused(b, command + rest, "O.npy", "image 11: pixel " + std::to_string(free) + " has a logit of");
  check_refused(b, command + " --signal dice --out OUT.npy", "O.npy", "image 11: pixel " + std::to_string(free));

  std::vector<float> probabilities = w.probabilities;
  for (std::size_t c = 0; c < classes; ++c) probabilities[world::at(2, c, 4)] *= 1.5F;
  b.floats32("P.npy", probabilities, {n, classes, height, width});
  check_refused(b, "segmentation --probabilities --outputs P.npy --masks M.npy --ignore 9" + rest, "P.npy",
                "image 2: pixel 4 sums to 1.5");
  check_refused(b, "segmentation --probabilities --outputs O.npy --masks M.npy --ignore 9" + rest, "O.npy",
                "logits are given without --probabilities");
  std::vector<std::int64_t> labels = w.predicted();
  labels[5 * pixels + 6] = -1;
  telltale::io::write_npy(b.path("L.npy"), labels, {n, height, width});
  check_refused(b, "segmentation --outputs L.npy --masks M.npy --ignore 9 --signal hard-dice --out OUT.npy", "L.npy",
                "has label -1 at row 1, column 1");
}
