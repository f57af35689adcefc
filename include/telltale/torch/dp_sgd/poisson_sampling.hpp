// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/accounting/mechanism.hpp>
#include <telltale/torch/dp_sgd/random_source.hpp>

namespace telltale {

/// Batches in which each record takes part with probability `rate`, independently of the others and of other steps.
///
/// The size of a batch is random and may be 0; nobody may see which records it holds, so that a seed is for experiments
/// here as well. Cost: a random word for each record and step.
/// Throws argument_error unless the rate is in (0, 1]. Reference: Abadi et al. 2016, section 3.1, whose lots these are;
/// Mironov, Talwar and Zhang 2019, "Renyi differential privacy of the sampled Gaussian mechanism", for what it
/// promises.
template <RandomSource Source = random_source::seeded>
class poisson_sampling {
 public:
  static constexpr std::string_view name = "Poisson";
  /// Which data sets the promise of `dp_sgd` is about.
  static constexpr std::string_view neighbouring = "one record is added or removed";

  /// `source` is where the random bits come from.
  explicit poisson_sampling(double rate, Source source = {}) : rate_(rate), source_(std::move(source)) {
    detail::check_inside("poisson_sampling", "rate", rate, rate > 0 && rate <= 1, "a value in (0, 1]");
  }

  /// The probability with which a record takes part in a step.
  [[nodiscard]] double rate() const noexcept { return rate_; }

  /// The size that a batch has on average: what a sum is divided by, since the realised size depends on the records.
  [[nodiscard]] double expected_size(std::size_t records) const noexcept {
    return rate_ * static_cast<double>(records);
  }

  /// The records of one step, in ascending order.
  [[nodiscard]] std::vector<std::int64_t> draw(std::size_t records, std::uint64_t step) const {
    std::vector<std::uint64_t> words(records);
    source_.fill(words, step, whole_batch);
    std::vector<std::int64_t> chosen;
    for (std::size_t i = 0; i < records; ++i)
      if (static_cast<double>(words[i] >> 11) * 0x1.0p-53 < rate_) chosen.push_back(static_cast<std::int64_t>(i));
    return chosen;
  }

  /// What noise of this multiplier on such batches amounts to, for an accountant.
  [[nodiscard]] accounting::gaussian mechanism(double multiplier, std::uint64_t steps) const noexcept {
    return {multiplier, rate_, steps};
  }

 private:
  static constexpr std::uint64_t whole_batch = 0xffffff;  // the part of a stream that no parameter has

  double rate_;
  [[no_unique_address]] Source source_;
};

}  // namespace telltale
