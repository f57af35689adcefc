// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace tool {
namespace {

// Levenshtein's distance: insertions, deletions and replacements that turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

template <class Number>
bool reads_as(const std::string& text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  return !text.empty() && failure == std::errc() && stopped == end;
}

}  // namespace

usage_error origins::translated(const telltale::argument_error& refusal) const {
  std::string reason = refusal.reason();
  for (const auto& [theirs, ours] : words_)
    if (const std::size_t at = reason.find(theirs); at != std::string::npos) reason.replace(at, theirs.size(), ours);
  for (const auto& [argument, place] : places_)
    if (argument == refusal.argument()) return {place, reason};
  return {refusal.argument(), reason};
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

std::string suggestion(std::string_view got, const std::vector<std::string>& names) {
  std::size_t least = std::min<std::size_t>(3, got.size() / 2 + 1);
  std::string best;
  for (const std::string& name : names)
    if (const std::size_t apart = distance(got, name); apart < least) {
      least = apart;
      best = name;
    }
  return best.empty() ? "" : "; did you mean " + best + "?";
}

const std::string& checked_name(const std::string& place, const std::string& got, const std::string& kind,
                                const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), got) == names.end())
    throw usage_error(place, "'" + got + "' is no " + kind + "; wanted " + one_of(names) + suggestion(got, names));
  return got;
}

const std::string& required(const std::string& option, const std::string& value, const std::string& what) {
  if (value.empty()) throw usage_error(option, "is missing; wanted " + what);
  return value;
}

double number(const std::string& place, const std::string& text) {
  double value = 0;
  if (!reads_as(text, value)) throw usage_error(place, "'" + text + "' is not a number");
  if (!std::isfinite(value)) throw usage_error(place, "'" + text + "' is not a finite number");
  return value;
}

std::vector<double> numbers(const std::string& place, const std::string& text) {
  std::vector<double> values;
  std::size_t start = 0;
  while (true) {
    const std::size_t comma = text.find(',', start);
    values.push_back(number(place, text.substr(start, comma - start)));
    if (comma == std::string::npos) return values;
    start = comma + 1;
  }
}

std::size_t whole_number(const std::string& place, const std::string& text, std::size_t least) {
  std::size_t value = 0;
  if (!reads_as(text, value) || value < least)
    throw usage_error(place, "'" + text + "' is not a whole number of at least " + std::to_string(least));
  return value;
}

std::string text_of(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace tool
