// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/metric/groups.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "oracle/coverage.hpp"
#include "oracle/roc.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

using namespace telltale::metric;
using telltale::argument_error;
using telltale::membership;
using telltale::random_stream;

namespace {

/// Records of groups 0, 1, ... in turn, whose members are shifted by the group's own `shifts`.
struct grouped_sample : samples::sample {
  std::vector<int> label;

  grouped_sample(std::uint64_t stream, std::size_t records, const std::vector<double>& shifts) {
    random_stream random(51, stream);
    for (std::size_t r = 0; r < records; ++r) {
      const std::size_t g = r % shifts.size();
      const bool in = random.below(2) == 0;
      label.push_back(static_cast<int>(g) * 10 - 10);
      add(random.normal() + 0.5 * static_cast<double>(g) + (in ? shifts[g] : 0), in);
    }
  }
  [[nodiscard]] samples::sample only(int wanted) const {
    samples::sample part;
    for (std::size_t r = 0; r < label.size(); ++r)
      if (label[r] == wanted) part.add(scores[r], member[r] == membership::in);
    return part;
  }
};

struct listing : group_preset::strict {
  static constexpr group_without_a_class::listed without_a_class{};
};
struct each_alone : group_preset::strict {
  static constexpr group_confidence::each confidence{};
};

}  // namespace

TEST_CASE("labels become groups in their order, whether numbers or names") {
  const grouping numbers(std::vector<int>{7, -1, 7, 12});
  CHECK(numbers.size() == 3);
  CHECK(numbers.name(0) == "-1");
  CHECK(numbers.name(2) == "12");
  CHECK(std::vector(numbers.of_records().begin(), numbers.of_records().end()) ==
        std::vector<std::uint32_t>{1, 0, 1, 2});
  const grouping names(std::vector<std::string>{"north", "east", "north"});
  CHECK(names.size() == 2);
  CHECK(names.name(1) == "north");
  CHECK(names.of_records()[0] == 1);
  CHECK_THROWS_WITH_AS(grouping(std::vector<int>{}), "grouping: labels: is empty; wanted one label a record",
                       argument_error);
}

TEST_CASE("by its own threshold a group is evaluated as if it were alone") {
  const grouped_sample data(1, 300, {0, 1, 2});
  const evaluation_options options{{0.1, 0.02}, 0.9, 0.5};
  const grouped_evaluation found = evaluate_groups<each_alone>(data.scores, data.member, grouping(data.label), options);
  REQUIRE(found.groups.size() == 3);
  CHECK(found.holds_for == "each group by itself");
  for (std::size_t g = 0; g < 3; ++g) {
    const int label = static_cast<int>(g) * 10 - 10;
    const auto part = data.only(label);
    const evaluation alone = evaluate(part.scores, part.member, options);
    CHECK(found.groups[g].name == std::to_string(label));
    CHECK(found.groups[g].found.auc == alone.auc);
    for (std::size_t f = 0; f < 2; ++f) CHECK(found.groups[g].found.tpr_at_fpr[f].tpr == alone.tpr_at_fpr[f].tpr);
    CHECK(static_cast<const estimate&>(found.groups[g].found.advantage) ==
          static_cast<const estimate&>(alone.advantage));
    CHECK(found.groups[g].found.members == alone.members);
    CHECK(found.groups[g].found.nonmembers == alone.nonmembers);
  }
  CHECK(found.all.auc == evaluate(data.scores, data.member, options).auc);
  // All at once: each group at a third of the error.
  const grouped_evaluation at_once = evaluate_groups(data.scores, data.member, grouping(data.label), options);
  CHECK(at_once.groups[0].found.conventions.confidence == doctest::Approx(1 - 0.1 / 3).epsilon(1e-14));
  CHECK(at_once.confidence == 0.9);
  CHECK(at_once.groups[0].found.auc.low < found.groups[0].found.auc.low);
  CHECK(at_once.auc_gap->gap == found.auc_gap->gap);  // it holds for all groups at once in any case
}

TEST_CASE("one threshold for all groups finds in each what is at or above it") {
  const grouped_sample data(2, 400, {1, 1});
  const grouped_evaluation found =
      evaluate_groups<group_preset::one_threshold>(data.scores, data.member, grouping(data.label), {{0.1}, 0.95, {}});
  const double threshold = found.all.tpr_at_fpr[0].threshold;
  CHECK(found.threshold == "the threshold of all records together");
  std::uint64_t tp = 0, fp = 0;
  for (std::size_t g = 0; g < 2; ++g) {
    const auto part = data.only(static_cast<int>(g) * 10 - 10);
    const oracle::classes classes(part.scores, part.member);
    const operating_point& point = found.groups[g].found.tpr_at_fpr[0];
    CHECK(point.threshold == threshold);
    CHECK(point.true_positives == oracle::at_or_above(classes.members, threshold));
    CHECK(point.false_positives == oracle::at_or_above(classes.nonmembers, threshold));
    CHECK(point.realised_fpr ==
          static_cast<double>(point.false_positives) / static_cast<double>(classes.nonmembers.size()));
    CHECK(point.tpr.value == static_cast<double>(point.true_positives) / static_cast<double>(classes.members.size()));
    tp += point.true_positives;
    fp += point.false_positives;
  }
  CHECK(tp == found.all.tpr_at_fpr[0].true_positives);
  CHECK(fp == found.all.tpr_at_fpr[0].false_positives);
  // The second group's scores lie higher, whether members or not: one threshold accuses it more often.
  CHECK(found.groups[1].found.tpr_at_fpr[0].realised_fpr > found.groups[0].found.tpr_at_fpr[0].realised_fpr);
  CHECK(found.tpr_gaps[0].highest == "0");
  CHECK(found.tpr_gaps[0].lowest == "-10");
  CHECK_THROWS_WITH_AS((void)(evaluate_groups<group_preset::one_threshold, fpr_rule::hull>(
                           data.scores, data.member, grouping(data.label), {{0.123}, 0.95, {}})),
                       doctest::Contains("mixes two thresholds"), argument_error);
}

TEST_CASE("a group that lacks a class is an error by name, or is listed") {
  using enum membership;
  const std::vector<double> scores{1, 2, 3, 4, 5, 6};
  const std::vector<membership> member{in, out, in, out, in, in};
  const grouping wards(std::vector<std::string>{"a", "a", "b", "b", "c", "c"});
  CHECK_THROWS_WITH_AS((void)evaluate_groups(scores, member, wards),
                       "evaluate_groups: group: 'c' has 2 members and 0 non-members; wanted at least one of each",
                       argument_error);
  const grouped_evaluation found = evaluate_groups<listing>(scores, member, wards);
  CHECK(found.groups.size() == 2);
  REQUIRE(found.not_measurable.size() == 1);
  CHECK(found.not_measurable[0].name == "c");
  CHECK(found.not_measurable[0].members == 2);
  CHECK(found.not_measurable[0].nonmembers == 0);
  CHECK(found.groups[0].found.conventions.confidence == doctest::Approx(0.975));  // two groups are measured
  CHECK(found.auc_gap->gap.value == 0);
  const grouping alone(std::vector<std::string>{"a", "a", "b", "c", "d", "d"});
  CHECK_FALSE(evaluate_groups<listing>(scores, member, alone).auc_gap.has_value());
  CHECK_THROWS_WITH_AS((void)evaluate_groups(scores, member, grouping(std::vector<int>{1, 2})),
                       "evaluate_groups: groups: has 2 elements; wanted 6", argument_error);
  CHECK_THROWS_AS((void)evaluate_groups(scores, std::vector<membership>(6, in), wards), argument_error);
}

TEST_CASE("all groups at once are covered, each by itself they are not, and the gap holds the true one") {
  const std::vector<double> shifts{0, 0.5, 1, 1.5, 2};
  std::vector<double> areas;
  for (const double shift : shifts) areas.push_back(std::erfc(-shift / 2) / 2);
  const int experiments = 2000;
  oracle::tally gaps;
  int at_once = 0, each = 0;
  for (int e = 0; e < experiments; ++e) {
    const grouped_sample data(static_cast<std::uint64_t>(100 + e), 500, shifts);
    const grouping groups(data.label);
    const evaluation_options options{{}, 0.95, {}};
    const grouped_evaluation strict = evaluate_groups(data.scores, data.member, groups, options),
                             loose = evaluate_groups<each_alone>(data.scores, data.member, groups, options);
    bool all_strict = true, all_loose = true;
    for (std::size_t g = 0; g < shifts.size(); ++g) {
      const auto holds = [&](const estimate& area) { return area.low <= areas[g] && areas[g] <= area.high; };
      all_strict = all_strict && holds(strict.groups[g].found.auc);
      all_loose = all_loose && holds(loose.groups[g].found.auc);
    }
    at_once += all_strict;
    each += all_loose;
    gaps.add(strict.auc_gap->gap, areas.back() - areas.front());
  }
  MESSAGE("five groups: all covered ", at_once, " and ", each, " of ", experiments, ", gap ", gaps.held(), ", width ",
          gaps.width());
  CHECK(at_once >= (0.95 - 3 * gaps.error()) * experiments);
  CHECK(each < (0.95 - 3 * gaps.error()) * experiments);
  CHECK(gaps.held() >= 0.95);
  CHECK(gaps.width() < 0.6);
}

TEST_CASE("equal groups have a gap that may be zero") {
  int apart = 0;
  for (std::uint64_t e = 0; e < 400; ++e) {
    const grouped_sample data(3000 + e, 400, {1, 1, 1, 1});
    const auto found = evaluate_groups(data.scores, data.member, grouping(data.label), {{0.2}, 0.95, {}});
    apart += found.auc_gap->gap.low > 0;
    CHECK(found.auc_gap->gap.low <= found.auc_gap->gap.value);
    CHECK(found.tpr_gaps[0].gap.value <= found.tpr_gaps[0].gap.high);
  }
  CHECK(apart <= 0.05 * 400);
}
