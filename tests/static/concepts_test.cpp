// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string_view>
#include <type_traits>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/observation/gradients.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/release/temperature.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/rule/gaussian_likelihood_ratio.hpp>
#include <telltale/rule/threshold.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/scorer/hinge.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/modified_entropy.hpp>

namespace telltale::static_tests {

using logits = classification<eigen<float>>;
using confidences = classification<eigen<double>, access_to::confidence>;
using labels = classification<eigen<float>, access_to::label>;
using head = softmax_head<eigen<float>>;
template <class Policy, class Batch = logits>
using after = decltype(std::declval<const Policy&>()(std::declval<const Batch&>()));

// Observations.
struct nameless : logits {
  static constexpr int name = 0;
};
struct uncounted {
  static constexpr std::string_view name = "uncounted";
  static constexpr auto reveals = access_to::label;
  using backend = eigen<float>;
};
static_assert(Observation<logits> && Observation<confidences> && Observation<labels> && Observation<head>);
static_assert(Observation<after<argmax>> && Observation<decltype(floored(std::declval<const logits&>(), 1e-6))>);
static_assert(!Observation<nameless> && !Observation<uncounted> && !Observation<int>);

// Families.
static_assert(Classification<logits> && Classification<labels> && Classification<after<argmax>>);
static_assert(Classification<after<rounding, after<noise>>>);
static_assert(!Classification<head> && !Classification<uncounted>);
static_assert(Gradients<head> && !Gradients<logits>);

// Scorers, by the access they need.
template <class Candidate>
constexpr bool needs_confidence =
    Scorer<Candidate, logits> && Scorer<Candidate, confidences> && Scorer<Candidate, after<rounding>> &&
    !Scorer<Candidate, labels> && !Scorer<Candidate, after<argmax>>;
static_assert(needs_confidence<logit_margin> && needs_confidence<loss> && needs_confidence<confidence> &&
              needs_confidence<hinge> && needs_confidence<entropy> && needs_confidence<modified_entropy> &&
              needs_confidence<each_query<logit_margin>>);
static_assert(Scorer<correctness, logits> && Scorer<correctness, labels> && Scorer<correctness, after<argmax>>);
static_assert(Scorer<each_query<correctness>, labels>);
static_assert(Scorer<gradient_norm, head> && !Scorer<gradient_norm, logits>);
struct returns_something {
  static constexpr std::string_view name = "returns something";
  static constexpr auto needs = access_to::label;
  int operator()(const Classification auto&, std::span<double>) const { return 0; }
};
static_assert(!Scorer<returns_something, logits> && !Scorer<int, logits>);

// Release policies and what they leave.
static_assert(ReleasePolicy<argmax, logits> && ReleasePolicy<argmax, labels> && ReleasePolicy<top_k, logits> &&
              ReleasePolicy<rounding, confidences> && ReleasePolicy<noise, logits> &&
              ReleasePolicy<temperature, after<rounding>>);
static_assert(!ReleasePolicy<rounding, labels> && !ReleasePolicy<noise, after<argmax>> && !ReleasePolicy<argmax, head>);
static_assert(after<argmax>::reveals == access_to::label && after<argmax, labels>::reveals == access_to::label);
static_assert(after<top_k>::reveals == access_to::confidence && after<noise>::reveals == access_to::confidence &&
              after<rounding, confidences>::reveals == access_to::confidence &&
              after<temperature>::reveals == access_to::confidence);
static_assert(after<argmax, after<rounding>>::reveals == access_to::label);
static_assert(decltype(floored(std::declval<const logits&>(), 1e-6))::reveals == logits::reveals);
struct widens {
  static constexpr std::string_view name = "widens";
  logits operator()(const labels&) const;
};
static_assert(!ReleasePolicy<widens, labels>);

// Rules.
using with_shadows = adversary<shadow_models<float>>;
static_assert(DecisionRule<threshold<where::given>, signals, adversary<>>);
static_assert(DecisionRule<gaussian_likelihood_ratio<>, signals, with_shadows>);
static_assert(!DecisionRule<gaussian_likelihood_ratio<>, signals, adversary<>>);
static_assert(!DecisionRule<logit_margin, signals, adversary<>>);
struct without_cut {
  static constexpr std::string_view name = "without cut";
  static constexpr auto needs = knowledge::nothing;
  void operator()(const signals&, std::span<double>) const {}
};
static_assert(!DecisionRule<without_cut, signals, adversary<>>);

// Parts without state cost nothing.
struct stateless {
  static constexpr std::string_view name = "stateless";
  static constexpr auto needs = knowledge::nothing;
  void operator()(const signals&, std::span<double>) const {}
  [[nodiscard]] static constexpr double cut() noexcept { return 0; }
};
static_assert(sizeof(attack<logit_margin, stateless>) == 1);
static_assert(sizeof(attack<each_query<logit_margin>, stateless>) == 1);
static_assert(sizeof(attack<logit_margin, threshold<where::given>>) == sizeof(threshold<where::given>));
static_assert(sizeof(after<argmax>) == sizeof(logits));

// A view is made of what stays, not of what goes.
static_assert(std::is_convertible_v<const Eigen::MatrixXf&, batch_view<float>>);
static_assert(!std::is_constructible_v<batch_view<float>, Eigen::MatrixXf>);
static_assert(!std::is_constructible_v<batch_view<double>, const Eigen::MatrixXf&>);

}  // namespace telltale::static_tests
