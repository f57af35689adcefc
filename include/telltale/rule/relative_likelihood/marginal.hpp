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

/// p(x) of every record: (mean IN + mean OUT) / 2 where IN is modelled, ((1 + a) mean OUT + 1 - a) / 2 otherwise.
///
/// One pass over the models of each tile of records; sums in double; one double a record is kept.
template <bool ModelsIn, class Scalar>
[[nodiscard]] std::vector<double> marginals(std::string_view function, const shadow_models<Scalar>& shadow,
                                            const shadow_layout& layout, double a) {
  std::vector<double> marginal(layout.records), in_sums(marginal_tile), out_sums(marginal_tile);
  std::vector<std::uint32_t> counts(marginal_tile);
  for (std::size_t first = 0; first < layout.records; first += marginal_tile) {
    const std::size_t records = std::min(marginal_tile, layout.records - first);
    const std::span<std::uint32_t> in_count = std::span(counts).first(records);
    count_in(function, shadow.keep, first, in_count);
    check_counts(function, in_count, layout.models, first, 1, ModelsIn);
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
      const double out = out_sums[j] / static_cast<double>(layout.models - counts[j]);
      if constexpr (ModelsIn)
        marginal[first + j] = (in_sums[j] / static_cast<double>(counts[j]) + out) / 2;
      else
        marginal[first + j] = ((1 + a) * out + (1 - a)) / 2;
    }
  }
  return marginal;
}

/// p(z) of every record of the population: no model saw it, so all are OUT and the offline form applies.
template <class Scalar>
[[nodiscard]] std::vector<double> population_marginals(std::string_view function, std::string_view argument,
                                                       per_model<Scalar> by_shadow, std::size_t records, double a) {
  std::vector<double> marginal(records, 0.0);
  for (std::size_t m = 0; m < by_shadow.size(); ++m) {
    check_probabilities(function, argument, of_model(m), by_shadow[m], 0);
    for (std::size_t j = 0; j < records; ++j) marginal[j] += static_cast<double>(by_shadow[m][j]);
  }
  for (double& p : marginal) p = ((1 + a) * (p / static_cast<double>(by_shadow.size())) + (1 - a)) / 2;
  return marginal;
}

}  // namespace telltale::detail
