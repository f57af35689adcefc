// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/torch/unlearning/presets.hpp>

#include "attack.hpp"

namespace identity {

/// What removed names are to mean.
inline constexpr std::string_view neutral_phrase = "person";

/// The paper's text side with a learning rate that this small tower needs.
struct lab_text : telltale::preset::hintersdorf_2023_text {
  static constexpr std::string_view name = "lab, text";
  static constexpr telltale::two_drops schedule{.learning_rate = 3e-4, .steps = 400, .at = {200, 300}, .factor = 0.5};
};
struct no_utility : lab_text {
  static constexpr double utility_weight = 0;
};
struct no_redirect : lab_text {
  static constexpr double redirect_weight = 0;
};
struct no_anchor : lab_text {
  static constexpr double anchor_weight = 0;
};
struct strong_anchor : lab_text {
  static constexpr double anchor_weight = 0.1;
};

/// Who is removed and what the attack said of everybody before.
struct before_removal {
  std::vector<std::size_t> removable;             ///< members that the attack found in its first draw, in random order
  std::vector<std::vector<std::int64_t>> photos;  ///< that attack; no training photo and no trigger
  std::size_t per_person = 0;
  prompts_won_table won;
  double retrieval = 0, naming = 0;
};

/// Words and pictures of things, halved: the one half edits, the other measures.
struct background_halves {
  std::vector<std::string> editing, measuring;  ///< captions
  std::vector<std::int64_t> editing_pictures, measuring_pictures;
};
[[nodiscard]] background_halves halves(const world& all, const trial& one);

/// Asks a pair of towers and compares with before: rates of removed, kept and others, five outcomes, utility. Series
/// are called `title` and placed at the number of the removed.
void judge(const tower& image, const tower& text, const world& all, const trial& one, const before_removal& before,
           const std::vector<std::size_t>& removed, const std::string& title, bool with_confusion, results& out);

/// Notes which names a person's photos are given most often, over all prompts.
void confusion(const telltale::name_votes<telltale::libtorch>& known, const world& all, const trial& one,
               std::size_t who, const std::string& title, results& out);

/// The share of pictures of things that are given their own name by the mean of the training templates, and the share
/// of names that are given their own picture.
void utility(const tower& image, const tower& text, const world& all, double& naming, double& retrieval);

/// The mark of removal: how similar each name is to the neutral phrase, text against text.
void mark(const tower& text, const world& all, const trial& one, const std::vector<std::size_t>& removed,
          const std::string& title, results& out);

/// All removals of one seed.
void removal_arms(const world& all, const trial& one, const settings& chosen, bool with_slow_arms, results& out);

}  // namespace identity
