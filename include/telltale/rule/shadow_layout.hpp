// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>

namespace telltale::detail {

/// The extents of a set of shadow models, once they are known to agree.
struct shadow_layout {
  std::size_t models, records, width;

  [[nodiscard]] std::size_t cells() const noexcept { return records * width; }
};

[[nodiscard]] inline std::string of_model(std::size_t model) { return "model " + std::to_string(model) + ": "; }

/// Every model has scores of the same records x width cells, and a mask of the same records.
template <class Scalar>
[[nodiscard]] shadow_layout layout_of(std::string_view function, const shadow_models<Scalar>& shadow) {
  const std::size_t models = shadow.scores.size();
  if (models == 0) refuse(function, "scores", "holds no shadow model");
  if (shadow.keep.size() != models)
    refuse(function, "keep",
           "has " + std::to_string(shadow.keep.size()) + " models; scores has " + std::to_string(models));
  const std::size_t cells = shadow.scores[0].size(), records = shadow.keep[0].size();
  if (records == 0) refuse(function, "keep", "holds no record");
  for (std::size_t m = 0; m < models; ++m) {
    if (shadow.scores[m].size() != cells)
      refuse(function, "scores",
             of_model(m) + "has " + std::to_string(shadow.scores[m].size()) + " values; model 0 has " +
                 std::to_string(cells));
    if (shadow.keep[m].size() != records)
      refuse(function, "keep",
             of_model(m) + "has " + std::to_string(shadow.keep[m].size()) + " records; model 0 has " +
                 std::to_string(records));
  }
  if (cells == 0 || cells % records != 0)
    refuse(function, "scores",
           "each model has " + std::to_string(cells) + " values, which is not a whole number for each of " +
               std::to_string(records) + " records of keep");
  return {models, records, cells / records};
}

/// Adds a mask to counts of at most 255 models, and returns all its bits joined.
[[gnu::noinline]] inline std::uint8_t add_mask(const std::uint8_t* __restrict mask, std::uint8_t* __restrict counts,
                                               std::size_t records) {
  std::uint8_t bits = 0;
  for (std::size_t j = 0; j < records; ++j) {
    bits = static_cast<std::uint8_t>(bits | mask[j]);
    counts[j] = static_cast<std::uint8_t>(counts[j] + mask[j]);
  }
  return bits;
}

/// Counts the IN models of a tile of records into `in`, refusing a mask that is not 0 or 1.
inline void count_in(std::string_view function, per_model<std::uint8_t> keep, std::size_t first,
                     std::span<std::uint32_t> in) {
  // Bytes are added sixteen at a time; 255 models fit into one.
  constexpr std::size_t chunk = 1024, most = 255;
  std::array<std::uint8_t, chunk> counts;
  for (std::size_t start = 0; start < in.size(); start += chunk) {
    const std::size_t records = std::min(chunk, in.size() - start);
    for (std::size_t j = 0; j < records; ++j) in[start + j] = 0;
    for (std::size_t m = 0; m < keep.size();) {
      counts.fill(0);
      for (const std::size_t end = std::min(keep.size(), m + most); m < end; ++m) {
        const std::uint8_t* const mask = keep[m].data() + first + start;
        if (add_mask(mask, counts.data(), records) <= 1) continue;
        for (std::size_t j = 0; j < records; ++j)
          if (mask[j] > 1)
            refuse(function, "keep",
                   of_model(m) + "record " + std::to_string(first + start + j) + " is " + std::to_string(mask[j]) +
                       "; wanted 0 or 1");
      }
      for (std::size_t j = 0; j < records; ++j) in[start + j] += counts[j];
    }
  }
}

/// How many models of each side a record must have.
struct models_wanted {
  std::size_t in, out;
};

/// Refuses the first record of a tile that fewer models than wanted saw, or did not see.
inline void check_counts(std::string_view function, std::span<const std::uint32_t> in, std::size_t models,
                         std::size_t first, models_wanted wanted) {
  for (std::size_t j = 0; j < in.size(); ++j) {
    if (models - in[j] >= wanted.out && in[j] >= wanted.in) continue;
    const std::string number = std::to_string(wanted.in == 0 ? wanted.out : wanted.in);
    refuse(function, "keep",
           "record " + std::to_string(first + j) + " has " + std::to_string(in[j]) + " IN and " +
               std::to_string(models - in[j]) + " OUT models; wanted at least " + number +
               (wanted.in == wanted.out ? " of each"
                : wanted.in == 0        ? " OUT"
                                        : " IN"));
  }
}

/// The same: as many OUT, and as many IN where IN is modelled.
inline void check_counts(std::string_view function, std::span<const std::uint32_t> in, std::size_t models,
                         std::size_t first, std::size_t wanted, bool models_in) {
  check_counts(function, in, models, first, models_wanted{models_in ? wanted : 0, wanted});
}

/// A fitted rule that is aligned with records judges those records, with as many values each, and no others.
inline void check_aligned(std::string_view function, const signals& signal, std::size_t evidence_size,
                          std::size_t records, std::size_t width) {
  if (signal.width != width)
    refuse(function, "signal",
           "has " + std::to_string(signal.width) + " values a record; the rule was fitted to " + std::to_string(width));
  if (signal.values.size() != records * width)
    refuse(function, "signal",
           "has " + std::to_string(signal.values.size()) + " values; the rule was fitted to " +
               std::to_string(records) + " records of " + std::to_string(width) + " values");
  check_size(function, "evidence", evidence_size, records);
  check_finite(function, "signal", signal.values);
}

/// A rule that takes one value a subject.
inline void check_one_value(std::string_view function, std::string_view argument, const signals& signal) {
  if (signal.width != 1)
    refuse(function, argument,
           "has " + std::to_string(signal.width) +
               " values a subject; this rule takes one, so the queries have to be pooled by the scorer first");
  check_finite(function, argument, signal.values);
}

}  // namespace telltale::detail
