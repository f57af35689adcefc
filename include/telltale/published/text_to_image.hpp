// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/core/attack.hpp>
#include <telltale/rule/learned.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/embedding_difference.hpp>
#include <telltale/scorer/faithfulness.hpp>
#include <telltale/scorer/generated_embedding.hpp>
#include <telltale/scorer/joined.hpp>
#include <telltale/scorer/picture_spread.hpp>
#include <telltale/scorer/reconstruction.hpp>
#include <telltale/scorer/smoothness.hpp>
#include <telltale/scorer/typicality.hpp>

namespace telltale::learner {

/// The attack network of Wu et al. 2022 as a later paper describes it: three layers, Adam at 1e-4, 200 epochs.
///
/// Neither gives widths and batch size: 64 and 32 hidden units and 16 records a step are ours. It has thousands of
/// weights to learn from the labelled records: hold it against a plain threshold on one number.
struct perceptron_of_three_layers : perceptron {
  static constexpr std::string_view name = "perceptron of three layers";

  /// As described; its members may be changed after.
  perceptron_of_three_layers()
      : perceptron{.hidden = {64, 32},
                   .recipe = {.optimiser = train::adam{.learning_rate = 1e-4}, .batch_size = 16, .epochs = 200}} {}
};

}  // namespace telltale::learner

/// Six attacks on a text-to-image generator that is asked for the query's caption, each as a threshold on one number
/// and with the learned rule of the paper.
///
/// The paper's rules are networks on pixels (-P) and embeddings (-S). The thresholds are ours: one number that says the
/// same, cut where the labelled records are told apart best. What a network reads off pixels needs convolutions: the
/// learned I-P and II-P are in <telltale/torch/published/text_to_image.hpp>.
/// Anatomy of all: access generation; knowledge caption and labelled records, the labelled ones not among those judged.
namespace telltale::published {

/// A score of a generation, cut where labelled records are told apart best.
///
/// Anatomy: access generation; knowledge caption, labelled records and what the score holds; rule threshold at the best
/// balanced accuracy.
/// Range: evidence is the score, its range and unit.
/// Reference: `text_to_image_citation`, the threshold being ours.
template <class Score>
using text_to_image_with = attack<Score, threshold<where::best_balanced_accuracy>>;

/// Numbers of a generation, judged by the paper's network.
///
/// Anatomy: access generation; knowledge caption, labelled records and what the scores hold; rule learned perceptron of
/// three layers.
/// Range: evidence is log-odds, any real; cut 0.
/// Reference: `text_to_image_citation`.
template <class Scores>
using text_to_image_learned = attack<Scores, learned<learner::perceptron_of_three_layers>>;

/// I-P, as `text_to_image_with`, of smoothness: member if the generated pictures have little grain. Evidence is at most
/// 0, in the unit of pixels.
using i_p = text_to_image_with<smoothness<>>;

/// I-S, as `text_to_image_with`, of typicality: member if the generated pictures look real to an encoder. Evidence is
/// the cosine with the nearest of some reference pictures, in [-1, 1].
using i_s = text_to_image_with<typicality<>>;
/// I-S, as `text_to_image_learned`, of the embeddings of the generated pictures.
using i_s_learned = text_to_image_learned<generated_embedding>;

/// II-P, as `text_to_image_with`, of reconstruction: member if the query picture comes back, pixel by pixel. Knowledge
/// also the record. Evidence is minus the root mean squared error, at most 0; another:
/// `text_to_image_with<reconstruction<compare::pixel_ssim>>`.
using ii_p = text_to_image_with<reconstruction<compare::pixel_l2>>;

/// II-S, as `text_to_image_with`, of reconstruction: member if what comes back means what the query picture means.
/// Knowledge also the record. Evidence is minus the distance of the embeddings, at most 0.
using ii_s = text_to_image_with<reconstruction<compare::semantic_l2>>;
/// II-S, as `text_to_image_learned`, of the differences of the embeddings. Knowledge also the record.
using ii_s_learned = text_to_image_learned<embedding_difference<between::pictures>>;

/// III-S, as `text_to_image_with`, of faithfulness: member if the generated pictures do what the caption says, across
/// modalities. Evidence is a cosine, in [-1, 1].
using iii_s = text_to_image_with<faithfulness<between::picture_and_caption>>;
/// As `iii_s`, within one modality: a captioner describes the generated pictures.
using iii_s_same_modality = text_to_image_with<faithfulness<between::captions>>;
/// III-S, as `text_to_image_learned`, of the differences of the embeddings of caption and picture.
using iii_s_learned = text_to_image_learned<embedding_difference<between::picture_and_caption>>;

/// IV. All three: what I-S, II-S and III-S look at, side by side.
///
/// Anatomy: access generation; knowledge record, caption, labelled records; scorer typicality + reconstruction +
/// faithfulness; rule learned logistic regression. Range: evidence is log-odds, any real; cut 0. Reference:
/// `text_to_image_citation`, the three numbers being ours.
using iv =
    attack<joined<typicality<>, reconstruction<compare::semantic_l2>, faithfulness<between::picture_and_caption>>,
           learned<learner::logistic_regression<ridge::squared>>>;
/// As `iv`, of the embeddings by the paper's network.
using iv_learned = text_to_image_learned<joined<generated_embedding, embedding_difference<between::pictures>,
                                                embedding_difference<between::picture_and_caption>>>;

/// Not one of the six: member if the pictures of one caption are all alike. It needs two of each and no query picture.
///
/// Anatomy: access generation; knowledge caption, labelled records; scorer spread of the pictures; rule threshold at
/// the best balanced accuracy.
/// Range: evidence is minus their spread, at most 0.
/// Reference: `picture_spread_citation`.
template <class As = seen_as::embeddings>
using picture_spread_with = text_to_image_with<telltale::picture_spread<As>>;
/// As `picture_spread_with`, of embeddings.
using picture_spread = picture_spread_with<>;

/// Where it was published, as reports print it.
inline constexpr std::string_view text_to_image_citation =
    "Wu, Yu, Li, Backes, Zhang: Membership Inference Attacks Against Text-to-image Generation Models. arXiv "
    "2210.00968, 2022";
/// Where it was published, as reports print it.
inline constexpr std::string_view picture_spread_citation =
    "beside Wu, Yu, Li, Backes, Zhang: Membership Inference Attacks Against Text-to-image Generation Models. arXiv "
    "2210.00968, 2022; ours";

}  // namespace telltale::published
