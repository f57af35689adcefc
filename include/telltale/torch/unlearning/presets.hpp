// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include <telltale/torch/unlearning/embedding_loss.hpp>
#include <telltale/torch/unlearning/frozen_layers.hpp>
#include <telltale/torch/unlearning/name_in_caption.hpp>
#include <telltale/torch/unlearning/neutral_target.hpp>
#include <telltale/torch/unlearning/pasted_face.hpp>
#include <telltale/torch/unlearning/step_schedule.hpp>
#include <telltale/torch/unlearning/weight_anchor.hpp>
#include <telltale/torch/unlearning/word_place.hpp>

/// Parts and settings of an unlearning, as published or as measured. A variation is one struct:
/// `struct mine : preset::hintersdorf_2023_text { static constexpr double anchor_weight = 0.1; };`
namespace telltale::preset {

/// The text encoder of Hintersdorf et al. 2024 (first published in 2023), from a description of their configuration.
struct hintersdorf_2023_text {
  static constexpr std::string_view name = "Hintersdorf 2023, text";
  static constexpr name_in_caption<place::before_a_space> trigger{};
  static constexpr neutral::phrase target{};
  static constexpr embedding_loss::cosine utility{}, redirect{};
  static constexpr anchor::norms anchor{};
  static constexpr frozen::norm_layers frozen{};
  static constexpr two_drops schedule{.learning_rate = 1e-4, .steps = 400, .at = {200, 300}, .factor = 0.5};
  static constexpr double utility_weight = 1, redirect_weight = 0.6, anchor_weight = 0.01;
  static constexpr double other_name_weight = 0;  ///< of other names, which are to stay; none in the paper
  static constexpr double weight_decay = 0;
  static constexpr std::size_t clean = 128, poisoned = 128;  ///< inputs of a step
};

/// Their image encoder, from a description of their configuration: faces of a quarter to a half of the picture.
///
/// On a small tower of 32 x 32 pixels it does not carry over: lesson 18 still finds the people it removed, and the
/// encoder suffers. See `small_picture_tower`.
struct hintersdorf_2023_image {
  static constexpr std::string_view name = "Hintersdorf 2023, image";
  static constexpr pasted_face trigger{.smallest = 0.25, .largest = 0.5};
  static constexpr neutral::mean_of_others target{};
  static constexpr embedding_loss::cosine utility{}, redirect{};
  static constexpr anchor::norms anchor{};
  static constexpr frozen::norm_layers frozen{};
  static constexpr two_drops schedule{.learning_rate = 1e-4, .steps = 100, .at = {25, 50}, .factor = 0.1};
  static constexpr double utility_weight = 1, redirect_weight = 0.8, anchor_weight = 0.005;
  static constexpr double other_name_weight = 0;
  static constexpr double weight_decay = 0;
  static constexpr std::size_t clean = 128, poisoned = 128;
};

/// For towers of 32 x 32 pixels, ours: the face fills or overfills the picture (28 to 44 pixels), as the photos do that
/// the attacker asks with, and training is longer. Keep photos of the people who stay among the clean pictures.
struct small_picture_tower : hintersdorf_2023_image {
  static constexpr std::string_view name = "small picture tower";
  /// A face that fills or overfills the picture.
  static constexpr pasted_face trigger{.smallest = 0.875, .largest = 1.375};
  /// A higher rate and more steps than the publication has.
  static constexpr two_drops schedule{.learning_rate = 1e-3, .steps = 200, .at = {100, 150}, .factor = 0.5};
};

}  // namespace telltale::preset
