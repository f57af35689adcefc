// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: what does a segmentation network give away about its training images?
#include <CLI/CLI.hpp>

#include <ATen/Parallel.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>

#include "../common/command.hpp"
#include "../common/figures.hpp"
#include "../common/one_thread.hpp"
#include "../common/speaker.hpp"
#include "atlas.hpp"
#include "gallery.hpp"
#include "judge.hpp"
#include "networks.hpp"
#include "page.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace {

using namespace segmentation_lab;

constexpr const char* lesson =
    R"(Trains small U-Nets on images with masks, with and without defences, and asks them about their
training images and about others. Every attack is run: networks on output maps (Type-I), on
output maps with the truth (Type-II) and on loss maps, thresholds on Dice, mean and boundary loss
and entropy, LiRA and RMIA; each defence by an adversary whose own network has it too. Poisons
training images, varies length and size of the training, and runs controls that must find nothing.

The images are the colour emoji on random backgrounds. With --data your own take their place: a
folder with images/NAME.png and masks/NAME.png, whose grey or palette values are the classes 0,
1, ... (--classes, --binary). Slices of a brain and its atlas are an illustration beside.

Needs apt packages: fonts-noto-color-emoji unicode-data; mricron-data for the slices.

Writes into --out: report.html (pictures), results.json (every figure), networks/ and pieces/,
from which an interrupted run goes on, and arrays/: what networks of seed 1 were asked and
answered, as files that 'telltale segmentation' and 'telltale-model segmentation' read.)";

/// A seed: networks first, then the pieces that judge them; whatever is there already is not made again.
class seed_run {
 public:
  seed_run(const settings& chosen, const pool& all, const std::string& recipe, std::uint64_t seed, lab::speaker& out)
      : chosen_(chosen), recipe_(recipe), in_(draw_world(all, chosen, seed)), out_(out) {}

  lab::figures operator()() {
    std::filesystem::create_directories(networks_of(chosen_, in_));
    make(undefended_networks(chosen_, in_));
    make(other_networks(chosen_, in_));
    const network_reader read = [this](const std::string& name) {
      return read_answers(networks_of(chosen_, in_), name, recipe_).value();
    };
    const std::vector<judgement> pieces = judgements(chosen_, in_, read);
    std::vector<lab::figures> found(pieces.size());
    in_turn(pieces.size(), [&](std::size_t which) {
      const judgement& piece = pieces[which];
      const std::filesystem::path file = chosen_.out / "pieces" / name() / (piece.name + ".json");
      if (const auto done = lab::read_figures(file, recipe_)) {
        found[which] = *done;
        return;
      }
      const auto begun = std::chrono::steady_clock::now();
      found[which] = piece.measure();
      std::filesystem::create_directories(file.parent_path());
      lab::write_figures(file, recipe_, found[which]);
      said("judged " + piece.name, begun);
    });
    if (in_.seed == 1) write_arrays(chosen_, in_, read);
    lab::figures all;
    all.seed = in_.seed;
    for (const lab::figures& each : found) all.found.insert(each.found.begin(), each.found.end());
    return all;
  }

  [[nodiscard]] const world& in() const noexcept { return in_; }

 private:
  [[nodiscard]] std::string name() const { return "seed-" + std::to_string(in_.seed); }

  void said(const std::string& what, std::chrono::steady_clock::time_point begun) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    out_.say("seed " + std::to_string(in_.seed) + ": " + what + ", " + std::to_string(static_cast<int>(seconds)) +
             " s");
  }

  template <class Work>
  void in_turn(std::size_t count, const Work& work) {
    telltale::detail::in_parallel(count, chosen_.jobs, [&]() -> std::function<void(std::size_t)> {
      at::set_num_threads(1);
      return [&](std::size_t which) { work(which); };
    });
  }

  void make(const std::vector<network_job>& jobs) {
    in_turn(jobs.size(), [&](std::size_t which) {
      const network_job& job = jobs[which];
      if (read_answers(networks_of(chosen_, in_), job.name, recipe_)) return;
      const auto begun = std::chrono::steady_clock::now();
      const answers made = job.make(out_.of("seed " + std::to_string(in_.seed) + ", " + job.name));
      write_answers(networks_of(chosen_, in_), job.name, recipe_, made);
      said("trained " + job.name, begun);
    });
  }

  const settings& chosen_;
  const std::string& recipe_;
  world in_;
  lab::speaker& out_;
};

int run(const settings& chosen) {
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  const pool all = read_pool(chosen);
  lab::speaker out(chosen.quiet);
  out.say(std::to_string(all.names.size()) + " images, " + all.source);
  lab::multiply_with_one_thread();
  const std::string recipe = chosen.text() + ", pool of " + all.source + ", " + std::to_string(all.names.size());
  lab::results gathered;
  for (std::uint64_t seed = 1; seed <= chosen.seeds; ++seed) {
    seed_run one(chosen, all, recipe, seed, out);
    gathered.add(one());
    // The page is written again after every seed: an interrupted run leaves what there is.
    write_page(all, chosen, gathered, draw_world(all, chosen, 1), seconds());
    out.say("seed " + std::to_string(seed) + " of " + std::to_string(chosen.seeds) + " done after " +
            std::to_string(static_cast<int>(seconds())) + " s");
  }
  for (const std::string& line : control_lines(gathered)) out.say(line);
  out.say("report: " + (chosen.out / "report.html").string());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("lab_segmentation: membership inference on segmentation networks.");
  app.footer(lesson);
  settings chosen;
  std::string data;
  bool atlas = false;
  app.add_option("--data", data, "Folder with images/ and masks/; absent: composed emoji")->type_name("DIR");
  app.add_option("--classes", chosen.classes, "Classes of the folder's masks")
      ->check(CLI::Range(2, 64))
      ->capture_default_str();
  app.add_flag("--binary", chosen.binary, "Masks of the folder hold 0 and 255");
  app.add_option("--side", chosen.side, "Pixels of a side")
      ->check(CLI::IsMember({16, 32, 48, 64}))
      ->capture_default_str();
  CLI::Option* const members =
      app.add_option("--members", chosen.members, "Images that a network is trained on")->check(CLI::Range(16, 10000));
  app.add_option("--out", chosen.out, "Folder for the report and all else")->type_name("DIR")->capture_default_str();
  app.add_flag("--quick", chosen.quick, "One seed, fewer defences and sweeps: minutes on 2 cores");
  CLI::Option* const seeds =
      app.add_option("--seeds", chosen.seeds, "How often all is drawn anew")->check(CLI::Range(1, 1000));
  app.add_flag("--mri", atlas, "Insist on the slices of a brain, which are left out where mricron-data is absent");
  app.add_option("--jobs", chosen.jobs, "Networks at a time; 0: one a core")->capture_default_str();
  app.add_flag("--quiet", chosen.quiet, "No progress line");
  return lab::run_command(app, "lab_segmentation", argc, argv, [&] {
    if (!data.empty()) chosen.data = data;
    const std::size_t asked_members = chosen.members, asked_seeds = chosen.seeds;
    if (chosen.quick) {
      chosen.shorten();
      if (seeds->count() > 0) chosen.seeds = asked_seeds;
    }
    if (members->count() > 0) {
      chosen.members = asked_members;
      chosen.reference = 2 * asked_members;
      std::erase_if(chosen.sizes, [&](std::size_t size) { return size > 2 * asked_members; });
    }
    if (atlas && !has_atlas())
      throw telltale::error("the slices of a brain are not there; sudo apt-get install mricron-data");
    chosen.atlas = has_atlas();
    return run(chosen);
  });
}
