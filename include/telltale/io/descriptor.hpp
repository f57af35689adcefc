// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <telltale/core/error.hpp>

namespace telltale::io::detail {

/// Owner of a POSIX file descriptor: closes it when it goes.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) noexcept : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool valid() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

// An empty path would make a message that begins with a colon.
inline std::string shown(const std::filesystem::path& path) { return path.empty() ? "''" : path.string(); }

[[noreturn]] [[gnu::cold]] inline void refuse_file(const std::filesystem::path& path, std::string_view reason) {
  throw file_error(shown(path), reason);
}

/// Throws what the operating system said: "PATH: cannot be opened: Permission denied".
[[noreturn]] [[gnu::cold]] inline void refuse_system(const std::filesystem::path& path, std::string_view what,
                                                     int number) {
  throw file_error(shown(path), std::string(what) + ": " + std::generic_category().message(number));
}

}  // namespace telltale::io::detail
