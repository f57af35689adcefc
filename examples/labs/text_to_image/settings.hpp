// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace text_to_image {

/// What the lab is asked to do.
struct settings {
  std::optional<std::filesystem::path> data;  ///< a folder with captions.csv; nothing: the emoji
  std::optional<std::filesystem::path> more;  ///< the same, for embedder and codebook alone
  std::filesystem::path out = "text-to-image-lab";
  bool quick = false, quiet = false;
  std::size_t seeds = 4, jobs = 0, side = 16;

  /// How long the targets are trained, in steps; attacks in full at `diffusion_steps` and `sequence_steps`.
  std::vector<std::size_t> diffusion_lengths{250, 500, 750, 1000, 1500, 2000, 3000};
  std::vector<std::size_t> sequence_lengths{50, 100, 150, 200, 400};
  std::size_t diffusion_steps = 1000, sequence_steps = 150;
  /// Of each query, and how many steps the diffusion target takes for each.
  std::size_t pictures = 2, sampling_steps = 5;
  std::size_t embedder_epochs = 60, auxiliary_draws = 5;
  /// What is tried on the first seed alone.
  std::vector<std::size_t> sampling_sweep{2, 5, 10, 20, 50}, pictures_sweep{1, 2, 4, 8};
  std::vector<double> guidance_sweep{1, 2, 4};
  std::size_t private_steps = 500;  ///< of DP-SGD; 0: not tried

  /// The settings of minutes.
  void shorten() {
    quick = true;
    diffusion_lengths = {250, 500, 1000};
    sequence_lengths = {50, 100, 150};
    auxiliary_draws = 3;
    sampling_sweep = {2, 5, 20};
    pictures_sweep = {1, 2, 4};
    guidance_sweep = {1, 2};
    private_steps = 0;
  }

  /// All that decides a seed's figures: figures of another text are measured again.
  [[nodiscard]] std::string text() const;
};

}  // namespace text_to_image
