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

/// The rule of all: a small residual network, channels scaled by what the labelled maps say. The published ones are a
/// ResNet-34 and a ResNet-50 that knew ImageNet.
template <class Learner = learner::residual_on_maps>
using map_network = learned_features<Learner, scaling::varying_channels>;

/// Type-I (Chobola et al. 2023). Member if the output map looks like those of members; no mask is needed.
using type_i = attack<output_map, map_network<>>;

/// Type-II (Chobola et al. 2023). The output map with the true mask beside it; knowledge also the truth.
using type_ii = attack<with_truth<output_map>, map_network<>>;

/// Structured loss map (He et al. 2020), the whole map at once; knowledge also the truth.
using structured_loss_map = attack<score_map<loss>, map_network<>>;

/// The same as published: patches of the loss map at random places, their log-odds summed.
using structured_loss_map_patches = attack<score_map<loss>, map_network<learner::summed_patches<>>>;

/// What is left of them where labels alone are revealed (argmax): one channel a class in place of probabilities, and
/// where the label is right in place of the loss (ours; He et al. divide the loss of one-hot answers by 50).
using type_i_of_labels = attack<predicted_map, map_network<>>;
using type_ii_of_labels = attack<with_truth<predicted_map>, map_network<>>;
using structured_loss_map_of_labels = attack<score_map<correctness>, map_network<>>;

}  // namespace telltale::published
