// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <telltale/core/error.hpp>
#include <telltale/io/descriptor.hpp>

namespace telltale {

/// A folder that one process writes to at a time: held as long as this object lives.
///
/// It is an advisory lock (flock) on the empty file `.lock` inside, which the system releases when the process ends,
/// however it ends, so that no stale lock is ever left. Throws file_error when another process, or another object of
/// this one, holds it, or when the file system cannot lock.
class folder_lock {
 public:
  /// Locks an existing folder, at once or not at all: it does not wait.
  explicit folder_lock(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / file_name;
    file_ = io::detail::descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    // A finished campaign may be reused from a folder that can only be read.
    if (!file_.valid() && (errno == EROFS || errno == EACCES))
      file_ = io::detail::descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_.valid()) refuse(folder, "cannot be written: ", errno);
    while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK)
        throw file_error(folder.string(), "is in use by another campaign that is still running");
      refuse(folder, "cannot be locked: ", errno);
    }
  }

  static constexpr const char* file_name = ".lock";  ///< of the file that is locked, inside the folder

 private:
  [[noreturn]] static void refuse(const std::filesystem::path& folder, const std::string& what, int number) {
    throw file_error(folder.string(), what + std::generic_category().message(number));
  }

  io::detail::descriptor file_;
};

}  // namespace telltale
