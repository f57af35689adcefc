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
  static constexpr spread::centred_below_32_models spread{};  ///< one for all, then each record's own
};

}  // namespace telltale::preset

/// Attacks on a segmentation network by one number an image. Those that read a whole map with a network (Type-I,
/// Type-II, structured loss map) are in <telltale/torch/published/segmentation.hpp>. Anatomy of all: access and
/// knowledge as the score says; a subject is an image with its mask.
namespace telltale::published {

/// Minus the mean loss of all pixels of an image.
using pixel_loss = mean_over_pixels<loss>;
/// Minus the mean loss of the pixels at a boundary between classes.
using boundary_loss = mean_over_pixels<loss, over_pixels::boundary>;

/// A score of a segmentation, cut where labelled records (of a shadow model) are told apart best.
///
/// Anatomy: access and what is known of the subject as the score says; knowledge labelled records; rule threshold at
/// the best balanced accuracy. Range: evidence is the score, its range and unit. Reference:
/// `segmentation_ours_citation`.
template <class Score>
using segmentation_with = attack<Score, threshold<where::best_balanced_accuracy>>;

/// Global attack. Member if the Dice loss is at most the mean Dice loss of the shadow model's members, per image and in
/// evaluation mode (the published code takes batch means in training mode).
///
/// Anatomy: access confidence; knowledge truth, labelled records; scorer Dice; rule threshold at the mean of members.
/// Range: evidence is minus the Dice loss, in [-1, 0].
/// Reference: `segmentation_citation`, the global attack.
using global_dice = attack<dice<>, threshold<where::mean_of_members>>;
/// As `global_dice`, cut where labelled records are told apart best.
using global_dice_tuned = segmentation_with<dice<>>;

/// Member if the mean loss of the pixels is small.
///
/// Anatomy: access confidence; knowledge truth, labelled records; scorer loss, mean over all pixels; rule threshold at
/// the best balanced accuracy. Range: evidence is minus the mean loss, in nats a pixel, at most 0. Reference:
/// `loss_map_citation`, whose authors average their loss map so.
using global_loss = segmentation_with<pixel_loss>;
/// As `global_loss`, over the pixels at a boundary only. Reference: `segmentation_ours_citation`.
using global_boundary_loss = segmentation_with<boundary_loss>;

/// Without a mask: member if the network is sure.
///
/// Anatomy: access confidence; knowledge labelled records; scorer entropy, mean over all pixels; rule threshold at the
/// best balanced accuracy.
/// Range: evidence is minus the mean entropy, in nats a pixel, from -log(classes) to 0.
/// Reference: `segmentation_ours_citation`.
using global_entropy = segmentation_with<mean_over_pixels<entropy>>;

/// Behind argmax: member if few pixels are wrong.
///
/// Anatomy: access label; knowledge truth, labelled records; scorer correctness, mean over all pixels; rule threshold
/// at the best balanced accuracy. Range: evidence is the share of pixels that are right, in [0, 1]. Reference:
/// `segmentation_ours_citation`.
using global_pixel_accuracy = segmentation_with<mean_over_pixels<correctness>>;

/// The bad example: what LiRA takes for classifiers, averaged over pixels, is ruled by the easy ones inside.
///
/// Anatomy: as of `global_loss`, the scorer being the logit margin.
/// Range: evidence is the mean margin, in nats, any real.
/// Reference: `segmentation_ours_citation`.
using global_margin = segmentation_with<mean_over_pixels<logit_margin>>;

/// LiRA on the logarithm of a loss: the mean loss of an image is heavy-tailed, its logarithm nearly normal.
///
/// Anatomy: access as the score says; knowledge truth, shadow models; scorer minus the logarithm of the error; rule
/// Gaussian likelihood ratio, one spread for all below 32 models.
/// Range: evidence is a log-likelihood ratio, in nats, any real; cut 0.
/// Reference: `segmentation_ours_citation`.
template <class Score>
using segmentation_lira = attack<minus_log<Score>, gaussian_likelihood_ratio<preset::lira_with_few_models>>;
/// As `segmentation_lira`, of the mean loss of all pixels.
using lira_on_pixel_loss = segmentation_lira<pixel_loss>;
/// As `segmentation_lira`, of the mean loss at the boundary.
using lira_on_boundary_loss = segmentation_lira<boundary_loss>;
/// As `segmentation_lira`, of the Dice loss.
using lira_on_dice = segmentation_lira<dice<>>;

/// As `segmentation_lira`, from models that did not see the image: evidence at least 0, ranking only.
template <class Score>
using segmentation_lira_offline =
    attack<minus_log<Score>, gaussian_likelihood_ratio<preset::offline<preset::lira_with_few_models>>>;
/// As `segmentation_lira_offline`, of the mean loss of all pixels.
using lira_offline_on_pixel_loss = segmentation_lira_offline<pixel_loss>;
/// As `segmentation_lira_offline`, of the mean loss at the boundary.
using lira_offline_on_boundary_loss = segmentation_lira_offline<boundary_loss>;
/// As `segmentation_lira_offline`, of the Dice loss.
using lira_offline_on_dice = segmentation_lira_offline<dice<>>;

/// RMIA, the likelihood of an image being the geometric mean of its pixels'.
///
/// Anatomy: access as the score says; knowledge truth, shadow models, population; scorer likelihood; rule relative
/// likelihood. Range: evidence is a multiple of 1/Z in [0, 1], Z the size of the population; ranking only. Reference:
/// `segmentation_ours_citation`.
template <class Score>
using segmentation_rmia = attack<likelihood<Score>, relative_likelihood<>>;
/// As `segmentation_rmia`, of the mean loss of all pixels.
using rmia_on_pixel_loss = segmentation_rmia<pixel_loss>;
/// As `segmentation_rmia`, of the mean loss at the boundary.
using rmia_on_boundary_loss = segmentation_rmia<boundary_loss>;

/// As `segmentation_rmia`, from models that did not see the image.
template <class Score>
using segmentation_rmia_offline = attack<likelihood<Score>, relative_likelihood<preset::offline<preset::rmia>>>;
/// As `segmentation_rmia_offline`, of the mean loss of all pixels.
using rmia_offline_on_pixel_loss = segmentation_rmia_offline<pixel_loss>;
/// As `segmentation_rmia_offline`, of the mean loss at the boundary.
using rmia_offline_on_boundary_loss = segmentation_rmia_offline<boundary_loss>;

/// Where it was published, as reports print it.
inline constexpr std::string_view segmentation_citation =
    "Chobola, Usynin, Kaissis: Membership Inference Attacks Against Semantic Segmentation Models. AISec 2023, arXiv "
    "2212.01082";
/// Where it was published, as reports print it.
inline constexpr std::string_view loss_map_citation =
    "He, Rahimian, Schiele, Fritz: Segmentations-Leak: Membership Inference Attacks and Defenses in Semantic Image "
    "Segmentation. ECCV 2020, arXiv 1912.09685";
/// Where it was published, as reports print it.
inline constexpr std::string_view segmentation_ours_citation =
    "beside Chobola, Usynin, Kaissis: Membership Inference Attacks Against Semantic Segmentation Models. AISec 2023, "
    "arXiv 2212.01082; ours";

}  // namespace telltale::published
