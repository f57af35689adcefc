// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/per_class.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/rule/privacy_risk.hpp>
#include <telltale/rule/threshold.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;

namespace {

using cut_of_each = per_class<threshold<where::best_balanced_accuracy>>;
using risk_of_each = per_class<privacy_risk>;
using labelled = adversary<labelled_records<>>;

static_assert(DecisionRule<cut_of_each, signals, labelled> && DecisionRule<risk_of_each, signals, labelled> &&
              !DecisionRule<cut_of_each, signals, adversary<population<>>>);
static_assert(cut_of_each::name == "threshold at the best balanced accuracy, per class");
static_assert(cut_of_each::holds == knowledge::truth);
// A threshold of each class gives verdicts, a risk of each class stays what it is.
static_assert(!fitted_t<cut_of_each, labelled>::keeps_values && fitted_t<cut_of_each, labelled>::cut() == 1);
static_assert(fitted_t<risk_of_each, labelled>::keeps_values &&
              fitted_t<risk_of_each, labelled>::cut() == ranking_only);

struct sample {
  std::vector<double> values;
  std::vector<int> classes;
  std::vector<membership> member;

  void add(double value, int label, bool is_in) {
    values.push_back(value);
    classes.push_back(label);
    member.push_back(is_in ? membership::in : membership::out);
  }
  [[nodiscard]] labelled_records<> owned() const { return {signals{values, 1, classes}, member}; }
  [[nodiscard]] sample of(int label) const {
    sample part;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (classes[i] == label) part.add(values[i], label, member[i] == membership::in);
    return part;
  }
};

// The loop of the published description: every observed value, members first, the first with the most wins.
double slow_cut(const sample& all) {
  std::vector<double> in, out;
  for (std::size_t i = 0; i < all.values.size(); ++i)
    (all.member[i] == membership::in ? in : out).push_back(all.values[i]);
  std::vector<double> candidates = in;
  candidates.insert(candidates.end(), out.begin(), out.end());
  double best = 0;
  long double most = 0;
  for (const double v : candidates) {
    const auto hits = std::count_if(in.begin(), in.end(), [&](double s) { return s >= v; });
    const auto spared = std::count_if(out.begin(), out.end(), [&](double s) { return s < v; });
    const long double accuracy = (static_cast<long double>(hits) / static_cast<long double>(in.size()) +
                                  static_cast<long double>(spared) / static_cast<long double>(out.size())) /
                                 2;
    if (accuracy <= most + 1e-17L) continue;  // sides of 64 and 32: fractions are exact in binary
    most = accuracy;
    best = v;
  }
  return best;
}

sample random_sample(std::uint64_t seed, double grid) {
  random_stream random(seed, 0);
  sample all;
  for (int label = -1; label < 3; ++label)
    for (std::size_t i = 0; i < 96; ++i) {
      const bool is_in = i < 64;
      double value = random.normal() + label + (is_in ? 0.7 : 0.0);
      if (grid > 0) value = grid * std::floor(value / grid);
      all.add(value, label, is_in);
    }
  // In a random order, so that "the first" means something.
  std::vector<std::size_t> order(all.values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  random.shuffle(order);
  sample shuffled;
  for (const std::size_t i : order) shuffled.add(all.values[i], all.classes[i], all.member[i] == membership::in);
  return shuffled;
}

// The published histogram as its description reads, for one class and sizes that are positive.
double slow_risk(const sample& of_class, double asked) {
  const auto size = [](double v) { return std::max(std::abs(v), 1e-10); };
  double least = std::numeric_limits<double>::infinity(), largest = 0;
  for (const double v : of_class.values) {
    least = std::min(least, size(v));
    largest = std::max(largest, size(v));
  }
  const auto edge = [&](int k) {
    if (k == 0) return least;
    if (k == 5) return largest;
    return std::pow(10, std::log10(least) + (std::log10(largest) - std::log10(least)) * k / 5);
  };
  const auto bin = [&](double v) {
    if (v >= edge(5)) return 4;
    int at = 0;
    while (at < 4 && v >= edge(at + 1)) ++at;
    return at;
  };
  double in[5]{}, out[5]{}, members = 0, others = 0;
  for (std::size_t i = 0; i < of_class.values.size(); ++i)
    if (of_class.member[i] == membership::in) {
      ++in[bin(size(of_class.values[i]))];
      ++members;
    } else {
      ++out[bin(size(of_class.values[i]))];
      ++others;
    }
  const auto risk = [&](int k) { return in[k] / members / (in[k] / members + out[k] / others); };
  const int at = bin(std::abs(asked));
  for (int away = 0; away < 5; ++away)
    for (const int k : {at - away, at + away})
      if (k >= 0 && k < 5 && in[k] + out[k] > 0) return risk(k);
  return -1;
}

}  // namespace

TEST_CASE("the best balanced accuracy by hand and the first of equals") {
  using best = threshold<where::best_balanced_accuracy>;
  const auto cut = [](const sample& of) { return best{}.fit(owning(of.owned())).cut(); };
  sample all;
  // Non-members 1, 2, 3, 6, members 4, 5, 7: at 4 TPR 1, TNR 3/4; at 7 TPR 1/3, TNR 1.
  for (const double v : {7.0, 5.0, 4.0}) all.add(v, 0, true);
  for (const double v : {1.0, 2.0, 3.0, 6.0}) all.add(v, 0, false);
  CHECK(cut(all) == 4);
  // 3 (TPR 1/2, TNR 1) ties with 1 (TPR 1, TNR 1/2): the first in order wins.
  sample first, second;
  for (const double v : {3.0, 1.0}) first.add(v, 0, true), second.add(4 - v, 0, true);
  for (const double v : {0.0, 2.0}) first.add(v, 0, false), second.add(v, 0, false);
  CHECK(cut(first) == 3);
  CHECK(cut(second) == 1);
  // The values stay, and a constant signal accuses all.
  sample constant;
  for (const bool is_in : {true, false}) constant.add(-2.5, 0, is_in);
  CHECK(cut(constant) == -2.5);
  const std::vector<double> judged{-3, -2.5};
  std::vector<double> evidence(2);
  best{}.fit(constant.owned())(signals{judged}, evidence);
  CHECK(evidence == judged);
}

TEST_CASE("each class has the cut of the slow search and the evidence is its verdict") {
  for (const double grid : {0.0, 0.5, 2.0}) {
    const sample shadow = random_sample(31, grid), target = random_sample(32, grid);
    const auto fitted = cut_of_each{}.fit(owning(shadow.owned()));
    CHECK(std::vector<int>(fitted.classes().begin(), fitted.classes().end()) == std::vector<int>{-1, 0, 1, 2});
    std::vector<double> evidence(target.values.size());
    fitted(signals{target.values, 1, target.classes}, evidence);
    for (int label = -1; label < 3; ++label) CHECK(fitted.of(label).cut() == slow_cut(shadow.of(label)));
    for (std::size_t i = 0; i < evidence.size(); ++i)
      CHECK(evidence[i] == (target.values[i] >= slow_cut(shadow.of(target.classes[i])) ? 1 : 0));
  }
}

TEST_CASE("the privacy risk score by hand") {
  // Sizes 1e-10 (a zero, floored) ... 1: edges 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1. Members in bins 0, 0, 2, non-members
  // in bins 0 and 4 (two each): risks 2/3 / (2/3 + 1/2), [bin 0], 1, [bin 2: one to the left of 4 too], 0.
  sample of;
  for (const double v : {-0.0, -5e-9, -5e-5}) of.add(v, 0, true);
  for (const double v : {-1e-10, -0.5, -2e-9, -1.0}) of.add(v, 0, false);
  const auto fitted = privacy_risk{}.fit(of.owned());
  CHECK(fitted.floored() == 1);
  const std::vector<double> asked{0, -1e-9, -1e-7, -5e-5, -1e-3, -0.2, -1, -50};
  std::vector<double> evidence(asked.size());
  fitted(signals{asked}, evidence);
  const double first = (2.0 / 3) / (2.0 / 3 + 0.5);
  CHECK(evidence[0] == doctest::Approx(first).epsilon(1e-15));
  CHECK(evidence[1] == evidence[0]);
  CHECK(evidence[2] == evidence[0]);  // empty, bins 0 and 2 are as near: the left one
  CHECK(evidence[3] == 1);
  CHECK(evidence[4] == 1);  // empty, the left neighbour
  CHECK(std::vector<double>(evidence.begin() + 5, evidence.end()) == std::vector<double>{0, 0, 0});
}

TEST_CASE("risks agree with the slow histogram for either sign") {
  for (const double sign : {1.0, -1.0}) {
    sample shadow = random_sample(33, 0), target = random_sample(34, 0);
    for (double& v : shadow.values) v = sign * std::exp(3 * v);
    for (double& v : target.values) v = sign * std::exp(4 * v);
    const auto fitted = risk_of_each{}.fit(shadow.owned());
    std::vector<double> evidence(target.values.size());
    fitted(signals{target.values, 1, target.classes}, evidence);
    for (std::size_t i = 0; i < evidence.size(); ++i)
      CHECK(evidence[i] == doctest::Approx(slow_risk(shadow.of(target.classes[i]), target.values[i])).epsilon(1e-14));
  }
  // Equal sizes: one bin has them all.
  sample equal;
  for (const bool is_in : {true, false, false}) equal.add(0.3, 0, is_in);
  std::vector<double> evidence(3);
  const std::vector<double> asked{0.1, 0.3, 0.9};
  privacy_risk{}.fit(equal.owned())(signals{asked}, evidence);
  CHECK(evidence == std::vector<double>(3, 0.5));
}

TEST_CASE("thresholds and risks of a class say nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed) {
    // The first shadow is the adversary's: its scores and membership of all records, in three classes.
    const metric::estimate auc = oracle::null_auc(
        seed, [&](const std::vector<double>& target, const shadow_models<double>& shadow, std::span<double> evidence) {
          std::vector<int> classes(target.size());
          std::vector<membership> member;
          std::vector<double> sizes, asked;
          for (std::size_t i = 0; i < target.size(); ++i) {
            classes[i] = static_cast<int>(i % 3);
            member.push_back(shadow.keep[0][i] == 1 ? membership::in : membership::out);
            sizes.push_back(std::exp(shadow.scores[0][i]));
            asked.push_back(std::exp(target[i]));
          }
          rule.fit(labelled_records<>(signals{sizes, 1, classes}, member))(signals{asked, 1, classes}, evidence);
        });
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.04);
  };
  check(cut_of_each{}, 321);
  check(risk_of_each{}, 322);
}

TEST_CASE("classes and sides that are missing are refused by name") {
  const sample sound = random_sample(35, 0);
  const auto fitted = cut_of_each{}.fit(sound.owned());
  std::vector<double> evidence(1);
  const std::vector<double> one{0.5};
  const std::vector<int> unknown{7};
  CHECK(has(refusal([&] {
              fitted(signals{one, 1, unknown}, evidence);
            }),
            "signal: has a record of class 7, of which there is no labelled record"));
  CHECK(has(refusal([&] { fitted(signals{one}, evidence); }), "signal: has no classes"));
  CHECK(has(refusal([&] { (void)cut_of_each{}.fit(labelled_records<>(signals{sound.values}, sound.member)); }),
            "labelled records: has no classes"));
  sample lonely = sound;
  lonely.add(1, 9, true);
  CHECK(has(refusal([&] { (void)cut_of_each{}.fit(lonely.owned()); }),
            "labelled records: class 9: holds 1 members and 0 non-members"));
  sample bad = sound.of(0);
  bad.values[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(refusal([&] { (void)cut_of_each{}.fit(bad.owned()); }), "class 0: element 3 is nan"));
  CHECK(has(refusal([&] { (void)threshold<where::best_balanced_accuracy>{}.fit(sound.owned()).cut(); }),
            "nothing was thrown"));
  CHECK(has(refusal([&] { (void)risk_of_each{}.fit(sound.owned()); }), "values of the other sign"));
  sample positive = sound.of(0);
  for (double& v : positive.values) v = std::exp(v);
  const std::vector<double> negative{-1};
  CHECK(has(refusal([&] { privacy_risk{}.fit(positive.owned())(signals{negative}, evidence); }),
            "signal: element 0 is -1"));
  CHECK(has(refusal([&] { (void)privacy_risk{0}.fit(positive.owned()); }), "bins: is 0"));
  CHECK(has(refusal([&] { (void)privacy_risk{5, 0}.fit(positive.owned()); }), "floor: is 0"));
  std::vector<membership> odd(positive.member);
  odd[0] = static_cast<membership>(2);
  CHECK(has(refusal([&] { (void)privacy_risk{}.fit(labelled_records<>(signals{positive.values}, odd)); }),
            "record 0 is neither"));
}
