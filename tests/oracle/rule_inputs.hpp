// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "oracle/shadow_statistics.hpp"

namespace oracle {

/// Views of shadow_scores as the library wants them; must outlive the rule's fit.
template <class Scalar>
struct shadow_views {
  std::vector<std::span<const Scalar>> scores;
  std::vector<std::span<const std::uint8_t>> keep;

  explicit shadow_views(const shadow_scores<Scalar>& from)
      : scores(from.scores.begin(), from.scores.end()), keep(from.keep.begin(), from.keep.end()) {}

  [[nodiscard]] telltale::shadow_models<Scalar> models() const { return {scores, keep}; }
};

template <class Rule, class Scalar>
std::vector<double> judged(const Rule& rule, const shadow_scores<Scalar>& shadow, const std::vector<double>& target) {
  const shadow_views<Scalar> views(shadow);
  std::vector<double> evidence(shadow.records());
  rule.fit(views.models())(telltale::signals{target, shadow.width}, evidence);
  return evidence;
}

/// Random scores with uneven masks; a multiple of `grid` if that is positive, so that duplicates are common.
template <class Scalar>
shadow_scores<Scalar> random_shadows(std::size_t models, std::size_t records, std::size_t width, std::uint64_t seed,
                                     double grid = 0, double offset = 0) {
  telltale::random_stream stream(seed, 0);
  shadow_scores<Scalar> shadow;
  shadow.width = width;
  shadow.scores.assign(models, std::vector<Scalar>(records * width));
  shadow.keep.assign(models, std::vector<std::uint8_t>(records));
  for (std::size_t i = 0; i < records; ++i) {
    const double share = 0.1 + 0.8 * stream.uniform();
    for (std::size_t m = 0; m < models; ++m) shadow.keep[m][i] = stream.uniform() < share;
    // At least two of each, whatever was drawn, at places that differ between records.
    for (std::size_t k = 0; k < 4; ++k) shadow.keep[(i + k) % models][i] = k % 2;
    for (std::size_t q = 0; q < width; ++q)
      for (std::size_t m = 0; m < models; ++m) {
        double score = offset + 3 * stream.uniform() + (shadow.keep[m][i] ? 2 * stream.uniform() : 0.0);
        if (grid > 0) score = grid * static_cast<double>(static_cast<long>(score / grid));
        shadow.scores[m][i * width + q] = static_cast<Scalar>(score);
      }
    // Two different scores of each side, so that no spread is zero.
    for (std::size_t q = 0; q < width; ++q)
      for (std::size_t k = 0; k < 2; ++k)
        shadow.scores[(i + k + 2) % models][i * width + q] = shadow.scores[(i + k) % models][i * width + q] + Scalar(1);
  }
  return shadow;
}

/// The message of the argument_error that `work` throws; "nothing was thrown" otherwise.
template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const telltale::argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

inline bool has(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

}  // namespace oracle
