// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever is wrong with the input: exit code 2, one line on stderr that names the file or option, and every file that
// was there before as it was.
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "tool.hpp"

#include <doctest/doctest.h>

using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// Sound inputs of every command: two records, four models, a population of three; four queries of a generator, two
/// images of a segmentation network.
bench with_sound_inputs() {
  bench b;
  b.floats("L.npy", {1, 2, 0, 0, 1, 3}, {2, 3});
  b.floats("P.npy", {.25, .5, .25, .1, .2, .7}, {2, 3});
  b.classes("Y.npy", {1, 2});
  b.floats("T.npy", {.5, .75});
  b.floats("S.npy", {.5, .25, .75, .5, .25, .125, .5, .0625}, {4, 2});
  b.flags("K.npy", {1, 1, 1, 1, 0, 0, 0, 0}, {4, 2});
  b.floats("ZT.npy", {.5, .25, .75});
  b.floats("ZS.npy", {.5, .5, .5, .5, .25, .5, .5, .5, .5, .5, .5, .75}, {4, 3});
  b.floats("E.npy", {.5, .75});
  b.flags("M.npy", {1, 0});
  b.floats("QX.npy", {.1, .9, .2, .8, .5, .5, .1, .2, .3, .4, .9, .8, .7, .6, .4, .1}, {4, 1, 2, 2});
  b.floats("QY.npy", {.2, .8, .2, .8, .9, .1, .5, .3, .3, .5, .9, .8, .1, .2, .8, .9}, {4, 1, 2, 2});
  b.flags("QM.npy", {1, 0, 1, 0});
  b.floats("SO.npy", {.1, .9, .2, .8, .5, -.5, .1, .2, .3, .4, .9, .8, .7, .6, .4, .1}, {2, 2, 2, 2});
  b.flags("SM.npy", {1, 0, 1, 0, 1, 1, 0, 0}, {2, 2, 2});
  return b;
}

const std::string signals = "signals logit-margin --logits L.npy --labels Y.npy --out OUT.npy";
const std::string of_probabilities = "signals loss --probabilities P.npy --labels Y.npy --out OUT.npy";
const std::string lira = "score lira-online --target T.npy --shadow S.npy --keep K.npy --out OUT.npy --json OUT.json";
const std::string rmia =
    "score rmia-offline --target T.npy --shadow S.npy --keep K.npy --population-target ZT.npy --population-shadow "
    "ZS.npy --out OUT.npy --json OUT.json";
const std::string attack_p = "score attack-p --target T.npy --population-target ZT.npy --out OUT.npy --json OUT.json";
const std::string generation = "generation --queries QX.npy --generated QY.npy --members QM.npy --json OUT.json";
const std::string segmentation =
    "segmentation --outputs SO.npy --masks SM.npy --members M.npy --signal boundary-loss --out OUT.npy --json OUT.json "
    "--html OUT.html";
const std::string evaluate = "evaluate --evidence E.npy --members M.npy --json OUT.json --html OUT.html";

/// Refused with one line that begins with `place` and says `why`; earlier outputs stay.
void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why = "") {
  for (const std::string name : {"OUT.npy", "OUT.json", "OUT.html"}) b.write_bytes(name, "earlier " + name);
  const outcome got = b.run(command);
  INFO(command);
  INFO(got.err);
  CHECK(got.code == 2);
  CHECK(got.out.empty());
  CHECK(got.error_lines() == 1);
  CHECK(got.err.rfind("telltale: " + place + ": ", 0) == 0);
  CHECK(got.says(why));
  for (const std::string name : {"OUT.npy", "OUT.json", "OUT.html"}) CHECK(b.bytes(name) == "earlier " + name);
  for (const auto& entry : std::filesystem::directory_iterator(b.path(""))) CHECK(entry.path().extension() != ".tmp");
}

}  // namespace

TEST_CASE("the sound inputs are accepted by every command") {
  const bench b = with_sound_inputs();
  for (const std::string& command :
       {signals, of_probabilities, lira, rmia, attack_p, evaluate, generation, segmentation}) {
    const outcome got = b.run(command);
    INFO(command);
    INFO(got.err);
    CHECK(got.code == 0);
  }
}

TEST_CASE("a file that is missing or empty or truncated or no array is refused by name") {
  struct input {
    std::string command, file;
  };
  const std::vector<input> inputs{{signals, "L.npy"},       {signals, "Y.npy"},     {of_probabilities, "P.npy"},
                                  {lira, "T.npy"},          {lira, "S.npy"},        {lira, "K.npy"},
                                  {rmia, "ZT.npy"},         {rmia, "ZS.npy"},       {attack_p, "ZT.npy"},
                                  {evaluate, "E.npy"},      {evaluate, "M.npy"},    {generation, "QX.npy"},
                                  {generation, "QY.npy"},   {generation, "QM.npy"}, {segmentation, "SO.npy"},
                                  {segmentation, "SM.npy"}, {segmentation, "M.npy"}};
  for (const auto& [command, file] : inputs) {
    const bench b = with_sound_inputs();
    const std::string whole = b.bytes(file);
    std::filesystem::remove(b.path(file));
    check_refused(b, command, file, "does not exist");
    b.write_bytes(file, "");
    check_refused(b, command, file, "is empty");
    b.write_bytes(file, whole.substr(0, whole.size() - 1));
    check_refused(b, command, file, "truncated");
    b.write_bytes(file, whole + "x");
    check_refused(b, command, file, "trailing");
    b.write_bytes(file, "PK\x03\x04 a zip archive");
    check_refused(b, command, file, "is not a .npy file");
    std::filesystem::remove(b.path(file));
    if (file != "S.npy" && file != "ZS.npy" && file != "K.npy") {
      std::filesystem::create_directory(b.path(file));
      check_refused(b, command, file, "is a folder");
    }
  }
}

TEST_CASE("a wrong type of number is refused by name") {
  const bench b = with_sound_inputs();
  const auto with = [&](const std::string& command, const std::string& file, const std::string& why) {
    check_refused(b, command, file, why);
  };
  const std::string l = b.bytes("L.npy");
  b.flags("L.npy", {0, 1, 0, 1, 0, 0}, {2, 3});
  with(signals, "L.npy", "holds uint8; wanted numbers of a float type");
  b.write_bytes("L.npy", l);
  b.floats("Y.npy", {1, 2});
  with(signals, "Y.npy", "holds float64; wanted integers");
  b.classes("T.npy", {1, 2});
  with(lira, "T.npy", "holds int64");
  b.floats("T.npy", {.5, .75});
  b.floats("K.npy", {1, 1, 1, 1, 0, 0, 0, 0}, {4, 2});
  with(lira, "K.npy", "holds float64; wanted booleans");
  b.classes("S.npy", {1, 2});
  with(lira, "S.npy", "holds int64");
  b.floats("M.npy", {1, 0});
  with(evaluate, "M.npy", "holds float64; wanted booleans");
}

TEST_CASE("shapes that disagree are refused by the name of the file that stands out") {
  const auto refused = [](const std::string& command, const std::string& file, const std::vector<double>& values,
                          const std::vector<std::size_t>& shape, const std::string& why) {
    const bench b = with_sound_inputs();
    b.floats(file, values, shape);
    check_refused(b, command, file, why);
  };
  refused(signals, "L.npy", {1, 2}, {2}, "has shape (2,); wanted (records, classes)");
  refused(signals, "L.npy", {1, 2}, {2, 1}, "1 classes");
  refused(lira, "T.npy", {1, 2, 3}, {3}, "has 3 records; S.npy has 2");
  refused(lira, "T.npy", {1, 2, 3, 4}, {2, 2}, "has 2 values a record; S.npy has 1");
  refused(lira, "T.npy", {1, 2}, {1, 2, 1}, "has shape (1, 2, 1)");
  refused(lira, "S.npy", {1, 2}, {2}, "has shape (2,)");
  refused(rmia, "ZS.npy", {.5, .5}, {1, 2}, "has 1 model; S.npy has 4");
  refused(rmia, "ZS.npy", {.5, .5, .5, .5}, {4, 1}, "has 1 value; ZT.npy has 3");
  refused(attack_p, "ZT.npy", {.5, .5}, {1, 2}, "has shape (1, 2)");
  refused(evaluate, "E.npy", {.5, .5}, {1, 2}, "wanted one number a record");
  refused(lira, "T.npy", {}, {0}, "none of them 0");
  const bench b = with_sound_inputs();
  b.classes("Y.npy", {1, 2, 0});
  check_refused(b, signals, "Y.npy", "has 3 records; L.npy has 2");
  b.flags("K.npy", {1, 0, 1, 0, 1, 0}, {3, 2});
  check_refused(b, lira, "K.npy", "has 3 models; S.npy has 4");
  b.flags("K.npy", {1, 0, 1, 0}, {4, 1});
  check_refused(b, lira, "K.npy", "has 1 record; S.npy has 2");
  b.flags("M.npy", {1, 0, 1});
  check_refused(b, evaluate, "M.npy", "has 3 records; E.npy has 2");
  b.floats("T.npy", {.5, .5, .75, .5}, {2, 2});
  check_refused(b, attack_p, "T.npy", "2 values a subject");
}

TEST_CASE("values that are not finite are refused with their place") {
  for (const double bad : {nan_value, infinity, -infinity}) {
    const bench b = with_sound_inputs();
    b.floats("L.npy", {1, 2, 0, 0, bad, 3}, {2, 3});
    check_refused(b, signals, "L.npy", "row 1 ");
    b.floats("S.npy", {.5, .25, .75, bad, .25, .125, .5, .0625}, {4, 2});
    check_refused(b, lira, "S.npy", "model 1: record 1 ");
    check_refused(b, rmia, "S.npy", "record 1 ");
    b.floats("ZT.npy", {.5, bad, .75});
    check_refused(b, attack_p, "ZT.npy", "element 1 ");
    b.floats("E.npy", {bad, .5});
    check_refused(b, evaluate, "E.npy", " 0 ");
    const bench c = with_sound_inputs();
    c.floats("T.npy", {.5, bad});
    check_refused(c, lira, "T.npy", "element 1 ");
    check_refused(c, attack_p, "T.npy", "element 1 ");
    c.floats("ZS.npy", {.5, .5, .5, .5, .25, .5, bad, .5, .5, .5, .5, .75}, {4, 3});
    c.floats("T.npy", {.5, .75});
    check_refused(c, rmia, "ZS.npy", "model 2: record 0 ");
    c.floats("S.npy", {.5, .25, .75, bad, .25, .125, .5, .0625}, {4, 2});
    check_refused(c, rmia + " --set scores=margins", "ZS.npy", "model 2: record 0 ");
  }
}

TEST_CASE("a mask that is no mask or leaves too few models is refused with the record") {
  const bench b = with_sound_inputs();
  b.flags("K.npy", {1, 1, 1, 1, 0, 2, 0, 0}, {4, 2});
  check_refused(b, lira, "K.npy", "has 2 for model 2, record 1; wanted 0 or 1");
  b.flags("K.npy", {1, 1, 1, 0, 0, 0, 0, 0}, {4, 2});
  check_refused(b, lira, "K.npy", "record 1 has 1 IN and 3 OUT models; wanted at least 2 of each");
  b.flags("K.npy", {1, 1, 1, 1, 1, 1, 1, 1}, {4, 2});
  check_refused(b, rmia, "K.npy", "record 0 has 4 IN and 0 OUT models; wanted at least 1 OUT");
  check_refused(b, rmia + " --set scores=margins", "K.npy",
                "record 0 has 4 IN and 0 OUT models; wanted at least 1 OUT");
  b.flags("M.npy", {1, 3});
  check_refused(b, evaluate, "M.npy", "record 1 is 3");
  b.flags("M.npy", {1, 1});
  check_refused(b, evaluate, "M.npy", "holds only members; wanted both classes");
  b.flags("M.npy", {0, 0});
  check_refused(b, evaluate, "M.npy", "holds only non-members; wanted both classes");
}

TEST_CASE("zero spread is refused unless a policy accepts it") {
  const bench b = with_sound_inputs();
  b.floats("S.npy", {.5, .25, .5, .5, .25, .125, .5, .0625}, {4, 2});
  check_refused(b, lira, "S.npy", "record 0: the IN scores have zero spread; accepted by --set floor=VALUE");
  CHECK(b.run(lira + " --set floor=1e-3").code == 0);
  CHECK(b.run(lira + " --set spread=pooled-centred").code == 0);
}

TEST_CASE("labels and probabilities out of range are refused with the record") {
  const bench b = with_sound_inputs();
  b.classes("Y.npy", {1, 3});
  check_refused(b, signals, "Y.npy", "record 1 has label 3; wanted 0 to 2");
  b.classes("Y.npy", {-1, 2});
  check_refused(b, signals, "Y.npy", "record 0 has label -1");
  b.classes("Y.npy", {1, std::int64_t{1} << 40});
  check_refused(b, signals, "Y.npy", "1099511627776");
  b.classes("Y.npy", {1, 2});
  b.floats("P.npy", {.25, .5, .25, .1, .2, .6}, {2, 3});
  check_refused(b, of_probabilities, "P.npy", "row 1 sums to 0.9");
  b.floats("P.npy", {.25, 1.5, -.75, .1, .2, .7}, {2, 3});
  check_refused(b, of_probabilities, "P.npy", "row 0 has a negative probability");
  b.floats("T.npy", {.5, 1.5});
  check_refused(b, rmia, "T.npy", "record 1 is 1.5");
}

TEST_CASE("an output that cannot be written is refused before the work") {
  const bench b = with_sound_inputs();
  check_refused(b, "signals loss --logits L.npy --labels Y.npy --out no/S.npy", "no/S.npy", "folder does not exist");
  check_refused(b, lira + " --out2 x", "--out2", "is no option");
  check_refused(b, "score lira-online --target T.npy --shadow S.npy --keep K.npy --out OUT.npy --json no/J.json",
                "no/J.json", "folder does not exist");
  check_refused(b, "evaluate --evidence E.npy --members M.npy --json OUT.json --html no/page.html", "no/page.html",
                "folder does not exist");
  std::filesystem::create_directory(b.path("folder"));
  check_refused(b, "signals loss --logits L.npy --labels Y.npy --out folder", "folder", "is a folder");
  if (::geteuid() == 0) return;  // root may write everywhere
  std::filesystem::permissions(b.path("folder"), std::filesystem::perms::owner_read);
  check_refused(b, "signals loss --logits L.npy --labels Y.npy --out folder/S.npy", "folder/S.npy",
                "Permission denied");
}

TEST_CASE("an output may be neither an input nor another output") {
  const bench b = with_sound_inputs();
  const std::string before = b.bytes("T.npy");
  check_refused(b, "score lira-online --target T.npy --shadow S.npy --keep K.npy --out ./T.npy", "--out",
                "would overwrite the input T.npy of --target");
  CHECK(b.bytes("T.npy") == before);
  check_refused(b, "score lira-online --target T.npy --shadow S.npy --keep K.npy --out X --json ./X", "--json",
                "names the same file as --out");
  check_refused(b, "evaluate --evidence E.npy --members M.npy --json X --html X", "--html",
                "names the same file as --json");
  check_refused(b, "signals loss --logits L.npy --labels Y.npy --out -", "--out", "must be a file");
}

TEST_CASE("a command line that cannot be understood exits 2 and says what was wanted") {
  const bench b = with_sound_inputs();
  check_refused(
      b, "", "COMMAND",
      "signals, score, evaluate, merge, identity, generation, segmentation, account, calibrate, study or catalogue");
  check_refused(b, "scroe", "scroe", "did you mean score?");
  check_refused(b, "--verbose", "--verbose", "is no option");
  check_refused(b, "score --preset", "--preset", "needs a value");
  check_refused(
      b, "score", "RULE",
      "lira-online, lira-offline, rmia-online, rmia-offline, attack-p, attack-r, difficulty, offset, song-mittal, "
      "privacy-risk or qmia");
  check_refused(b, "score lira --out OUT.npy", "RULE", "'lira' is no rule");
  check_refused(b, lira + " rmia-online", "rmia-online", "one argument too many");
  check_refused(b, lira + " --out OUT.npy", "--out", "given more than once");
  check_refused(b, lira + " --preset mine", "--preset", "wanted telltale, carlini_2022,");
  check_refused(b, lira + " --set center=mean", "--set",
                "centre=mean|median, spread=per-record|pooled-centred|pooled-raw|pooled-raw-of-in|pooled-residuals|"
                "own-from-64-models|own-from-32-scores, floor=none|VALUE|add:VALUE|relative:VALUE with VALUE >= 0, "
                "queries=averaged|");
  check_refused(b, lira + " --set centre=mode", "--set", "'mode' is no centre of lira-online; wanted mean|median");
  check_refused(b, lira + " --set floor=-1", "--set", "VALUE >= 0");
  check_refused(b, lira + " --set tail=density", "--set", "lira-online has no setting 'tail'");
  check_refused(b, lira + " --set centre", "--set", "'centre' is not KEY=VALUE");
  check_refused(b, lira + " --set centre=mean --set centre=median", "--set", "set twice");
  check_refused(b, rmia + " --set a=1.5", "--set", "'1.5' is no a of rmia-offline; wanted 0 to 1");
  check_refused(b, rmia + " --set gamma=0", "--set", "a number > 0");
  check_refused(b, attack_p + " --set a=1", "--set", "attack-p has no setting 'a'; wanted fpr (above 0 and below 1)");
  check_refused(b, "score lira-online --target T.npy --keep K.npy --out OUT.npy", "--shadow", "lira-online needs");
  check_refused(b, "score rmia-online --target T.npy --shadow S.npy --keep K.npy --out OUT.npy", "--population-target",
                "rmia-online needs");
  check_refused(b, attack_p + " --keep K.npy", "--keep", "attack-p does not use it");
  check_refused(b, lira + " --threads 0", "--threads", "whole number of at least 1");
  check_refused(b, lira + " --threads x", "--threads", "whole number");
  check_refused(b, "evaluate --members M.npy", "--evidence", "is missing");
  check_refused(b, "evaluate --evidence E.npy", "--members", "is missing");
  check_refused(b, evaluate + " --fpr 0.1,x", "--fpr", "'x' is not a number");
  check_refused(b, evaluate + " --fpr 10", "--fpr", "10 is no fraction");
  check_refused(b, evaluate + " --fpr 0.1,", "--fpr", "'' is not a number");
  check_refused(b, evaluate + " --confidence 95", "--confidence", "(0.95 is 95 %)");
  check_refused(b, evaluate + " --cut inf", "--cut", "not a finite number");
  check_refused(b, evaluate + " --html -", "--html", "more than once");
  check_refused(b, "signals", "SIGNAL", "loss, confidence, logit-margin, hinge");
  check_refused(b, "signals margin --logits L.npy", "SIGNAL", "'margin' is no signal");
  check_refused(b, "signals loss --labels Y.npy --out OUT.npy", "--logits", "--probabilities");
  check_refused(b, signals + " --probabilities P.npy", "--probabilities", "cannot go with --logits");
  check_refused(b, "signals loss --logits L.npy --out OUT.npy", "--labels", "is missing");
  check_refused(b, signals + " --floor 1e-6", "--floor", "logits need none");
  check_refused(b, of_probabilities + " --floor 0.5", "--floor", "not above 0 and below 0.5");
  check_refused(b, of_probabilities + " --seed -1", "--seed", "whole number");
}

TEST_CASE("a full device is an error of the output") {
  if (!std::filesystem::exists("/dev/full")) return;
  const bench b = with_sound_inputs();
  check_refused(b, "evaluate --evidence E.npy --members M.npy --json /dev/full", "/dev/full", "not a regular file");
}
