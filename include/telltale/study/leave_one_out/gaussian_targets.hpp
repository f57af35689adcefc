// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/moments.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale::detail {

/// Whether means and squared deviations of each record are all that a preset of LiRA asks of the scores, so that a
/// model can be taken out of them again.
template <class Preset>
concept moments_suffice =
    GaussianPreset<Preset> && Preset::hypotheses.in && Preset::hypotheses.out && !Preset::centre.from_values &&
    !Preset::queries.joint && !Preset::models.cuts && !Preset::missing.fills &&
    std::same_as<std::remove_const_t<decltype(Preset::floor)>, spread_floor::none> &&
    (std::derived_from<std::remove_const_t<decltype(Preset::spread)>, spread::per_record> ||
     std::derived_from<std::remove_const_t<decltype(Preset::spread)>, spread::pooled_centred>);

/// LiRA against every model, with all others as shadows: the moments of all models once, less the target's own score.
///
/// Of a side with n scores, mean m and squared deviations q, the score x leaves n - 1, m - (x - m)/(n - 1) and
/// q - n/(n - 1) (x - m)^2. Where that difference would lose digits the side is added up again.
template <class Preset, class Scalar>
class gaussian_targets {
  using spread_policy = std::remove_const_t<decltype(Preset::spread)>;
  static constexpr bool own = spread_policy::own, joins = joins_hypotheses<spread_policy>;

 public:
  gaussian_targets(std::string_view function, const shadow_models<Scalar>& models, const shadow_layout& layout,
                   unsigned threads)
      : function_(function), models_(models), records_(layout.records) {
    const std::size_t tile_records = records_in_tile<Scalar>(layout, false), wanted = Preset::missing.least(own) + 1;
    in_parallel((layout.records + tile_records - 1) / tile_records, threads, [&] {
      return [&, tile = moment_tile<Scalar, true>(function, models, layout, tile_records)](std::size_t task) mutable {
        const std::size_t first = task * tile_records, records = std::min(tile_records, layout.records - first);
        tile.read(first, records, wanted);
        for (std::size_t i = 0; i < records; ++i) {
          const score_group out = tile.out(i, i), in = tile.in(i, i);
          records_[first + i] = {side{out.count, out.mean, out.squares}, side{in.count, in.mean, in.squares}};
        }
      };
    });
  }

  /// The evidence of every record, `target` being attacked by the others.
  template <class Evidence>
  void operator()(std::size_t target, std::span<Evidence> evidence) const {
    const Scalar* const scores = models_.scores[target].data();
    const std::uint8_t* const keep = models_.keep[target].data();
    sides pool{};  // counts and squares of all records, for a spread that they share
    if constexpr (!own)
      for (std::size_t i = 0; i < records_.size(); ++i) {
        const sides left = without(target, i, static_cast<double>(scores[i]), keep[i]);
        for (std::size_t s = 0; s < 2; ++s) {
          pool[s].count += left[s].count;
          pool[s].squares += left[s].squares;
        }
      }
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const double score = static_cast<double>(scores[i]);
      const sides left = without(target, i, score, keep[i]);
      const sides& spread_of = own ? left : pool;
      double variance_out = spread_of[0].squares / spread_of[0].count,
             variance_in = spread_of[1].squares / spread_of[1].count;
      if constexpr (joins)
        variance_in = variance_out =
            (spread_of[0].squares + spread_of[1].squares) / (spread_of[0].count + spread_of[1].count);
      if (!(variance_out > 0 && variance_in > 0)) refuse_zero(target, i);
      const double from_out = score - left[0].mean, from_in = score - left[1].mean;
      double found = (from_out * from_out / variance_out - from_in * from_in / variance_in) / 2;
      if constexpr (!joins) found += std::log(variance_out / variance_in) / 2;
      if (!std::isfinite(found))
        refuse(function_, "scores",
               of_model(target) + "record " + std::to_string(i) + ": the others spread so little that the evidence " +
                   "overflows");
      evidence[i] = static_cast<Evidence>(found);
    }
  }

 private:
  struct side {
    double count, mean, squares;
  };
  using sides = std::array<side, 2>;  // OUT, IN

  [[nodiscard]] sides without(std::size_t target, std::size_t record, double score, std::uint8_t kept) const {
    constexpr double least_share = 1e-4;
    sides left = records_[record];
    side& of = left[kept];
    const double from = score - of.mean, squares = of.squares - from * from * (of.count / (of.count - 1));
    if (squares > least_share * of.squares)
      of = {of.count - 1, of.mean - from / (of.count - 1), squares};
    else
      of = added_up(target, record, kept);
    return left;
  }

  [[nodiscard]] [[gnu::noinline]] side added_up(std::size_t target, std::size_t record, std::uint8_t kept) const {
    side found{0, 0, 0};
    for (std::size_t m = 0; m < models_.scores.size(); ++m) {
      if (m == target || models_.keep[m][record] != kept) continue;
      const double score = static_cast<double>(models_.scores[m][record]), from = score - found.mean;
      found.mean += from / ++found.count;
      found.squares += from * (score - found.mean);
    }
    return found;
  }

  [[noreturn]] [[gnu::cold]] void refuse_zero(std::size_t target, std::size_t record) const {
    refuse(function_, "scores",
           (own ? "record " + std::to_string(record) : std::string("every record")) + ": without model " +
               std::to_string(target) +
               " the scores of one side have zero spread; accepted with "
               "spread_floor::add, spread_floor::at_least or spread_floor::relative");
  }

  std::string_view function_;
  const shadow_models<Scalar>& models_;
  std::vector<sides> records_;
};

}  // namespace telltale::detail
