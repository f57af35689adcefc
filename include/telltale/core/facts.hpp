// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace telltale {

/// What a target reveals: a set ordered by inclusion, written as bits that contain each other.
///
/// label < confidence < logits; `embedding`, `generation`, `inner_steps` and `update` stand beside that chain;
/// `parameters` contains all. It says how much is revealed; the observation's family says about what. How answers are
/// stored (logits or probabilities) is a property of the array, not of the threat model.
/// Not named `access`: POSIX has a function of that name.
enum class access_to : unsigned {
  nothing = 0,       ///< the empty set
  label = 1,         ///< the predicted class of a query
  confidence = 3,    ///< the probability of every class
  logits = 7,        ///< class scores before the softmax
  embedding = 8,     ///< vectors of an encoder
  generation = 16,   ///< pictures or texts made for a query
  inner_steps = 32,  ///< a generator's prediction at a step of the adversary's choice
  update = 64,       ///< what training sends out: gradients, noised or not
  parameters = 0xff  ///< the model itself, and with it everything above
};

/// What an adversary owns. Of the subject (a scorer's `holds`): truth, caption, identity, record. Of the world (a
/// rule's `needs`): population, labelled_records, shadow_models, training_influence.
enum class knowledge : unsigned {
  nothing = 0,              ///< the empty set
  truth = 1,                ///< the subject's true class
  caption = 2,              ///< the text that was trained with the subject's picture
  identity = 4,             ///< who the subject is: a name and photos
  record = 8,               ///< the record itself: its features or pixels
  population = 16,          ///< records that no model was trained on
  labelled_records = 32,    ///< records whose membership is known, mostly of an own shadow model
  shadow_models = 64,       ///< models that the adversary trained, and on what
  training_influence = 128  ///< records of his own in the training set
};

/// Either kind of fact.
template <class Kind>
concept Facts = std::same_as<Kind, access_to> || std::same_as<Kind, knowledge>;

/// The union of two sets of facts.
template <Facts Kind>
[[nodiscard]] constexpr Kind operator|(Kind a, Kind b) noexcept {
  return Kind(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Whether `have` contains all of `need`.
template <Facts Kind>
[[nodiscard]] constexpr bool covers(Kind have, Kind need) noexcept {
  return (static_cast<unsigned>(need) & ~static_cast<unsigned>(have)) == 0;
}

/// Every fact with its name, the larger before the smaller.
template <Facts Kind>
inline constexpr auto facts_by_name = std::array<std::pair<Kind, std::string_view>, 0>{};

template <>
inline constexpr auto facts_by_name<access_to> =
    std::to_array<std::pair<access_to, std::string_view>>({{access_to::parameters, "parameters"},
                                                           {access_to::logits, "logits"},
                                                           {access_to::confidence, "confidence"},
                                                           {access_to::label, "label"},
                                                           {access_to::embedding, "embedding"},
                                                           {access_to::generation, "generation"},
                                                           {access_to::inner_steps, "inner steps"},
                                                           {access_to::update, "update"}});

template <>
inline constexpr auto facts_by_name<knowledge> =
    std::to_array<std::pair<knowledge, std::string_view>>({{knowledge::truth, "truth"},
                                                           {knowledge::caption, "caption"},
                                                           {knowledge::identity, "identity"},
                                                           {knowledge::record, "record"},
                                                           {knowledge::population, "population"},
                                                           {knowledge::labelled_records, "labelled records"},
                                                           {knowledge::shadow_models, "shadow models"},
                                                           {knowledge::training_influence, "training influence"}});

/// The largest single fact of `need` that `have` lacks, or `nothing`.
///
/// One fact at a time, and always one with a name, so that a compiler prints `knowledge::shadow_models`, never a
/// number.
template <Facts Kind>
[[nodiscard]] constexpr Kind missing(Kind have, Kind need) noexcept {
  for (const auto& [fact, name] : facts_by_name<Kind>)
    if (covers(need, fact) && !covers(have, fact)) return fact;
  return Kind::nothing;
}

/// Carries a missing fact as a type: both compilers then print its name where a requirement fails.
template <auto Fact>
struct lacking {};

/// The names of a set of facts, the largest that apply, joined by " + "; "nothing" for the empty set.
template <Facts Kind>
[[nodiscard]] std::string to_string(Kind facts) {
  std::string names;
  Kind named = Kind::nothing;
  for (const auto& [fact, name] : facts_by_name<Kind>) {
    if (!covers(facts, fact) || covers(named, fact)) continue;
    if (!names.empty()) names += " + ";
    names += name;
    named = named | fact;
  }
  return names.empty() ? "nothing" : names;
}

}  // namespace telltale
