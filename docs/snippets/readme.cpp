// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by README.md.
#include <telltale/telltale.hpp>
using namespace telltale;

metric::evaluation audit(std::span<const float> logits, std::span<const int> labels, std::size_t records,
                         std::size_t classes, per_model<float> scores, per_model<std::uint8_t> keep,
                         std::span<const membership> members) {
  const classification<eigen<float>> answers({logits, records, classes}, labels);  // a view, no copy
  const auto lira = compose(logit_margin{}, gaussian_likelihood_ratio{});        // published::lira_online, in its parts
  const evidence e = lira(answers, owning(shadow_models<float>{scores, keep}));  // without the models: does not compile
  const metric::evaluation found = metric::evaluate(e.values, members);  // AUC, TPR at FPR, each with its interval

  const auto labels_only = argmax{}(answers);                   // a defence: release the label alone
  static_assert(!Scorer<logit_margin, decltype(labels_only)>);  // and the attack is no program any more
  static_assert(Scorer<correctness, decltype(labels_only)>);    // this one is left: is the label right?
  return found;
}
