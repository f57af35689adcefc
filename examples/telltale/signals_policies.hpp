// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/concepts.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/observation/floored.hpp>
#include <telltale/observation/rewritten.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/release/rounding.hpp>
#include <telltale/release/temperature.hpp>
#include <telltale/release/top_k.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/each_query.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/hinge.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/scorer/modified_entropy.hpp>

#include "errors.hpp"
#include "signals_measure.hpp"

namespace tool {

template <class... Part>
struct parts {};

using all_signals = parts<telltale::loss, telltale::confidence, telltale::logit_margin, telltale::hinge,
                          telltale::entropy, telltale::modified_entropy, telltale::correctness>;

/// The name of a library part as one word.
template <class Part>
[[nodiscard]] std::string word_of() {
  std::string word(Part::name);
  std::replace(word.begin(), word.end(), ' ', '-');
  return word;
}

/// A release policy and a floor behind it, chosen at run time: one type for all policies that leave the confidence, so
/// that each scorer is compiled once for them.
struct chosen_release {
  static constexpr auto leaves = telltale::access_to::confidence;
  static constexpr bool clips = true;
  using policy_type =
      std::variant<std::monostate, telltale::top_k, telltale::rounding, telltale::noise, telltale::temperature>;
  static_assert(telltale::top_k::leaves == leaves && telltale::rounding::leaves == leaves &&
                telltale::noise::leaves == leaves && telltale::temperature::leaves == leaves);

  policy_type policy{};
  std::optional<telltale::probability_floor> floor{};
  bool counts_floor = false;  ///< whose clipping `touched` is told

  template <class Scalar, class Touched>
  void rewrite(telltale::tile<Scalar>& z, const Touched& touched) const {
    const auto ignore = [](std::size_t) {};
    std::visit(
        [&](const auto& chosen) {
          if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(chosen)>, std::monostate>) {
            if (counts_floor)
              chosen.rewrite(z, ignore);
            else
              chosen.rewrite(z, touched);
          }
        },
        policy);
    if (floor && counts_floor)
      floor->rewrite(z, touched);
    else if (floor)
      floor->rewrite(z, ignore);
  }
};

[[nodiscard]] inline chosen_release::policy_type policy_of(const signal_request& request) {
  if (request.release == telltale::top_k::name) return telltale::top_k(static_cast<std::size_t>(request.release_value));
  if (request.release == telltale::rounding::name) return telltale::rounding(static_cast<int>(request.release_value));
  if (request.release == telltale::noise::name) return telltale::noise(request.release_value, request.seed);
  if (request.release == telltale::temperature::name) return telltale::temperature(request.release_value);
  return {};
}

/// Fills the values with the signal of that name, or says which fact the release took away.
template <class Part, class Batch>
void fill(const signal_request& request, const Batch& batch, std::vector<double>& values) {
  if (request.signal != word_of<Part>()) return;
  using scorer = telltale::each_query<Part>;
  if constexpr (telltale::Scorer<scorer, Batch>) {
    values.resize(batch.subjects() * batch.queries());
    scorer{}(batch, values);
  } else {
    throw usage_error("--release", request.release + " releases only the " + to_string(Batch::reveals) + "; " +
                                       request.signal + " needs " +
                                       to_string(telltale::missing(Batch::reveals, scorer::needs)));
  }
}

template <class Batch, class... Part>
[[nodiscard]] std::vector<double> values_of(const signal_request& request, const Batch& batch, parts<Part...>) {
  std::vector<double> values;
  (fill<Part>(request, batch, values), ...);
  return values;
}

template <class Scalar>
signal_values measure(const signal_request& request, const telltale::batch_view<Scalar>& answers,
                      std::span<const int> labels) {
  // No signal needs more than confidences, and a stored array does not say whether the target reveals its logits.
  using batch_type = telltale::classification<telltale::eigen<Scalar>, telltale::access_to::confidence>;
  const batch_type batch(answers, labels,
                         request.probabilities ? telltale::stored_as::probabilities : telltale::stored_as::logits);
  if (request.release == telltale::argmax::name) {
    if (request.floor > 0) throw usage_error("--floor", "argmax releases only the label, so there is nothing to raise");
    return {values_of(request, telltale::argmax{}(batch), all_signals{}), 0, 0};
  }
  chosen_release chosen{policy_of(request), {}, false};
  // Applied for its checks against this batch, as the number of classes.
  std::visit(
      [&](const auto& policy) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(policy)>, std::monostate>)
          static_cast<void>(policy(batch));
      },
      chosen.policy);
  signal_values result;
  if (std::holds_alternative<telltale::noise>(chosen.policy))
    result.clipped_by_release = telltale::rewritten(chosen, batch).records_touched();
  if (request.floor > 0) {
    static_cast<void>(telltale::floored(batch, request.floor));
    chosen.floor = telltale::probability_floor{request.floor};
    chosen.counts_floor = true;
  }
  const telltale::rewritten seen(chosen, batch);
  if (request.floor > 0) result.clipped_by_floor = seen.records_touched();
  result.values = values_of(request, seen, all_signals{});
  return result;
}

}  // namespace tool
