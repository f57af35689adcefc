// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include <telltale/torch.hpp>

#include "inspect.hpp"

namespace telltale::anatomy_pages {

// clang-format off
/// Name, page, question and type of every composition of the LibTorch wing.
inline constexpr std::tuple of_wing{
    generator::named{"I-P learned", TELLTALE_ABOUT(i_p_learned, "i_p",
          "Do pictures that the generator makes of this caption have the pixels of something it knows well?",
          attack<generated_pixels, learned_features<learner::convolutional_on_pictures>>)},
    generator::named{"II-P learned", TELLTALE_ABOUT(ii_p_learned, "ii_p",
          "Does the generator give this picture back when it is asked for its caption?",
          attack<pixel_difference, learned_features<learner::convolutional_on_pictures>>)},
    generator::named{"step loss", TELLTALE_ABOUT(step_loss, "step_loss",
          "Does the diffusion model find the noise in a noisy copy of this picture?",
          attack<step_loss, threshold<where::best_balanced_accuracy>>)},
    generator::named{"SecMI", TELLTALE_ABOUT(secmi, "secmi", "Does a step to more noise and back end where it began?",
          attack<secmi, threshold<where::best_balanced_accuracy>>)},
    generator::named{"SecMI of one step", TELLTALE_ABOUT(secmi_of_one_step, "secmi",
          "Does a long step to more noise and back end where it began?",
          attack<secmi_of_one_step, threshold<where::best_balanced_accuracy>>)},
    generator::named{"PIA", TELLTALE_ABOUT(pia, "pia", "Does the model see the noise again that it saw in the picture itself?",
          attack<pia<first_noise::as_seen>, threshold<where::best_balanced_accuracy>>)},
    generator::named{"PIAN", TELLTALE_ABOUT(pia_normalised, "pia", "Does the model see the noise again that it saw in the picture itself?",
          attack<pia<first_noise::normalised>, threshold<where::best_balanced_accuracy>>)},
    generator::named{"denoising joined", TELLTALE_ABOUT(denoising_joined, "denoising_joined",
          "Do the inner steps of the diffusion model, taken together, know this picture?",
          attack<joined<step_losses, secmi_of_one_step, pia<>, pia<first_noise::normalised>>,
                 learned<learner::logistic_regression<ridge::squared>>>)},
    generator::named{"token likelihood", TELLTALE_ABOUT(token_likelihood, "token_likelihood",
          "Does the generator find the tokens of this picture likely?",
          attack<token_likelihood, threshold<where::best_balanced_accuracy>>)},
    generator::named{"Type-I", TELLTALE_ABOUT(type_i, "type_i",
          "Does the network's answer to this image look like its answers to images that it was trained on?",
          attack<output_map, learned_features<learner::residual_on_maps, scaling::varying_channels>>)},
    generator::named{"Type-I of labels", TELLTALE_ABOUT(type_i_of_labels, "type_i",
          "Do the labels that the network gives this image look like those of images that it was trained on?",
          attack<predicted_map, learned_features<learner::residual_on_maps, scaling::varying_channels>>)},
    generator::named{"Type-II", TELLTALE_ABOUT(type_ii, "type_ii",
          "Do answer and true mask agree as they do on images that the network was trained on?",
          attack<with_truth<output_map>, learned_features<learner::residual_on_maps, scaling::varying_channels>>)},
    generator::named{"Type-II of labels", TELLTALE_ABOUT(type_ii_of_labels, "type_ii",
          "Do labels and true mask agree as they do on images that the network was trained on?",
          attack<with_truth<predicted_map>, learned_features<learner::residual_on_maps, scaling::varying_channels>>)},
    generator::named{"structured loss map", TELLTALE_ABOUT(structured_loss_map, "structured_loss_map",
          "Is the loss spread over this image as over images that the network was trained on?",
          attack<score_map<loss>, learned_features<learner::residual_on_maps, scaling::varying_channels>>)},
    generator::named{"structured loss map, patches", TELLTALE_ABOUT(structured_loss_map_patches, "structured_loss_map",
          "Is the loss spread over this image as over images that the network was trained on?",
          attack<score_map<loss>, learned_features<learner::summed_patches<>, scaling::varying_channels>>)},
    generator::named{"structured loss map of labels", TELLTALE_ABOUT(structured_loss_map_of_labels, "structured_loss_map",
          "Are the wrong pixels spread over this image as over images that the network was trained on?",
          attack<score_map<correctness>, learned_features<learner::residual_on_maps, scaling::varying_channels>>)}};
// clang-format on

}  // namespace telltale::anatomy_pages
