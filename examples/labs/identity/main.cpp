// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: whom does an image-text model know by face, and can that be taken back?
#include <CLI/CLI.hpp>

#include <torch/cuda.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <telltale/core/error.hpp>

#include "../common/command.hpp"
#include "page.hpp"
#include "removal.hpp"

namespace {

constexpr const char* lesson =
    R"(Trains small image-text models on captioned pictures, some of which show members (people
whose photos are in the training set, with their names), and asks each model by identity
inference (IDIA) who was in. Then it removes identities with backdoors and asks again.

The people are 63 roles of the colour emoji (firefighter, judge, ...), each in 18 looks,
under drawn names; the rest of the emoji are background. With --data your own people take
their place: a folder with one folder per person, at least 12 photos each. A member's first
8 photos train, others attack.

Needs apt packages: fonts-noto-color-emoji unicode-data rig.

Writes into --out: report.html (pictures), results.json (every figure, with intervals), and
models/, from which an interrupted run goes on. A further run with another --seeds uses the
models that are there.)";

int run(const identity::settings& chosen) {
  const auto begun = std::chrono::steady_clock::now();
  std::filesystem::create_directories(chosen.out);
  const identity::world all = identity::read_world(chosen);
  std::printf("%zu %s, %zu pictures of things\n", all.persons.size(), all.people.c_str(), all.background.size());
  std::fflush(stdout);
  identity::results out;
  for (std::uint64_t seed = 1; seed <= chosen.seeds; ++seed) {
    const identity::trial one = identity::draw_trial(all, seed);
    // A short run tries what takes many models on its first seed alone.
    identity::attack_arms(all, one, chosen, !chosen.quick || seed == 1, out);
    identity::removal_arms(all, one, chosen, !chosen.quick, out);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf("seed %llu of %zu done after %.0f s\n", static_cast<unsigned long long>(seed), chosen.seeds, seconds);
    std::fflush(stdout);
    identity::write_page(all, one, chosen, out, seed, seconds);
  }
  std::printf("report: %s\n", (chosen.out / "report.html").c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("lab_identity: identity inference on image-text models, and its removal.");
  app.footer(lesson);
  identity::settings chosen;
  std::string data, prompts, device = "cpu";
  app.add_option("--data", data, "Folder with one folder of photos per person; absent: the emoji roles")
      ->type_name("DIR");
  app.add_option("--prompts", prompts, "File with a template a line, {} where the name goes; absent: 21 of our own")
      ->type_name("FILE");
  app.add_option("--names", chosen.names_folder, "Folder with fnames.idx, mnames.idx, lnames.idx, a name a line")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--out", chosen.out, "Folder for the report and the models")->type_name("DIR")->capture_default_str();
  app.add_flag("--quick", chosen.quick, "2 seeds of 15 epochs, and few removals: minutes on 2 cores");
  CLI::Option* const seeds =
      app.add_option("--seeds", chosen.seeds, "How often all is drawn anew")->check(CLI::Range(1, 1000));
  app.add_option("--device", device, "cpu, or one like cuda:0")->capture_default_str();
  app.add_flag("--quiet", chosen.quiet, "No progress line");
  return lab::run_command(app, "lab_identity", argc, argv, [&] {
    if (!data.empty()) chosen.data = data;
    if (!prompts.empty()) chosen.prompts = prompts;
    if (chosen.quick) {
      chosen.epochs = 15;
      if (seeds->count() == 0) chosen.seeds = 2;
    }
    if (device != "cpu" && !torch::cuda::is_available())
      throw telltale::error("--device: '" + device + "' is not there; wanted cpu");
    chosen.device = at::Device(device);
    return run(chosen);
  });
}
