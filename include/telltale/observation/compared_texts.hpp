// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

namespace family {
/// The observations of a text encoder that is asked how similar prompts with names are to prompts without.
struct compared_texts {};
}  // namespace family

namespace req {
template <class Batch>
concept compares_names_with_a_neutral_phrase =
    std::same_as<typename Batch::family, family::compared_texts> && requires(const Batch& batch, std::size_t prompt) {
      { batch.prompts() } -> std::convertible_to<std::size_t>;
      { batch.similarities(prompt) } -> std::convertible_to<std::vector<double>>;
    };
}  // namespace req

/// Any observation of names beside a neutral phrase; a subject is a name. Scorers constrain on it.
///
/// Required, beside what `Observation` asks: `prompts()`, the number of prompts; `similarities(prompt)`, one cosine a
/// name.
template <class Batch>
concept ComparedTexts = Observation<Batch> && req::compares_names_with_a_neutral_phrase<Batch>;

/// Embeddings of prompts that hold names, and of the same prompts with a neutral phrase ("person") in the name's place.
///
/// Threat model: embeddings of any text; no photo, no picture encoder. The adversary has a list of names.
/// Shapes: names prompts x names x d, neutral prompts x d. It views the caller's arrays, float or double.
/// Throws argument_error when shapes disagree and for an embedding that is all zero or not finite.
/// Cost: one pass over the arrays here, O(names x d) a call of `similarities`.
template <class Backend>
class compared_texts {
 public:
  static constexpr std::string_view name = "compared texts";
  static constexpr access_to reveals = access_to::embedding;
  using backend = Backend;
  using family = telltale::family::compared_texts;

  /// From the embeddings of all prompts with names and of the same prompts with the neutral phrase.
  compared_texts(typename Backend::view names, typename Backend::view neutral) : names_(names), neutral_(neutral) {
    if (names.subjects() == 0 || names.queries() == 0)
      detail::refuse(name, "names", "holds no prompt or no name; wanted at least one of either");
    if (neutral.subjects() != names.subjects() || neutral.queries() != 1 || neutral.classes() != names.classes() ||
        names.classes() == 0)
      detail::refuse(name, "neutral",
                     "is " + std::to_string(neutral.subjects() * neutral.queries()) + " x " +
                         std::to_string(neutral.classes()) + "; wanted an embedding for each prompt of the names, " +
                         std::to_string(names.subjects()) + " x " + std::to_string(names.classes()));
    if (const auto bad = Backend::first_directionless(names))
      detail::refuse(name, "names",
                     "prompt " + std::to_string(bad->row / names.queries()) + ", name " +
                         std::to_string(bad->row % names.queries()) + why(bad->finite));
    if (const auto bad = Backend::first_directionless(neutral))
      detail::refuse(name, "neutral", "prompt " + std::to_string(bad->row) + why(bad->finite));
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return names_.queries(); }
  [[nodiscard]] std::size_t prompts() const noexcept { return names_.subjects(); }

  /// The cosine of each name with the neutral phrase under one prompt, in [-1, 1]: O(names x d).
  [[nodiscard]] std::vector<double> similarities(std::size_t prompt) const {
    if (prompt >= prompts())
      detail::refuse(name, "prompt", "is " + std::to_string(prompt) + "; there are " + std::to_string(prompts()));
    std::vector<double> cosines(subjects());
    Backend::cosines(neutral_, names_, prompt, prompt, cosines);
    return cosines;
  }

 private:
  static std::string why(bool finite) {
    return finite ? " has an embedding that is all zero, which is similar to nothing"
                  : " has an embedding that is not finite";
  }

  typename Backend::view names_, neutral_;
};

}  // namespace telltale
