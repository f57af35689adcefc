// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/core/attack.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/torch/learner/residual.hpp>
#include <telltale/torch/learner/summed_patches.hpp>
#include <telltale/torch/rule/learned_features.hpp>
#include <telltale/torch/scorer/output_map.hpp>
#include <telltale/torch/scorer/predicted_map.hpp>
#include <telltale/torch/scorer/score_map.hpp>
#include <telltale/torch/scorer/with_truth.hpp>

/// Attacks on a segmentation network that read whole maps with a network; those by one number an image, and the
/// citations, are in <telltale/published/segmentation.hpp>.
///
/// Anatomy of all: access confidence, or label where the name says so; knowledge labelled records, which are a shadow
/// model's answers to its members and to others, and the truth where a mask is looked at; a subject is an image.
/// Evidence is log-odds of membership, cut 0. A network of fewer than a hundred labelled images differs from seed to
/// seed: repeat it.
namespace telltale::published {

/// The rule of all: a small residual network, channels scaled by what the labelled maps say.
///
/// Anatomy: a rule alone; it needs labelled records, and features of any scorer of maps. Range: log-odds of membership,
/// any real; larger means member, cut 0. Reference: the published rules are a ResNet-34 (Chobola et al. 2023) and a
/// ResNet-50 (He et al. 2020) that knew ImageNet; widths and training are ours.
template <class Learner = learner::residual_on_maps>
using map_network = learned_features<Learner, scaling::varying_channels>;

/// Type-I. Member if the output map looks like those of members; no mask is needed.
///
/// Anatomy: access confidence; knowledge labelled records; scorer output map; rule `map_network`. Range: log-odds of
/// membership, any real; larger means member, cut 0. Reference: Chobola, Usynin and Kaissis 2023, "Membership inference
/// attacks against semantic segmentation models", Type-I.
using type_i = attack<output_map, map_network<>>;

/// Type-II. Member if the output map looks so beside the true mask.
///
/// Anatomy: access confidence; knowledge truth, labelled records; scorer output map + truth; rule `map_network`. Range:
/// as of `type_i`. Reference: Chobola, Usynin and Kaissis 2023, Type-II.
using type_ii = attack<with_truth<output_map>, map_network<>>;

/// Structured loss map. Member if the map of losses looks like those of members; the whole map at once.
///
/// Anatomy: access confidence; knowledge truth, labelled records; scorer loss map; rule `map_network`. Range: as of
/// `type_i`. Reference: He, Rahimian, Schiele and Fritz 2020, "Segmentations-Leak: membership inference attacks and
/// defenses in semantic image segmentation".
using structured_loss_map = attack<score_map<loss>, map_network<>>;

/// As `structured_loss_map`, and as published: patches of the loss map at random places, their log-odds summed.
using structured_loss_map_patches = attack<score_map<loss>, map_network<learner::summed_patches<>>>;

/// As `type_i`, where labels alone are revealed (argmax): access label, one channel a class in place of probabilities
/// (ours).
using type_i_of_labels = attack<predicted_map, map_network<>>;
/// As `type_ii`, where labels alone are revealed: access label, one channel a class in place of probabilities (ours).
using type_ii_of_labels = attack<with_truth<predicted_map>, map_network<>>;
/// As `structured_loss_map`, where labels alone are revealed: access label, and where the label is right in place of
/// the loss (ours; He et al. divide the loss of one-hot answers by 50).
using structured_loss_map_of_labels = attack<score_map<correctness>, map_network<>>;

}  // namespace telltale::published
