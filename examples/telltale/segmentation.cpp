// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "segmentation.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <telltale/metric/roc.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/report/html.hpp>
#include <telltale/report/json.hpp>
#include <telltale/version.hpp>

#include "attack_table.hpp"
#include "record_files.hpp"

namespace tool {
namespace {

namespace report = telltale::report;

constexpr const char* all_signals_word = "all";

std::vector<std::string> signal_choices() {
  std::vector<std::string> names = segmentation_signals();
  names.emplace_back(all_signals_word);
  return names;
}

bool wants_all(const segmentation_options& options) { return options.signal == all_signals_word; }

/// What is wrong with the options is said before any file is read.
void check_options(const segmentation_options& options) {
  required("--outputs", options.outputs, "what the network answered, (n, classes, height, width)");
  if (options.signal.empty() && options.maps.empty())
    throw usage_error("--signal", "is missing; wanted " + one_of(signal_choices()));
  if (!options.signal.empty()) checked_name("--signal", options.signal, "signal", signal_choices());
  if (options.masks.empty() && (options.signal != "entropy" || !options.maps.empty()))
    throw usage_error("--masks", "is missing; wanted the true class of every pixel, (n, height, width)");
  for (const auto& [option, path] : {std::pair("--out", &options.out), std::pair("--maps", &options.maps)})
    if (*path == "-") throw usage_error(option, "must be a file");
  if (options.out.empty() && options.maps.empty() && options.members.empty())
    throw usage_error("--out", "is missing; wanted --out, --maps or --members, or nothing comes of it");
  if (options.members.empty() && options.report.any_output())
    throw usage_error("--members", "is missing; --json, --html and --fail-if report what it is measured against");
  if (options.signal.empty() && (!options.out.empty() || !options.members.empty()))
    throw usage_error("--signal", "is missing; --out and --members are about one, wanted " + one_of(signal_choices()));
  if (!wants_all(options)) return;
  if (options.members.empty()) throw usage_error("--members", "is missing; --signal all is a table of reports");
  if (!options.out.empty()) throw usage_error("--out", "is for one signal; 'all' prints a table");
  if (!options.report.fail_if.empty()) throw usage_error("--fail-if", "is for one signal; 'all' prints a table");
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string citation_of(const std::string& signal) {
  if (signal == "dice") return std::string(telltale::published::segmentation_citation);
  if (signal == "mean-loss") return std::string(telltale::published::loss_map_citation);
  return std::string(telltale::published::segmentation_ours_citation);
}

report::attack_result in_report(const std::string& signal, report::attack_result attack) {
  attack.anatomy = anatomy_of_signal(signal);
  attack.citation = citation_of(signal);
  return attack;
}

/// The page's words, without figures.
report::audit audit_of(const segmentation_options& options, const segmentation_files& files) {
  report::audit audit;
  audit.title = "Membership evidence of a segmentation network";
  audit.data = counted(files.images(), "image") + " of " + std::to_string(files.format().height) + " x " +
               std::to_string(files.format().width) + " pixels, " + std::to_string(files.format().classes) + " classes";
  const auto show = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) audit.settings.emplace_back(name, value);
  };
  show("outputs", options.outputs);
  show("stored as", files.holds_labels() ? "predicted labels" : options.probabilities ? "probabilities" : "logits");
  show("masks", options.masks);
  show("ignored label", options.ignore);
  show("members", options.members);
  show("release", options.release);
  show("seed", options.release.starts_with("noise") ? options.seed : "");
  show("floor", options.floor);
  show("version", "telltale " + std::string(telltale::version));
  audit.notes = {
      "Thresholds are those of these very images: an adversary would take them from a shadow model, and find less.",
      "One network was attacked: the intervals say how the figures scatter over images, not over trainings.",
      "Members and non-members are taken to be drawn alike; any other difference between them counts as a leak here."};
  return audit;
}

/// Where an image is wrong, in at most 128 x 128 pixels.
report::vulnerable_record drawn(const segmentation_files& files, const signal_request& request, std::size_t image,
                                double value, const origins& places) {
  constexpr std::size_t most = 128;
  const std::size_t height = files.format().height, width = files.format().width;
  std::vector<std::uint8_t> wrong(height * width);
  static_cast<void>(measure_picture(files, request, image, wrong, places));
  const std::size_t step = (std::max(height, width) + most - 1) / most;
  report::image picture{(width + step - 1) / step, (height + step - 1) / step, 1, {}};
  for (std::size_t y = 0; y < height; y += step)
    for (std::size_t x = 0; x < width; x += step) picture.pixels.push_back(wrong[y * width + x]);
  return {image, "member", value, std::move(picture)};
}

/// The members that are found first and last, with a picture of what is wrong with the answer.
void add_pictures(report::audit& audit, const segmentation_files& files, const signal_request& request,
                  std::span<const double> values, std::span<const telltale::membership> member, const origins& places) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (member[i] == telltale::membership::in) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  const std::size_t shown = std::min<std::size_t>(6, order.size() / 2);
  for (std::size_t k = 0; k < shown; ++k)
    audit.records.push_back(drawn(files, request, order[k], values[order[k]], places));
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t at = order[order.size() - 1 - k];
    audit.safest.push_back(drawn(files, request, at, values[at], places));
  }
  audit.record_measure = "signal; a pixel is the whiter the less the network gave to its true class";
}

int report_one(const segmentation_options& options, const segmentation_files& files, const signal_request& request,
               std::span<const double> values, std::span<const telltale::membership> member, const origins& places,
               evidence_report& to, const shared_options& shared, const std::function<void()>& commit_arrays) {
  return places.name_in([&] {
    const telltale::metric::roc_curve curve(values, member);
    const report::attack_result attack = in_report(
        request.signal,
        report::pictured(curve, values, member, telltale::metric::evaluate(curve, to.settings()), options.signal));
    const auto page = [&] {
      report::audit audit = audit_of(options, files);
      audit.targets = {{file_name(options.outputs), "", {attack}}};
      if (!options.masks.empty()) add_pictures(audit, files, request, values, member, places);
      return report::html_report(audit);
    };
    return to.finish(curve, attack, {}, page, shared, commit_arrays);
  });
}

/// Every signal that the answers allow, as a table.
int report_all(const segmentation_options& options, const segmentation_files& files, const signal_request& request,
               std::span<const telltale::membership> member, const origins& places, const shared_options& shared,
               const std::function<void()>& commit_arrays) {
  text_output json(options.report.json), html(options.report.html);
  const std::vector<std::string> of_labels = segmentation_signals_of_labels();
  std::vector<table_attack> attacks;
  for (const std::string& name : segmentation_orders()) {
    const bool possible =
        !files.holds_labels() || std::find(of_labels.begin(), of_labels.end(), name) != of_labels.end();
    attacks.push_back({name, "", possible ? "" : "needs confidence, and the outputs are predicted labels",
                       anatomy_of_signal(name), citation_of(name), false, [&, name] {
                         signal_request one = request;
                         one.signal = name;
                         return telltale::evidence{measure_all(files, one, {}, places, shared).values};
                       }});
  }
  const attack_table table(attacks, {}, member, rates_of(options.report.fpr, options.report.confidence), places,
                           shared);
  report::audit audit = audit_of(options, files);
  table.fill(audit, {file_name(options.outputs), "What the network answered to the images, by one number each.", {}},
             {});
  audit.notes.emplace_back(
      "A likelihood and the logarithm of a loss order images as the loss does: they have its figures.");
  report::json object = report::to_json(audit);
  object["left_out"] = table.left_out_as_json();
  if (json.is_wanted()) json.write(report::json_text(object));
  if (html.is_wanted()) html.write(report::html_report(audit));
  commit_arrays();
  html.commit();
  json.commit();
  print_table(audit, "", json, shared);
  return done;
}

void say_what_was_done(const segmentation_options& options, const segmentation_files& files,
                       const signal_request& request, const segmentation_measured& measured) {
  if (!request.probabilities && files.looks_like_probabilities())
    std::cerr << "telltale: note: the pixels of " << options.outputs << " sum to 1; if these are probabilities, say so "
              << "with --probabilities, or softmax is taken twice\n";
  if (options.report.json == "-") return;
  std::string images = counted(files.images(), "image");
  if (!options.release.empty()) images += " behind " + options.release;
  if (!options.out.empty()) std::cout << options.out << ": " << options.signal << " of " << images << "\n";
  if (!options.maps.empty()) std::cout << options.maps << ": loss maps of " << images << "\n";
  if (request.floor > 0)
    std::cout << "the floor " << options.floor << " changed " << counted(measured.raised_by_floor, "image") << "\n";
}

int segmentation(const segmentation_options& options, const shared_options& shared) {
  check_options(options);
  const signal_request request = segmentation_request(options);
  evidence_report report(options.report);
  refuse_overlap({{"--outputs", options.outputs}, {"--masks", options.masks}, {"--members", options.members}},
                 {{"--out", options.out},
                  {"--maps", options.maps},
                  {"--json", options.report.json},
                  {"--html", options.report.html}});
  const segmentation_files files(options);
  std::optional<member_column> members;
  if (!options.members.empty()) members.emplace(options.members, record_keys{options.outputs, files.images(), {}});
  const origins places = segmentation_origins(options).from("member", options.members).from("scores", options.signal);
  std::optional<telltale::io::npy_writer<double>> out;
  std::optional<telltale::io::npy_writer<float>> maps;
  if (!options.out.empty()) out.emplace(options.out, telltale::io::shape_type{files.images()});
  if (!options.maps.empty())
    maps.emplace(options.maps, telltale::io::shape_type{files.images(), files.format().height, files.format().width});
  if (members && !wants_all(options)) report.open();
  std::function<void(std::span<const float>)> losses;
  if (maps)
    losses = [&maps](std::span<const float> of_block) {
      if (maps) maps->append(of_block);
    };
  segmentation_measured measured;
  if (!wants_all(options) || maps) measured = measure_all(files, request, losses, places, shared);
  const auto commit_arrays = [&] {
    if (out) {
      out->append(measured.values);
      out->commit();
    }
    if (maps) maps->commit();
    if (!shared.quiet) say_what_was_done(options, files, request, measured);
  };
  if (wants_all(options) && members)
    return places.name_in(
        [&] { return report_all(options, files, request, members->members(), places, shared, commit_arrays); });
  if (members)
    return report_one(options, files, request, measured.values, members->members(), places, report, shared,
                      commit_arrays);
  commit_arrays();
  return done;
}

constexpr const char* segmentation_lesson =
    R"(Was this image, with its mask, in the training set of a segmentation network? Where the network
answers better than it can for an image it never saw, above all along the boundaries, it was.

Files (.npy; n images of height x width pixels):
  --outputs   (n, classes, height, width): the network's scores before its softmax (logits), or
              with --probabilities after it; (n, 1, height, width) is the foreground of two
              classes: the background's logit of 0, or 1 - p, is added. Integers (n, height,
              width) are predicted labels, for the signals that need no more
  --masks     (n, height, width), any integers: the true class of every pixel, from 0
  --ignore L  the label of pixels that belong to no class (255 in Cityscapes)
  --members   (n), booleans or 0 and 1: was the network trained on the image
  --out       float64, (n), larger meaning member
  --maps      float32, (n, height, width): the loss -log p_y of every pixel, 0 where it is ignored

float32 and float64 are read in place, image by image, so that a file may be larger than memory.

SIGNAL, with p the class probabilities of a pixel and y its true class:
  mean-loss         minus the mean over the pixels of -log p_y
  boundary-loss     the same over pixels beside one of another class
  dice              minus the Dice loss of the image, mean of the classes but 0, smoothing 1
  log-mean-loss, log-boundary-loss, log-dice
                    -log of those losses. Losses of images are heavy-tailed and LiRA fits
                    normal laws: in the lab of segmentation its TPR at 1 % FPR was .28 with
                    the mean loss and .35 with its log. A threshold gains nothing, the order
                    of the images is the same
  likelihood, boundary-likelihood
                    e to the minus mean loss, in (0, 1]: what RMIA takes
  entropy           minus the mean entropy of the pixels: needs no mask, and tells less
  margin            mean of log p_y / (1 - p_y), what one would carry over from classifiers: the
                    easy pixels inside rule it. Shown as a bad example
  pixel-accuracy    share of pixels that are right: predicted labels suffice
  hard-dice, log-hard-dice
                    Dice of the predicted labels: they suffice
  all               with --members: a table of those that differ in their order of the images

--release puts an output defence before the signal: argmax reveals labels only, noise:SIGMA adds
normal noise to each probability (clipped and normalised again), rounding:D, top-k:K and
temperature:T as for 'telltale signals'. Signals that need more are refused.
Probabilities of exactly 0 make a loss infinite: they are refused, or raised by --floor F to F
(1e-30 in Segmentations-Leak, He et al. 2020).

With --members the figures are those of 'telltale evaluate', where they are explained; --html also
shows what is wrong with the answers for the members that are found first and last.

Without shadow models there is one threshold for all images. With some, LiRA judges each image by
its own difficulty: compute the signal of the target and of each shadow model on all images, stack
the shadows' (models, images), and

  telltale segmentation --outputs O.npy --masks M.npy --signal log-boundary-loss --out T.npy
  telltale score lira-online --target T.npy --shadow S.npy --keep K.npy --out E.npy \
      --set spread=pooled-centred
  telltale evaluate --evidence E.npy --members members.npy

with one spread for all images, which is right below some 32 shadow models. Attacks that read a
whole map with a network (Type-I, Type-II) are in 'telltale-model segmentation'.

Example: the strongest single number, and a page of what it found
  telltale segmentation --outputs O.npy --masks M.npy --ignore 255 --members K.npy \
      --signal boundary-loss --out S.npy --html report.html)";

}  // namespace

signal_request segmentation_request(const segmentation_options& options) {
  signal_request request;
  request.signal = wants_all(options) ? "" : options.signal;
  request.probabilities = options.probabilities;
  if (!options.release.empty()) read_release(options.release, request);
  request.seed = whole_number("--seed", options.seed, 0);
  if (options.floor.empty()) return request;
  if (!request.probabilities && request.release.empty())
    throw usage_error("--floor", "is for --probabilities, or behind a --release; logits need none");
  if (request.release == "argmax")
    throw usage_error("--floor", "argmax releases only the label, so there is nothing to raise");
  request.floor = number("--floor", options.floor);
  if (!(request.floor > 0 && request.floor < 0.5))
    throw usage_error("--floor", "'" + options.floor + "' is not above 0 and below 0.5");
  return request;
}

void add_segmentation(program& state) {
  const auto options = std::make_shared<segmentation_options>();
  command made(state, "segmentation", "Measure what a segmentation network tells of its training images",
               segmentation_lesson);
  made.option("--outputs", "O.npy", options->outputs, "What the network answered")
      .flag("--probabilities", options->probabilities, "The outputs are probabilities, not logits")
      .option("--masks", "M.npy", options->masks, "The true class of every pixel")
      .option("--ignore", "L", options->ignore, "The label of pixels that belong to no class")
      .option("--classes", "N", options->classes, "How many, where the outputs are predicted labels")
      .option("--members", "K.npy", options->members, "Which images the network was trained on")
      .option("--signal", "NAME", options->signal, one_of(signal_choices()))
      .option("--release", "NAME[:VALUE]", options->release, "Put an output defence before the signal")
      .option("--seed", "N", options->seed, "Seed of the noise")
      .option("--floor", "F", options->floor, "Raise probabilities below F to F")
      .option("--out", "S.npy", options->out, "Write the signal of each image here")
      .option("--maps", "F.npy", options->maps, "Write the loss of every pixel here");
  add_report_options(made, options->report);
  made.runs([options](const shared_options& shared) { return segmentation(*options, shared); });
}

}  // namespace tool
