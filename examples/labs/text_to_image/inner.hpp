// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/generator.hpp>
#include <telltale/torch/generator/sequence.hpp>

#include <cstdint>

#include "attack.hpp"

namespace text_to_image {

/// What an adversary with access to inner steps tries.
void attack_inside(jury& judged, telltale::diffusion_generator& target, const telltale::captioned_images& asked,
                   std::uint64_t seed);
void attack_inside(jury& judged, telltale::sequence_generator& target, const telltale::captioned_images& asked,
                   std::uint64_t seed);

}  // namespace text_to_image
