// expects: embeds_captions
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/image_text/dual_encoder.hpp>

using namespace telltale;

struct painter {
  at::Tensor generate(std::span<const std::string> captions, const generating& how);
};

// A text tower reads tokens: what makes them of captions is missing.
observed_generation ask(painter& target, const at::Tensor& queries, std::span<const std::string> captions,
                        image_tower& pictures, trigram_bag& texts) {
  return observe(target, queries, captions, pictures, texts);
}
