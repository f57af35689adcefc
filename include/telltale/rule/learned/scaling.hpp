// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/signals.hpp>

namespace telltale::detail {

/// The map x -> (x - mean) / deviation of each column of a signal, learned from the records that a model is fitted to.
/// Deviations over n.
class column_scaling {
 public:
  /// Throws `argument_error` naming a column that is constant: it tells nothing, and what it would say of a record in
  /// which it differs is arbitrary.
  column_scaling(std::string_view function, std::string_view argument, const signals& from)
      : mean_(from.width, 0.0), deviation_(from.width, 0.0) {
    const double records = static_cast<double>(from.subjects());
    for (std::size_t i = 0; i < from.values.size(); ++i) mean_[i % from.width] += from.values[i] / records;
    for (std::size_t i = 0; i < from.values.size(); ++i) {
      const double centred = from.values[i] - mean_[i % from.width];
      deviation_[i % from.width] += centred * centred / records;
    }
    for (std::size_t d = 0; d < from.width; ++d) {
      deviation_[d] = std::sqrt(deviation_[d]);
      // What rounding leaves of equal values is no spread.
      if (!(deviation_[d] > 1e-12 * std::abs(mean_[d])))
        refuse(function, argument, "column " + std::to_string(d) + " is constant; leave it out");
      if (!std::isfinite(deviation_[d]))
        refuse(function, argument,
               "column " + std::to_string(d) + " has values so far apart that their squares overflow");
    }
  }

  [[nodiscard]] std::size_t width() const noexcept { return mean_.size(); }
  [[nodiscard]] std::span<const double> mean() const noexcept { return mean_; }
  [[nodiscard]] std::span<const double> deviation() const noexcept { return deviation_; }

  [[nodiscard]] std::vector<double> operator()(const signals& signal) const {
    std::vector<double> scaled(signal.values.begin(), signal.values.end());
    for (std::size_t i = 0; i < scaled.size(); ++i)
      scaled[i] = (scaled[i] - mean_[i % width()]) / deviation_[i % width()];
    return scaled;
  }

 private:
  std::vector<double> mean_, deviation_;
};

}  // namespace telltale::detail
