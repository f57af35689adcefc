// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

namespace oracle {

/// Identity inference as it is written down: one photo, one prompt, one name at a time, everything in long double.
struct identity_inference {
  std::size_t persons, names, prompts, dimensions;
  std::vector<double> photo, name;  // photos x d; prompts x names x d
  std::vector<int> owner, true_name;

  [[nodiscard]] long double cosine(std::size_t x, std::size_t p, std::size_t n) const {
    long double dot = 0, of_x = 0, of_n = 0;
    for (std::size_t k = 0; k < dimensions; ++k) {
      const long double a = photo[x * dimensions + k], b = name[(p * names + n) * dimensions + k];
      dot += a * b;
      of_x += a * a;
      of_n += b * b;
    }
    return dot / std::sqrt(of_x) / std::sqrt(of_n);
  }

  [[nodiscard]] int chosen(std::size_t x, std::size_t p) const {
    std::size_t best = 0;
    for (std::size_t n = 1; n < names; ++n)
      if (cosine(x, p, n) > cosine(x, p, best)) best = n;
    return int(best);
  }

  /// The votes of every photo, photos x prompts.
  [[nodiscard]] std::vector<int> votes() const {
    std::vector<int> all;
    for (std::size_t x = 0; x < owner.size(); ++x)
      for (std::size_t p = 0; p < prompts; ++p) all.push_back(chosen(x, p));
    return all;
  }
};

/// Prompts that the true name wins, ballots counted in a map. With `first_of_a_tie` the tied name of least number wins.
inline int prompts_won(const std::vector<int>& votes, std::size_t prompts, const std::vector<std::size_t>& photos,
                       int true_name, bool first_of_a_tie = false) {
  int won = 0;
  for (std::size_t p = 0; p < prompts; ++p) {
    std::map<int, int> ballot;
    for (const std::size_t photo : photos) ++ballot[votes[photo * prompts + p]];
    int most = 0;
    for (const auto& [name, count] : ballot) most = count > most ? count : most;
    std::vector<int> first;
    for (const auto& [name, count] : ballot)
      if (count == most) first.push_back(name);
    won += first.front() == true_name && (first_of_a_tie || first.size() == 1);
  }
  return won;
}

}  // namespace oracle
