// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/metric/interval/estimate.hpp>

namespace telltale::report {

/// A number with a fixed count of decimals, whatever the locale; "-0.00" is written "0.00" and what is not finite "-".
[[nodiscard]] inline std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 512> buffer{};  // 309 digits of the largest double, a sign, a point, decimals
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  std::string text(buffer.data(), end.ptr);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

/// A fraction as a percentage without its sign: one decimal from 1 % on, two significant digits below, "0" for zero.
[[nodiscard]] inline std::string percent(double fraction) {
  const double value = 100 * fraction, size = std::abs(value);
  if (!std::isfinite(value)) return "-";
  if (value == 0) return "0";
  if (size >= 99.95 && size < 100.05) return value > 0 ? "100" : "-100";
  if (size >= 0.995) return fixed(value, 1);
  int decimals = 1 - static_cast<int>(std::floor(std::log10(size)));
  // 0.0996 rounds up to 0.10: the next decade, which has one decimal less.
  if (std::round(size * std::pow(10, decimals)) >= 100) --decimals;
  return fixed(value, std::min(decimals, 12));
}

/// A rate that was asked for, as short as it is exact to six digits: "0.1", "1", "10".
[[nodiscard]] inline std::string short_percent(double fraction) {
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), 100 * fraction, std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

/// The interval "10.1-14.6" in percent; empty where there is none.
[[nodiscard]] inline std::string interval_percent(const metric::estimate& got, std::string_view dash = "-") {
  if (!std::isfinite(got.low) || !std::isfinite(got.high)) return {};
  return percent(got.low).append(dash) + percent(got.high);
}

/// The interval "0.531-0.549" with three decimals; empty where there is none.
[[nodiscard]] inline std::string interval_fixed(const metric::estimate& got, std::string_view dash = "-") {
  if (!std::isfinite(got.low) || !std::isfinite(got.high)) return {};
  return fixed(got.low, 3).append(dash) + fixed(got.high, 3);
}

/// Whether two rates differ by more than 5 % of the larger: what a table says in words.
[[nodiscard]] inline bool notably_differ(double a, double b) noexcept {
  return std::abs(a - b) > 0.05 * std::max(std::abs(a), std::abs(b));
}

/// An integer with a comma between its thousands.
[[nodiscard]] inline std::string thousands(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

/// One character of UTF-8 text: how many bytes, how many columns of a terminal, and whether it was well formed.
struct glyph {
  std::size_t bytes = 1,  ///< of its UTF-8
      columns = 1;        ///< of a terminal: 0, 1 or 2
  bool valid = true;      ///< false: a byte that begins no character
};

/// The character that begins at `text[at]`. A byte that begins none is a character of its own, one column wide.
[[nodiscard]] inline glyph glyph_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at);
  if (first < 0x80) return {1, 1, true};
  const std::size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return {1, 1, false};
  std::uint32_t code = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return {1, 1, false};
    code = code << 6U | (byte(at + i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return {1, 1, false};
  const auto within = [code](std::uint32_t low, std::uint32_t high) { return code >= low && code <= high; };
  if (within(0x300, 0x36f) || within(0x200b, 0x200d) || within(0xfe00, 0xfe0f)) return {length, 0, true};
  const bool wide = within(0x1100, 0x115f) || within(0x2e80, 0xa4cf) || within(0xac00, 0xd7a3) ||
                    within(0xf900, 0xfaff) || within(0xfe30, 0xfe6f) || within(0xff00, 0xff60) ||
                    within(0x1f300, 0x1faff) || within(0x20000, 0x3fffd);
  return {length, wide ? std::size_t{2} : std::size_t{1}, true};
}

/// How many columns of a terminal a UTF-8 text takes.
[[nodiscard]] inline std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const glyph next = glyph_at(text, i);
    columns += next.columns;
    i += next.bytes;
  }
  return columns;
}

/// Text broken at spaces into lines of at most `width` columns; a longer word is broken within. At least one line.
[[nodiscard]] inline std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  const auto put_word = [&](std::string_view word) {
    const std::size_t wide = columns_of(word);
    if (used > 0 && used + 1 + wide > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    for (std::size_t i = 0; i < word.size();) {
      const glyph next = glyph_at(word, i);
      if (used > 0 && used + next.columns > width) {
        lines.emplace_back();
        used = 0;
      }
      lines.back() += word.substr(i, next.bytes);
      used += next.columns;
      i += next.bytes;
    }
  };
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    if (to > from) put_word(text.substr(from, to - from));
    from = to + 1;
  }
  return lines;
}

}  // namespace telltale::report
