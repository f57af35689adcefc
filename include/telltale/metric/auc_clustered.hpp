// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include <telltale/metric/auc.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/metric/interval/quantile.hpp>
#include <telltale/metric/pooled_scores.hpp>
#include <telltale/metric/ranked_scores.hpp>

namespace telltale::detail {

/// How many records can stand for one class, and how many disjoint (member, non-member) pairs of records there are.
struct record_counts {
  std::uint64_t with_member = 0, with_nonmember = 0, records = 0;

  explicit record_counts(const metric::pooled_scores& pooled) : records(pooled.records()) {
    for (std::size_t r = 0; r < pooled.records(); ++r) {
      bool in = false, out = false;
      for (const auto& member : pooled.member) (member[r] == membership::in ? in : out) = true;
      with_member += in;
      with_nonmember += out;
    }
  }
  /// Largest matching of records that were a member somewhere to other records that were a non-member somewhere.
  [[nodiscard]] std::uint64_t pairs() const noexcept { return std::min({with_member, with_nonmember, records / 2}); }
};

/// The AUC of ranked scores and its variance over records, by Obuchowski's sums of structural components.
struct clustered_area {
  double area = 0, variance = 0;

  clustered_area(const ranked_scores& ranked, std::size_t records) {
    const std::vector<std::uint32_t> once(records, 1);
    std::vector<std::uint64_t> counts(ranked.points() + 1);
    static_cast<void>(ranked.sweep(once, counts));
    counts.pop_back();
    area = area_of(counts);
    const double members = static_cast<double>(packed_counts::members(counts.back()));
    const double nonmembers = static_cast<double>(packed_counts::nonmembers(counts.back()));
    struct sums {
      double of_members = 0, of_nonmembers = 0;
      bool has_member = false, has_nonmember = false;
    };
    std::vector<sums> by_record(records);
    ranked.for_each([&](std::size_t record, bool is_member, std::size_t point) {
      sums& sum = by_record[record];
      const std::uint64_t here = counts[point], before = counts[point - 1];
      if (is_member) {
        const auto twice_above = packed_counts::nonmembers(here) + packed_counts::nonmembers(before);
        sum.of_members += 1 - static_cast<double>(twice_above) / (2 * nonmembers) - area;
        sum.has_member = true;
      } else {
        const auto twice_above = packed_counts::members(here) + packed_counts::members(before);
        sum.of_nonmembers += static_cast<double>(twice_above) / (2 * members) - area;
        sum.has_nonmember = true;
      }
    });
    double s10 = 0, s01 = 0, s11 = 0, with_member = 0, with_nonmember = 0;
    for (const sums& sum : by_record) {
      s10 += sum.of_members * sum.of_members;
      s01 += sum.of_nonmembers * sum.of_nonmembers;
      s11 += sum.of_members * sum.of_nonmembers;
      with_member += sum.has_member;
      with_nonmember += sum.has_nonmember;
    }
    const double all = static_cast<double>(records);
    variance = with_member / (with_member - 1) * s10 / (members * members) +
               with_nonmember / (with_nonmember - 1) * s01 / (nonmembers * nonmembers) +
               2 * all / (all - 1) * s11 / (members * nonmembers);
  }
};

}  // namespace telltale::detail

namespace telltale::metric {

/// The AUC of scores pooled over targets, with an analytic interval that treats each record, with all its scores, as
/// one draw: for confidences so near 1 that a bootstrap would need too many replicates.
///
/// Formula: with m_i member and n_i non-member scores of record i, M and N in all, A the AUC, V10 the share of
/// non-member scores below a member score and V01 the share of member scores above a non-member score (ties half),
/// summed over a record:
///   a_i = sum V10 - m_i A,   b_i = sum V01 - n_i A,
///   var(A) = I10/(I10-1) sum a_i^2 / M^2 + I01/(I01-1) sum b_i^2 / N^2 + 2 I/(I-1) sum a_i b_i / (M N),
/// where I10, I01 and I count the records with a member score, with a non-member score, and all. One target gives
/// DeLong's variance. The limits are taken on the logit scale with Student's t of I - 1 degrees of freedom; where the
/// variance is zero (perfect separation, all tied), from disjoint pairs of records. The targets are taken as given: the
/// interval is over records, not over retrained targets.
/// Range: [0, 1].
/// Cost: O(m log m) for m scores.
/// Throws argument_error as `pooled_scores::check` does, and for a confidence outside (0, 1).
/// Reference: Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, equations 3 to 5.
template <std::same_as<double> Real = double>
[[nodiscard]] estimate auc_clustered(const pooled_scores& pooled, std::type_identity_t<Real> confidence = 0.95) {
  constexpr std::string_view where = "auc_clustered";
  detail::check_confidence(where, confidence);
  pooled.check(where);
  const detail::clustered_area found(detail::ranked_scores(pooled.scores, pooled.member), pooled.records());
  // Contributions of a record can cancel; what is left of them then is rounding, some 1e-16 a record.
  constexpr double rounding = 1e-28;
  if (!(found.variance > rounding) || found.area == 0 || found.area == 1)
    return interval::disjoint_pairs::of(found.area, std::max<std::uint64_t>(1, detail::record_counts(pooled).pairs()),
                                        confidence);
  const double reach = detail::students_t_upper(static_cast<Real>(pooled.records() - 1), (1 - confidence) / 2);
  return interval::on_logit_scale(found.area, std::sqrt(found.variance), reach);
}

}  // namespace telltale::metric
