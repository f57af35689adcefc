// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 21: how many examples per class does this classifier need before membership stops to show?
//
// Train heads on S examples of each of two classes, attack every head with all others as shadow models, and see how the
// excess over guessing falls with S. A line through a few small S says which S is needed; a larger S tests it.
#include <cstdio>

#include "lesson.hpp"

using namespace lesson;

/// One more record hardly changes how a head scatters, so IN and OUT share one spread.
struct lira_of_heads : preset::lira {
  static constexpr spread::per_record_of_both spread{};
};

/// LiRA on 97 heads with S of 2 S examples of each of two classes, each head attacked by the others; on many pairs of
/// classes where S is small. The TPR at an FPR of 0.1, one threshold for all.
metric::operating_point measure(const seen_images& from, std::size_t shots) {
  constexpr std::size_t width = seen_images::width, heads = 97;
  const std::size_t pools = 4 + 256 / shots, n = 4 * shots;
  std::vector<std::vector<float>> evidence(pools, std::vector<float>(heads * n));
  std::vector<membership_plan> plans;
  for (std::size_t p = 0; p < pools; ++p) {
    random_stream random(shots, p);
    const auto pair = random.choose(2, classes), order = random.choose(from.truth.size(), from.truth.size());
    std::vector<float> features;
    std::vector<int> truth;
    for (int c = 0; c < 2; ++c)
      for (std::size_t i = 0; truth.size() < n / 2 * std::size_t(c + 1); ++i) {
        if (from.truth[order[i]] != int(pair[std::size_t(c)])) continue;
        const auto row = std::span(from.features).subspan(order[i] * width, width);
        features.insert(features.end(), row.begin(), row.end());
        truth.push_back(c);
      }
    plans.push_back(membership_plan::draw(random(), heads, n, plan_rule::shots_per_class{shots, truth}));
    const auto keep = plans.back().keeps();
    const auto trained =
        train::train_many<float>({{features, n, width}, truth, 2}, keep, train::softmax_regression(width, 2),
                                 {train::quasi_newton{}, 0.06, train::full_batch});
    std::vector<double> margins(heads * n);
    std::vector<std::span<const double>> rows;
    for (std::size_t h = 0; h < heads; ++h) {
      std::vector<float> logits(n * 2);
      trained[h].model.logits({features, n, width}, logits);
      const auto row = std::span(margins).subspan(h * n, n);
      logit_margin{}(classification<eigen<float>>({logits, n, 2}, truth), row);
      rows.push_back(row);
    }
    study::leave_one_out(gaussian_likelihood_ratio<lira_of_heads>{}, shadow_models<double>(rows, keep),
                         std::span(evidence[p]));
  }
  std::vector<metric::scored_pool> scored;
  for (std::size_t p = 0; p < pools; ++p) scored.push_back({evidence[p], plans[p].mask(), n});
  const auto found = metric::evaluate_pools(scored, std::vector<double>{0.1}).tpr_at_fpr[0];
  std::printf("S = %3zu:  TPR %.3f [%.3f, %.3f]\n", shots, found.tpr.value, found.tpr.low, found.tpr.high);
  return found;
}

int main() {
  const seen_images from(10'000);
  std::vector<study::cell> cells;
  for (const std::size_t shots : {4U, 8U, 16U, 32U, 64U}) {
    const auto n = 97 * 2 * shots * (4 + 256 / shots);  // members, and as many non-members
    cells.push_back({double(shots), 2, 0.1, measure(from, shots).tpr.value, n, n});
  }
  const study::power_law law = study::fit_power_law(cells).law;
  const metric::estimate slope = law.of_shots(), foretold = law.predict(256, 2).tpr;
  std::printf("law:      TPR - 0.1 falls like S^%.2f [%.2f, %.2f]\n", slope.value, slope.low, slope.high);
  const study::shots_needed needed = study::needed_shots(law, 0.5, 1e-5, 2);
  std::printf("needed:   %.0f examples [%.0f, %.0f] of each class for a TPR of %.3f, as epsilon 0.5 allows\n",
              needed.shots.value, needed.shots.low, needed.shots.high, needed.tpr_bound);
  std::printf("foretold: TPR %.3f [%.3f, %.3f] at 256\n", foretold.value, foretold.low, foretold.high);
  const metric::estimate beyond = measure(from, 256).tpr;
  return slope.high < 0 && beyond.low <= foretold.high && foretold.low <= beyond.high ? 0 : 1;
}

// prints: law: +TPR - 0\.1 falls like S\^-0\.[4-9]
