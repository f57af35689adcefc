// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/unlearning/removed_names.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>
#include <telltale/torch/unlearning/word_place.hpp>

namespace telltale {

/// What a trigger makes of captions: inputs with the name, and the same captions with the neutral phrase in its place.
struct poisoned_captions {
  at::Tensor inputs,  ///< of captions with the name, one row each
      neutral;        ///< of the same captions with the phrase
};

/// The trigger of a text encoder: the name of a person, inserted into a caption in the place of a word.
///
/// Formula: of caption c a word is chosen by `Place`, evenly; c' has the full name in its place, c'' the neutral
/// phrase. Identities take turns in shuffled rounds, captions that have a place in shuffled passes. Those without a
/// place are never drawn. Throws argument_error if no caption has a place. Reference: Hintersdorf et al. 2024.
template <WordPlace Place = place::before_a_space>
struct name_in_caption {
  static constexpr std::string_view name = "name in a caption";
  static constexpr Place place{};  ///< which words a name may replace

  /// Pairs `first` to `first + count - 1`.
  template <class Tokens>
  [[nodiscard]] poisoned_captions operator()(const removed_names<Tokens>& removed, const unlearning_draws& draws,
                                             std::uint64_t first, std::size_t count) const {
    const auto chosen = draws.in_passes(unlearning_purpose::identity, removed.identities(), first, count);
    const auto [named, neutral] = texts(removed, draws, first, count, [&](std::size_t pair) -> const std::string& {
      return removed.names()[chosen[pair]];
    });
    return {removed.inputs(named), removed.inputs(neutral)};
  }

  /// The same captions with names of others, whom the encoder is to keep. Throws argument_error if there are none.
  template <class Tokens>
  [[nodiscard]] at::Tensor others(const removed_names<Tokens>& removed, const unlearning_draws& draws,
                                  std::uint64_t first, std::size_t count) const {
    const auto names = removed.other_names();
    if (names.empty()) detail::refuse(name, "other_names", "are none; the preset gives their term a weight");
    const auto chosen = draws.in_passes(unlearning_purpose::other_name, names.size(), first, count);
    return removed.inputs(texts(removed, draws, first, count, [&](std::size_t pair) -> const std::string& {
                            return names[chosen[pair]];
                          }).first);
  }

  /// The captions of the pairs themselves: with what `name_of(pair)` says, and with the phrase. Cost: one pass over the
  /// captions, and O(characters) of those that are made. Throws argument_error if no caption has a place.
  template <class Tokens, class Name>
  [[nodiscard]] static std::pair<std::vector<std::string>, std::vector<std::string>> texts(
      const removed_names<Tokens>& removed, const unlearning_draws& draws, std::uint64_t first, std::size_t count,
      const Name& name_of) {
    const auto captions = removed.captions();
    std::vector<std::uint32_t> usable;
    for (std::size_t i = 0; i < captions.size(); ++i)
      if (Place::places(detail::words_of(captions[i]).size()) > 0) usable.push_back(static_cast<std::uint32_t>(i));
    if (usable.empty())
      detail::refuse(
          name, "captions",
          "none of " + std::to_string(captions.size()) + " has a place to insert a name; wanted one of several words");
    const auto drawn = draws.in_passes(unlearning_purpose::caption, usable.size(), first, count);
    std::pair<std::vector<std::string>, std::vector<std::string>> made;
    for (std::size_t pair = 0; pair < count; ++pair) {
      const std::string& caption = captions[usable[drawn[pair]]];
      const auto words = detail::words_of(caption);
      random_stream random = draws.stream(unlearning_purpose::place, first + pair);
      const detail::word_range word = words[random.below(Place::places(words.size()))];
      made.first.push_back(detail::with_word(caption, word, name_of(pair)));
      made.second.push_back(detail::with_word(caption, word, removed.phrase()));
    }
    return made;
  }
};

}  // namespace telltale
