// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io::detail {

/// Reader of the few Python literals that a .npy header is made of; `file_error` names the byte where it fails.
class npy_literal {
 public:
  npy_literal(std::string_view text, const std::filesystem::path& path) : text_(text), path_(&path) {}

  /// Calls `read_value(key)` after each key, which must consume the value; nothing but white space may follow the
  /// dictionary.
  template <class ReadValue>
  void read_dictionary(const ReadValue& read_value) {
    expect('{');
    while (!next_is('}')) {
      const std::string_view key = read_string();
      expect(':');
      read_value(key);
      if (!next_is('}')) expect(',');
    }
    expect('}');
    skip_space();
    if (at_ != text_.size()) refuse("something follows the dictionary");
  }

  [[nodiscard]] bool next_is(char wanted) {
    skip_space();
    return at_ < text_.size() && text_[at_] == wanted;
  }

  std::string_view read_string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '\'' && quote != '"') refuse("wanted a string in quotes");
    const std::size_t start = at_ + 1;
    const std::size_t end = text_.find(quote, start);
    if (end == std::string_view::npos) refuse("a string has no end");
    at_ = end + 1;
    const std::string_view content = text_.substr(start, end - start);
    if (content.find('\\') != std::string_view::npos) refuse("a string holds a backslash");
    return content;
  }

  bool read_truth() {
    skip_space();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return value;
      }
    }
    refuse("wanted True or False");
  }

  shape_type read_tuple() {
    constexpr std::size_t most_axes = 64;  // as NumPy 2
    expect('(');
    shape_type values;
    bool comma = true;
    while (!next_is(')')) {
      if (!comma) expect(',');
      if (next_is(')')) {
        comma = true;
        break;
      }
      if (values.size() == most_axes) refuse("the shape has more than 64 axes");
      values.push_back(read_count());
      comma = false;
    }
    if (values.size() == 1 && !comma) refuse("the shape is a number; wanted a tuple such as (3,)");
    expect(')');
    return values;
  }

  [[noreturn]] void refuse(std::string_view reason) const {
    refuse_file(*path_, "has a malformed .npy header: " + std::string(reason) + " (byte " + std::to_string(at_) +
                            " of the header text)");
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n\f").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  void expect(char wanted) {
    if (!next_is(wanted)) refuse(std::string("wanted '") + wanted + "'");
    ++at_;
  }

  std::size_t read_count() {
    skip_space();
    std::size_t value = 0;
    const char* const end = text_.data() + text_.size();
    const auto [stop, failure] = std::from_chars(text_.data() + at_, end, value);
    if (failure == std::errc::result_out_of_range) refuse("an extent is larger than any memory");
    if (failure != std::errc()) refuse("wanted an extent, a number that is not negative");
    at_ = static_cast<std::size_t>(stop - text_.data());
    // Python 2 wrote long integers as 3L.
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    return value;
  }

  std::string_view text_;
  const std::filesystem::path* path_;
  std::size_t at_ = 0;
};

}  // namespace telltale::io::detail
