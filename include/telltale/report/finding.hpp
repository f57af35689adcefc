// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <telltale/metric/evaluation.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>

namespace telltale::report {

/// The attack and the operating point that a headline speaks of.
struct strongest {
  const attack_result* attack = nullptr;           ///< null: no attack has a resolvable point
  const metric::operating_point* point = nullptr;  ///< of `attack`
};

/// The attack that surely finds most members at the smallest FPR that every attack resolves.
///
/// "Surely": by the lower limit of the TPR, since the largest of many estimates flatters. Attacks that were stopped by
/// type do not count.
[[nodiscard]] inline strongest strongest_of(const target_result& target) {
  const auto point_at = [](const attack_result& attack, double fpr) -> const metric::operating_point* {
    for (const metric::operating_point& point : attack.evaluation.tpr_at_fpr)
      if (point.fpr == fpr && point.resolvable) return &point;
    return nullptr;
  };
  strongest found;
  for (const attack_result& candidate : target.attacks) {
    if (candidate.stopped_by_type) continue;
    for (const metric::operating_point& wanted : candidate.evaluation.tpr_at_fpr) {
      if (found.point != nullptr && wanted.fpr >= found.point->fpr) continue;
      strongest here;
      bool everywhere = true;
      for (const attack_result& attack : target.attacks) {
        if (attack.stopped_by_type) continue;
        const metric::operating_point* const point = point_at(attack, wanted.fpr);
        everywhere = everywhere && point != nullptr;
        if (point != nullptr && (here.point == nullptr || point->tpr.low > here.point->tpr.low))
          here = {&attack, point};
      }
      if (everywhere) found = here;
    }
  }
  return found;
}

/// A rate as people say it: "1 in 1,000", or in percent where it is no such fraction.
[[nodiscard]] inline std::string one_in(double rate) {
  const double inverse = 1 / rate;
  if (inverse > 1.5 && inverse < 1e15 && std::abs(inverse - std::round(inverse)) < 1e-6 * inverse)
    return "1 in " + thousands(static_cast<std::uint64_t>(std::llround(inverse)));
  return short_percent(rate) + " %";
}

/// "(95 % interval 6.0-13.2 %)", or nothing where there is no interval.
[[nodiscard]] inline std::string interval_in_words(const metric::estimate& got, double confidence) {
  const std::string limits = interval_percent(got, " to ");
  return limits.empty() ? "" : "(" + short_percent(confidence) + " % interval " + limits + " %)";
}

/// What was found, in sentences for a reader who has never seen a ROC curve.
struct finding {
  std::string figure;                  ///< "9.6 %"
  std::string says;                    ///< what the figure is
  std::vector<std::string> sentences;  ///< what else matters: against guessing, and the further targets
};

/// How one target compares with guessing and with the attacks' needs, in one sentence.
[[nodiscard]] inline std::string sentence_about(const target_result& target) {
  std::size_t stopped = 0;
  const attack_result* best = nullptr;
  for (const attack_result& attack : target.attacks) {
    if (attack.stopped_by_type)
      ++stopped;
    else if (best == nullptr || attack.evaluation.auc.low > best->evaluation.auc.low)
      best = &attack;
  }
  std::string text = "Against \xe2\x80\x9c" + target.name + "\xe2\x80\x9d";
  if (stopped > 0)
    text += ", " + std::to_string(stopped) + " of " + std::to_string(target.attacks.size()) +
            " attacks are stopped outright, because they need more than it reveals";
  if (best == nullptr) return text + (stopped > 0 ? "." : " no attack was tried.");
  const metric::estimate& auc = best->evaluation.auc;
  text += (stopped > 0 ? "; of the rest, " : ", ") + best->name + " does best, with an AUC of " + fixed(auc.value, 3);
  if (const std::string limits = interval_fixed(auc, " to "); !limits.empty()) text += " (" + limits + ")";
  return text + (auc.low > 0.5 ? ": the interval lies above 0.5, which is guessing."
                               : ": not told apart from 0.5, which is guessing.");
}

/// How an attack was chosen from several: the largest of many figures flatters, and a reader should know.
[[nodiscard]] inline std::string tried(const target_result& target) {
  std::size_t attacks = 0;
  for (const attack_result& attack : target.attacks) attacks += !attack.stopped_by_type;
  if (attacks < 2) return {};
  return ", and it is the one of " + std::to_string(attacks) + " attacks tried that is surest to find so many";
}

/// What a TPR at an FPR says of the records, in one sentence for a reader who has never seen a ROC curve.
[[nodiscard]] inline std::string meaning_of(const metric::operating_point& point) {
  const std::string accused = one_in(point.fpr) + " of the other records may be accused wrongly";
  if (point.tpr.low > point.fpr)
    return "If " + accused + ", an attacker finds " + percent(point.tpr.value) + " % of the training records, where " +
           "guessing would find " + short_percent(point.fpr) + " %.";
  if (point.tpr.high < point.fpr)
    return "If " + accused + ", an attacker finds fewer of the training records than guessing would.";
  return "If " + accused + ", what an attacker finds of the training records cannot be told from guessing with these " +
         "data; that is no proof that nothing leaks.";
}

/// What an evaluation says, in words: its AUC, and the TPR at the smallest FPR that the data resolve.
[[nodiscard]] inline std::string meaning_of(const metric::evaluation& got) {
  std::string text = "Shown one training record and one other, this evidence points at the training record " +
                     short_percent(std::round(1000 * got.auc.value) / 1000) + " % of the time; guessing does 50 %.";
  const metric::operating_point* smallest = nullptr;
  for (const metric::operating_point& point : got.tpr_at_fpr)
    if (point.resolvable && (smallest == nullptr || point.fpr < smallest->fpr)) smallest = &point;
  if (smallest != nullptr && smallest->fpr > 0) text += " " + meaning_of(*smallest);
  return text;
}

/// The headline of an audit: its first target's strongest attack, then one sentence for each further target.
[[nodiscard]] inline finding finding_of(const audit& got) {
  finding found;
  if (got.targets.empty()) return {"\xe2\x80\x93", "No target was audited.", {}};
  const target_result& first = got.targets.front();
  const strongest best = strongest_of(first);
  if (best.attack == nullptr) {
    found = {"\xe2\x80\x93", "No attack has a false-positive rate that these data resolve.", {sentence_about(first)}};
  } else {
    const metric::operating_point& point = *best.point;
    const double confidence = best.attack->evaluation.conventions.confidence;
    const std::string accused = "when " + one_in(point.fpr) + " non-members may be accused wrongly";
    found.figure = percent(point.tpr.value) + " %";
    if (point.tpr.low > point.fpr) {
      found.says = "of the training records are found by " + best.attack->name + " " + accused + " " +
                   interval_in_words(point.tpr, confidence) + ".";
      found.sentences.push_back("Guessing would find " + short_percent(point.fpr) + " %: the attack finds " +
                                fixed(point.tpr.value / point.fpr, point.tpr.value / point.fpr < 10 ? 1 : 0) +
                                " times as many. It rests on " + thousands(point.true_positives) +
                                " members found and " + thousands(point.false_positives) +
                                " wrongly accused non-members" + tried(first) + ".");
    } else {
      found.says = "is what the strongest attack, " + best.attack->name + ", finds of the training records " + accused +
                   " " + interval_in_words(point.tpr, confidence) + ".";
      found.sentences.push_back(
          "Guessing would find " + short_percent(point.fpr) +
          " %, which lies within the interval or above it: no attack that was tried is shown to do "
          "better there. A stronger attack may exist.");
    }
  }
  for (std::size_t t = 1; t < got.targets.size(); ++t) found.sentences.push_back(sentence_about(got.targets[t]));
  return found;
}

}  // namespace telltale::report
