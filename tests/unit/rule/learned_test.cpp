// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/rule/learned.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <telltale/core/concepts.hpp>
#include <telltale/rule/per_class.hpp>

#include "oracle/null_rules.hpp"
#include "oracle/recorded_logistic_regression.hpp"
#include "oracle/rule_inputs.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::has;
using oracle::refusal;
namespace peer = oracle::scikit_learn;

namespace {

using logistic = learned<learner::logistic_regression<>>;
using held = learned<learner::logistic_regression<ridge::squared>>;
using trained = learned<>;
using labelled = adversary<labelled_records<>>;

static_assert(DecisionRule<logistic, signals, labelled> && DecisionRule<trained, signals, labelled> &&
              DecisionRule<per_class<trained>, signals, labelled> &&
              !DecisionRule<logistic, signals, adversary<shadow_models<>>>);
static_assert(logistic::name == "learned logistic regression" && trained::name == "learned perceptron");
// Log-odds of every class share the cut 0, so that they stay log-odds per class.
static_assert(fitted_t<per_class<logistic>, labelled>::keeps_values &&
              fitted_t<per_class<logistic>, labelled>::cut() == 0);

struct learns_nothing {
  static constexpr std::string_view name = "learns nothing";
};
static_assert(!Learner<learns_nothing> && Learner<learner::perceptron>);

struct sample {
  std::vector<double> values;
  std::vector<membership> member;
  std::size_t width = 1;
  [[nodiscard]] labelled_records<> owned() const { return {signals{values, width, {}}, member}; }
};

sample of_the_peer() {
  sample all{{peer::inputs.begin(), peer::inputs.end()}, {}, peer::width};
  for (const int m : peer::member) all.member.push_back(m == 1 ? membership::in : membership::out);
  return all;
}

sample random_sample(std::uint64_t seed, std::size_t records, std::size_t width, double shift) {
  random_stream random(seed, 0);
  sample all;
  all.width = width;
  for (std::size_t i = 0; i < records; ++i) {
    const bool is_in = i < 2 ? i == 0 : random.below(2) == 1;
    all.member.push_back(is_in ? membership::in : membership::out);
    for (std::size_t d = 0; d < width; ++d)
      all.values.push_back(10.0 * static_cast<double>(d) +
                           (1.0 + static_cast<double>(d)) * (random.normal() + (is_in ? shift : 0.0)));
  }
  return all;
}

// The derivatives of the objective in long double, at what was fitted: zero where it is least.
template <class Rule>
long double largest_derivative(const Rule& rule, const sample& all, double weight) {
  const auto fitted = rule.fit(all.owned());
  const auto& model = fitted.model();
  const std::size_t width = all.width, records = all.member.size();
  std::vector<long double> derivative(width + 1, 0);
  for (std::size_t d = 0; d < width; ++d)
    derivative[d + 1] = static_cast<long double>(weight) * model.coefficients()[d];
  for (std::size_t i = 0; i < records; ++i) {
    std::vector<long double> x{1};
    long double f = model.intercept();
    for (std::size_t d = 0; d < width; ++d) {
      x.push_back((static_cast<long double>(all.values[i * width + d]) - fitted.scaling().mean()[d]) /
                  fitted.scaling().deviation()[d]);
      f += model.coefficients()[d] * x.back();
    }
    const long double sign = all.member[i] == membership::in ? 1 : -1;
    for (std::size_t d = 0; d <= width; ++d) derivative[d] -= sign * x[d] / (1 + std::exp(sign * f));
  }
  long double largest = 0;
  for (const long double g : derivative) largest = std::max(largest, std::abs(g));
  return largest;
}

double area(const std::vector<double>& evidence, const std::vector<membership>& member) {
  double right = 0, pairs = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i)
    for (std::size_t j = 0; j < evidence.size(); ++j)
      if (member[i] == membership::in && member[j] == membership::out) {
        ++pairs;
        right += evidence[i] > evidence[j] ? 1 : evidence[i] == evidence[j] ? 0.5 : 0;
      }
  return right / pairs;
}

}  // namespace

TEST_CASE("logistic regression fits what scikit-learn fits") {
  const sample all = of_the_peer();
  const auto check = [&](const auto& rule, const auto& recorded) {
    const auto fitted = rule.fit(owning(all.owned()));
    CHECK(fitted.model().intercept() == doctest::Approx(recorded[0]).epsilon(1e-9));
    for (std::size_t d = 0; d < peer::width; ++d)
      CHECK(fitted.model().coefficients()[d] == doctest::Approx(recorded[d + 1]).epsilon(1e-9));
    CHECK(fitted.model().iterations() < 10);
    CHECK(fitted.model().gradient() < 1e-12);
  };
  check(logistic{}, peer::unpenalised);
  check(held{learner::logistic_regression<ridge::squared>{{1}}}, peer::c_1);
  check(held{learner::logistic_regression<ridge::squared>{{10}}}, peer::c_tenth);
}

TEST_CASE("one binary input has the odds of its cells as its solution") {
  // Value 1: 3 members, 1 non-member; value 0: 2 members, 6 non-members. Log-odds log 3 and log 1/3, whatever the
  // scale.
  sample all;
  for (int i = 0; i < 12; ++i) {
    all.values.push_back(i < 4 ? 5 : 2);
    all.member.push_back(i < 3 || i == 4 || i == 5 ? membership::in : membership::out);
  }
  const std::vector<double> asked{5, 2};
  std::vector<double> evidence(2);
  logistic{}.fit(all.owned())(signals{asked}, evidence);
  CHECK(evidence[0] == doctest::Approx(std::log(3.0)).epsilon(1e-12));
  CHECK(evidence[1] == doctest::Approx(-std::log(3.0)).epsilon(1e-12));
}

TEST_CASE("the conditions of a minimum hold in long double") {
  for (const std::size_t width : {1UL, 4UL, 12UL})
    for (const double shift : {0.0, 0.4}) {
      const sample all = random_sample(7 + width, 700, width, shift);
      CHECK(largest_derivative(logistic{}, all, 0) < 1e-9L);
      CHECK(largest_derivative(held{learner::logistic_regression<ridge::squared>{{2.5}}}, all, 2.5) < 1e-9L);
    }
}

TEST_CASE("separable or collinear records need a ridge and say so") {
  const auto message = [](const auto& rule, const sample& all) {
    return refusal([&] { (void)rule.fit(all.owned()); });
  };
  sample apart;
  for (int i = 0; i < 10; ++i) {
    apart.values.push_back(i);
    apart.member.push_back(i < 5 ? membership::out : membership::in);
  }
  CHECK(has(message(logistic{}, apart), "ridge::squared"));
  CHECK(message(held{}, apart) == "nothing was thrown");
  // Quasi-separable: one value is shared by both sides.
  sample touching = apart;
  touching.values.push_back(4);
  touching.member.push_back(membership::in);
  CHECK(has(message(logistic{}, touching), "ridge::squared"));
  CHECK(message(held{}, touching) == "nothing was thrown");
  // Posteriors of two classes sum to 1.
  sample summing = random_sample(3, 50, 1, 0.3);
  std::vector<double> both;
  for (const double v : summing.values) both.insert(both.end(), {v, 1 - v});
  summing.values = both;
  summing.width = 2;
  CHECK(has(message(logistic{}, summing), "collinear"));
  CHECK(message(held{}, summing) == "nothing was thrown");
}

TEST_CASE("a perceptron learns what a line cannot and depends on its seed alone") {
  // Members inside a ring: no linear rule has an area far from one half.
  random_stream random(5, 0);
  sample shadow, target;
  for (sample* const each : {&shadow, &target}) {
    each->width = 2;
    for (std::size_t i = 0; i < 600; ++i) {
      const bool is_in = i % 2 == 0;
      const double radius = (is_in ? 0.5 : 1.5) + 0.2 * random.normal(), angle = 6.283185307179586 * random.uniform();
      each->values.push_back(radius * std::cos(angle));
      each->values.push_back(radius * std::sin(angle));
      each->member.push_back(is_in ? membership::in : membership::out);
    }
  }
  const auto by = [&](const auto& rule) {
    std::vector<double> evidence(target.member.size());
    rule.fit(shadow.owned())(signals{target.values, 2, {}}, evidence);
    return evidence;
  };
  CHECK(area(by(trained{}), target.member) > 0.99);
  CHECK(std::abs(area(by(logistic{}), target.member) - 0.5) < 0.1);
  CHECK(by(trained{}) == by(trained{}));
  trained other;
  other.model.recipe.seed = 2;
  CHECK(by(trained{}) != by(other));
  CHECK(trained{}.fit(shadow.owned()).model().trained().accuracy > 0.98);
}

TEST_CASE("learned rules say nothing of records that no model saw") {
  const auto check = [](const auto& rule, std::uint64_t seed, std::size_t models) {
    // The first two shadows' scores are the two values of a record, the first one's membership is known.
    const metric::estimate auc = oracle::null_auc(
        seed,
        [&](const std::vector<double>& target, const shadow_models<double>& shadow, std::span<double> evidence) {
          sample known;
          known.width = 2;
          std::vector<double> asked;
          for (std::size_t i = 0; i < target.size(); ++i) {
            known.member.push_back(shadow.keep[0][i] == 1 ? membership::in : membership::out);
            known.values.insert(known.values.end(), {shadow.scores[0][i], shadow.scores[1][i]});
            asked.insert(asked.end(), {target[i], shadow.scores[1][i]});
          }
          rule.fit(known.owned())(signals{asked, 2, {}}, evidence);
        },
        models);
    INFO(auc.value, " in [", auc.low, ", ", auc.high, "]");
    CHECK(auc.low < 0.5);
    CHECK(auc.high > 0.5);
    CHECK(auc.high - auc.low < 0.06);
  };
  check(logistic{}, 331, 24);
  trained quick;
  quick.model.recipe.epochs = 10;
  check(quick, 332, 12);
}

TEST_CASE("what cannot be learned from is refused by name") {
  const sample sound = random_sample(9, 40, 2, 0.5);
  std::vector<double> evidence(2);
  const std::vector<double> two{1, 2}, four{1, 2, 3, std::numeric_limits<double>::infinity()};
  const auto fitted = logistic{}.fit(sound.owned());
  CHECK(has(refusal([&] { fitted(signals{two}, evidence); }), "has 1 values a subject; the labelled records have 2"));
  CHECK(has(refusal([&] { fitted(signals{four, 2, {}}, evidence); }), "signal: element 3 is inf"));
  CHECK(has(refusal([&] { fitted(signals{two, 2, {}}, evidence); }), "has 2 elements; wanted 4"));
  sample bad = sound;
  for (std::size_t i = 1; i < bad.values.size(); i += 2) bad.values[i] = 0.1;
  CHECK(has(refusal([&] { (void)logistic{}.fit(bad.owned()); }), "labelled records: column 1 is constant"));
  bad = sound;
  bad.member.assign(40, membership::in);
  CHECK(has(refusal([&] { (void)trained{}.fit(bad.owned()); }), "holds 40 members and 0 non-members"));
  bad = sound;
  bad.values[7] = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(refusal([&] { (void)trained{}.fit(bad.owned()); }), "labelled records: element 7 is nan"));
  CHECK(has(refusal([&] { (void)held{learner::logistic_regression<ridge::squared>{{-1}}}.fit(sound.owned()); }),
            "ridge: is -1"));
  bad = sound;
  bad.member.pop_back();
  CHECK(has(refusal([&] { (void)logistic{}.fit(bad.owned()); }), "has 80 elements; wanted 78"));
}
