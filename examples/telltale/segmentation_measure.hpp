// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/observation/segmentation_behind.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/likelihood.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/minus_log.hpp>
#include <telltale/scorer/pixel_map.hpp>

#include "segmentation.hpp"
#include "signals_policies.hpp"

namespace tool {

/// A scorer of the library by the word that --signal has for it. `of_another` where it orders images as another one of
/// the list does, so that a threshold finds the same.
template <class Scorer, bool OfAnother = false>
struct segmentation_signal {
  using scorer = Scorer;
  static constexpr bool of_another = OfAnother;
};

namespace on_images {

using telltale::published::boundary_loss;
using telltale::published::pixel_loss;
using hard_dice = telltale::dice<telltale::dice_by::labels>;

struct dice : segmentation_signal<telltale::dice<>> {
  static constexpr std::string_view word = "dice";
};
struct mean_loss : segmentation_signal<pixel_loss> {
  static constexpr std::string_view word = "mean-loss";
};
struct mean_boundary_loss : segmentation_signal<boundary_loss> {
  static constexpr std::string_view word = "boundary-loss";
};
struct log_dice : segmentation_signal<telltale::minus_log<telltale::dice<>>, true> {
  static constexpr std::string_view word = "log-dice";
};
struct log_mean_loss : segmentation_signal<telltale::minus_log<pixel_loss>, true> {
  static constexpr std::string_view word = "log-mean-loss";
};
struct log_boundary_loss : segmentation_signal<telltale::minus_log<boundary_loss>, true> {
  static constexpr std::string_view word = "log-boundary-loss";
};
struct likelihood : segmentation_signal<telltale::likelihood<pixel_loss>, true> {
  static constexpr std::string_view word = "likelihood";
};
struct boundary_likelihood : segmentation_signal<telltale::likelihood<boundary_loss>, true> {
  static constexpr std::string_view word = "boundary-likelihood";
};
struct margin : segmentation_signal<telltale::mean_over_pixels<telltale::logit_margin>> {
  static constexpr std::string_view word = "margin";
};
struct entropy : segmentation_signal<telltale::mean_over_pixels<telltale::entropy>> {
  static constexpr std::string_view word = "entropy";
};
struct pixel_accuracy : segmentation_signal<telltale::mean_over_pixels<telltale::correctness>> {
  static constexpr std::string_view word = "pixel-accuracy";
};
struct dice_of_labels : segmentation_signal<hard_dice> {
  static constexpr std::string_view word = "hard-dice";
};
struct log_dice_of_labels : segmentation_signal<telltale::minus_log<hard_dice>, true> {
  static constexpr std::string_view word = "log-hard-dice";
};

}  // namespace on_images

using all_segmentation_signals =
    parts<on_images::dice, on_images::mean_loss, on_images::mean_boundary_loss, on_images::log_dice,
          on_images::log_mean_loss, on_images::log_boundary_loss, on_images::likelihood, on_images::boundary_likelihood,
          on_images::margin, on_images::entropy, on_images::pixel_accuracy, on_images::dice_of_labels,
          on_images::log_dice_of_labels>;

/// What the answers no longer reveal, said by the option that took it away.
template <class Batch>
[[noreturn]] void refuse_for_lack(const signal_request& request, const std::string& what, telltale::access_to needs) {
  const std::string missing = to_string(telltale::missing(Batch::reveals, needs));
  if (request.release.empty()) throw usage_error("--outputs", "holds predicted labels; " + what + " needs " + missing);
  throw usage_error("--release", request.release + " releases only the " + to_string(Batch::reveals) + "; " + what +
                                     " needs " + missing);
}

template <class Signal, class Batch>
void fill_image(const signal_request& request, const Batch& batch, double& value) {
  if (request.signal != Signal::word) return;
  using scorer = typename Signal::scorer;
  if constexpr (telltale::Scorer<scorer, Batch>)
    scorer{}(batch, std::span<double>(&value, 1));
  else
    refuse_for_lack<Batch>(request, request.signal, scorer::needs);
}

template <class Batch, class... Signal>
[[nodiscard]] double value_of(const signal_request& request, const Batch& batch, parts<Signal...>) {
  double value = std::numeric_limits<double>::quiet_NaN();
  (fill_image<Signal>(request, batch, value), ...);
  return value;
}

template <class Batch>
void draw_image(const signal_request& request, const Batch& batch, const image_pictures& pictures) {
  constexpr bool has_confidence = covers(Batch::reveals, telltale::access_to::confidence);
  if (pictures.losses.empty() && pictures.wrong.empty()) return;
  std::vector<double> map(batch.format().pixels());
  using shown = std::conditional_t<has_confidence, telltale::loss, telltale::correctness>;
  telltale::pixel_map<shown>{}(batch, map);
  if constexpr (has_confidence) {
    for (std::size_t p = 0; p < pictures.losses.size(); ++p) pictures.losses[p] = static_cast<float>(0 - map[p]);
    for (std::size_t p = 0; p < pictures.wrong.size(); ++p)
      pictures.wrong[p] = static_cast<std::uint8_t>(std::lround(255 * std::min(1.0, 1 - std::exp(map[p]))));
  } else {
    if (!pictures.losses.empty()) refuse_for_lack<Batch>(request, "--maps", telltale::access_to::confidence);
    std::vector<int> truth(map.size());  // what is ignored is 0 in the map, and not wrong
    batch.masks().read(0, batch.format().classes, truth);
    for (std::size_t p = 0; p < pictures.wrong.size(); ++p)
      pictures.wrong[p] = map[p] == 0 && truth[p] != telltale::label_maps::no_label ? 255 : 0;
  }
}

template <class Batch>
[[nodiscard]] image_values measure_batch(const signal_request& request, const Batch& batch,
                                         const image_pictures& pictures) {
  image_values found;
  if (!request.signal.empty()) found.value = value_of(request, batch, all_segmentation_signals{});
  draw_image(request, batch, pictures);
  return found;
}

template <class Scalar>
[[nodiscard]] std::span<const Scalar> scores_of(const image_answers& answers) {
  if constexpr (std::is_same_v<Scalar, float>)
    return answers.floats;
  else
    return answers.doubles;
}

/// Applies the policy for its checks against the pixels of a batch, as the number of classes.
template <class Batch>
void check_policy(const chosen_release& chosen, const Batch& batch) {
  const std::vector<int> labels(batch.format().pixels(), 0);
  std::visit(
      [&](const auto& policy) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(policy)>, std::monostate>)
          static_cast<void>(policy(batch.pixels_of(0, labels)));
      },
      chosen.policy);
}

template <class Scalar>
image_values measure_image(const signal_request& request, const image_answers& answers,
                           const image_pictures& pictures) {
  using batch_type = telltale::segmentation<telltale::eigen<Scalar>, telltale::access_to::confidence>;
  const telltale::map_format& format = answers.format;
  const batch_type batch({scores_of<Scalar>(answers), 1, format.classes, format.pixels()}, format, answers.mask,
                         request.probabilities ? telltale::stored_as::probabilities : telltale::stored_as::logits);
  if (request.release.empty() && request.floor == 0) return measure_batch(request, batch, pictures);
  if (request.release == telltale::argmax::name)
    return measure_batch(request, telltale::at_every_pixel{telltale::argmax{}}(batch), pictures);
  chosen_release chosen{policy_of(request), {}, false};
  if (answers.image == 0) check_policy(chosen, batch);
  // Each image has draws of its own, those that `at_every_pixel` gives it among all.
  if (auto* const noise = std::get_if<telltale::noise>(&chosen.policy)) *noise = noise->for_part(answers.image);
  if (request.floor == 0) return measure_batch(request, telltale::segmentation_behind(chosen, batch), pictures);
  static_cast<void>(telltale::floored(batch, request.floor));  // for its checks
  chosen.floor = telltale::probability_floor{request.floor};
  chosen.counts_floor = true;
  const telltale::segmentation_behind seen(chosen, batch);
  image_values found = measure_batch(request, seen, pictures);
  found.raised_by_floor = seen.records_touched() > 0;
  return found;
}

}  // namespace tool
