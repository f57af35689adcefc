// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <telltale/torch/image_text/dual_encoder.hpp>

#include "settings.hpp"
#include "world.hpp"

namespace identity {

/// A model that the lab trains: what differs from the headline.
struct arm {
  std::string name = "headline";
  std::size_t training_photos = settings::training_photos;
  bool shuffled_names = false;  ///< each photo of a member gets the name of a member at random
  bool one_gender = false;      ///< only photos of one gender train; the others attack
};

using bag_encoder = telltale::dual_encoder<telltale::image_tower, telltale::trigram_bag>;
using word_encoder = telltale::dual_encoder<telltale::image_tower, telltale::trigram_transformer>;

/// The gender whose photos train person `who` in an arm by gender.
[[nodiscard]] int gender_that_trains(const trial& one, std::size_t who);

/// The photos of a person that an arm trains on.
[[nodiscard]] std::vector<std::int64_t> training_photos_of(const trial& one, const arm& what, std::size_t who);

/// An untrained encoder of a seed. `Encoder` is either of the two.
template <class Encoder>
[[nodiscard]] Encoder new_encoder(const trial& one, const settings& chosen);

/// A trained one: from nothing, or from where the checkpoint in the lab's folder stands.
template <class Encoder>
[[nodiscard]] Encoder trained(const world& all, const trial& one, const arm& what, const settings& chosen);

}  // namespace identity
