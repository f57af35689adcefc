// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/png.hpp>

#include <doctest/doctest.h>

namespace {

using telltale::report::image;

std::size_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return std::size_t{bytes[at]} << 24U | std::size_t{bytes[at + 1]} << 16U | std::size_t{bytes[at + 2]} << 8U |
         bytes[at + 3];
}

struct chunk {
  std::string type;
  std::vector<std::uint8_t> data;
};

std::vector<chunk> chunks_of(const std::vector<std::uint8_t>& file) {
  std::vector<chunk> chunks;
  std::size_t at = 8;
  while (at < file.size()) {
    const std::size_t length = big_endian(file, at);
    REQUIRE(at + 12 + length <= file.size());
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(at);
    chunks.push_back({std::string(from + 4, from + 8), {from + 8, from + 8 + static_cast<std::ptrdiff_t>(length)}});
    CHECK(big_endian(file, at + 8 + length) == ::crc32(0, &file[at + 4], static_cast<uInt>(length + 4)));
    at += 12 + length;
  }
  CHECK(at == file.size());
  return chunks;
}

/// Decodes what `png` writes, by zlib; checks every chunk on the way.
image decoded(const std::vector<std::uint8_t>& file) {
  const std::vector<std::uint8_t> signature{0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a};
  CHECK(std::vector<std::uint8_t>(file.begin(), file.begin() + 8) == signature);
  const std::vector<chunk> chunks = chunks_of(file);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0].type == "IHDR");
  CHECK(chunks[1].type == "IDAT");
  CHECK(chunks[2].type == "IEND");
  CHECK(chunks[2].data.empty());
  REQUIRE(chunks[0].data.size() == 13);
  CHECK(chunks[0].data[8] == 8);
  image got{big_endian(chunks[0].data, 0), big_endian(chunks[0].data, 4), chunks[0].data[9] == 2 ? 3U : 1U, {}};
  const std::size_t stride = got.width * got.channels;
  std::vector<std::uint8_t> rows((stride + 1) * got.height);
  uLongf size = static_cast<uLongf>(rows.size());
  REQUIRE(::uncompress(rows.data(), &size, chunks[1].data.data(), static_cast<uLong>(chunks[1].data.size())) == Z_OK);
  CHECK(size == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i % (stride + 1) == 0)
      CHECK(rows[i] == 0);
    else
      got.pixels.push_back(rows[i]);
  return got;
}

image pattern(std::size_t width, std::size_t height, std::size_t channels) {
  image made{width, height, channels, {}};
  for (std::size_t i = 0; i < width * height * channels; ++i)
    made.pixels.push_back(static_cast<std::uint8_t>(i * 37 + i / 11));
  return made;
}

}  // namespace

TEST_CASE("a PNG holds the pixels it was made from") {
  for (const std::size_t channels : {std::size_t{1}, std::size_t{3}}) {
    const image made = pattern(28, 19, channels);
    const image got = decoded(telltale::report::png(made));
    CHECK(got.width == 28);
    CHECK(got.height == 19);
    CHECK(got.channels == channels);
    CHECK(got.pixels == made.pixels);
  }
}

TEST_CASE("an image that cannot be a PNG is refused") {
  CHECK_THROWS_AS(static_cast<void>(telltale::report::png(image{})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(telltale::report::png(image{2, 2, 1, {1, 2, 3}})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(telltale::report::png(image{1, 1, 2, {1, 2}})), telltale::argument_error);
}

// The test vectors of RFC 4648, section 10.
TEST_CASE("base64 agrees with the vectors of RFC 4648") {
  const auto encoded = [](const std::string& text) {
    return telltale::report::base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  CHECK(encoded("").empty());
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foob") == "Zm9vYg==");
  CHECK(encoded("fooba") == "Zm9vYmE=");
  CHECK(encoded("foobar") == "Zm9vYmFy");
}
