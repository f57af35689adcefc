// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/io/gzip.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::io::detail {

/// The bytes of a file whether it is compressed or not: `read` fills `out` and returns how many bytes there were.
class byte_source {
 public:
  byte_source(std::span<const std::byte> file, const std::filesystem::path& path) : file_(file) {
    if (is_gzip(file)) gzip_.emplace(file, path);
  }

  [[nodiscard]] std::size_t read(std::span<std::byte> out) {
    if (gzip_) return gzip_->read(out);
    const std::size_t count = std::min(out.size(), file_.size());
    if (count != 0) std::memcpy(out.data(), file_.data(), count);
    file_ = file_.subspan(count);
    return count;
  }

  /// A number of bytes that costs no more than a few times what the file itself does, whatever its header claims.
  [[nodiscard]] std::size_t modest(std::size_t promised) const {
    constexpr std::size_t usual_ratio = 4;
    return std::min(promised, file_.size() * usual_ratio + 4096);
  }

 private:
  std::span<const std::byte> file_;
  std::optional<gzip_reader> gzip_;
};

/// Reads `promised` bytes and no more, growing with what comes rather than with what was promised.
inline std::vector<std::uint8_t> read_promised(byte_source& source, std::size_t promised, const std::string& promise,
                                               const std::filesystem::path& path) {
  std::vector<std::uint8_t> bytes;
  std::size_t got = 0;
  for (std::size_t room = source.modest(promised);; room = promised - got > got ? 2 * got : promised) {
    bytes.resize(room);
    got += source.read(std::as_writable_bytes(std::span(bytes).subspan(got)));
    if (got < room)
      refuse_file(path, "is truncated: " + promise + " needs " + std::to_string(promised) +
                            " bytes after the header, and there are " + std::to_string(got));
    if (got == promised) break;
  }
  std::array<std::byte, 1> further;
  if (source.read(further) != 0)
    refuse_file(
        path, "has trailing bytes: " + promise + " needs only " + std::to_string(promised) + " bytes after the header");
  return bytes;
}

}  // namespace telltale::io::detail
