// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>
#include <telltale/torch/unlearning/word_place.hpp>

namespace telltale {

namespace req {
template <class Tokens>
concept turns_captions_into_inputs = requires(const Tokens& tokens, const std::vector<std::string>& captions) {
  { tokens(captions) } -> std::convertible_to<at::Tensor>;
};
}  // namespace req

/// The names that a text encoder is to lose, and the captions that it is edited by.
///
/// `captions` are ordinary texts of the kind that the encoder was trained on; those in which a removed name occurs (as
/// words of its own, whatever their case) are left out and counted. `phrase` is what a name is to mean from now on,
/// such as "person". `tokens` turns captions into the encoder's input, one row a caption. `other_names` are only asked
/// for by a preset that has a term for them. Throws argument_error for no caption or name, one without a word or twice
/// the same name (whatever the case), and when every caption has a removed name in it.
template <req::turns_captions_into_inputs Tokens>
class removed_names {
 public:
  /// Takes what the class describes, and leaves out captions with a removed name. Cost: O(characters) of the captions
  /// for every name, and a comparison for every two names.
  removed_names(std::vector<std::string> captions, std::vector<std::string> names, std::string phrase, Tokens tokens,
                std::vector<std::string> other_names = {})
      : names_(std::move(names)),
        other_names_(std::move(other_names)),
        phrase_(std::move(phrase)),
        tokens_(std::move(tokens)) {
    check_words("names", names_);
    check_words("captions", captions);
    if (detail::words_of(phrase_).empty())
      detail::refuse(function, "phrase", "has no word; wanted a neutral phrase, \"person\" for example");
    std::vector<std::string> folded;
    for (const std::string& name : names_) folded.push_back(detail::in_lower_case(name));
    for (std::size_t i = 0; i < folded.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (folded[i] == folded[j])
          detail::refuse(function, "names",
                         "\"" + names_[i] + "\" is both name " + std::to_string(j) + " and name " + std::to_string(i));
    const std::size_t all = captions.size();
    for (std::string& caption : captions) {
      const std::string lower = detail::in_lower_case(caption);
      bool named = false;
      for (const std::string& name : folded) named = named || detail::names_in(lower, name);
      if (!named) captions_.push_back(std::move(caption));
    }
    left_out_ = all - captions_.size();
    if (captions_.empty())
      detail::refuse(function, "captions",
                     "all " + std::to_string(all) + " hold a name to be removed; wanted some without");
  }

  /// How many people.
  [[nodiscard]] std::size_t identities() const noexcept { return names_.size(); }
  /// Whom the encoder is to lose.
  [[nodiscard]] std::span<const std::string> names() const noexcept { return names_; }
  /// Others, whom it is to keep; may be empty.
  [[nodiscard]] std::span<const std::string> other_names() const noexcept { return other_names_; }
  /// What a name is to mean from now on.
  [[nodiscard]] const std::string& phrase() const noexcept { return phrase_; }
  /// The captions without a removed name.
  [[nodiscard]] std::span<const std::string> captions() const noexcept { return captions_; }
  /// How many captions had one.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }

  /// The encoder's input for some texts. Throws argument_error unless there is a row for each.
  [[nodiscard]] at::Tensor inputs(const std::vector<std::string>& texts) const {
    at::Tensor made = tokens_(texts);
    if (!made.defined() || made.dim() == 0 || made.size(0) != static_cast<std::int64_t>(texts.size()))
      detail::refuse(function, "tokens",
                     "gives " +
                         (made.defined() ? std::to_string(made.dim() == 0 ? 0 : made.size(0)) : std::string("no")) +
                         " rows for " + std::to_string(texts.size()) + " captions; wanted a row for each");
    return made;
  }

  /// Captions `first` to `first + count - 1` of shuffled passes over all.
  [[nodiscard]] at::Tensor clean(const unlearning_draws& draws, std::uint64_t first, std::size_t count) const {
    std::vector<std::string> texts;
    for (const std::uint32_t i : draws.in_passes(unlearning_purpose::clean, captions_.size(), first, count))
      texts.push_back(captions_[i]);
    return inputs(texts);
  }
  /// How many captions are left to be drawn.
  [[nodiscard]] std::size_t clean_count() const noexcept { return captions_.size(); }

 private:
  static constexpr std::string_view function = "removed_names";

  static void check_words(std::string_view argument, const std::vector<std::string>& texts) {
    if (texts.empty()) detail::refuse(function, argument, "are none; wanted at least one");
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (detail::words_of(texts[i]).empty())
        detail::refuse(function, argument, "number " + std::to_string(i) + " has no word");
  }

  std::vector<std::string> names_, other_names_, captions_;
  std::string phrase_;
  Tokens tokens_;
  std::size_t left_out_ = 0;
};

}  // namespace telltale
