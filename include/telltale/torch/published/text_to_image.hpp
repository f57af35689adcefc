// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/torch/learner/convolutional.hpp>
#include <telltale/torch/rule/learned_features.hpp>
#include <telltale/torch/scorer/generated_pixels.hpp>
#include <telltale/torch/scorer/pixel_difference.hpp>

namespace telltale::learner {

/// A convolutional network for a few hundred labelled pictures: two blocks of 16 and 32 channels, Adam at 1e-3, 25
/// epochs of 32 records a step, nothing held out.
///
/// Wu et al. 2022 say that a convolutional network judges pixels; its shape and its training are ours.
struct convolutional_on_pictures : convolutional<> {
  static constexpr std::string_view name = "convolutional network on pictures";

  /// Takes no settings: a network of another shape or training is a `convolutional`.
  convolutional_on_pictures()
      : convolutional<>{
            .channels = {16, 32},
            .training = {.recipe = {.optimiser = train::adam{.learning_rate = 1e-3}, .batch_size = 32, .epochs = 25},
                         .stop = std::nullopt}} {}
};

}  // namespace telltale::learner

/// Attacks on a text-to-image generator that read pixels with a network, as Wu et al. 2022 have them; the others of the
/// six are in <telltale/published/text_to_image.hpp>.
/// Anatomy of both: access generation; knowledge caption and labelled records, the labelled ones not among those
/// judged. Evidence is log-odds of membership, cut 0.
namespace telltale::published {

/// I-P. Member if the generated pictures look like those of members to a convolutional network.
///
/// Anatomy: access generation; knowledge caption, labelled records; scorer generated pixels; rule convolutional
/// network. Range: log-odds of membership, any real; larger means member, cut 0. Reference: Wu, Yu, Li, Backes and
/// Zhang 2022, "Membership inference attacks against text-to-image generation models", attack I-P.
using i_p_learned = attack<generated_pixels, learned_features<learner::convolutional_on_pictures>>;

/// II-P. Member if the query picture less what came back looks so.
///
/// Anatomy: access generation; knowledge record, caption, labelled records; scorer pixel difference; rule convolutional
/// network. Range: as of `i_p_learned`. Reference: Wu, Yu, Li, Backes and Zhang 2022, attack II-P.
using ii_p_learned = attack<pixel_difference, learned_features<learner::convolutional_on_pictures>>;

}  // namespace telltale::published
