// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "decompress.hpp"

#include <lzma.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/io/gzip.hpp>
#include <telltale/io/mapped_file.hpp>

namespace lab {
namespace {

constexpr std::size_t most = std::size_t{1} << 30U, piece = std::size_t{1} << 20U;

bool begins_with(std::span<const std::byte> file, std::string_view magic) {
  return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
}

// Grows with what comes: `read` fills a span and returns how many bytes there were, fewer only at the end.
template <class Read>
std::vector<std::byte> collect(const std::filesystem::path& path, Read read) {
  std::vector<std::byte> bytes;
  while (true) {
    const std::size_t got = bytes.size();
    if (got >= most) throw telltale::file_error(path.string(), "decompresses to more than 1 GiB");
    bytes.resize(got + std::max(piece, got));
    const std::size_t more = read(std::span(bytes).subspan(got));
    if (got + more < bytes.size()) {
      bytes.resize(got + more);
      return bytes;
    }
  }
}

class xz_reader {
 public:
  xz_reader(std::span<const std::byte> file, const std::filesystem::path& path) : path_(&path) {
    // Of memory, so that a header that lies cannot ask for all there is.
    if (lzma_stream_decoder(&state_, most, LZMA_CONCATENATED) != LZMA_OK) refuse("liblzma does not start");
    state_.next_in = reinterpret_cast<const std::uint8_t*>(file.data());
    state_.avail_in = file.size();
  }
  xz_reader(const xz_reader&) = delete;
  xz_reader& operator=(const xz_reader&) = delete;
  ~xz_reader() { lzma_end(&state_); }

  std::size_t read(std::span<std::byte> out) {
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = out.size();
    while (state_.avail_out > 0 && !ended_) {
      const lzma_ret result = lzma_code(&state_, LZMA_FINISH);
      ended_ = result == LZMA_STREAM_END;
      if (result == LZMA_BUF_ERROR) refuse("the file is truncated");
      if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR) refuse("it needs too much memory");
      if (result != LZMA_OK && !ended_) refuse("the stream is damaged");
    }
    return out.size() - state_.avail_out;
  }

 private:
  [[noreturn]] void refuse(std::string_view reason) const {
    throw telltale::file_error(path_->string(), "cannot be decompressed (xz): " + std::string(reason));
  }

  lzma_stream state_ = LZMA_STREAM_INIT;
  const std::filesystem::path* path_;
  bool ended_ = false;
};

}  // namespace

std::vector<std::byte> read_decompressed(const std::filesystem::path& path) {
  const telltale::io::mapped_file file(path);
  const std::span<const std::byte> stored = file.bytes();
  if (begins_with(stored, {"\xfd"
                           "7zXZ\0",
                           6})) {
    xz_reader xz(stored, path);
    return collect(path, [&](std::span<std::byte> out) { return xz.read(out); });
  }
  if (telltale::io::is_gzip(stored)) {
    telltale::io::gzip_reader gzip(stored, path);
    return collect(path, [&](std::span<std::byte> out) { return gzip.read(out); });
  }
  if (begins_with(stored, "BZh"))
    throw telltale::file_error(path.string(), "is compressed with bzip2; wanted xz, gzip or none");
  return {stored.begin(), stored.end()};
}

}  // namespace lab
