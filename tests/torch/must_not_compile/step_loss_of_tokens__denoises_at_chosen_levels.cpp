// expects: denoises_at_chosen_levels
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <span>
#include <string>

#include <telltale/torch/observation/token_likelihoods.hpp>
#include <telltale/torch/published/step_loss.hpp>

using namespace telltale;

// A generator that writes tokens one after the other has no levels of noise to be asked at.
struct writer {
  [[nodiscard]] at::Tensor token_log_likelihoods(const at::Tensor& images, std::span<const std::string>) const {
    return images;
  }
};

evidence judge(const token_likelihoods<writer>& batch) { return published::step_loss{}(batch); }
