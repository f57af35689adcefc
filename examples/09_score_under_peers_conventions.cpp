// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 9: "we ran offline LiRA" is not one sentence.
//
// Three libraries call three rules by that name. Each fits a Gaussian to the margins that models give a record they did
// not see, and asks how far the target's margin lies from it. They differ in the centre, the width, what is added to
// the width, and in what "far" means. Here all three judge the same arrays, so every difference below is a convention.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

// A preset is a set of policies under its peer's name; `offline` leaves the IN models out.
template <class Preset>
metric::evaluation judge(const char* peer, std::span<const double> target, const shadow_models<double>& shadows,
                         std::span<const membership> member) {
  const auto fitted = gaussian_likelihood_ratio<preset::offline<Preset>>{}.fit(shadows);
  std::vector<double> evidence(records);
  fitted(signals{target}, evidence);
  const metric::evaluation found = metric::evaluate(evidence, member);
  std::printf("%-36s AUC %.3f, TPR at 10 %% FPR %4.1f %%; scores left out: %zu\n", peer, found.auc.value,
              100 * found.tpr_at_fpr[0].tpr.value, fitted.dropped());
  return found;
}

int main() {
  // One target, 16 shadow models: each is trained on half of the records, drawn anew for each.
  const images data;
  const auto plan = membership_plan::draw(/*seed*/ 4, /*models*/ 17, records, plan_rule::fixed_size{half});
  std::vector<std::vector<std::uint8_t>> masks;
  for (std::size_t m = 0; m < plan.models(); ++m) masks.emplace_back(plan.keep(m).begin(), plan.keep(m).end());
  std::vector<std::vector<double>> margins;
  for (const train::network& network : train_on(data, masks)) {
    const std::vector<float> logits = ask(network, data.features);
    logit_margin{}(classification<eigen<float>>({logits, records, classes}, data.truth), margins.emplace_back(records));
  }
  const std::vector<std::span<const double>> scores(margins.begin() + 1, margins.end());
  const std::vector<std::span<const std::uint8_t>> keep(masks.begin() + 1, masks.end());
  const shadow_models<double> shadows(scores, keep);
  std::vector<membership> member;
  for (const std::uint8_t in : masks[0]) member.push_back(in ? membership::in : membership::out);

  // The released code of LiRA takes the density, so that a margin far *below* what is usual says member too, and cuts
  // every record to the smallest number of models. LeakPro takes the log of the distribution function and, below 64
  // models, one width for all records. SACRO-ML takes the distribution function itself, which reaches 1.
  const auto code = judge<preset::carlini_2022_code>("LiRA, released code", margins[0], shadows, member);
  const auto leakpro = judge<preset::leakpro_2026_06>("LeakPro, June 2026", margins[0], shadows, member);
  const auto sacro = judge<preset::sacro_ml_2_0_1_saturating>("SACRO-ML 2.0.1", margins[0], shadows, member);
  const auto ours = judge<preset::lira>("telltale (the paper's test)", margins[0], shadows, member);

  // A figure travels with the convention that it was made under, or it cannot be compared.
  const auto [least, most] = std::minmax({code.auc.value, leakpro.auc.value, sacro.auc.value, ours.auc.value});
  std::printf("the AUC of one attack on one set of arrays: from %.3f to %.3f\n", least, most);
  return most - least > 0.03 ? 0 : 1;
}

// prints: the AUC of one attack on one set of arrays: from 0\.5[0-9]* to 0\.7
