// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/metric/interval/estimate.hpp>

namespace telltale::metric {

/// How often the verdicts of one run were right, one verdict a subject, each rate with its interval; `accuracy` is of
/// all subjects. The counts behind them: `true_positives` of `members`, `false_positives` of `nonmembers`.
struct verdict_rates {
  std::optional<estimate> tpr, fnr;  ///< of members; nothing where there is none
  std::optional<estimate> fpr, tnr;  ///< of non-members; nothing where there is none
  estimate accuracy;
  std::uint64_t true_positives = 0, false_positives = 0, members = 0, nonmembers = 0;
};

/// A rate over repeated draws: its `mean` with an interval, and the standard deviation between draws.
struct drawn_rate {
  estimate mean;
  double standard_deviation = 0;  ///< of the draws, divisor draws - 1; NaN with one draw
};

/// The same subjects judged in several `draws` of what the attack was given, and each rate of `verdict_rates` over
/// them: `tpr`, `fnr`, `fpr`, `tnr` and `accuracy`.
struct drawn_rates {
  std::vector<verdict_rates> draws;
  std::optional<drawn_rate> tpr, fnr, fpr, tnr;
  drawn_rate accuracy;

  /// What an interval of a mean is of, for a reader of the report.
  [[nodiscard]] std::string rests_on() const {
    return "Intervals count subjects (" + std::to_string(draws.front().members) + " members, " +
           std::to_string(draws.front().nonmembers) + " non-members), not draws: " + std::to_string(draws.size()) +
           " draws re-use the same subjects and are not independent";
  }
};

}  // namespace telltale::metric

namespace telltale::detail {

/// Members and non-members, and how many of each were judged members.
struct verdict_counts {
  std::uint64_t true_positives = 0, false_positives = 0, members = 0, nonmembers = 0;
};

[[nodiscard]] inline verdict_counts count_verdicts(std::string_view function, const evidence& verdicts,
                                                   std::span<const membership> member) {
  check_size(function, "member", member.size(), verdicts.values.size());
  if (member.empty()) refuse(function, "member", "holds no subject; wanted at least 1");
  check_finite(function, "evidence", verdicts.values);
  if (std::isnan(verdicts.cut) || verdicts.ranks_only())
    refuse(function, "cut", "is " + std::to_string(verdicts.cut) + "; wanted the threshold of a verdict");
  verdict_counts counts;
  for (std::size_t i = 0; i < member.size(); ++i) {
    if (static_cast<std::uint8_t>(member[i]) > 1)
      refuse(function, "member",
             "element " + std::to_string(i) + " is " + std::to_string(static_cast<unsigned>(member[i])) +
                 "; wanted 0 or 1");
    const bool is_in = member[i] == membership::in, positive = verdicts.values[i] >= verdicts.cut;
    counts.members += is_in;
    counts.nonmembers += !is_in;
    counts.true_positives += is_in && positive;
    counts.false_positives += !is_in && positive;
  }
  return counts;
}

/// A mean over draws of hits among the same `trials` subjects, `hits[d]` of them in draw d.
///
/// The interval is that of a proportion whose successes are the mean number of hits: its lower limit at that number
/// rounded down, its upper limit at that number rounded up.
template <class Interval>
[[nodiscard]] metric::drawn_rate rate_over_draws(const std::vector<std::uint64_t>& hits, std::uint64_t trials,
                                                 double confidence) {
  const std::size_t draws = hits.size();
  const auto all = static_cast<double>(trials);
  std::uint64_t sum = 0;
  for (const std::uint64_t hit : hits) sum += hit;
  const double mean = static_cast<double>(sum) / static_cast<double>(draws);
  double squares = 0;
  for (const std::uint64_t hit : hits) squares += std::pow(static_cast<double>(hit) - mean, 2);
  const double spread =
      draws < 2 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(squares / static_cast<double>(draws - 1)) / all;
  return {{mean / all, Interval::of(sum / draws, trials, confidence).low,
           Interval::of((sum + draws - 1) / draws, trials, confidence).high},
          spread};
}

}  // namespace telltale::detail

namespace telltale::metric {

/// TPR, FNR, FPR, TNR and accuracy of the verdicts `evidence >= cut`, at the rule's own cut.
///
/// Subjects are the trials: the interval takes them as independent. Cost: O(subjects).
/// Throws argument_error for other numbers of subjects, evidence that is not finite, evidence that only ranks, a
/// membership other than 0 or 1, no subject, and a confidence outside (0, 1).
template <class Interval = interval::clopper_pearson>
[[nodiscard]] verdict_rates rates_of(const evidence& verdicts, std::span<const membership> member,
                                     double confidence = 0.95) {
  detail::check_confidence("rates_of", confidence);
  const auto [hits, alarms, members, others] = detail::count_verdicts("rates_of", verdicts, member);
  const auto rate = [&](std::uint64_t count, std::uint64_t of) {
    return of == 0 ? std::nullopt : std::optional(Interval::of(count, of, confidence));
  };
  return {rate(hits, members),
          rate(members - hits, members),
          rate(alarms, others),
          rate(others - alarms, others),
          Interval::of(hits + (others - alarms), members + others, confidence),
          hits,
          alarms,
          members,
          others};
}

/// The rates of each draw, and over all draws their means.
///
/// The draws share their subjects, so that they do not make an interval narrower: it has n = subjects, and takes the
/// mean number of hits as if it were the count of one draw (rounded outwards). Where all draws agree this is `rates_of`
/// of any of them; where they do not, it is conservative, since a subject's share of draws scatters less than a
/// verdict. Cost: O(draws x subjects). Throws argument_error for no draw, and as `rates_of` does.
template <class Interval = interval::clopper_pearson>
[[nodiscard]] drawn_rates rates_over_draws(std::span<const evidence> draws, std::span<const membership> member,
                                           double confidence = 0.95) {
  if (draws.empty()) detail::refuse("rates_over_draws", "draws", "is empty; wanted at least 1");
  drawn_rates result;
  for (const evidence& draw : draws) result.draws.push_back(rates_of<Interval>(draw, member, confidence));
  const std::uint64_t members = result.draws.front().members, others = result.draws.front().nonmembers;
  const auto over = [&](const auto& hits_of, std::uint64_t trials) -> std::optional<drawn_rate> {
    if (trials == 0) return std::nullopt;
    std::vector<std::uint64_t> hits;
    for (const verdict_rates& draw : result.draws) hits.push_back(hits_of(draw));
    return detail::rate_over_draws<Interval>(hits, trials, confidence);
  };
  using rates = verdict_rates;
  result.tpr = over([](const rates& r) { return r.true_positives; }, members);
  result.fnr = over([](const rates& r) { return r.members - r.true_positives; }, members);
  result.fpr = over([](const rates& r) { return r.false_positives; }, others);
  result.tnr = over([](const rates& r) { return r.nonmembers - r.false_positives; }, others);
  result.accuracy =
      *over([](const rates& r) { return r.true_positives + r.nonmembers - r.false_positives; }, members + others);
  return result;
}

}  // namespace telltale::metric
