// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace telltale {

/// Base of everything telltale throws: one sentence that says where, what was got and what was wanted.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value in memory that a function cannot accept: shape, range, NaN, empty set.
///
/// `argument()` is the parameter's name, so that a caller who knows where the value came from (a file, a command-line
/// option) can say so; `reason()` is the sentence without the function and the argument.
class argument_error : public error {
 public:
  /// Joins the three to the message "function: argument: reason".
  argument_error(std::string_view function, std::string_view argument, std::string_view reason)
      : error(std::string(function) + ": " + std::string(argument) + ": " + std::string(reason)),
        argument_(argument),
        reason_(reason) {}

  [[nodiscard]] const std::string& argument() const noexcept { return argument_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  std::string argument_, reason_;
};

/// A file that cannot be read, written or understood. The message begins with its path.
class file_error : public error {
 public:
  /// Joins the two to the message "path: reason".
  file_error(std::string_view path, std::string_view reason)
      : error(std::string(path) + ": " + std::string(reason)), path_(path) {}

  /// The file, as it was named to the function that failed.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

namespace detail {

// Out of line and cold, so that checks in templates cost a compare and a call, not an inlined string.
[[noreturn]] [[gnu::cold]] [[gnu::noinline]] inline void refuse(std::string_view function, std::string_view argument,
                                                                std::string_view reason) {
  throw argument_error(function, argument, reason);
}

[[noreturn]] [[gnu::cold]] [[gnu::noinline]] inline void refuse_size(std::string_view function,
                                                                     std::string_view argument, std::size_t got,
                                                                     std::size_t wanted) {
  throw argument_error(function, argument,
                       "has " + std::to_string(got) + " elements; wanted " + std::to_string(wanted));
}

inline void check_size(std::string_view function, std::string_view argument, std::size_t got, std::size_t wanted) {
  if (got != wanted) refuse_size(function, argument, got, wanted);
}

/// Refuses NaN and infinity, naming the first record that has one.
template <class Values>
void check_finite(std::string_view function, std::string_view argument, const Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      refuse(function, argument,
             "element " + std::to_string(i) + " is " + std::to_string(static_cast<double>(values[i])) +
                 "; every value must be finite");
}

}  // namespace detail
}  // namespace telltale
