// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/epsilon/strategy/fixed.hpp>
#include <telltale/metric/epsilon/strategy/strategy.hpp>

namespace telltale::metric::epsilon::strategy {

/// The threshold that does best on one random part of the records, judged on the rest at the whole error.
///
/// `share` of the records, in (0, 1), choose among at most 100 ranks; where none of them certifies anything, the one of
/// the largest advantage is taken. Trials are split within each class, canaries of one run without looking at it.
/// Throws argument_error for a share outside (0, 1) and when a part lacks members or non-members.
struct split {
  static constexpr std::string_view name = "split";

  double share = 0.5;
  std::uint64_t seed = 1, stream = 0;  ///< of the draw of records

  template <BoundMethod Method>
  [[nodiscard]] finding find(const attack_scores& scores, double delta, double error) const {
    const part chooser = draw(scores, Method::draws == experiment::trials);
    const attack_scores first(chooser.first.scores, chooser.first.member);
    const attack_scores rest(chooser.rest.scores, chooser.rest.member);
    return fixed{choose<Method>(first, delta, error)}.template find<Method>(rest, delta, error);
  }

 private:
  struct records {
    std::vector<double> scores;
    std::vector<membership> member;

    [[nodiscard]] bool has_both() const {
      return std::find(member.begin(), member.end(), membership::in) != member.end() &&
             std::find(member.begin(), member.end(), membership::out) != member.end();
    }
  };
  struct part {
    records first, rest;
  };

  template <BoundMethod Method>
  [[nodiscard]] static double choose(const attack_scores& scores, double delta, double error) {
    const auto points = detail::searched_points<Method>(scores.curve(), 100);
    const finding best = detail::largest_of<Method>(scores, points, delta, error);
    if (best.low > 0) return best.threshold;
    const auto advantage = [&](std::size_t point) {
      const verdict_counts c = scores.counts_at(point);
      return static_cast<double>(c.true_positives) / static_cast<double>(c.members()) -
             static_cast<double>(c.false_positives) / static_cast<double>(c.nonmembers());
    };
    const std::size_t point = *std::max_element(
        points.begin(), points.end(), [&](std::size_t a, std::size_t b) { return advantage(a) < advantage(b); });
    return scores.curve().thresholds()[point];
  }

  [[nodiscard]] part draw(const attack_scores& scores, bool within_classes) const {
    constexpr std::string_view where = "epsilon::strategy::split";
    if (!(share > 0 && share < 1))
      detail::refuse(where, "share", "is " + std::to_string(share) + "; wanted a value inside (0, 1)");
    random_stream random(seed, stream);
    part drawn;
    const auto deal = [&](std::vector<std::size_t> indices) {
      random.shuffle(indices);
      const auto first = static_cast<std::size_t>(std::floor(share * static_cast<double>(indices.size())));
      for (std::size_t i = 0; i < indices.size(); ++i) {
        records& to = i < first ? drawn.first : drawn.rest;
        to.scores.push_back(scores.scores()[indices[i]]);
        to.member.push_back(scores.member()[indices[i]]);
      }
    };
    std::vector<std::size_t> in, out;
    for (std::size_t i = 0; i < scores.member().size(); ++i)
      (within_classes && scores.member()[i] == membership::in ? in : out).push_back(i);
    deal(std::move(in));
    deal(std::move(out));
    if (!drawn.first.has_both() || !drawn.rest.has_both())
      detail::refuse(where, "scores",
                     "are too few for a split: " + std::to_string(scores.curve().positives()) + " members and " +
                         std::to_string(scores.curve().negatives()) +
                         " non-members leave a part without one class; wanted both in both parts");
    return drawn;
  }
};

}  // namespace telltale::metric::epsilon::strategy
