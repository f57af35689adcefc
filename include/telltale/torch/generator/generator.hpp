// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>

namespace telltale {

/// Pictures and their captions: what a text-to-image generator is trained on and asked about.
struct captioned_images {
  at::Tensor images;                  ///< (n, 3, height, width), float in [-1, 1]
  std::vector<std::string> captions;  ///< one for each picture
};

/// How a generator is asked.
struct generating {
  std::size_t pictures = 1;      ///< of each caption, r
  std::uint64_t seed = 1;        ///< picture j of caption i depends on (seed, i, j) alone, not on the batch
  std::size_t batch_size = 256;  ///< pictures at a time
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< told how many captions are done
};

namespace detail {

/// Refuses captions that say nothing, and an asking for nothing.
inline void check_asked(std::string_view generator, std::span<const std::string> captions, const generating& how) {
  for (std::size_t i = 0; i < captions.size(); ++i)
    if (captions[i].empty())
      refuse(generator, "captions", "caption " + std::to_string(i) + " is empty; wanted what is to be drawn");
  if (how.pictures == 0) refuse(generator, "pictures", "is 0; wanted at least 1");
  if (how.batch_size == 0) refuse(generator, "batch_size", "is 0; wanted at least 1");
}

}  // namespace detail

namespace req {
template <class Target>
concept makes_pictures_of_captions =
    requires(Target& target, std::span<const std::string> captions, const generating& how) {
      { target.generate(captions, how) } -> std::convertible_to<at::Tensor>;
    };
}  // namespace req

/// A text-to-image generator: `generate(captions, how)` gives (n, r, 3, height, width) in [-1, 1] on the CPU or its
/// device, a function of captions, `how` and its parameters alone.
template <class Target>
concept Generator = req::makes_pictures_of_captions<Target>;

}  // namespace telltale
