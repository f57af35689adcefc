// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/observation/zero_shot.hpp>

namespace telltale {

/// The name that a model chose for each photo under each prompt, and nothing else: all that IDIA needs.
///
/// What `argmax{}` leaves of a `zero_shot`, or what a service answered that reveals no similarity. `chosen` is kept;
/// `true_name` is viewed.
/// Threat model: black box; one chosen name for each photo and prompt. The adversary knows the name of each person and
/// has photos of them.
/// Shapes: chosen photos x prompts, each one of `names` candidates; owner and true_name as for `zero_shot`.
/// Cost: one pass over the choices, once.
/// Throws argument_error as `zero_shot` does, and for a choice that is no candidate.
template <class Backend>
class name_votes {
 public:
  static constexpr std::string_view name = "votes for names";
  static constexpr access_to reveals = access_to::label;
  using backend = Backend;
  using family = telltale::family::zero_shot;

  /// From the choices, the owner of each photo, the number of candidate names and the true name of each person.
  name_votes(std::vector<int> chosen, std::size_t prompts, std::span<const int> owner, std::size_t names,
             std::span<const int> true_name)
      : name_votes(std::move(chosen), prompts, checked(owner, true_name, names), names, true_name) {}

  /// The same, with the owners known already.
  name_votes(std::vector<int> chosen, std::size_t prompts, photo_owners owners, std::size_t names,
             std::span<const int> true_name)
      : chosen_(std::move(chosen)),
        prompts_(prompts),
        names_(names),
        true_name_(true_name),
        owners_(std::move(owners)) {
    detail::check_true_names(name, true_name, names);
    detail::check_size(name, "true_name", true_name.size(), owners_.persons());
    if (prompts == 0) detail::refuse(name, "prompts", "is 0; wanted at least 1");
    detail::check_size(name, "chosen", chosen_.size(), owners_.photos() * prompts);
    for (std::size_t i = 0; i < chosen_.size(); ++i)
      if (chosen_[i] < 0 || std::size_t(chosen_[i]) >= names)
        detail::refuse(name, "chosen",
                       "photo " + std::to_string(i / prompts) + " was given name " + std::to_string(chosen_[i]) +
                           " under prompt " + std::to_string(i % prompts) + "; wanted 0 to " +
                           std::to_string(names - 1));
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return owners_.persons(); }
  /// Photos of all persons together.
  [[nodiscard]] std::size_t photos() const noexcept { return owners_.photos(); }
  [[nodiscard]] std::size_t prompts() const noexcept { return prompts_; }
  /// Candidate names that the model chose among.
  [[nodiscard]] std::size_t names() const noexcept { return names_; }
  /// The candidate that is the name of each person.
  [[nodiscard]] std::span<const int> true_names() const noexcept { return true_name_; }
  [[nodiscard]] int true_name(std::size_t person) const noexcept { return true_name_[person]; }
  /// Which photos show whom.
  [[nodiscard]] const photo_owners& owners() const noexcept { return owners_; }
  [[nodiscard]] std::span<const std::uint32_t> photos_of(std::size_t person) const noexcept {
    return owners_.of(person);
  }
  [[nodiscard]] std::span<const int> votes() const noexcept { return chosen_; }

 private:
  static photo_owners checked(std::span<const int> owner, std::span<const int> true_name, std::size_t names) {
    detail::check_true_names(name, true_name, names);
    return {name, owner, true_name.size()};
  }

  std::vector<int> chosen_;
  std::size_t prompts_, names_;
  std::span<const int> true_name_;
  photo_owners owners_;
};

/// How many photos of each person to draw, and which draw of which seed: `per_person` photos, the draw number `draw` of
/// `seed`. The same three give the same photos.
struct photo_draw {
  std::size_t per_person;
  std::uint64_t seed = 1;
  std::uint32_t draw = 0;
};

/// Some photos of each person, drawn without replacement from votes that are known: another draw costs no product.
///
/// Each person and draw has a random stream of its own, so that a person's photos depend on nothing but the seed, the
/// draw, the person's number and the number of their photos. It refers to the votes.
/// Threat model: that of `name_votes`, with `per_person` photos of each person.
/// Shapes: as `name_votes`.
/// Cost: O(photos) a draw.
/// Throws argument_error when `per_person` is 0, and for a person with fewer photos, by number.
template <class Backend>
class drawn_photos {
 public:
  static constexpr std::string_view name = "votes on drawn photos";
  static constexpr access_to reveals = access_to::label;
  using backend = Backend;
  using family = telltale::family::zero_shot;

  /// Draws `how.per_person` photos of each person of `from`, which must outlive it; a temporary is refused.
  drawn_photos(const name_votes<Backend>& from, const photo_draw& how) : from_(&from), per_person_(how.per_person) {
    if (per_person_ == 0) detail::refuse(name, "per_person", "is 0; wanted at least 1 photo");
    photos_.reserve(subjects() * per_person_);
    for (std::size_t person = 0; person < subjects(); ++person) {
      const std::span<const std::uint32_t> all = from.photos_of(person);
      if (all.size() < per_person_)
        detail::refuse(name, "per_person",
                       "is " + std::to_string(per_person_) + ", but person " + std::to_string(person) + " has " +
                           std::to_string(all.size()) + (all.size() == 1 ? " photo" : " photos"));
      random_stream random(how.seed, std::uint64_t{how.draw} << 32 | person);
      for (const std::uint32_t which : random.choose(per_person_, all.size())) photos_.push_back(all[which]);
    }
  }
  drawn_photos(name_votes<Backend>&&, const photo_draw&) = delete;

  [[nodiscard]] std::size_t subjects() const noexcept { return from_->subjects(); }
  [[nodiscard]] std::size_t prompts() const noexcept { return from_->prompts(); }
  [[nodiscard]] int true_name(std::size_t person) const noexcept { return from_->true_name(person); }
  [[nodiscard]] std::span<const std::uint32_t> photos_of(std::size_t person) const noexcept {
    return std::span(photos_).subspan(person * per_person_, per_person_);
  }
  [[nodiscard]] std::span<const int> votes() const noexcept { return from_->votes(); }

 private:
  const name_votes<Backend>* from_;
  std::size_t per_person_;
  std::vector<std::uint32_t> photos_;
};

}  // namespace telltale
