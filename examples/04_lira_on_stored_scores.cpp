// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 4: the likelihood ratio attack (LiRA), from scores that lie on disk.
//
// Some records are easy for every model, trained on them or not; one threshold for all mistakes them for members. LiRA
// asks for each record apart: is the target's margin more like that of models trained with it (IN) or without it (OUT)?
// Its adversary owns *shadow models*. Training them is the work, so their scores are stored, one file a model, and
// attacked as often as you like.
#include <cstdio>
#include <filesystem>

#include <telltale/campaign/campaign.hpp>

#include "lesson.hpp"

using namespace lesson;

int main() {
  const images data;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "telltale-lesson-04";
  std::filesystem::remove_all(folder);

  // The plan says which records each model is trained on, and the store what came out. Kill this and run it again: the
  // models that are finished are not trained a second time.
  const auto plan = membership_plan::draw(/*seed*/ 1, /*models*/ 33, records, plan_rule::fixed_size{half});
  signal_store store(folder, {1, hash_of(data.features), {{"hidden", 64}}}, plan);
  run_campaign(store, [&](std::size_t model) {
    const auto mask = plan.keep(model);
    const std::vector<float> logits = ask(train_on(data, {{mask.begin(), mask.end()}}).front(), data.features);
    std::vector<double> margin(records);
    logit_margin{}(classification<eigen<float>>({logits, records, classes}, data.truth), margin);
    return std::vector{named_signal{"logit-margin", margin}};
  });

  // Model 0 is the target, the others are the adversary's. Nothing is copied: the files are mapped.
  const auto stored = load_scores(folder / "logit-margin");
  const auto& margins = stored.rows<double>();
  const auto shadows = plan.shadows_of(0);
  const auto scores = margins.some(shadows);
  const auto keep = plan.keeps(shadows);
  const signals target{margins.all()[0]};
  const evidence lira = published::lira_online{}.judge(target, records, owning(shadow_models<double>{scores, keep}));

  std::vector<membership> member;
  for (const std::uint8_t in : plan.keep(0)) member.push_back(in ? membership::in : membership::out);
  const metric::evaluation by_lira = metric::evaluate(lira.values, member),
                           by_margin = metric::evaluate(target.values, member);
  std::printf("one threshold for all: AUC %.3f [%.3f, %.3f]\n", by_margin.auc.value, by_margin.auc.low,
              by_margin.auc.high);
  std::printf("LiRA, 32 shadows:      AUC %.3f [%.3f, %.3f]\n", by_lira.auc.value, by_lira.auc.low, by_lira.auc.high);
  std::printf("at 10 %% false alarms:  %.1f %% against %.1f %% of the members\n", 100 * by_lira.tpr_at_fpr[0].tpr.value,
              100 * by_margin.tpr_at_fpr[0].tpr.value);
  std::filesystem::remove_all(folder);
  return by_lira.auc.value > by_margin.auc.value ? 0 : 1;
}

// prints: LiRA, 32 shadows:      AUC 0\.[6-9]
