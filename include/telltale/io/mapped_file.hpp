// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

#include <telltale/io/descriptor.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::io {

/// A whole file as read-only memory, paged in by the operating system when it is touched.
///
/// Cost: one system call to map, whatever the size; no anonymous memory. The bytes live as long as this object (moving
/// it does not move them). A file that is *replaced* meanwhile (as `write_atomically` does) stays readable in its old
/// state; one that another program *shortens in place* ends the process with SIGBUS when the lost pages are read, as
/// with every mapping.
///
/// Throws `file_error` when the file is missing, a folder, not a regular file, or unreadable. An empty file has size 0.
class mapped_file {
 public:
  /// Opens and maps the file; pages are read when they are touched.
  explicit mapped_file(std::filesystem::path path) : path_(std::move(path)) {
    // Non-blocking, so that a named pipe without a writer is refused below instead of waiting for ever.
    const detail::descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) {
      if (errno == ENOENT) detail::refuse_file(path_, "does not exist");
      detail::refuse_system(path_, "cannot be opened", errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) detail::refuse_system(path_, "cannot be examined", errno);
    if (S_ISDIR(status.st_mode)) detail::refuse_file(path_, "is a folder; wanted a file");
    if (!S_ISREG(status.st_mode)) detail::refuse_file(path_, "is not a regular file, so it cannot be mapped");
    if (status.st_size == 0) return;
    if (static_cast<std::uintmax_t>(status.st_size) > PTRDIFF_MAX)
      detail::refuse_file(path_, "is larger than the address space");
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (start == MAP_FAILED) detail::refuse_system(path_, "cannot be mapped", errno);
    bytes_ = {static_cast<const std::byte*>(start), size};
  }

  /// Takes the mapping over; the other is empty afterwards.
  mapped_file(mapped_file&& other) noexcept
      : path_(std::move(other.path_)), bytes_(std::exchange(other.bytes_, std::span<const std::byte>())) {}
  /// Swaps the mappings, so that this one's is undone with the other object.
  mapped_file& operator=(mapped_file&& other) noexcept {
    path_.swap(other.path_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  /// Undoes the mapping: spans of `bytes()` end here.
  ~mapped_file() {
    // munmap takes a pointer to non-const, and reads nothing through it.
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }

  /// The file's content; its start is aligned to a page.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  /// The path as it was given.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::span<const std::byte> bytes_;
};

}  // namespace telltale::io
