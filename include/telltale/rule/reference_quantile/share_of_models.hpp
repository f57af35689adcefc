// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// Counts, for every record, the OUT models with a score at most the one asked about.
///
/// It views the scores and masks that the shadow models view, which must outlive it, instead of copying them: memory
/// grows with records, not with records x models.
template <class Scalar>
class share_of_models {
 public:
  /// Throws `argument_error` naming the model or record: extents that disagree, a mask that is not 0 or 1, no OUT model
  /// of a record, a score that is not finite.
  share_of_models(const shadow_models<Scalar>& shadow, unsigned threads)
      : shadow_(shadow), layout_(detail::layout_of(function, shadow)) {
    for_each_stretch(threads, [&](std::size_t first, std::span<std::uint32_t> in) {
      detail::count_in(function, shadow_.keep, first, in);
      detail::check_counts(function, in, layout_.models, first, 1, false);
      for (std::size_t m = 0; m < layout_.models; ++m)
        check_scores(m, shadow_.scores[m].subspan(first * layout_.width, in.size() * layout_.width), first);
    });
  }

  /// evidence[i] = share of the OUT models of record i with a score at most signal[i]; one value a record. Cost: one
  /// pass over the scores of all models. Throws argument_error if the number of records differs or a value is not
  /// finite.
  void operator()(const signals& signal, std::span<double> evidence, unsigned threads = 0) const {
    detail::check_aligned(function, signal, evidence.size(), layout_.records, 1);
    for_each_stretch(threads, [&](std::size_t first, std::span<std::uint32_t> at_most) {
      const std::size_t records = at_most.size();
      std::array<std::uint32_t, stretch> out{};
      std::fill(at_most.begin(), at_most.end(), 0U);
      for (std::size_t m = 0; m < layout_.models; ++m)
        add_model(shadow_.scores[m].data() + first, shadow_.keep[m].data() + first, signal.values.data() + first,
                  records, out.data(), at_most.data());
      for (std::size_t j = 0; j < records; ++j)
        evidence[first + j] = static_cast<double>(at_most[j]) / static_cast<double>(out[j]);
    });
  }

 private:
  static constexpr std::string_view function = "reference_quantile";
  static constexpr std::size_t stretch = 1024;

  // A mask as a factor: no branch, so that compilers turn it into SIMD over records.
  static void add_model(const Scalar* __restrict scores, const std::uint8_t* __restrict keep,
                        const double* __restrict asked, std::size_t records, std::uint32_t* __restrict out,
                        std::uint32_t* __restrict at_most) {
    for (std::size_t j = 0; j < records; ++j) {
      const std::uint32_t is_out = 1U - keep[j];
      out[j] += is_out;
      at_most[j] += is_out & static_cast<std::uint32_t>(static_cast<double>(scores[j]) <= asked[j]);
    }
  }

  template <class Work>
  void for_each_stretch(unsigned threads, const Work& work) const {
    detail::in_parallel((layout_.records + stretch - 1) / stretch, threads, [&] {
      return [&, counts = std::vector<std::uint32_t>(stretch)](std::size_t task) mutable {
        const std::size_t first = task * stretch, records = std::min(stretch, layout_.records - first);
        work(first, std::span(counts).first(records));
      };
    });
  }

  static void check_scores(std::size_t model, std::span<const Scalar> scores, std::size_t first) {
    std::size_t bad = 0;
    for (const Scalar score : scores) bad += static_cast<std::size_t>(!std::isfinite(score));
    if (bad == 0) return;
    for (std::size_t j = 0; j < scores.size(); ++j)
      if (!std::isfinite(scores[j]))
        detail::refuse(function, "scores",
                       detail::of_model(model) + "record " + std::to_string(first + j) + " is " +
                           std::to_string(static_cast<double>(scores[j])) + "; every score must be finite");
  }

  shadow_models<Scalar> shadow_;
  detail::shadow_layout layout_;
};

}  // namespace telltale
