// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/io/npy.hpp>

#include "common.hpp"
#include "files.hpp"
#include "signals_measure.hpp"

namespace tool {
namespace {

std::string release_list() {
  std::vector<std::string> forms;
  for (const release_form& each : release_forms())
    forms.push_back(each.name + (each.parameter.empty() ? "" : ":" + each.parameter + " (" + each.range + ")"));
  return one_of(forms);
}

}  // namespace

void read_release(const std::string& text, signal_request& request) {
  const std::size_t colon = text.find(':');
  request.release = text.substr(0, colon);
  for (const release_form& each : release_forms()) {
    if (each.name != request.release) continue;
    if (each.parameter.empty()) {
      if (colon != std::string::npos) throw usage_error("--release", each.name + " takes no value");
      return;
    }
    if (colon == std::string::npos)
      throw usage_error("--release",
                        each.name + " needs a value: " + each.name + ":" + each.parameter + ", " + each.range);
    request.release_value = number("--release", text.substr(colon + 1));
    if (!each.accepts(request.release_value))
      throw usage_error("--release", "'" + text + "': " + each.parameter + " must be " + each.range);
    return;
  }
  throw usage_error("--release", "'" + request.release + "' is no release policy; wanted " + release_list());
}

namespace {

namespace io = telltale::io;

struct signals_options {
  std::string signal, logits, probabilities, labels, out, floor, release, seed = "1";
};

signal_request read_request(const signals_options& options) {
  signal_request request;
  required("SIGNAL", options.signal, one_of(signal_names()));
  request.signal = checked_name("SIGNAL", options.signal, "signal", signal_names());
  if (options.logits.empty() && options.probabilities.empty())
    throw usage_error("--logits", "is missing; wanted --logits or --probabilities, (records, classes)");
  if (!options.logits.empty() && !options.probabilities.empty())
    throw usage_error("--probabilities", "cannot go with --logits; wanted one of them");
  required("--labels", options.labels, "the true class of each record");
  required("--out", options.out, "the .npy file to write the signal to");
  if (options.out == "-") throw usage_error("--out", "must be a file");
  request.probabilities = options.logits.empty();
  if (!options.release.empty()) read_release(options.release, request);
  if (!options.floor.empty()) {
    if (!request.probabilities && request.release.empty())
      throw usage_error("--floor", "is for --probabilities, or behind a --release; logits need none");
    request.floor = number("--floor", options.floor);
    if (!(request.floor > 0 && request.floor < 0.5))
      throw usage_error("--floor", "'" + options.floor + "' is not above 0 and below 0.5");
  }
  request.seed = whole_number("--seed", options.seed, 0);
  return request;
}

/// The answers as stored: float where the file holds float32, double where any other float.
class answers_file {
 public:
  answers_file(const std::string& path, const std::vector<int>& labels, const std::string& labels_path)
      : array_(open_floats(path, 2, "(records, classes) or (records, queries, classes)")), labels_(labels) {
    if (labels.size() != array_.shape()[0])
      throw usage_error(labels_path, "has " + counted(labels.size(), "record") + "; " + path + " has " +
                                         std::to_string(array_.shape()[0]));
    if (array_.dtype().kind == 'f' && array_.dtype().item_size == 4)
      floats_.emplace(array_);
    else
      doubles_.emplace(array_);
  }

  /// (records) or (records, queries), as the answers have it.
  [[nodiscard]] io::shape_type signal_shape() const { return {array_.shape().begin(), array_.shape().end() - 1}; }
  /// Whether each of the first rows sums to 1 without a negative number: logits do not.
  [[nodiscard]] bool looks_like_probabilities() const {
    return floats_ ? first_rows_sum_to_one(floats_->span()) : first_rows_sum_to_one(doubles_->span());
  }
  [[nodiscard]] signal_values measured(const signal_request& request) const {
    return floats_ ? measure(request, view(floats_->span()), labels_)
                   : measure(request, view(doubles_->span()), labels_);
  }

 private:
  template <class Scalar>
  [[nodiscard]] bool first_rows_sum_to_one(std::span<const Scalar> values) const {
    constexpr std::size_t most = 256;
    const std::size_t classes = array_.shape().back(), rows = std::min(most, values.size() / classes);
    for (std::size_t row = 0; row < rows; ++row) {
      double sum = 0;
      for (const Scalar value : values.subspan(row * classes, classes)) {
        if (!(value >= 0)) return false;
        sum += static_cast<double>(value);
      }
      if (!(std::abs(sum - 1) <= 1e-4)) return false;
    }
    return true;
  }

  template <class Scalar>
  [[nodiscard]] telltale::batch_view<Scalar> view(std::span<const Scalar> values) const {
    const io::shape_type& shape = array_.shape();
    return {values, shape[0], shape.size() == 3 ? shape[1] : 1, shape.back()};
  }

  io::npy_array array_;
  std::optional<io::npy_values<float>> floats_;
  std::optional<io::npy_values<double>> doubles_;
  std::span<const int> labels_;
};

int signals(const signals_options& options, const shared_options& shared) {
  const signal_request request = read_request(options);
  const std::string& path = options.logits.empty() ? options.probabilities : options.logits;
  refuse_overlap(
      {{"--logits", options.logits}, {"--probabilities", options.probabilities}, {"--labels", options.labels}},
      {{"--out", options.out}});
  const std::vector<int> labels = load_classes(options.labels);
  const answers_file answers(path, labels, options.labels);
  io::npy_writer<double> out(options.out, answers.signal_shape());
  const signal_values result =
      origins()
          .from("answers", path)
          .from("truth", options.labels)
          .from("least", "--floor")
          .from("k", "--release " + request.release)
          .from("decimals", "--release " + request.release)
          .from("sigma", "--release " + request.release)
          .from("t", "--release " + request.release)
          .reword("store logits, or name a floor: floored(batch, 1e-6)",
                  request.release.empty() ? "give --logits, or a --floor" : "give a --floor behind the --release")
          .reword("(logits are another form)", "(logits are given with --logits)")
          .name_in([&] { return answers.measured(request); });
  out.append(result.values);
  out.commit();
  if (shared.quiet) return done;
  if (!request.probabilities && answers.looks_like_probabilities())
    std::cerr << "telltale: note: the rows of " << path << " sum to 1; if these are probabilities, give them with "
              << "--probabilities, or softmax is taken twice\n";
  std::cout << options.out << ": " << request.signal << " of " << counted(labels.size(), "record");
  if (answers.signal_shape().size() == 2) std::cout << " x " << answers.signal_shape()[1] << " queries";
  if (!options.release.empty()) std::cout << " behind " << options.release;
  if (result.clipped_by_release > 0)
    std::cout << "; " << request.release << " was clipped in " << counted(result.clipped_by_release, "record");
  if (request.floor > 0)
    std::cout << "; the floor " << options.floor << " changed " << counted(result.clipped_by_floor, "record");
  std::cout << "\n";
  return done;
}

constexpr const char* signals_lesson = R"(Files (.npy of any float type, byte order and axis order; n records):
  --logits         (n, classes) or (n, queries, classes): the scores of the model before
                   its softmax
  --probabilities  the same after it, where logits are not at hand; each row sums to 1
                   within 1e-4
  --labels         (n), integers from 0: the true class of each record
  --out            float64, (n) or (n, queries), larger meaning member

SIGNAL, with p the class probabilities, z the logits and y the true class:
  loss              log p_y, at most 0: minus the cross-entropy
  confidence        p_y, in [0, 1]: what RMIA takes
  logit-margin      log(p_y / (1 - p_y)), any real: what LiRA takes
  hinge             z_y - max of the other z
  entropy           sum of p log p, at most 0: minus the entropy
  modified-entropy  minus the entropy that knows the true class (Song and Mittal 2021)
  correctness       1 where the predicted class is the true one, else 0

Probabilities of exactly 0 or 1 make some signals infinite. They are refused by name;
--floor F raises probabilities below F to F (behind the release, where there is one),
and says of how many records.

--release puts an output defence before the signal: argmax reveals the predicted label
only, top-k:K the K largest probabilities, rounding:D probabilities of D decimals,
noise:SIGMA adds Gaussian noise drawn from --seed (what it makes negative is clipped
and counted), temperature:T divides logits by T.
A signal that needs more than the policy reveals is refused.

Example: the signal of LiRA, then what is left behind rounding to two decimals
  telltale signals logit-margin --logits L.npy --labels Y.npy --out T.npy
  telltale signals confidence --logits L.npy --labels Y.npy --release rounding:2 --out R.npy
  telltale evaluate --evidence R.npy --members M.npy)";

}  // namespace

void add_signals(program& state) {
  const auto options = std::make_shared<signals_options>();
  command(state, "signals", "Compute a signal of each record from a model's answers", signals_lesson)
      .word("SIGNAL", options->signal, one_of(signal_names()))
      .option("--logits", "L.npy", options->logits, "Class scores of the model")
      .option("--probabilities", "P.npy", options->probabilities, "Class probabilities instead")
      .option("--labels", "Y.npy", options->labels, "True classes")
      .option("--out", "S.npy", options->out, "Write the signal here")
      .option("--floor", "F", options->floor, "Raise probabilities below F to F")
      .option("--release", "NAME[:VALUE]", options->release, "Put an output defence before the signal")
      .option("--seed", "N", options->seed, "Seed of the noise")
      .runs([options](const shared_options& shared) { return signals(*options, shared); });
}

}  // namespace tool
