// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/difference_from_centre/presets.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/moments.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// The reference centre of every record and query, ready to judge targets. Aligned with the records of the fit.
template <OffsetPreset Preset>
class fitted_centres {
 public:
  /// From the centres, records x width, and how many records the policy filled.
  fitted_centres(std::vector<double> centres, std::size_t width, std::size_t filled)
      : centres_(std::move(centres)), width_(width), filled_(filled) {}

  /// Evidence of every record from its signal (records x width values, row by row).
  ///
  /// Throws `argument_error` if records or width differ from those of the fit, or if a value is not finite. Cost: one
  /// subtraction a record and query.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_aligned(function, signal, evidence.size(), centres_.size() / width_, width_);
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      double sum = 0;
      for (std::size_t q = i * width_; q < (i + 1) * width_; ++q) sum += signal.values[q] - centres_[q];
      evidence[i] = sum / static_cast<double>(width_);
    }
    detail::check_finite(function, "evidence", evidence);
  }

  [[nodiscard]] static constexpr double cut() noexcept { return Preset::cut; }

  /// Records of which a missing centre was filled in.
  [[nodiscard]] std::size_t filled() const noexcept { return filled_; }

  /// The centres, records x width.
  [[nodiscard]] std::span<const double> centres() const noexcept { return centres_; }

 private:
  template <OffsetPreset>
  friend class difference_from_centre;
  static constexpr std::string_view function = "difference_from_centre";

  std::vector<double> centres_;
  std::size_t width_, filled_;
};

/// How far a record's signal lies above what it is under other models: a hard record is not taken for a non-member.
///
/// Threat model: reference (shadow) models of which the adversary knows the training sets.
/// Formula: over the w queries q of a record, with centres m of its signals under the models that saw it (IN) or did
/// not (OUT), policies of the preset,
///   E = 1/w sum_q (t_q - r_q), r = m_out (difficulty calibration) or (m_in + m_out) / 2 (offset).
/// The difference is the published score itself.
/// Range: any real, in the unit of the signal, which may be any of which larger means member.
///
/// Cost: one pass over records x width x models scores, read as contiguous stretches of one model after another; a
/// median adds a selection a record.
/// Memory: one double a record and query (two for a midpoint).
/// References: Watson, Guo, Cormode, Sablayrolles, "On the Importance of Difficulty Calibration in Membership Inference
/// Attacks", ICLR 2022; Sablayrolles, Douze, Ollivier, Schmid, Jegou, "White-box vs Black-box: Bayes Optimal Strategies
/// for Membership Inference", ICML 2019.
template <OffsetPreset Preset = preset::watson_2022>
class difference_from_centre {
 public:
  using preset = Preset;  ///< the policies
  static constexpr std::string_view name =
      Preset::hypotheses.in
          ? (Preset::hypotheses.out ? "difference from the midpoint of IN and OUT" : "difference from the centre of IN")
          : "difference from the centre of OUT";
  static constexpr knowledge needs = knowledge::shadow_models;

  /// Fits the centres, on `threads` threads (0: one per core), which change nothing but the time.
  ///
  /// Throws `argument_error` naming the model or record: extents that disagree; a mask that is not 0 or 1; a side
  /// without a model that the policy does not fill (or no record at all to fill it from); a score that is not finite.
  template <class Scalar>
  [[nodiscard]] fitted_centres<Preset> fit(const shadow_models<Scalar>& shadow, unsigned threads = 0) const {
    const detail::shadow_layout layout = detail::layout_of(function, shadow);
    std::vector<double> in(takes_in ? layout.cells() : 0), out(takes_out ? layout.cells() : 0);
    const std::size_t most = std::clamp<std::size_t>(tile_cells / layout.width, 1, layout.records);
    detail::in_parallel((layout.records + most - 1) / most, threads, [&] {
      return [&, tile = detail::moment_tile<Scalar, takes_in>(function, shadow, layout, most),
              scratch = std::vector<Scalar>()](std::size_t task) mutable {
        const std::size_t first = task * most, records = std::min(most, layout.records - first);
        tile.read(first, records, 0);
        const std::size_t start = first * layout.width;
        if constexpr (Preset::centre.from_values) {
          tile.with_values(scratch, [&](std::size_t cell, std::span<Scalar> of_in, std::span<Scalar> of_out) {
            if constexpr (takes_in) in[start + cell] = of_in.empty() ? no_centre : Preset::centre(of_in);
            if constexpr (takes_out) out[start + cell] = of_out.empty() ? no_centre : Preset::centre(of_out);
          });
        } else {
          for (std::size_t cell = 0; cell < records * layout.width; ++cell) {
            if constexpr (takes_in) in[start + cell] = centre_of(tile.in(cell / layout.width, cell));
            if constexpr (takes_out) out[start + cell] = centre_of(tile.out(cell / layout.width, cell));
          }
        }
      };
    });
    std::vector<std::uint8_t> touched(layout.records, 0);
    if constexpr (takes_in) settle("IN", in, layout, touched);
    if constexpr (takes_out) settle("OUT", out, layout, touched);
    std::vector<double> centres(layout.cells());
    for (std::size_t cell = 0; cell < centres.size(); ++cell)
      centres[cell] = !takes_in ? out[cell] : !takes_out ? in[cell] : (in[cell] + out[cell]) / 2;
    return {std::move(centres), layout.width, static_cast<std::size_t>(std::count(touched.begin(), touched.end(), 1))};
  }

 private:
  static constexpr std::string_view function = fitted_centres<Preset>::function;
  static constexpr bool takes_in = Preset::hypotheses.in, takes_out = Preset::hypotheses.out;
  static constexpr std::size_t tile_cells = 256;
  static constexpr double no_centre = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] static double centre_of(const detail::score_group& group) {
    return group.count == 0 ? no_centre : group.centre;
  }

  // Finds the records without a centre, and refuses or fills them with what the policy makes of the others' mean.
  static void settle(std::string_view side, std::vector<double>& centres, const detail::shadow_layout& layout,
                     std::vector<std::uint8_t>& touched) {
    for (std::size_t q = 0; q < layout.width; ++q) {
      double sum = 0, found = 0;
      for (std::size_t cell = q; cell < centres.size(); cell += layout.width) {
        if (std::isnan(centres[cell])) {
          if (!Preset::missing.fills) refuse_missing(side, cell / layout.width);
          touched[cell / layout.width] = 1;
        } else {
          sum += centres[cell];
          ++found;
        }
      }
      if (found == 0)
        detail::refuse(function, "keep",
                       "no record has an " + std::string(side) + " model, so there is no mean to fill in");
      if constexpr (Preset::missing.fills)
        for (std::size_t cell = q; cell < centres.size(); cell += layout.width)
          if (std::isnan(centres[cell])) centres[cell] = Preset::missing(sum / found);
    }
  }

  [[noreturn]] [[gnu::cold]] static void refuse_missing(std::string_view side, std::size_t record) {
    detail::refuse(function, "keep",
                   "record " + std::to_string(record) + " has no " + std::string(side) +
                       " model; wanted at least 1 (accepted with missing_models::column_mean)");
  }
};

}  // namespace telltale
