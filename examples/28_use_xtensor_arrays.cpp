// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 28: your scores are arrays of xtensor.
//
// Logits of many models in one table, margins in another: xtensor's containers and views go into scorers and rules as
// they lie in memory, row by row or column by column, and evidence comes back as an array. Nothing is copied on the
// way. What is only a formula of xtensor (a + b) has no place in memory yet: give `xt::eval(a + b)` a name first.
#include <cstdio>
#include <vector>

#include <telltale/campaign/plan.hpp>
#include <telltale/xtensor.hpp>

#include "lesson.hpp"

// From 0.26 on these lie in the folders misc and views.
#if __has_include(<xtensor/views/xview.hpp>)
#include <xtensor/misc/xsort.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>
#endif

using namespace lesson;

int main() {
  constexpr std::size_t models = 33;
  const images data;
  const auto plan = membership_plan::draw(/*seed*/ 1, models, records, plan_rule::fixed_size{half});
  std::vector<std::vector<std::uint8_t>> masks;
  for (std::size_t m = 0; m < models; ++m) masks.emplace_back(plan.keep(m).begin(), plan.keep(m).end());
  const auto networks = train_on(data, masks);

  // Suppose that this is what you have: the logits of all models, their training records, the true classes.
  xt::xtensor<float, 3> logits = xt::xtensor<float, 3>::from_shape({models, records, classes});
  xt::xtensor<bool, 2> keep = xt::xtensor<bool, 2>::from_shape({models, records});
  for (std::size_t m = 0; m < models; ++m) {
    xt::view(logits, m, xt::all(), xt::all()) = xt::adapt(ask(networks[m], data.features), {records, classes});
    xt::view(keep, m, xt::all()) = xt::adapt(masks[m], {records});
  }
  const xt::xtensor<int, 1> truth = xt::adapt(data.truth, {records});

  // A view of one model's logits is a batch; a row of the table of margins is where the scorer writes.
  xt::xtensor<double, 2> margin = xt::xtensor<double, 2>::from_shape({models, records});
  for (std::size_t m = 0; m < models; ++m) {
    const auto answers = xt::view(logits, m, xt::all(), xt::all());
    logit_margin{}(classification<eigen<float>>(answers, span_of(truth)), span_of(xt::view(margin, m, xt::all())));
  }

  // Model 0 is the target; the others, a slice of each table, are the adversary's shadows.
  const auto scores = rows_of(xt::view(margin, xt::range(1, models), xt::all()));
  const auto of_shadows = rows_of(xt::view(keep, xt::range(1, models), xt::all()));
  const signals target{span_of(xt::view(margin, 0, xt::all()))};
  const auto lira =
      as_xtensor(published::lira_online{}.judge(target, records, owning(shadow_models<double>{scores, of_shadows})));

  const auto member = xt::view(keep, 0, xt::all());
  const metric::evaluation found = metric::evaluate(span_of(lira), members_of(member));
  std::printf("LiRA, 32 shadows: AUC %.3f [%.3f, %.3f]\n", found.auc.value, found.auc.low, found.auc.high);
  // From here on it is an array like any other.
  const auto order = xt::argsort(lira);
  std::size_t hits = 0;
  for (std::size_t i = records - 50; i < records; ++i) hits += member(order(i)) ? 1 : 0;
  std::printf("of the 50 records with the most evidence %zu are members\n", hits);
  return found.auc.low > 0.5 && hits > 25 ? 0 : 1;
}

// prints: LiRA, 32 shadows: AUC 0\.[6-9]
