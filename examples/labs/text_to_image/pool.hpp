// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/images/image.hpp>
#include <telltale/torch/generator/generator.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "settings.hpp"

namespace text_to_image {

/// All pairs of a picture and its caption that the lab has, near duplicates removed.
struct pool {
  std::string source;
  std::size_t read = 0;                            ///< pairs before any was dropped
  std::vector<telltale::images::rgb_image> shown;  ///< the pictures as bytes
  telltale::captioned_images pairs;
  telltale::captioned_images more;  ///< further pairs that no target is asked about; may be empty
};

/// Throws error where there are too few pairs, and what reading the files throws.
[[nodiscard]] pool read_pool(const settings& chosen);

/// Who is what in one trial; places in the pool. Nothing but the draw decides, so that nothing but training can.
struct split {
  std::uint64_t seed = 1;
  std::vector<std::int64_t> members, others;  ///< trained on; never seen by target, embedder or codebook
  std::vector<std::int64_t> reserve;          ///< never seen either: the null control asks about them
  std::vector<std::int64_t> rest;             ///< for embedder, codebook and captions to retrieve

  /// Members, then others: everybody who is asked about.
  [[nodiscard]] std::vector<std::int64_t> asked() const;
};

[[nodiscard]] split draw_split(const pool& all, std::uint64_t seed);

/// Some pairs of the pool.
[[nodiscard]] telltale::captioned_images chosen_pairs(const pool& all, const std::vector<std::int64_t>& places);

/// The rest of the pool and what further pairs there are.
[[nodiscard]] telltale::captioned_images unasked_pairs(const pool& all, const split& one);

}  // namespace text_to_image
