// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>

namespace tool {

/// Something the user gave that cannot be used: an option, or a file by its path.
class usage_error : public telltale::error {
 public:
  usage_error(std::string_view place, std::string_view reason)
      : error(std::string(place) + ": " + std::string(reason)) {}
};

/// Where the arguments of a library call came from: the library names its parameter, the user knows the file or option.
class origins {
 public:
  /// `argument` is the library's parameter, `place` the path or option that its value came from.
  origins& from(std::string argument, std::string place) {
    places_.emplace_back(std::move(argument), std::move(place));
    return *this;
  }

  /// Where a sentence of the library speaks of its C++ names, the words of the command line for them.
  origins& reword(std::string theirs, std::string ours) {
    words_.emplace_back(std::move(theirs), std::move(ours));
    return *this;
  }

  /// Calls `work`; what the library refuses is refused by the name of the file or option.
  template <class Work>
  decltype(auto) name_in(Work&& work) const {
    try {
      return std::forward<Work>(work)();
    } catch (const telltale::argument_error& refusal) {
      throw translated(refusal);
    }
  }

 private:
  [[nodiscard]] usage_error translated(const telltale::argument_error& refusal) const;

  std::vector<std::pair<std::string, std::string>> places_, words_;
};

/// "a, b or c".
[[nodiscard]] std::string one_of(const std::vector<std::string>& names);

/// "; did you mean NAME?" where one of `names` is a typing error away from `got`, else "".
[[nodiscard]] std::string suggestion(std::string_view got, const std::vector<std::string>& names);

/// `got` unless it is none of `names`: then refused, with all of them listed.
const std::string& checked_name(const std::string& place, const std::string& got, const std::string& kind,
                                const std::vector<std::string>& names);

/// The value of an option that a command cannot do without.
const std::string& required(const std::string& option, const std::string& value, const std::string& what);

/// A finite number, all of `text`; refused otherwise as "PLACE: 'abc' is not a number".
[[nodiscard]] double number(const std::string& place, const std::string& text);

/// The numbers of a list with commas.
[[nodiscard]] std::vector<double> numbers(const std::string& place, const std::string& text);

/// A whole number of at least `least`.
[[nodiscard]] std::size_t whole_number(const std::string& place, const std::string& text, std::size_t least);

/// The shortest text that reads back to the same double.
[[nodiscard]] std::string text_of(double value);

/// "1 record", "2 records".
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);

}  // namespace tool
