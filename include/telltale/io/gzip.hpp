// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>

#include <telltale/io/refusal.hpp>

namespace telltale::io {

/// Whether bytes begin as a gzip stream does (RFC 1952).
[[nodiscard]] inline bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

/// Decompresses a gzip stream in memory, piece by piece, so that the reader decides how much it is willing to hold.
///
/// Members that follow each other are one stream, as for gzip(1). `compressed` must outlive this object; `path` is used
/// in messages. Throws `file_error` when the stream is damaged (checksum included), truncated, or followed by something
/// else.
class gzip_reader {
 public:
  /// Begins at the first byte; nothing is decompressed before `read`. Throws `file_error` where zlib does not start.
  gzip_reader(std::span<const std::byte> compressed, const std::filesystem::path& path)
      : compressed_(compressed), path_(&path) {
    // 15 bits of window, and 16 for "gzip and nothing else".
    if (::inflateInit2(&state_, 15 + 16) != Z_OK)
      detail::refuse_file(path, "cannot be decompressed: zlib does not start");
  }
  gzip_reader(const gzip_reader&) = delete;
  gzip_reader& operator=(const gzip_reader&) = delete;
  /// Gives zlib's state back.
  ~gzip_reader() { ::inflateEnd(&state_); }

  /// Fills `out` and returns how many bytes it got: fewer only at the end of the stream, whose checksum is right then.
  [[nodiscard]] std::size_t read(std::span<std::byte> out) {
    std::size_t got = 0;
    while (got < out.size() && !ended_) {
      const std::size_t room = limited(out.size() - got);
      const std::size_t offered = limited(compressed_.size());
      state_.next_out = reinterpret_cast<Bytef*>(out.data() + got);
      state_.avail_out = static_cast<uInt>(room);
      // zlib reads through this pointer only; its type predates const.
      state_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(compressed_.data()));
      state_.avail_in = static_cast<uInt>(offered);
      const int result = ::inflate(&state_, Z_NO_FLUSH);
      compressed_ = compressed_.subspan(offered - state_.avail_in);
      got += room - state_.avail_out;
      advance(result);
    }
    return got;
  }

 private:
  static std::size_t limited(std::size_t size) {
    return std::min(size, static_cast<std::size_t>(std::numeric_limits<uInt>::max()));
  }

  void advance(int result) {
    if (result == Z_STREAM_END) {
      ended_ = compressed_.empty();
      if (ended_) return;
      if (!is_gzip(compressed_))
        detail::refuse_file(*path_,
                            std::string("has ") + std::to_string(compressed_.size()) + " bytes after its gzip stream");
      ::inflateReset(&state_);
    } else if (result == Z_MEM_ERROR) {
      detail::refuse_file(*path_, "cannot be decompressed: out of memory");
    } else if (result == Z_BUF_ERROR || (result == Z_OK && compressed_.empty() && state_.avail_out != 0)) {
      detail::refuse_file(*path_, "is truncated inside its gzip stream");
    } else if (result != Z_OK) {
      detail::refuse_file(
          *path_, std::string("has a damaged gzip stream: ") + (state_.msg != nullptr ? state_.msg : "unknown reason"));
    }
  }

  z_stream state_{};
  std::span<const std::byte> compressed_;
  const std::filesystem::path* path_;
  bool ended_ = false;
};

}  // namespace telltale::io
