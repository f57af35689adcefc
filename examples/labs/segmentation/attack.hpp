// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/torch/segmentation/observed.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "../common/figures.hpp"

namespace segmentation_lab {

/// What attacks came to, each on one target or several.
class tally {
 public:
  /// One target's evidence.
  void add(const std::string& attack, const telltale::evidence& judged, std::span<const telltale::membership> member);

  /// Notes the mean over targets of AUC, accuracy and F1 at the rule's cut and TPR at an FPR of 10 % and 1 %, each as
  /// "AUC", "AUC low" and "AUC high": with the interval of Student's t over targets where there are at least three,
  /// otherwise with the mean of the targets' own bounds, which is too wide rather than too narrow.
  void note(lab::figures& out, const std::string& target, const std::string& setting) const;

 private:
  std::map<std::string, std::map<std::string, std::vector<telltale::metric::estimate>>> found_;
};

/// What is done to the answers before anybody sees them.
struct release {
  std::string name;
  bool argmax = false;
  double noise = 0;
};

/// Answers to images with masks, and who of the images is a member.
struct asked_about {
  telltale::observed_segmentation answers;
  std::vector<telltale::membership> member;
};

/// Several networks' answers as if they were one's: what an adversary owns who trained them all.
[[nodiscard]] asked_about joined(const std::vector<asked_about>& of);

/// How the attack networks are trained.
struct network_training {
  std::size_t epochs = 20;
  std::uint64_t seed = 1;
};

/// Every attack that learns from the adversary's own networks, on each target, all answers released alike: thresholds
/// on one number an image, and with `networks` Type-I, Type-II and the loss map.
void attack_with_shadow(tally& found, const std::vector<asked_about>& targets, const asked_about& shadow,
                        const release& how, const network_training& training, bool networks);

/// The same with a tally for every target.
void attack_with_shadow(const std::vector<tally*>& found, const std::vector<asked_about>& targets,
                        const asked_about& shadow, const release& how, const network_training& training, bool networks);

/// LiRA and RMIA: each network the target of all others, on the records of which at least two of the others were
/// trained and two were not. `nobody` are their answers to images that none of them saw.
void attack_each_other(tally& found, const std::vector<asked_about>& networks,
                       const std::vector<telltale::observed_segmentation>& nobody);

/// A network that reads images and masks and asks no target: nothing but the draw tells members apart.
void attack_blindly(tally& found, const at::Tensor& images, const std::vector<asked_about>& targets,
                    const at::Tensor& shadow_images, const std::vector<asked_about>& shadow,
                    const network_training& training);

/// Minus mean loss, minus mean loss of the boundary and Dice less 1 of every image, without any rule: for targets of
/// which only the ranking is asked.
void rank(tally& found, const asked_about& target);

}  // namespace segmentation_lab
