// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace telltale::report::svg {

/// Maps values of [low, high] to positions of [from, to], linearly or by logarithm; beyond the range it goes on.
struct scale {
  double low = 0,            ///< the value at `from`; above 0 where logarithmic
      high = 1,              ///< the value at `to`
      from = 0,              ///< a position
      to = 1;                ///< a position
  bool logarithmic = false;  ///< equal ratios are equally far apart

  /// The position of a value.
  [[nodiscard]] double operator()(double value) const noexcept {
    const double share = logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }
};

/// About `count` round values (1, 2 or 5 times a power of ten apart) within [low, high], low < high.
[[nodiscard]] inline std::vector<double> round_ticks(double low, double high, int count = 5) {
  const double rough = (high - low) / count, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= rough) step = factor * power;
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double k = first; k * step <= high + 1e-9 * step && ticks.size() < 100; ++k)
    ticks.push_back(k * step + 0.0);  // -0.0 + 0.0 is 0.0
  return ticks;
}

/// The powers of ten within [low, high], 0 < low < high; where that is fewer than three, 2 and 5 times them as well.
[[nodiscard]] inline std::vector<double> decade_ticks(double low, double high) {
  const double decades = std::log10(high / low);
  std::vector<double> ticks;
  for (double power = std::floor(std::log10(low)); power <= std::log10(high) + 1e-9; ++power)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10, power);
      if (factor > 1 && decades >= 2) continue;
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  return ticks;
}

/// A tick's value, as short as six digits say it: "0.25", "1e+06".
[[nodiscard]] inline std::string tick_label(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value == 0 ? 0.0 : value,
                                 std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

}  // namespace telltale::report::svg
