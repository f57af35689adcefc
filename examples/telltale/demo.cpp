// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/text.hpp>

#include "common.hpp"
#include "demo_audit.hpp"

namespace tool {
namespace {

constexpr const char* demo_lesson = R"(The main job, on real images: trains networks on Fashion-MNIST and audits them.

  telltale demo
  telltale demo --models 129 --seed 2 --out audit-2
  telltale demo --data my-idx-files --records 4000

Of a pool of N records each model is trained on its own random half, until it knows
99 % of it. Then each model is the target once, with the others as the adversary's
shadow models, and every attack is asked of every record: was it in the training
set? The same is asked behind a defence that releases the label alone, and of models
that were never trained, where no attack may find anything.

Writes report.html (open it in a browser), report.json and the campaign's signals
into --out. A run that was stopped is continued by the same command; a folder made
with other settings is refused. The images are those of Debian's package
dataset-fashion-mnist, or your own: NAME-images-idx3-ubyte[.gz] with
NAME-labels-idx1-ubyte[.gz].)";

struct demo_options {
  std::string data = fashion_mnist, records = "2000", models = "65", seed = "1", out = "telltale-demo";
};

int demo(const demo_options& asked, const shared_options& shared) {
  const auto begun = std::chrono::steady_clock::now();
  const std::size_t records = whole_number("--records", asked.records, 20);
  demo_settings settings;
  settings.models = whole_number("--models", asked.models, 5);
  settings.seed = whole_number("--seed", asked.seed, 0);
  settings.threads = static_cast<unsigned>(shared.threads);
  settings.quiet = shared.quiet;
  if (records % 2 != 0) throw usage_error("--records", "is odd; each model is trained on half of the records");

  const std::filesystem::path out(asked.out);
  const demo_data data = load_demo_data(asked.data, records, settings.seed);
  const telltale::signal_store store = run_demo_campaign(out / "campaign", data, settings);
  // With few models a record is IN or OUT of too few of them for a spread.
  telltale::report::audit audit =
      origins{}.from("keep", "--models").name_in([&] { return audit_campaign(store, data, settings); });
  audit.settings = {{"command", "telltale demo --data " + asked.data + " --records " + asked.records + " --models " +
                                    asked.models + " --seed " + asked.seed},
                    {"data", asked.data + ", " + std::to_string(data.total) + " records, of which " + asked.records +
                                 " in the pool and " + asked.records + " in the population"},
                    {"version", "telltale " + std::string(telltale::version)}};
  audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();

  telltale::report::write_json(out / "report.json", telltale::report::to_json(audit));
  telltale::report::write_html(out / "report.html", telltale::report::html_report(audit));
  if (!shared.quiet)
    std::cout << telltale::report::text_report(audit, telltale::report::style_for(STDOUT_FILENO)) << "\n"
              << "report: " << (out / "report.html").string() << " and " << (out / "report.json").string() << "\n";
  return done;
}

}  // namespace

void add_demo(program& state) {
  const auto asked = std::make_shared<demo_options>();
  command(state, "demo", "Train networks on real images and audit them", demo_lesson)
      .option("--data", "DIR", asked->data, "Folder with IDX files of images and labels")
      .option("--records", "N", asked->records, "Size of the pool; the population is as large")
      .option("--models", "M", asked->models, "How many models, each being target once")
      .option("--seed", "S", asked->seed, "Decides everything that is drawn")
      .option("--out", "DIR", asked->out, "Folder for the report and the campaign")
      .runs([asked](const shared_options& shared) { return demo(*asked, shared); });
}

}  // namespace tool
