// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/metric/pooled_scores.hpp>

namespace samples {

using telltale::membership;

/// How the targets of a simulated audit come by their members.
enum class draw { independent, same_for_all };

/// A simulated audit: score = record effect + noise + shift for members; owns what `pooled` views.
struct audit {
  std::vector<std::vector<double>> scores;
  std::vector<std::vector<membership>> member;

  audit(std::uint64_t stream, std::size_t records, std::size_t targets, double record_effect, double shift, draw how,
        double round_to = 0) {
    telltale::random_stream random(41, stream);
    std::vector<double> effect(records);
    for (double& e : effect) e = record_effect * random.normal();
    std::vector<membership> row(records);
    for (std::size_t t = 0; t < targets; ++t) {
      if (how == draw::independent || t == 0) {
        for (std::size_t r = 0; r < records; ++r) row[r] = r < records / 2 ? membership::in : membership::out;
        random.shuffle(row);
      }
      member.push_back(row);
      std::vector<double>& score = scores.emplace_back(records);
      for (std::size_t r = 0; r < records; ++r) {
        score[r] = effect[r] + random.normal() + (row[r] == membership::in ? shift : 0);
        if (round_to > 0) score[r] = std::floor(score[r] / round_to) * round_to;
      }
    }
  }

  [[nodiscard]] telltale::metric::pooled_scores pooled() const {
    return {{scores.begin(), scores.end()}, {member.begin(), member.end()}, {}};
  }
};

}  // namespace samples
