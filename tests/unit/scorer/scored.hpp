// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/classification.hpp>

#include "oracle/naive_scorers.hpp"

namespace scored {

template <class Scorer, class Batch>
std::vector<double> by(const Scorer& scorer, const Batch& batch) {
  std::vector<double> out(batch.subjects() * telltale::detail::width_of(scorer, batch));
  scorer(batch, out);
  return out;
}

/// Logits with everything that breaks shortcuts: ties, equal rows, margins of +-200, tiny differences.
template <class Scalar>
struct hard_batch {
  hard_batch(std::size_t records, std::size_t k, std::uint64_t seed) : classes(k), logits(records * k), truth(records) {
    telltale::random_stream random(seed, k);
    for (std::size_t i = 0; i < records; ++i) {
      const std::size_t kind = i % 6;
      truth[i] = int(random.below(k));
      for (std::size_t c = 0; c < k; ++c) {
        double z = 3 * random.normal();
        if (kind == 1) z = double(random.below(3));                                     // ties
        if (kind == 2) z = 1.25;                                                        // all equal
        if (kind == 3 && c == std::size_t(truth[i])) z = 200;                           // sure and right
        if (kind == 4 && c == std::size_t(truth[i])) z = -200;                          // sure that it is another
        if (kind == 5 && c == (std::size_t(truth[i]) + 1) % k) z = 40 + double(i % 3);  // sure and wrong
        logits[i * k + c] = Scalar(z);
      }
    }
  }
  [[nodiscard]] std::size_t records() const { return truth.size(); }
  [[nodiscard]] oracle::row row(std::size_t i) const {
    return {logits.begin() + std::ptrdiff_t(i * classes), logits.begin() + std::ptrdiff_t((i + 1) * classes)};
  }
  [[nodiscard]] auto observed(telltale::stored_as form = telltale::stored_as::logits) const {
    return telltale::classification<telltale::eigen<Scalar>>({logits, records(), classes}, truth, form);
  }
  std::size_t classes;
  std::vector<Scalar> logits;
  std::vector<int> truth;
};

}  // namespace scored
