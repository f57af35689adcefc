// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attack.hpp"

#include <telltale/core/adversary.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/verdict_rates.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/torch/published/segmentation.hpp>

#include <cmath>
#include <utility>

namespace segmentation_lab {

using namespace telltale;
using metric::estimate;

namespace {

// 2 TP / (2 TP + FP + FN) where members and others are as many; it rises with one rate and falls with the other.
double f1(double tpr, double fpr) { return 2 * tpr / (1 + tpr + fpr); }

estimate f1_of(const evidence& judged, std::span<const membership> member) {
  const metric::verdict_rates rates = metric::rates_of(judged, member, 0.975);
  const estimate tpr = rates.tpr.value(), fpr = rates.fpr.value();
  return {f1(tpr.value, fpr.value), f1(tpr.low, fpr.high), f1(tpr.high, fpr.low)};
}

}  // namespace

void tally::add(const std::string& attack, const evidence& judged, std::span<const membership> member) {
  const metric::evaluation got = metric::evaluate(judged.values, member, {.fprs = {0.1, 0.01}, .cut = judged.cut});
  std::map<std::string, std::vector<estimate>>& of = found_[attack];
  of["AUC"].push_back(got.auc);
  for (const metric::operating_point& point : got.tpr_at_fpr)
    if (point.resolvable) of[point.fpr > 0.05 ? "TPR at 10 %" : "TPR at 1 %"].push_back(point.tpr);
  if (judged.ranks_only()) return;
  of["accuracy"].push_back({got.balanced_accuracy.value, got.balanced_accuracy.low, got.balanced_accuracy.high});
  of["F1"].push_back(f1_of(judged, member));
}

void tally::note(lab::figures& out, const std::string& target, const std::string& setting) const {
  for (const auto& [attack, measures] : found_)
    for (const auto& [measure, of] : measures) {
      std::vector<double> values;
      estimate bounds{};
      for (const estimate& each : of) {
        values.push_back(each.value);
        bounds.low += each.low / static_cast<double>(of.size());
        bounds.high += each.high / static_cast<double>(of.size());
      }
      const estimate mean = lab::mean_over(values).value();
      const bool over_targets = of.size() >= 3;
      out.found[{target, setting, attack, measure}] = mean.value;
      out.found[{target, setting, attack, measure + " low"}] = over_targets ? mean.low : bounds.low;
      out.found[{target, setting, attack, measure + " high"}] = over_targets ? mean.high : bounds.high;
    }
}

asked_about joined(const std::vector<asked_about>& of) {
  std::vector<at::Tensor> maps, masks;
  asked_about all = of.front();
  all.member.clear();
  for (const asked_about& each : of) {
    maps.push_back(each.answers.maps);
    masks.push_back(each.answers.masks);
    all.member.insert(all.member.end(), each.member.begin(), each.member.end());
  }
  all.answers.maps = at::cat(maps);
  all.answers.masks = at::cat(masks);
  return all;
}

namespace {

/// Targets and shadow as whoever attacks sees them.
template <class Batch>
struct seen {
  std::vector<tally*> found;  ///< of every target
  std::vector<Batch> targets;
  std::vector<std::span<const membership>> member;
  Batch shadow;
  std::span<const membership> shadow_member;
  network_training training;

  /// One number an image.
  template <class Attack>
  void operator()(const std::string& name, const Attack& attack) {
    const std::vector<double> known = attack.score(shadow);
    for (std::size_t t = 0; t < targets.size(); ++t)
      found[t]->add(name, attack(targets[t], owning(labelled_records<>(signals{known}, shadow_member))), member[t]);
  }

  /// A map an image, judged by a network that is trained once for all targets.
  template <class Attack>
  void network(const std::string& name) {
    const typename Attack::scorer scorer{};
    features<libtorch> known;
    scorer(shadow, known);
    const typename Attack::rule rule(learner::residual_on_maps(training.epochs, training.seed));
    const auto fitted = rule.fit(labelled_records<features<libtorch>>(known, shadow_member));
    for (std::size_t t = 0; t < targets.size(); ++t) {
      features<libtorch> asked;
      scorer(targets[t], asked);
      evidence judged{std::vector<double>(targets[t].subjects()), fitted.cut()};
      fitted(asked, judged.values);
      found[t]->add(name, judged, member[t]);
    }
  }
};

template <class Policy>
auto seen_behind(const std::vector<tally*>& found, const std::vector<asked_about>& targets, const asked_about& shadow,
                 const network_training& training, const Policy& policy) {
  using batch = decltype(policy(shadow.answers.view()));
  seen<batch> all{found, {}, {}, policy(shadow.answers.view()), shadow.member, training};
  for (const asked_about& each : targets) {
    all.targets.push_back(policy(each.answers.view()));
    all.member.emplace_back(each.member);
  }
  return all;
}

// A copy of what was seen: no defence.
struct as_it_is {
  auto operator()(const segmentation<libtorch>& batch) const { return batch; }
};

template <class Batch>
void attack_confidences(seen<Batch> all, bool networks) {
  all("Dice, shadow's mean", published::global_dice{});
  all("Dice, tuned", published::global_dice_tuned{});
  all("mean loss", published::global_loss{});
  all("boundary loss", published::global_boundary_loss{});
  all("entropy, no mask", published::global_entropy{});
  all("mean margin", published::global_margin{});
  if (!networks) return;
  all.template network<published::type_i>("Type-I");
  all.template network<published::type_ii>("Type-II");
  all.template network<published::structured_loss_map>("loss map");
}

template <class Batch>
void attack_labels(seen<Batch> all, bool networks) {
  using hard = dice<dice_by::labels>;
  all("Dice, shadow's mean", attack<hard, threshold<where::mean_of_members>>{});
  all("Dice, tuned", published::segmentation_with<hard>{});
  all("mean loss", published::global_pixel_accuracy{});
  all("boundary loss", published::segmentation_with<mean_over_pixels<correctness, over_pixels::boundary>>{});
  if (!networks) return;
  all.template network<published::type_i_of_labels>("Type-I");
  all.template network<published::type_ii_of_labels>("Type-II");
  all.template network<published::structured_loss_map_of_labels>("loss map");
}

}  // namespace

void attack_with_shadow(const std::vector<tally*>& found, const std::vector<asked_about>& targets,
                        const asked_about& shadow, const release& how, const network_training& training,
                        bool networks) {
  const auto behind = [&](const auto& policy) { return seen_behind(found, targets, shadow, training, policy); };
  if (how.argmax)
    attack_labels(behind(at_every_pixel{argmax{}}), networks);
  else if (how.noise > 0)
    attack_confidences(behind(at_every_pixel{noise{how.noise}}), networks);
  else
    attack_confidences(behind(as_it_is{}), networks);
}

void attack_with_shadow(tally& found, const std::vector<asked_about>& targets, const asked_about& shadow,
                        const release& how, const network_training& training, bool networks) {
  attack_with_shadow(std::vector<tally*>(targets.size(), &found), targets, shadow, how, training, networks);
}

void rank(tally& found, const asked_about& target) {
  const auto batch = target.answers.view();
  const auto add = [&](const std::string& name, const auto& scorer) {
    evidence judged{std::vector<double>(batch.subjects())};
    scorer(batch, std::span<double>(judged.values));
    found.add(name, judged, target.member);
  };
  add("mean loss", published::pixel_loss{});
  add("boundary loss", published::boundary_loss{});
  add("Dice, tuned", dice<>{});
}

void attack_blindly(tally& found, const at::Tensor& images, const std::vector<asked_about>& targets,
                    const at::Tensor& shadow_images, const std::vector<asked_about>& shadow,
                    const network_training& training) {
  const auto read = [](const at::Tensor& pictures, const at::Tensor& masks, std::int64_t classes) {
    return at::cat({pictures, at::one_hot(masks, classes).permute({0, 3, 1, 2}).to(at::kFloat)}, 1);
  };
  const std::int64_t classes = targets.front().answers.maps.size(1);
  const asked_about known = joined(shadow);
  features<libtorch> labelled;
  labelled.values = read(shadow_images.repeat({static_cast<std::int64_t>(shadow.size()), 1, 1, 1}),
                         known.answers.masks.clamp(0, classes - 1), classes);
  const published::map_network<> rule(learner::residual_on_maps(training.epochs, training.seed));
  const auto fitted = rule.fit(labelled_records<features<libtorch>>(labelled, known.member));
  const features<libtorch> asked{read(images, targets.front().answers.masks.clamp(0, classes - 1), classes)};
  evidence judged{std::vector<double>(static_cast<std::size_t>(images.size(0))), fitted.cut()};
  fitted(asked, judged.values);
  for (const asked_about& each : targets) found.add("images and masks", judged, each.member);
}

}  // namespace segmentation_lab
