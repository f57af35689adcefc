// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <ATen/ATen.h>

namespace telltale {

/// Pictures and their captions: what a text-to-image generator is trained on and asked about.
struct captioned_images {
  at::Tensor images;                  ///< (n, 3, height, width), float in [-1, 1]
  std::vector<std::string> captions;  ///< n
};

/// How a generator is asked.
struct generating {
  std::size_t pictures = 1;  ///< of each caption, r
  std::uint64_t seed = 1;    ///< picture j of caption i depends on (seed, i, j) alone, not on the batch
  std::size_t batch_size = 256;
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< captions
};

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
