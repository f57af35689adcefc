// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "oracle/shadow_statistics.hpp"

// LiRA as each peer describes or writes it, record by record in long double, larger meaning member.
namespace oracle {

enum class side { both, in, out };
inline constexpr std::uint8_t both_sides[] = {0, 1};

using columns = std::vector<std::vector<long double>>;  // of one record: [query][model]

template <class Scalar>
columns scores_of(const shadow_scores<Scalar>& shadow, std::size_t record, std::uint8_t in) {
  columns all;
  for (std::size_t q = 0; q < shadow.width; ++q) all.push_back(shadow.side(record, q, in));
  return all;
}

/// What the code released by Carlini et al. computes: every record cut to the smallest number of models of a side,
/// median, standard deviation of the record or of all IN entries (OUT entries offline), 1e-30, density.
template <class Scalar>
std::vector<double> carlini_code(const shadow_scores<Scalar>& shadow, const std::vector<double>& target, bool online,
                                 bool fixed) {
  std::vector<columns> sides[2];
  std::vector<long double> entries[2];
  for (const std::uint8_t in : both_sides) {
    std::size_t fewest = shadow.scores.size();
    for (std::size_t i = 0; i < shadow.records(); ++i) fewest = std::min(fewest, shadow.side(i, 0, in).size());
    for (std::size_t i = 0; i < shadow.records(); ++i) {
      columns cut = scores_of(shadow, i, in);
      for (auto& column : cut) {
        column.resize(fewest);
        entries[in].insert(entries[in].end(), column.begin(), column.end());
      }
      sides[in].push_back(cut);
    }
  }
  const auto log_likelihood = [&](std::size_t i, std::size_t q, std::uint8_t in) {
    const std::vector<long double>& own = sides[in][i][q];
    const long double spread = fixed ? deviation(entries[online ? 1 : 0]) : deviation(own);
    return log_normal(target[i * shadow.width + q], median(own), spread + 1e-30L);
  };
  std::vector<double> evidence;
  for (std::size_t i = 0; i < shadow.records(); ++i) {
    long double sum = 0;
    for (std::size_t q = 0; q < shadow.width; ++q)
      sum += (online ? log_likelihood(i, q, 1) : 0) - log_likelihood(i, q, 0);
    evidence.push_back(static_cast<double>(sum / static_cast<long double>(shadow.width)));
  }
  return evidence;
}

/// What compute_score_lira of TensorFlow Privacy describes: a row without models takes the column means of centre and
/// spread; fix_variance is the spread of everything less the centre of its record and query.
template <class Scalar>
std::vector<double> tensorflow_privacy(const shadow_scores<Scalar>& shadow, const std::vector<double>& target,
                                       side option, bool fixed, bool by_median) {
  const std::size_t records = shadow.records(), width = shadow.width;
  const auto log_likelihoods = [&](std::uint8_t in) {
    columns centres(width, std::vector<long double>(records)), spreads = centres;
    std::vector<long double> residuals;
    for (std::size_t q = 0; q < width; ++q) {
      std::vector<long double> found_centres, found_spreads;
      for (std::size_t i = 0; i < records; ++i) {
        const std::vector<long double> own = shadow.side(i, q, in);
        if (own.empty()) continue;
        found_centres.push_back(centres[q][i] = by_median ? median(own) : mean(own));
        found_spreads.push_back(spreads[q][i] = deviation(own));
        for (const long double score : own) residuals.push_back(score - centres[q][i]);
      }
      for (std::size_t i = 0; i < records; ++i)
        if (shadow.side(i, q, in).empty()) centres[q][i] = mean(found_centres), spreads[q][i] = mean(found_spreads);
    }
    std::vector<long double> sums(records);
    for (std::size_t i = 0; i < records; ++i)
      for (std::size_t q = 0; q < width; ++q)
        sums[i] +=
            log_normal(target[i * width + q], centres[q][i], (fixed ? deviation(residuals) : spreads[q][i]) + 1e-30L);
    return sums;
  };
  std::vector<double> evidence(records);
  const auto add = [&](std::uint8_t in, long double sign) {
    const auto sums = log_likelihoods(in);
    for (std::size_t i = 0; i < records; ++i)
      evidence[i] += static_cast<double>(sign * sums[i] / static_cast<long double>(width));
  };
  if (option != side::out) add(1, 1);
  if (option != side::in) add(0, -1);
  return evidence;
}

enum class leakpro_spread { carlini, individual_carlini, fixed };

/// LeakPro's LiRA of one query: "fixed" is the spread of the record's own scores; the other two take it only with
/// enough models (64 in all) or scores (32 of the side), and below that the spread of all entries.
template <class Scalar>
std::vector<double> leakpro(const shadow_scores<Scalar>& shadow, const std::vector<double>& target, bool online,
                            leakpro_spread kind, bool two_sided = false) {
  std::vector<long double> entries[2];
  for (const std::uint8_t in : both_sides)
    for (std::size_t i = 0; i < shadow.records(); ++i)
      for (const long double score : shadow.side(i, 0, in)) entries[in].push_back(score);
  std::vector<double> evidence;
  for (std::size_t i = 0; i < shadow.records(); ++i) {
    const auto spread = [&](std::uint8_t in) {
      const auto own = shadow.side(i, 0, in);
      const bool takes_own = kind == leakpro_spread::fixed ||
                             (kind == leakpro_spread::carlini ? shadow.scores.size() >= 64 : own.size() >= 32);
      return deviation(takes_own ? own : entries[in]) + 1e-30L;
    };
    const auto log_likelihood = [&](std::uint8_t in) {
      return log_normal(target[i], mean(shadow.side(i, 0, in)), spread(in));
    };
    const long double z = (target[i] - mean(shadow.side(i, 0, 0))) / spread(0);
    if (online)
      evidence.push_back(static_cast<double>(log_likelihood(1) - log_likelihood(0)));
    else
      evidence.push_back(static_cast<double>(two_sided ? -log_likelihood(0) : -minus_log_survival(-z)));
  }
  return evidence;
}

/// SACRO-ML's LiRA of one query: mean, 1e-16, a side without models is centred at 0 with spread 0 (the spread of all
/// entries where that is fixed); mode "offline" is Phi(z).
template <class Scalar>
std::vector<double> sacro_ml(const shadow_scores<Scalar>& shadow, const std::vector<double>& target, bool online,
                             bool carlini, bool fixed) {
  std::vector<long double> entries[2];
  for (const std::uint8_t in : both_sides)
    for (std::size_t i = 0; i < shadow.records(); ++i)
      for (const long double score : shadow.side(i, 0, in)) entries[in].push_back(score);
  std::vector<double> evidence;
  for (std::size_t i = 0; i < shadow.records(); ++i) {
    const auto z_and_spread = [&](std::uint8_t in) {
      const auto own = shadow.side(i, 0, in);
      const long double spread = (fixed ? deviation(entries[in]) : own.empty() ? 0 : deviation(own)) + 1e-16L;
      return std::pair((target[i] - (own.empty() ? 0 : mean(own))) / spread, spread);
    };
    const auto log_likelihood = [&](std::uint8_t in) {
      const auto [z, spread] = z_and_spread(in);
      return log_normal(z * spread, 0, spread);
    };
    const long double z = z_and_spread(0).first;
    const long double offline = carlini ? -log_likelihood(0) : std::erfc(-z / std::sqrt(2.0L)) / 2;
    evidence.push_back(static_cast<double>(online ? log_likelihood(1) - log_likelihood(0) : offline));
  }
  return evidence;
}

}  // namespace oracle
