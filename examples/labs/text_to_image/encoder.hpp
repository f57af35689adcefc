// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/image_text/dual_encoder.hpp>

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace text_to_image {

/// What the adversary compares pictures and captions with: two towers into one space, rows of length 1.
class encoder {
 public:
  using towers = telltale::dual_encoder<telltale::image_tower, telltale::trigram_bag>;

  explicit encoder(towers both) : towers_(std::move(both)) {}

  /// (n, 3, side, side) to (n, d).
  [[nodiscard]] at::Tensor operator()(const at::Tensor& pictures) const;
  /// n captions to (n, d).
  [[nodiscard]] at::Tensor captions(std::span<const std::string> texts) const;

 private:
  towers towers_;
};

/// Trained on pairs; `file` is where a run that was cut off goes on from.
[[nodiscard]] encoder trained_encoder(const telltale::captioned_images& pairs, std::uint64_t seed, std::size_t epochs,
                                      const std::filesystem::path& file,
                                      const std::function<void(std::size_t, std::size_t)>& progress);

/// The same network as it was drawn.
[[nodiscard]] encoder untrained_encoder(std::size_t side, std::uint64_t seed);

/// The share of pictures whose own caption is the most similar of all given.
[[nodiscard]] double captions_found(const encoder& with, const telltale::captioned_images& pairs);

}  // namespace text_to_image
