// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>
#include <telltale/observation/photo_owners.hpp>

namespace telltale {

namespace family {
/// The observations of an image-text model that was asked which of many names goes with each photo of some people.
struct zero_shot {};
}  // namespace family

namespace req {
template <class Batch>
concept answers_who_is_shown =
    std::same_as<typename Batch::family, family::zero_shot> && requires(const Batch& batch, std::size_t person) {
      { batch.prompts() } -> std::convertible_to<std::size_t>;
      { batch.true_name(person) } -> std::convertible_to<int>;
      { batch.photos_of(person) } -> std::convertible_to<std::span<const std::uint32_t>>;
      { batch.votes()[person] } -> std::convertible_to<int>;
    };
}  // namespace req

/// Any observation of an image-text model asked for names; a subject is a person. Scorers constrain on it.
///
/// Required, beside what `Observation` asks: `prompts()`, the number of prompts; `true_name(person)`, the candidate
/// that is the person's name; `votes()`, a table of photos x prompts, the name that was chosen for each;
/// `photos_of(person)`, the rows of it that show the person.
template <class Batch>
concept ZeroShot = Observation<Batch> && req::answers_who_is_shown<Batch>;

namespace detail {

/// Refuses a true name that the attack could never find.
inline void check_true_names(std::string_view function, std::span<const int> true_name, std::size_t names) {
  if (true_name.empty()) detail::refuse(function, "true_name", "holds no person; wanted at least 1");
  if (names < 2 || names > std::size_t(std::numeric_limits<int>::max()))
    detail::refuse(function, "names", "holds " + std::to_string(names) + " candidate names; wanted at least 2");
  for (std::size_t person = 0; person < true_name.size(); ++person)
    if (true_name[person] < 0 || std::size_t(true_name[person]) >= names)
      detail::refuse(function, "true_name",
                     "person " + std::to_string(person) + " is called name " + std::to_string(true_name[person]) +
                         ", which is none of the candidates 0 to " + std::to_string(names - 1) +
                         ": the attack could only say \"non-member\"");
}

}  // namespace detail

/// Embeddings of people's photos and of prompts that hold candidate names: what an image-text model gives away.
///
/// Threat model: similarities of any photo and text (embeddings are only how the user computed them); the adversary
/// knows the name of each person and has photos of them, which need not be training photos. Lengths of embeddings do
/// not matter: only cosines are taken. It views the caller's arrays, float or double, and copies none of them.
/// Shapes: photos n x d; owner one person in [0, persons) a photo, in any order; names prompts x names x d; true_name
/// one of the names a person.
/// Throws argument_error when shapes disagree, for an owner who is no person, a person without photos, a true name
/// that is not among the candidates, and an embedding that is all zero or not finite.
/// Cost: one pass over the arrays.
template <class Backend>
class zero_shot {
 public:
  static constexpr std::string_view name = "zero-shot names";
  static constexpr access_to reveals = access_to::confidence;
  using backend = Backend;
  using family = telltale::family::zero_shot;

  /// `threads`: how many threads `votes` may use (0: one per core), which changes nothing but the time. LibTorch uses
  /// its own.
  zero_shot(typename Backend::view photos, std::span<const int> owner, typename Backend::view names,
            std::span<const int> true_name, std::size_t threads = 0)
      : photos_(checked(photos, owner, names, true_name)),
        names_(names),
        true_name_(true_name),
        owners_(zero_shot::name, owner, true_name.size()),
        threads_(threads) {
    if (const auto bad = Backend::first_directionless(photos))
      detail::refuse(name, "photos", "photo " + std::to_string(bad->row) + why(bad->finite));
    if (const auto bad = Backend::first_directionless(names))
      detail::refuse(name, "names",
                     "prompt " + std::to_string(bad->row / names.queries()) + ", name " +
                         std::to_string(bad->row % names.queries()) + why(bad->finite));
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return owners_.persons(); }
  /// Photos of all persons together.
  [[nodiscard]] std::size_t photos() const noexcept { return photos_.subjects(); }
  [[nodiscard]] std::size_t prompts() const noexcept { return names_.subjects(); }
  /// Candidate names that the model chooses among.
  [[nodiscard]] std::size_t names() const noexcept { return names_.queries(); }
  /// Length of an embedding, d.
  [[nodiscard]] std::size_t dimensions() const noexcept { return photos_.classes(); }
  /// The candidate that is the name of each person.
  [[nodiscard]] std::span<const int> true_names() const noexcept { return true_name_; }
  [[nodiscard]] int true_name(std::size_t person) const noexcept { return true_name_[person]; }
  /// Which photos show whom.
  [[nodiscard]] const photo_owners& owners() const noexcept { return owners_; }
  [[nodiscard]] std::span<const std::uint32_t> photos_of(std::size_t person) const noexcept {
    return owners_.of(person);
  }

  /// The most similar name of each photo under each prompt, photos x prompts; of exactly equal cosines the first name.
  ///
  /// Computed afresh by every call: photos x prompts x names x d multiply-adds, block by block, so that photos x names
  /// x prompts are never held. `argmax{}` keeps them.
  [[nodiscard]] std::vector<int> votes() const {
    std::vector<int> chosen(photos() * prompts());
    Backend::nearest(photos_, names_, threads_, chosen);
    return chosen;
  }

  /// The cosine of one photo with every name under one prompt, in [-1, 1]: O(names x d).
  [[nodiscard]] std::vector<double> similarities(std::size_t photo, std::size_t prompt) const {
    if (photo >= photos() || prompt >= prompts())
      detail::refuse(name, "photo and prompt",
                     "are " + std::to_string(photo) + " and " + std::to_string(prompt) + "; there are " +
                         std::to_string(photos()) + " and " + std::to_string(prompts()));
    std::vector<double> cosines(names());
    Backend::cosines(photos_, names_, photo, prompt, cosines);
    return cosines;
  }

 private:
  // Before any of them is read.
  static typename Backend::view checked(const typename Backend::view& photos, std::span<const int> owner,
                                        const typename Backend::view& names, std::span<const int> true_name) {
    if (photos.queries() != 1)
      detail::refuse(name, "photos",
                     "has " + std::to_string(photos.queries()) + " rows a photo; wanted one embedding each");
    if (names.subjects() == 0) detail::refuse(name, "names", "holds no prompt; wanted at least 1");
    if (photos.classes() == 0 || photos.classes() != names.classes())
      detail::refuse(name, "names",
                     "has " + std::to_string(names.classes()) + " dimensions; the photos have " +
                         std::to_string(photos.classes()));
    detail::check_size(name, "owner", owner.size(), photos.subjects());
    detail::check_true_names(name, true_name, names.queries());
    return photos;
  }

  static std::string why(bool finite) {
    return finite ? " has an embedding that is all zero, which is similar to nothing"
                  : " has an embedding that is not finite";
  }

  typename Backend::view photos_, names_;
  std::span<const int> true_name_;
  photo_owners owners_;
  std::size_t threads_;
};

}  // namespace telltale
