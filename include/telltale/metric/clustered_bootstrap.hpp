// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

namespace telltale::metric {

/// A bootstrap over records: how often (`replicates`), from which `seed`, on how many `threads` (0: all). The threads
/// change nothing but the time.
struct bootstrap {
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

}  // namespace telltale::metric

namespace telltale::detail {

/// Refuses a percentile interval whose limits would lie beyond the outermost replicates.
inline void check_replicates(std::string_view function, std::size_t replicates, double confidence) {
  // One part in 10^9 of slack: 1 - 0.95 is not 0.05.
  const double wanted = std::ceil(2 / (1 - confidence) * (1 - 1e-9)) - 1;
  if (!(static_cast<double>(replicates) >= wanted))
    refuse(function, "replicates",
           "is " + std::to_string(replicates) + "; a percentile interval at confidence " + std::to_string(confidence) +
               " wants at least " + std::to_string(wanted) + " (auc_clustered has none)");
}

/// Draws `weights.size()` records with replacement: multinomial weights.
inline void resample(random_stream& random, std::span<std::uint32_t> weights) {
  std::fill(weights.begin(), weights.end(), 0u);
  for (std::size_t i = 0; i < weights.size(); ++i) ++weights[random.below(weights.size())];
}

/// Runs `replicate(weights, scratch, b)` for every b, where weights are those of stream b of the seed: the strata one
/// after the other, each resampled within itself.
///
/// `replicate` returns false where the resample leaves it undefined (a class is missing); then the stream draws again,
/// so that the bootstrap is conditional on samples for which the figures exist. False when one replicate failed 1,000
/// times. `scratch` is `scratch_size` words of the calling thread.
template <class Replicate>
[[nodiscard]] bool for_each_replicate(const metric::bootstrap& options, std::initializer_list<std::size_t> strata,
                                      std::size_t scratch_size, const Replicate& replicate) {
  constexpr int tries = 1000;
  std::size_t records = 0;
  for (const std::size_t size : strata) records += size;
  std::atomic<bool> good{true};
  in_parallel(options.replicates, options.threads, [&] {
    return [&, weights = std::vector<std::uint32_t>(records),
            scratch = std::vector<std::uint64_t>(scratch_size)](std::size_t b) mutable {
      if (!good) return;
      random_stream random(options.seed, b);
      int left = tries;
      do {
        std::size_t first = 0;
        for (const std::size_t size : strata) {
          resample(random, std::span(weights).subspan(first, size));
          first += size;
        }
      } while (!replicate(std::span<const std::uint32_t>(weights), std::span<std::uint64_t>(scratch), b) && --left > 0);
      if (left == 0) good = false;
    };
  });
  return good;
}

}  // namespace telltale::detail
