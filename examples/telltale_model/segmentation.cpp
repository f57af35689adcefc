// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>

#include <telltale/report/json.hpp>
#include <telltale/version.hpp>

#include "attack_table.hpp"
#include "files.hpp"
#include "model_segmentation.hpp"
#include "segmentation_parts.hpp"

namespace tool {
namespace {

namespace report = telltale::report;

const char* const lesson =
    R"(Was this image in the training set of a segmentation network? These attacks learn what the
network's answers to members look like, from a shadow model: one that the adversary trained
in the same way on images of the same kind, so that it knows that model's members.

What the network answered, as arrays (.npy) or by asking it here:
  --outputs          (n, classes, height, width): logits, or with --probabilities
                     probabilities; one channel is the foreground of two classes, the
                     background is added. Or
  --model, --images  a TorchScript module, and the images (n, channels, height, width) that
                     it is asked about; --scale 255 for bytes and a network trained on [0, 1]
  --masks            (n, height, width): the true class of each pixel; --ignore L for a label
                     that means none
  --members          (n), booleans or 0 and 1: was the image in the training set
The same of a shadow model: --shadow-outputs, or --shadow-model and --shadow-images;
--shadow-masks, --shadow-members.

Without a shadow model the adversary knows the membership of some of the images:
--auxiliary 0.5 draws half of them, as many members as others; --auxiliary A.npy says which,
1 or 0 an image. Every figure is of images that nothing was learned from.

Attacks, larger evidence meaning member:
  type-i          a small residual network on the output map; needs no mask
  type-ii         the same on the output map with the true mask beside it
  loss-map        the same on the loss of every pixel; with --patch S also on patches of
                  S x S, whose log-odds are summed, for images too large for one network
  dice            minus the Dice loss, cut at the mean of the shadow's members as published,
                  and where the shadow's members are told apart best (tuned)
  loss            minus the mean loss of the pixels; mostly as good as a network
  boundary-loss   the same of the pixels beside another class
  pixel-accuracy  the share of pixels that are right
  entropy         how sure the network is; needs no mask
  blind           controls: a network on the masks alone, and on the images alone where they
                  are given, which must be at chance
The first two are of Chobola et al. 2023, the loss map of He et al. 2020. A network that
learns from few images differs from seed to seed: try several of --seed.

--release puts a defence before both networks, as an adversary would expect it: argmax leaves
labels, which stops what needs probabilities and little else; noise:0.1 adds Gaussian noise.

Writes into --out: report.html (open it in a browser), report.json, and in evidence/ what
each attack says of each tested image, tested.npy (their numbers) and members.npy, for
'telltale evaluate'.

Example: logits of a victim and a shadow model, exported with NumPy
  telltale-model segmentation --outputs V.npy --masks VM.npy --members VK.npy \
      --shadow-outputs S.npy --shadow-masks SM.npy --shadow-members SK.npy --out audit

Example: two TorchScript modules
  telltale-model segmentation --model victim.pt --images X.npy --masks M.npy --members K.npy \
      --shadow-model shadow.pt --shadow-images XS.npy --shadow-masks MS.npy \
      --shadow-members KS.npy --out audit)";

std::vector<std::pair<std::string, std::string>> settings_shown(const model_segmentation_options& options) {
  std::vector<std::pair<std::string, std::string>> shown;
  const auto show = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) shown.emplace_back(name, value);
  };
  for (const auto& [paths, prefix] : {std::pair(&options.victim, ""), std::pair(&options.shadow, "shadow ")}) {
    show(prefix + std::string("outputs"), paths->outputs);
    show(prefix + std::string("model"), paths->model);
    show(prefix + std::string("images"), paths->images);
    show(prefix + std::string("masks"), paths->masks);
    show(prefix + std::string("members"), paths->members);
  }
  show("outputs are", options.probabilities ? "probabilities" : "logits");
  show("auxiliary", options.auxiliary);
  show("ignore", options.ignore);
  show("floor", options.floor);
  show("release", options.release);
  show("patch", options.patch);
  show("scale", options.scale);
  show("epochs", options.epochs);
  show("seed", options.seed);
  show("version", "telltale " + std::string(telltale::version));
  return shown;
}

std::string rounded(double value) {
  std::string text = std::to_string(value);
  return text.substr(0, text.find('.') + 4);
}

report::audit audit_of(const model_segmentation_options& options, const segmentation_sides& sides,
                       const std::optional<released_quality>& quality, const attack_table& table) {
  report::audit audit;
  audit.title = "Membership audit of a segmentation network";
  const at::Tensor& maps = sides.victim.seen.maps;
  audit.data = counted(sides.tested_member().size(), "image") + " of " + std::to_string(maps.size(2)) + " x " +
               std::to_string(maps.size(3)) + " pixels, " + std::to_string(maps.size(1)) +
               " classes; the attacks learned from " + counted(sides.known_member().size(), "image") +
               (sides.shadow ? " of a shadow model" : " whose membership the adversary knows");
  if (quality)
    audit.data += "; Dice of predicted labels " + rounded(quality->members.dice) + " on members, " +
                  rounded(quality->others.dice) + " on others";
  audit.settings = settings_shown(options);
  audit.notes = {
      "One network was attacked: the intervals say how the figures scatter over the tested images, not over trainings, "
      "shadow models or seeds of the attack networks.",
      "Members and non-members are taken to be drawn alike; any other difference between them counts as a leak here."};
  table.fill(audit,
             {"network",
              options.release.empty() ? "What the network answers at every pixel."
                                      : "What the network answers at every pixel, behind " + options.release + ".",
              {}},
             {"nobody",
              "Controls that learn from masks or images alone and ask no network. They must be at chance: if they are "
              "not, members and non-members differ in more than membership, and the figures above measure that as "
              "well.",
              {}});
  return audit;
}

report::json json_of(const report::audit& audit, const segmentation_sides& sides,
                     const std::optional<released_quality>& quality, const attack_table& table) {
  report::json object = report::to_json(audit);
  const at::Tensor& maps = sides.victim.seen.maps;
  object["left_out"] = table.left_out_as_json();
  object["records"] = {{"tested", sides.tested_member().size()},
                       {"known", sides.known_member().size()},
                       {"classes", maps.size(1)},
                       {"height", maps.size(2)},
                       {"width", maps.size(3)},
                       {"shadow", sides.shadow.has_value()}};
  if (quality) {
    const auto as_json = [](const telltale::segmentation_quality& of) {
      return report::json{{"dice", of.dice}, {"mean_iou", of.mean_iou}, {"pixel_accuracy", of.pixel_accuracy}};
    };
    object["quality"] = {{"members", as_json(quality->members)}, {"others", as_json(quality->others)}};
  }
  return object;
}

int run_segmentation(const model_segmentation_options& options, const segmentation_settings& settings,
                     const shared_options& shared) {
  const auto begun = std::chrono::steady_clock::now();
  const segmentation_sides sides = read_segmentation(options, settings, shared);
  text_output json(options.json);
  origins places;
  places.from("labelled records", sides.shadow ? "the shadow model's images" : "--auxiliary")
      .from("inputs", "--patch")
      .from("sigma", "--release");
  const attack_table table(segmentation_attacks(sides, settings), options.attacks, sides.tested_member(),
                           rates_of(options.fpr, options.confidence), places, shared);
  std::optional<released_quality> quality;
  if (sides.victim.has_masks()) quality = quality_behind_release(sides.victim, settings);
  report::audit audit = audit_of(options, sides, quality, table);
  audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const report::json object = json_of(audit, sides, quality, table);
  if (json.is_wanted()) json.write(report::json_text(object));
  if (!options.out.empty()) write_table(options.out, audit, object, table, sides.tested_member(), sides.images.tested);
  json.commit();
  print_table(audit, options.out, json, shared);
  return done;
}

}  // namespace

void add_model_segmentation(program& state) {
  const auto options = std::make_shared<model_segmentation_options>();
  const auto names = std::make_shared<const segmentation_names>(segmentation_attack_names());
  command made(state, "segmentation", "Attack a segmentation network by its answers at every pixel", lesson);
  const auto add_paths = [&](const std::string& prefix, segmentation_paths& paths, const std::string& whose) {
    made.option(prefix + "outputs", "O.npy", paths.outputs, "Output maps of " + whose)
        .option(prefix + "model", "M.pt", paths.model, "TorchScript module of " + whose + ", in place of output maps")
        .option(prefix + "images", "X.npy", paths.images, "Images that " + whose + " is asked about")
        .option(prefix + "masks", "Y.npy", paths.masks, "Their true masks")
        .option(prefix + "members", "K.npy", paths.members, "Which of them " + whose + " was trained on");
  };
  add_paths("--", options->victim, "the network");
  add_paths("--shadow-", options->shadow, "the shadow model");
  made.flag("--probabilities", options->probabilities, "Outputs are probabilities, not logits")
      .option("--auxiliary", "SHARE|A.npy", options->auxiliary,
              "Without a shadow model: the images whose membership the adversary knows, a share (0.5) or a file")
      .option("--ignore", "L", options->ignore, "Label of pixels that belong to no class, 255 mostly")
      .option("--release", "POLICY", options->release, "Defence before both networks: argmax, or noise:SIGMA")
      .option("--floor", "F", options->floor, "Raise stored probabilities to F, where one is exactly 0")
      .repeated("--attack", "NAME", options->attacks, one_of(names->choices) + "; repeatable, all if none is given")
      .option("--epochs", "N", options->epochs, "Epochs of the attack networks")
      .option("--patch", "S", options->patch, "Side of the patches of loss-map")
      .option("--seed", "S", options->seed, "Seed of the attack networks, of noise and of the drawn share")
      .option("--scale", "C", options->scale, "Divide images by this")
      .option("--batch", "N", options->batch, "Images that a network is asked at a time")
      .option("--device", "DEVICE", options->device, "Where networks run: cpu, cuda:0")
      .option("--fpr", "LIST", options->fpr, "False-positive rates, as fractions with commas between")
      .option("--confidence", "C", options->confidence, "Confidence of every interval")
      .option("--out", "DIR", options->out, "Folder for the report and the evidence of the tested images")
      .option("--json", "FILE", options->json, "Write the figures as JSON; - is standard output")
      .runs([options, names](const shared_options& shared) {
        const segmentation_settings settings = checked_settings(*options, names->choices, names->full);
        if (shared.threads > 0) at::set_num_threads(static_cast<int>(shared.threads));
        return run_segmentation(*options, settings, shared);
      });
}

}  // namespace tool
