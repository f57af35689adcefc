// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/campaign/manifest.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

/// What a model's work hands to the store: numbers under a name, stored as the float or double they are.
///
/// `width` values a record, row by row, where a record has several queries. A campaign may store signals of different
/// records (of the attacked ones, of a population), but each has the same shape for every model.
struct named_signal {
  std::string name;
  /// The numbers, records x `width`, row by row; their type is that of the file.
  std::variant<std::vector<float>, std::vector<double>> values;
  std::size_t width = 1;  ///< values a record: the number of queries

  /// What it looks like. Throws argument_error when the name cannot be a folder's, when there are no values, when their
  /// number is no multiple of `width`, or when one is not finite.
  [[nodiscard]] signal_form form() const {
    if (!detail::is_signal_name(name))
      detail::refuse("named_signal", "name",
                     "is '" + name + "'; wanted 1 to 64 lower-case letters, digits, '_' and '-'");
    return std::visit(
        [&](const auto& numbers) -> signal_form {
          if (width == 0 || numbers.empty() || numbers.size() % width != 0)
            detail::refuse("named_signal", name,
                           "has " + std::to_string(numbers.size()) + " values for a width of " + std::to_string(width));
          detail::check_finite("named_signal", name, numbers);
          const std::string type = sizeof(numbers[0]) == sizeof(float) ? "float32" : "float64";
          if (width == 1) return {name, type, {numbers.size()}};
          return {name, type, {numbers.size() / width, width}};
        },
        values);
  }
};

}  // namespace telltale
