// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <locale>
#include <ostream>
#include <span>
#include <streambuf>
#include <string>
#include <system_error>
#include <utility>

#include <telltale/io/descriptor.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::io {

/// A file that appears under its name complete or not at all.
///
/// Bytes go to a hidden temporary file in the same folder; `commit()` flushes it to the disk and renames it over
/// `path`. Until then, and for ever if this object goes without a commit, an older file of that name is untouched and
/// the temporary one is removed. A process that is killed leaves at most a `.telltale-*.tmp`.
///
/// The permissions of a replaced file are kept; a symbolic link is followed, so that the file it names is replaced.
/// Throws `file_error` naming `path` when the folder is missing or cannot be written, when `path` is a folder, a device
/// or write-protected, and when the disk is full.
class atomic_file {
 public:
  /// Opens a temporary file beside `path`, and checks that `path` may be replaced.
  explicit atomic_file(std::filesystem::path path) : path_(std::move(path)), final_(path_) {
    struct stat old {};
    const bool replaces = examine(old);
    open_temporary();
    if (replaces && ::fchmod(file_.get(), old.st_mode & 07777U) != 0) {
      const int reason = errno;
      discard();
      detail::refuse_system(path_, "cannot be written", reason);
    }
  }

  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;
  /// Removes the temporary file, unless it was committed.
  ~atomic_file() { discard(); }

  /// Appends bytes, unbuffered: meant for blocks, not for single numbers.
  void write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ::ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        detail::refuse_system(path_, "cannot be written", errno);
      }
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  /// Makes the file appear under its name; nothing may be written afterwards.
  void commit() {
    if (::fsync(file_.get()) != 0) detail::refuse_system(path_, "cannot be written", errno);
    if (std::rename(temporary_.c_str(), final_.c_str()) != 0) detail::refuse_system(path_, "cannot be replaced", errno);
    temporary_.clear();
    file_ = detail::descriptor();
    // The rename itself survives a power cut only once the folder is on the disk; some file systems cannot sync a
    // folder, and by now the file is complete under its name, so a failure here is no failure of the write.
    const detail::descriptor folder(::open(parent().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid()) static_cast<void>(::fsync(folder.get()));
  }

  /// The path as it was given; a symbolic link is not resolved.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  [[nodiscard]] std::filesystem::path parent() const { return final_.has_parent_path() ? final_.parent_path() : "."; }

  // Whether something is replaced. Renaming over a device such as /dev/null would destroy it, hence the care.
  bool examine(struct stat& old) {
    if (path_.empty() || !path_.has_filename()) detail::refuse_file(path_, "does not name a file");
    if (::lstat(path_.c_str(), &old) != 0) return false;
    if (S_ISLNK(old.st_mode)) {
      std::error_code failure;
      final_ = std::filesystem::canonical(path_, failure);
      if (failure) detail::refuse_file(path_, "is a symbolic link that leads nowhere");
      if (::stat(path_.c_str(), &old) != 0) return false;
    }
    if (S_ISDIR(old.st_mode)) detail::refuse_file(path_, "is a folder; wanted the name of a file");
    if (!S_ISREG(old.st_mode)) detail::refuse_file(path_, "is not a regular file, so it cannot be replaced");
    if (::access(path_.c_str(), W_OK) != 0) detail::refuse_system(path_, "cannot be replaced", errno);
    return true;
  }

  void open_temporary() {
    static std::atomic<unsigned> counter{0};
    const std::filesystem::path folder = parent();
    do {
      temporary_ =
          folder / (std::string(".telltale-") + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp");
      // Not mkstemp: its files are private, and the umask should decide as for every other file.
      file_ = detail::descriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    } while (!file_.valid() && errno == EEXIST);
    if (file_.valid()) return;
    const int reason = errno;
    temporary_.clear();
    if (reason == ENOENT) detail::refuse_file(path_, "cannot be written: its folder does not exist");
    detail::refuse_system(path_, "cannot be written", reason);
  }

  void discard() noexcept {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
  }

  std::filesystem::path path_, final_, temporary_;
  detail::descriptor file_;
};

namespace detail {

// Throws from its virtual functions: with exceptions(badbit) set, the stream hands the file_error on to the writer.
class atomic_buffer : public std::streambuf {
 public:
  explicit atomic_buffer(atomic_file& file) : file_(&file) { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

  void flush_to_file() {
    file_->write(std::as_bytes(std::span<const char>(pbase(), pptr())));
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }

 protected:
  int_type overflow(int_type next) override {
    flush_to_file();
    if (!traits_type::eq_int_type(next, traits_type::eof())) sputc(traits_type::to_char_type(next));
    return traits_type::not_eof(next);
  }
  int sync() override {
    flush_to_file();
    return 0;
  }
  std::streamsize xsputn(const char* from, std::streamsize count) override {
    if (count < epptr() - pptr()) return std::streambuf::xsputn(from, count);
    flush_to_file();
    file_->write(std::as_bytes(std::span<const char>(from, static_cast<std::size_t>(count))));
    return count;
  }

 private:
  atomic_file* file_;
  std::array<char, 1U << 16U> buffer_{};
};

}  // namespace detail

/// Writes a file through `fill(std::ostream&)` so that it appears complete or not at all.
///
/// The stream has the classic locale. Whatever `fill` throws is passed on, the temporary file removed and an older file
/// of that name untouched; so too when the stream is left in a failed state. Throws `file_error` as `atomic_file` does.
template <class Fill>
void write_atomically(const std::filesystem::path& path, Fill&& fill) {
  atomic_file file(path);
  detail::atomic_buffer buffer(file);
  std::ostream stream(&buffer);
  stream.imbue(std::locale::classic());
  stream.exceptions(std::ios::badbit);
  std::forward<Fill>(fill)(stream);
  if (!stream) detail::refuse_file(path, "was not written: the output stream failed");
  buffer.flush_to_file();
  file.commit();
}

}  // namespace telltale::io
