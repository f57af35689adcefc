// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/jpeg.hpp>
#include <telltale/images/orientation.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "oracle/pillow.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using namespace telltale::images;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/images";

std::string number(std::size_t value, std::size_t width, bool big_endian) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i)
    bytes += static_cast<char>(value >> 8 * (big_endian ? width - 1 - i : i) & 255U);
  return bytes;
}

// An EXIF note of two entries, the second of which is the orientation, in a JPEG file behind its first two bytes.
std::string with_orientation(const std::string& jpeg, std::size_t value, bool big_endian) {
  const auto short_entry = [&](std::size_t tag, std::size_t content) {
    return number(tag, 2, big_endian) + number(3, 2, big_endian) + number(1, 4, big_endian) +
           number(content, 2, big_endian) + number(0, 2, big_endian);
  };
  const std::string tiff = std::string(big_endian ? "MM" : "II") + number(42, 2, big_endian) +
                           number(8, 4, big_endian) + number(2, 2, big_endian) + short_entry(0x0100, 7) +
                           short_entry(0x0112, value) + number(0, 4, big_endian);
  const std::string content = std::string("Exif\0\0", 6) + tiff;
  return jpeg.substr(0, 2) + "\xff\xe1" + number(content.size() + 2, 2, true) + content + jpeg.substr(2);
}

}  // namespace

TEST_CASE("the eight orientations turn a picture as Pillow does") {
  using namespace oracle;
  const std::array wanted{&pillow::orientation_1, &pillow::orientation_2, &pillow::orientation_3,
                          &pillow::orientation_4, &pillow::orientation_5, &pillow::orientation_6,
                          &pillow::orientation_7, &pillow::orientation_8};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const rgb_image picture = turned(pattern(2, 3), orientation);
    CHECK(picture.height() == (orientation < 5 ? 2 : 3));
    CHECK(largest_difference(picture.bytes(), *wanted[static_cast<std::size_t>(orientation - 1)]) == 0);
  }
  CHECK(message_of<argument_error>([] { static_cast<void>(turned(pattern(2, 2), 9)); }) ==
        "turned: orientation: is 9; wanted 1 to 8");
}

TEST_CASE("a JPEG file is turned as its camera noted, in either byte order") {
  const std::string jpeg = content_of(data / "rgb.jpg");
  const rgb_image stored = parse_jpeg(bytes_of(jpeg), "photo");
  for (const bool big_endian : {false, true})
    for (std::size_t value = 1; value <= 8; ++value) {
      const std::string noted = with_orientation(jpeg, value, big_endian);
      CHECK(jpeg_orientation(bytes_of(noted)) == static_cast<int>(value));
      CHECK(parse_jpeg(bytes_of(noted), "photo") == turned(stored, static_cast<int>(value)));
    }
}

TEST_CASE("no note and notes that make no sense leave the picture as stored") {
  const std::string jpeg = content_of(data / "rgb.jpg"), noted = with_orientation(jpeg, 6, false);
  CHECK(jpeg_orientation(bytes_of(jpeg)) == 1);
  CHECK(jpeg_orientation({}) == 1);
  for (const std::size_t value : {0U, 9U, 4000U})
    CHECK(jpeg_orientation(bytes_of(with_orientation(jpeg, value, true))) == 1);
  // The note is the 48 bytes behind the first two of the file; cut off anywhere, it says nothing.
  for (std::size_t size = 0; size < 2 + 48; ++size) CHECK(jpeg_orientation(bytes_of(noted.substr(0, size))) == 1);
  // Damage of any byte of the note must not read beyond it (the sanitizers watch).
  for (std::size_t at = 2; at < 2 + 48; ++at)
    for (const char damage : {'\0', '\x7f', '\xff'}) {
      std::string damaged = noted;
      damaged[at] = damage;
      const int found = jpeg_orientation(bytes_of(damaged));
      CHECK(found >= 1);
      CHECK(found <= 8);
    }
}
