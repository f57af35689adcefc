// expects: predicts_the_noise_of_a_level
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <span>
#include <string>

#include <telltale/torch/observation/denoising_steps.hpp>

using namespace telltale;

// Whoever gets finished pictures only cannot ask at a level of noise.
struct painter {
  [[nodiscard]] at::Tensor generate(std::span<const std::string>, const generating&) const { return {}; }
};

denoising_steps<painter> observe(painter target, captioned_images asked) { return {target, asked}; }
