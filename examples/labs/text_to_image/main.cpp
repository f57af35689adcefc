// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: what does a text-to-image generator give away about its training pictures?
#include <CLI/CLI.hpp>

#include <ATen/Parallel.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>

#include "../common/command.hpp"
#include "../common/one_thread.hpp"
#include "../common/speaker.hpp"
#include "figures.hpp"
#include "page.hpp"
#include "pool.hpp"
#include "settings.hpp"
#include "trial.hpp"

namespace {

using text_to_image::figures, text_to_image::pool, text_to_image::results, text_to_image::settings;

constexpr const char* lesson =
    R"(Trains two small text-to-image generators on captioned pictures, a diffusion model and a
sequence model of image tokens, asks each for pictures of the captions of members (what it was
trained on) and of others, and runs every attack of the family I-P, I-S, II-P, II-S, III-S, IV:
by thresholds, by logistic regression and by the published networks; with the exact query
picture and with a shifted, mirrored, darkened or noisy one; and with access to inner steps.

The pictures are the colour emoji with their names. With --data your own take their place: a
folder with captions.csv (file,caption) and pictures, at least 200 pairs once near duplicates
are gone. --more is such a folder for encoder and codebook alone; clip_art.py makes one.

Needs apt packages: fonts-noto-color-emoji unicode-data.

Writes into --out: report.html (pictures), results.json (every figure), seeds/ (a seed that is
there is not measured again), models/, from which an interrupted run goes on, and arrays/: what
the generators of seed 1 were asked and answered, as files that 'telltale generation' reads.)";

int run(const settings& chosen) {
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
  std::filesystem::create_directories(chosen.out / "seeds");
  const pool all = text_to_image::read_pool(chosen);
  lab::speaker out(chosen.quiet);
  out.say(std::to_string(all.shown.size()) + " pairs of " + std::to_string(all.read) + ", " + all.source);
  lab::multiply_with_one_thread();
  const std::string recipe = chosen.text() + ", pool of " + all.source + ", " + std::to_string(all.shown.size()) +
                             " and " + std::to_string(all.more.captions.size());
  std::vector<std::optional<figures>> measured(chosen.seeds);
  telltale::detail::in_parallel(chosen.seeds, chosen.jobs, [&]() -> std::function<void(std::size_t)> {
    at::set_num_threads(1);
    return [&](std::size_t which) {
      const std::uint64_t seed = which + 1;
      const std::filesystem::path file = chosen.out / "seeds" / ("seed-" + std::to_string(seed) + ".json");
      measured[which] = text_to_image::read_figures(file, recipe);
      if (!measured[which]) {
        // A short run tries what takes long on its first seed alone.
        measured[which] = text_to_image::measure(all, chosen, seed, !chosen.quick || seed == 1,
                                                 out.of("seed " + std::to_string(seed)));
        text_to_image::write_figures(file, recipe, *measured[which]);
      }
      out.say("seed " + std::to_string(seed) + " of " + std::to_string(chosen.seeds) + " done after " +
              std::to_string(static_cast<int>(seconds())) + " s");
    };
  });
  results gathered;
  for (std::optional<figures>& one : measured) gathered.add(std::move(*one));
  text_to_image::write_page(all, chosen, gathered, seconds());
  out.say("report: " + (chosen.out / "report.html").string());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("lab_text_to_image: membership inference on text-to-image generators.");
  app.footer(lesson);
  settings chosen;
  std::string data, more;
  app.add_option("--data", data, "Folder with captions.csv and pictures; absent: the emoji")->type_name("DIR");
  app.add_option("--more", more, "The same, for encoder and codebook alone")->type_name("DIR");
  app.add_option("--out", chosen.out, "Folder for the report and all else")->type_name("DIR")->capture_default_str();
  app.add_flag("--quick", chosen.quick, "3 seeds, and fewer sweeps on the first alone: minutes on 2 cores");
  CLI::Option* const seeds =
      app.add_option("--seeds", chosen.seeds, "How often all is drawn anew")->check(CLI::Range(1, 1000));
  app.add_option("--jobs", chosen.jobs, "Seeds at a time; 0: one a core")->capture_default_str();
  app.add_option("--side", chosen.side, "Pixels of a side")->check(CLI::IsMember({16, 32}))->capture_default_str();
  app.add_flag("--quiet", chosen.quiet, "No progress line");
  return lab::run_command(app, "lab_text_to_image", argc, argv, [&] {
    if (!data.empty()) chosen.data = data;
    if (!more.empty()) chosen.more = more;
    if (chosen.quick) {
      chosen.shorten();
      if (seeds->count() == 0) chosen.seeds = 3;
    }
    return run(chosen);
  });
}
