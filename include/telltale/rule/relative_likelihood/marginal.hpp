// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/relative_likelihood/marginal_policy.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale::detail {

inline constexpr std::size_t marginal_tile = 1024;

[[noreturn]] [[gnu::cold]] inline void refuse_probability(std::string_view function, std::string_view argument,
                                                          const std::string& place, double got) {
  refuse(function, argument, place + " is " + std::to_string(got) + "; wanted a probability in (0, 1]");
}

/// Refuses the first value of a stretch that is no probability in (0, 1]. NaN is none.
template <class Scalar>
void check_probabilities(std::string_view function, std::string_view argument, const std::string& model,
                         std::span<const Scalar> values, std::size_t first) {
  std::size_t outside = 0;
  for (const Scalar value : values) outside += static_cast<std::size_t>(!(value > 0 && value <= 1));
  if (outside == 0) return;
  for (std::size_t j = 0; j < values.size(); ++j)
    if (!(values[j] > 0 && values[j] <= 1))
      refuse_probability(function, argument, model + "record " + std::to_string(first + j),
                         static_cast<double>(values[j]));
}

/// p(x) of every record by the policy, online where IN is modelled.
///
/// One pass over the models of each tile of records; sums in double; one double a record is kept.
template <class Marginal, bool ModelsIn, class Scalar>
[[nodiscard]] std::vector<double> marginals(std::string_view function, const shadow_models<Scalar>& shadow,
                                            const shadow_layout& layout, double a) {
  std::vector<double> marginal(layout.records), in_sums(marginal_tile), out_sums(marginal_tile);
  std::vector<std::uint32_t> counts(marginal_tile);
  for (std::size_t first = 0; first < layout.records; first += marginal_tile) {
    const std::size_t records = std::min(marginal_tile, layout.records - first);
    const std::span<std::uint32_t> in_count = std::span(counts).first(records);
    count_in(function, shadow.keep, first, in_count);
    check_counts(function, in_count, layout.models, first, Marginal::wanted(ModelsIn));
    std::fill(in_sums.begin(), in_sums.end(), 0.0);
    std::fill(out_sums.begin(), out_sums.end(), 0.0);
    for (std::size_t m = 0; m < layout.models; ++m) {
      const Scalar* __restrict const scores = shadow.scores[m].data() + first;
      const std::uint8_t* __restrict const keep = shadow.keep[m].data() + first;
      double* __restrict const in_sum = in_sums.data();
      double* __restrict const out_sum = out_sums.data();
      check_probabilities(function, "scores", of_model(m), shadow.scores[m].subspan(first, records), first);
      for (std::size_t j = 0; j < records; ++j) {
        const double score = static_cast<double>(scores[j]), is_in = static_cast<double>(keep[j]);
        if constexpr (ModelsIn) in_sum[j] += is_in * score;
        out_sum[j] += (1 - is_in) * score;
      }
    }
    for (std::size_t j = 0; j < records; ++j) {
      const double in = static_cast<double>(counts[j]);
      const probability_sums sums{in_sums[j], in, out_sums[j], static_cast<double>(layout.models) - in};
      if constexpr (ModelsIn)
        marginal[first + j] = Marginal::online(sums);
      else
        marginal[first + j] = Marginal::offline(sums, a);
    }
  }
  return marginal;
}

/// p(x) by a policy that sorts, of records in the masks given; without masks all models are OUT.
template <class Marginal, class Scalar>
[[nodiscard]] std::vector<double> sorted_marginals(std::string_view function, std::string_view argument,
                                                   per_model<Scalar> scores, const per_model<std::uint8_t>* keep,
                                                   std::size_t records, double a) {
  std::vector<double> marginal(records), row(scores.size());
  for (std::size_t m = 0; m < scores.size(); ++m) check_probabilities(function, argument, of_model(m), scores[m], 0);
  if (keep != nullptr) {
    std::vector<std::uint32_t> counts(records);
    count_in(function, *keep, 0, counts);
  }
  for (std::size_t i = 0; i < records; ++i) {
    std::size_t out = 0, in = row.size();
    for (std::size_t m = 0; m < row.size(); ++m) {
      const bool is_in = keep != nullptr && (*keep)[m][i] == 1;
      row[is_in ? --in : out++] = static_cast<double>(scores[m][i]);
    }
    marginal[i] = Marginal::offline(row, out, a);
  }
  return marginal;
}

/// p(z) of every record of the population: no model saw it, so all are OUT.
template <class Marginal, class Scalar>
[[nodiscard]] std::vector<double> population_marginals(std::string_view function, std::string_view argument,
                                                       per_model<Scalar> by_shadow, std::size_t records, double a,
                                                       bool online) {
  std::vector<double> marginal(records, 0.0);
  for (std::size_t m = 0; m < by_shadow.size(); ++m) {
    check_probabilities(function, argument, of_model(m), by_shadow[m], 0);
    for (std::size_t j = 0; j < records; ++j) marginal[j] += static_cast<double>(by_shadow[m][j]);
  }
  const double models = static_cast<double>(by_shadow.size());
  for (double& p : marginal) p = Marginal::population(p / models, a, online);
  return marginal;
}

}  // namespace telltale::detail
