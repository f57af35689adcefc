// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include <telltale/telltale.hpp>

#include "inspect.hpp"

namespace telltale::anatomy_pages {

// In namespace telltale, so that the types can be written as a reader writes them.
// clang-format off
/// Page, question and type of every composition in the catalogue.
inline constexpr std::tuple of_catalogue{
    TELLTALE_ABOUT(gap, "gap", "Does the model classify this record correctly?",
                   attack<correctness, threshold<where::correct>>),
    TELLTALE_ABOUT(idia, "idia", "Was this person, face and name together, in the training set of this image-text model?",
                   attack<prompts_won<ballot::strict_plurality>, threshold<where::at_least_tau>>),
    TELLTALE_ABOUT(removal_mark, "removal_mark",
                   "Was this name taken out of the text encoder by a backdoor, and so once in it?",
                   attack<similarity_to_neutral, threshold<where::given>>),
    TELLTALE_ABOUT(yeom, "yeom", "Is the loss of this record at most the mean training loss?",
                   attack<loss, threshold<where::mean_of_members>>),
    TELLTALE_ABOUT(song_mittal_confidence, "song_mittal", "Does the score of this record reach the threshold of its class?",
                   attack<confidence, per_class<threshold<where::best_balanced_accuracy>>>),
    TELLTALE_ABOUT(song_mittal_entropy, "song_mittal", "Does the score of this record reach the threshold of its class?",
                   attack<entropy, per_class<threshold<where::best_balanced_accuracy>>>),
    TELLTALE_ABOUT(song_mittal_modified_entropy, "song_mittal",
                   "Does the score of this record reach the threshold of its class?",
                   attack<modified_entropy, per_class<threshold<where::best_balanced_accuracy>>>),
    TELLTALE_ABOUT(privacy_risk_score, "song_mittal",
                   "How often was a record of this class with such a score a member?",
                   attack<modified_entropy, per_class<privacy_risk>>),
    TELLTALE_ABOUT(salem, "salem",
                   "Does one model, taught by the three largest posteriors of one shadow model, take the answer for a member's?",
                   attack<sorted_posteriors<3>, learned<learner::perceptron>>),
    TELLTALE_ABOUT(shokri, "shokri",
                   "Does a model of this record's class, taught by what shadow models answer, take the answer for a member's?",
                   attack<posteriors, per_class<learned<learner::perceptron>>>),
    TELLTALE_ABOUT(i_p, "i_p",
                   "Do pictures that the generator makes of this caption have the pixels of something it knows well?",
                   attack<smoothness<>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(i_s, "i_s", "Do pictures that the generator makes of this caption look like real pictures?",
                   attack<typicality<>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(i_s_learned, "i_s", "Do pictures that the generator makes of this caption look like real pictures?",
                   attack<generated_embedding, learned<learner::perceptron_of_three_layers>>),
    TELLTALE_ABOUT(ii_p, "ii_p", "Does the generator give this picture back when it is asked for its caption?",
                   attack<reconstruction<compare::pixel_l2>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(ii_s, "ii_s", "Does the generator, asked for its caption, give back what this picture shows?",
                   attack<reconstruction<compare::semantic_l2>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(ii_s_learned, "ii_s", "Does the generator, asked for its caption, give back what this picture shows?",
                   attack<embedding_difference<between::pictures>, learned<learner::perceptron_of_three_layers>>),
    TELLTALE_ABOUT(iii_s, "iii_s", "Do pictures that the generator makes of this caption do what the caption says?",
                   attack<faithfulness<between::picture_and_caption>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(iii_s_same_modality, "iii_s",
                   "Do pictures that the generator makes of this caption do what the caption says?",
                   attack<faithfulness<between::captions>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(iii_s_learned, "iii_s", "Do pictures that the generator makes of this caption do what the caption says?",
                   attack<embedding_difference<between::picture_and_caption>, learned<learner::perceptron_of_three_layers>>),
    TELLTALE_ABOUT(iv, "iv", "Do I-S, II-S and III-S together take this picture and its caption for a member's?",
                   attack<joined<typicality<>, reconstruction<compare::semantic_l2>, faithfulness<between::picture_and_caption>>,
                          learned<learner::logistic_regression<ridge::squared>>>),
    TELLTALE_ABOUT(iv_learned, "iv", "Do I-S, II-S and III-S together take this picture and its caption for a member's?",
                   attack<joined<generated_embedding, embedding_difference<between::pictures>,
                                 embedding_difference<between::picture_and_caption>>,
                          learned<learner::perceptron_of_three_layers>>),
    TELLTALE_ABOUT(picture_spread, "picture_spread", "Are the pictures that the generator makes of this caption all alike?",
                   attack<picture_spread<seen_as::embeddings>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_entropy, "global_loss", "Is the network as sure of this image as of members?",
                   attack<mean_over_pixels<entropy>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_pixel_accuracy, "global_loss", "Are as few pixels of this image wrong as of members?",
                   attack<mean_over_pixels<correctness>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_dice, "global_dice", "Does the answer cover the true mask as well as it does on members?",
                   attack<dice<>, threshold<where::mean_of_members>>),
    TELLTALE_ABOUT(global_dice_tuned, "global_dice", "Does the answer cover the true mask as well as it does on members?",
                   attack<dice<>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_loss, "global_loss", "Is the network's mean loss on this image as small as on members?",
                   attack<mean_over_pixels<loss>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_boundary_loss, "global_loss",
                   "Is the network's mean loss at the boundaries of this image as small as on members?",
                   attack<mean_over_pixels<loss, over_pixels::boundary>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(global_margin, "global_loss", "Is the mean margin of this image as large as on members?",
                   attack<mean_over_pixels<logit_margin>, threshold<where::best_balanced_accuracy>>),
    TELLTALE_ABOUT(gradient_norm, "gradient_norm", "Is the loss nearly at rest on this record?",
                   attack<gradient_norm, threshold<where::given>>),
    TELLTALE_ABOUT(attack_p, "attack_p", "Is the loss of this record below what records of the population mostly have?",
                   attack<loss, threshold<where::population_quantile>>),
    TELLTALE_ABOUT(qmia, "qmia", "Is the margin of this record above what a non-member with its features mostly has?",
                   attack<joined<logit_margin, given_features>, quantile_regression<conditional::linear_gaussian>>),
    TELLTALE_ABOUT(glir, "glir",
                   "Does the released update lie closer to this record's gradient than it would without the record?",
                   attack<update_residual, noncentral_chi_square<preset::leemann_2023>>),
    TELLTALE_ABOUT(attack_r, "attack_r",
                   "Is the loss of this record below what models that did not see it mostly make of it?",
                   attack<loss, reference_quantile<estimate::empirical>>),
    TELLTALE_ABOUT(difficulty_calibration, "difficulty_calibration",
                   "Is the loss of this record smaller than it is under models that did not see it?",
                   attack<loss, difference_from_centre<preset::watson_2022>>),
    TELLTALE_ABOUT(score_offset, "score_offset",
                   "Is the loss of this record below halfway between what models that saw it and models that did not make of it?",
                   attack<each_query<loss>, difference_from_centre<preset::sablayrolles_2019>>),
    TELLTALE_ABOUT(lira_offline, "lira", "Is the margin of this record larger than models trained without it make it?",
                   attack<each_query<logit_margin>, gaussian_likelihood_ratio<preset::offline<preset::lira>>>),
    TELLTALE_ABOUT(lira_online, "lira", "Is the margin of this record more like that of models trained with it or without it?",
                   attack<each_query<logit_margin>, gaussian_likelihood_ratio<preset::lira>>),
    TELLTALE_ABOUT(lira_on_dice, "segmentation_lira",
                   "Is the error on this image more like that of networks trained with it or without it?",
                   attack<minus_log<dice<>>, gaussian_likelihood_ratio<preset::lira_with_few_models>>),
    TELLTALE_ABOUT(lira_on_pixel_loss, "segmentation_lira",
                   "Is the error on this image more like that of networks trained with it or without it?",
                   attack<minus_log<mean_over_pixels<loss>>, gaussian_likelihood_ratio<preset::lira_with_few_models>>),
    TELLTALE_ABOUT(lira_on_boundary_loss, "segmentation_lira",
                   "Is the error on this image more like that of networks trained with it or without it?",
                   attack<minus_log<mean_over_pixels<loss, over_pixels::boundary>>,
                          gaussian_likelihood_ratio<preset::lira_with_few_models>>),
    TELLTALE_ABOUT(rmia_offline, "rmia",
                   "Is this record likelier under the target, against how likely it is on average, than most records of the population?",
                   attack<confidence, relative_likelihood<preset::offline<preset::rmia>>>),
    TELLTALE_ABOUT(rmia_online, "rmia",
                   "Is this record likelier under the target, against how likely it is on average, than most records of the population?",
                   attack<confidence, relative_likelihood<preset::rmia>>),
    TELLTALE_ABOUT(rmia_on_pixel_loss, "segmentation_lira",
                   "Is this image likelier under the target, against how likely it is on average, than most of a population?",
                   attack<likelihood<mean_over_pixels<loss>>, relative_likelihood<preset::rmia>>),
    TELLTALE_ABOUT(rmia_on_boundary_loss, "segmentation_lira",
                   "Is this image likelier under the target, against how likely it is on average, than most of a population?",
                   attack<likelihood<mean_over_pixels<loss, over_pixels::boundary>>, relative_likelihood<preset::rmia>>)};
// clang-format on

static_assert(std::tuple_size_v<decltype(of_catalogue)> == std::tuple_size_v<decltype(published::catalogue)>);

/// What the pages say of a composition of the catalogue; one that is missing from the table above does not compile.
template <class Attack>
constexpr const generator::about<Attack>& about_of() {
  return std::get<generator::about<Attack>>(of_catalogue);
}

}  // namespace telltale::anatomy_pages
