// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/relative_likelihood.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/likelihood.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/minus_log.hpp>

namespace telltale::preset {

/// Below 32 shadow models one spread for all records and each hypothesis, pooled after centring; from 32 on each
/// record's own. Segmentation networks are dear: few shadow models are the rule.
struct lira_with_few_models : lira {
  static constexpr std::string_view name = "lira_with_few_models";
  static constexpr spread::centred_below_32_models spread{};
};

}  // namespace telltale::preset

/// Attacks on a segmentation network by one number an image. Those that read a whole map with a network (Type-I,
/// Type-II, structured loss map) are in <telltale/torch/published/segmentation.hpp>. Anatomy of all: access and
/// knowledge as the score says; a subject is an image with its mask.
namespace telltale::published {

/// Minus the mean loss of all pixels, and of those at a boundary.
using pixel_loss = mean_over_pixels<loss>;
using boundary_loss = mean_over_pixels<loss, over_pixels::boundary>;

/// A score of a segmentation, cut where labelled records (of a shadow model) are told apart best.
template <class Score>
using segmentation_with = attack<Score, threshold<where::best_balanced_accuracy>>;

/// Global attack. Member if the Dice loss is at most the mean Dice loss of the shadow model's members, per image and in
/// evaluation mode (the published code takes batch means in training mode). Evidence is minus the Dice loss.
using global_dice = attack<dice<>, threshold<where::mean_of_members>>;
using global_dice_tuned = segmentation_with<dice<>>;

/// Member if the mean loss of the pixels is small: of all, as He et al. average their loss map; or at the boundary
/// (ours).
using global_loss = segmentation_with<pixel_loss>;
using global_boundary_loss = segmentation_with<boundary_loss>;

/// Without a mask: member if the network is sure. Evidence is minus the mean entropy of the pixels.
using global_entropy = segmentation_with<mean_over_pixels<entropy>>;

/// Behind argmax: member if few pixels are wrong.
using global_pixel_accuracy = segmentation_with<mean_over_pixels<correctness>>;

/// The bad example: what LiRA takes for classifiers, averaged over pixels, is ruled by the easy ones inside.
using global_margin = segmentation_with<mean_over_pixels<logit_margin>>;

/// LiRA on the logarithm of a loss (ours): the mean loss of an image is heavy-tailed, its logarithm nearly normal.
/// Knowledge truth and shadow models. Evidence is a log-likelihood ratio, cut 0.
template <class Score>
using segmentation_lira = attack<minus_log<Score>, gaussian_likelihood_ratio<preset::lira_with_few_models>>;
using lira_on_pixel_loss = segmentation_lira<pixel_loss>;
using lira_on_boundary_loss = segmentation_lira<boundary_loss>;
using lira_on_dice = segmentation_lira<dice<>>;

/// The same from models that did not see the image: ranking only.
template <class Score>
using segmentation_lira_offline =
    attack<minus_log<Score>, gaussian_likelihood_ratio<preset::offline<preset::lira_with_few_models>>>;
using lira_offline_on_pixel_loss = segmentation_lira_offline<pixel_loss>;
using lira_offline_on_boundary_loss = segmentation_lira_offline<boundary_loss>;
using lira_offline_on_dice = segmentation_lira_offline<dice<>>;

/// RMIA, the likelihood of an image being the geometric mean of its pixels' (ours). Knowledge truth, shadow models and
/// population.
template <class Score>
using segmentation_rmia = attack<likelihood<Score>, relative_likelihood<>>;
using rmia_on_pixel_loss = segmentation_rmia<pixel_loss>;
using rmia_on_boundary_loss = segmentation_rmia<boundary_loss>;

/// The same from models that did not see the image.
template <class Score>
using segmentation_rmia_offline = attack<likelihood<Score>, relative_likelihood<preset::offline<preset::rmia>>>;
using rmia_offline_on_pixel_loss = segmentation_rmia_offline<pixel_loss>;
using rmia_offline_on_boundary_loss = segmentation_rmia_offline<boundary_loss>;

inline constexpr std::string_view segmentation_citation =
    "Chobola, Usynin, Kaissis: Membership Inference Attacks Against Semantic Segmentation Models. AISec 2023, arXiv "
    "2212.01082";
inline constexpr std::string_view loss_map_citation =
    "He, Rahimian, Schiele, Fritz: Segmentations-Leak: Membership Inference Attacks and Defenses in Semantic Image "
    "Segmentation. ECCV 2020, arXiv 1912.09685";
inline constexpr std::string_view segmentation_ours_citation =
    "beside Chobola, Usynin, Kaissis: Membership Inference Attacks Against Semantic Segmentation Models. AISec 2023, "
    "arXiv 2212.01082; ours";

}  // namespace telltale::published
