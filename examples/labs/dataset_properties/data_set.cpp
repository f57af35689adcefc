// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "data_set.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

namespace lab {

void data_set::split(std::size_t per_class, std::uint64_t seed) {
  constexpr std::uint64_t stream = 0x73706c69;  // "spli"
  std::vector<std::vector<std::uint32_t>> of_class(classes);
  for (std::size_t i = 0; i < records(); ++i)
    of_class[static_cast<std::size_t>(labels[i])].push_back(static_cast<std::uint32_t>(i));
  network.clear();
  study.clear();
  telltale::random_stream draw(seed, stream);
  for (std::size_t c = 0; c < classes; ++c) {
    auto& members = of_class[c];
    if (members.size() < 2 * per_class)
      throw telltale::error(name + ": class " + std::to_string(c) + " has " + std::to_string(members.size()) +
                            " records; wanted at least " + std::to_string(2 * per_class) + " of each class, " +
                            std::to_string(per_class) + " of them for the network that makes the features");
    draw.shuffle(members);
    const auto cut = members.begin() + static_cast<std::ptrdiff_t>(per_class);
    network.insert(network.end(), members.begin(), cut);
    study.insert(study.end(), cut, members.end());
  }
  std::sort(network.begin(), network.end());
  std::sort(study.begin(), study.end());
}

void data_set::drop_repeated() {
  std::set<std::vector<float>> seen;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < records(); ++i) {
    if (!seen.emplace(row(i), row(i) + dimensions).second) continue;
    std::copy_n(row(i), dimensions, values.begin() + static_cast<std::ptrdiff_t>(kept * dimensions));
    labels[kept++] = labels[i];
  }
  repeated += records() - kept;
  values.resize(kept * dimensions);
  labels.resize(kept);
}

std::vector<float> data_set::rows_of(const std::vector<std::uint32_t>& chosen) const {
  std::vector<float> rows;
  rows.reserve(chosen.size() * dimensions);
  for (const std::uint32_t i : chosen) rows.insert(rows.end(), row(i), row(i) + dimensions);
  return rows;
}

std::vector<int> data_set::labels_of(const std::vector<std::uint32_t>& chosen) const {
  std::vector<int> some;
  some.reserve(chosen.size());
  for (const std::uint32_t i : chosen) some.push_back(labels[i]);
  return some;
}

}  // namespace lab
