// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/write_a_defence.md.
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include <telltale/telltale.hpp>

using namespace telltale;

/// Bends every score into (-5, 5), so that the model is never very sure of anything.
struct capped {
  static constexpr std::string_view name = "capped scores";
  static constexpr auto rewrites = access_to::confidence;  // what must be there
  static constexpr auto leaves = access_to::confidence;    // what the adversary sees of it afterwards
  static constexpr bool clips = false;                     // it makes no probability 0 or 1

  template <Classification Batch>
    requires req::reveals_what_the_release_rewrites<Batch, capped>
  released<capped, Batch> operator()(const Batch& batch) const {
    return {*this, batch};
  }

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched&) const {
    const bool stored = z.form() == stored_as::probabilities;
    for (Scalar& score : z.values()) score = Scalar(5 * std::tanh((stored ? std::log(score) : score) / 5));
    z.now_stores(stored_as::logits);
  }
};

static_assert(ReleasePolicy<capped, classification<eigen<float>>>);

void compared(const classification<eigen<float>>& answers, std::span<const membership> member) {
  const auto auc = [&](const auto& seen) {
    std::vector<double> scores(seen.subjects());
    logit_margin{}(seen, scores);
    return metric::evaluate(scores, member).auc;
  };
  const metric::estimate before = auc(answers), behind = auc(capped{}(answers));
  std::printf("AUC %.3f before, %.3f behind\n", before.value, behind.value);
}
