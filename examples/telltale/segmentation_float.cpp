// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/anatomy.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/report/audit.hpp>

#include "segmentation_measure.hpp"

namespace tool {
namespace {

template <class... Signal>
std::vector<std::string> words_of_signals(parts<Signal...>, telltale::access_to revealed, bool of_others = true) {
  std::vector<std::string> words;
  const auto add = [&](std::string_view word, telltale::access_to needs, bool of_another) {
    if (covers(revealed, needs) && (of_others || !of_another)) words.emplace_back(word);
  };
  (add(Signal::word, Signal::scorer::needs, Signal::of_another), ...);
  return words;
}

}  // namespace

telltale::report::anatomy_text anatomy_of_signal(const std::string& signal) {
  using batch_type = telltale::segmentation<telltale::eigen<float>, telltale::access_to::confidence>;
  telltale::report::anatomy_text text;
  const auto describe = [&]<class... Signal>(parts<Signal...>) {
    const auto one = [&]<class Each>(parts<Each>) {
      using attack_type = telltale::published::segmentation_with<typename Each::scorer>;
      if (signal == Each::word)
        text = telltale::report::in_words(telltale::anatomy_of<attack_type, batch_type>(),
                                          "Was this image, with its mask, in the training set?");
    };
    (one(parts<Signal>{}), ...);
  };
  describe(all_segmentation_signals{});
  return text;
}

template image_values measure_image<float>(const signal_request&, const image_answers&, const image_pictures&);

image_values measure_labels(const signal_request& request, const image_answers& answers,
                            const image_pictures& pictures) {
  const telltale::segmentation<telltale::eigen<float>, telltale::access_to::label> batch(answers.labels, answers.format,
                                                                                         answers.mask);
  return measure_batch(request, batch, pictures);
}

std::vector<std::string> segmentation_signals() {
  return words_of_signals(all_segmentation_signals{}, telltale::access_to::confidence);
}

std::vector<std::string> segmentation_orders() {
  return words_of_signals(all_segmentation_signals{}, telltale::access_to::confidence, false);
}

std::vector<std::string> segmentation_signals_of_labels() {
  return words_of_signals(all_segmentation_signals{}, telltale::access_to::label);
}

}  // namespace tool
