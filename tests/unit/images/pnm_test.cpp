// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/pnm.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

using bytes = std::vector<std::uint8_t>;

rgb_image parsed(const std::string& text) { return parse_pnm(bytes_of(text), "photo"); }

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parsed(text)); });
}

}  // namespace

// By hand, from the description of the formats.
TEST_CASE("the four kinds of PNM read as their description says") {
  const rgb_image two(1, 2, bytes{0, 0, 0, 255, 255, 255}), coloured(2, 1, bytes{1, 2, 3, 4, 5, 6});
  CHECK(parsed("P2\n2 1\n255\n0 255\n") == two);
  CHECK(parsed(std::string("P5 2 1 255\n\0\xff", 13)) == two);
  CHECK(parsed("P3 1 2 255 1 2 3\n4 5 6") == coloured);
  CHECK(parsed("P6\t1\r\n2\n255\n\1\2\3\4\5\6") == coloured);
  CHECK(parsed("P2 # a comment 7 7\n#another\n2 1 # 255\n255\n0 # here\n255") == two);
  CHECK(parsed("P6 1 2 255\n\1\2\3\4\5\6P6 a second image") == coloured);
}

TEST_CASE("values are scaled by the largest one that the file names, and rounded") {
  CHECK(parsed("P2 4 1 3 0 1 2 3").bytes()[3] == 85);
  CHECK(parsed("P2 3 1 15 0 7 15").bytes()[3] == 119);
  CHECK(parsed("P2 1 1 1 1") == rgb_image(1, 1, white));
  // Two bytes a value, the higher first: 0x8000 / 65535 and 1000 / 1000.
  CHECK(parsed(std::string("P5 1 1 65535\n\x80\0", 15)) == rgb_image(1, 1, bytes(3, 128)));
  CHECK(parsed("P5 1 1 1000\n\x03\xe8") == rgb_image(1, 1, white));
}

TEST_CASE("broken PNM files are refused, each in one sentence") {
  CHECK(refusal("P4 8 1\n\1") == "photo: is no PGM or PPM image: wanted P2, P3, P5 or P6 at its beginning");
  CHECK(refusal("P5") == "photo: is truncated: it ends before its width");
  CHECK(refusal("P5 3 # 4") == "photo: is truncated: it ends before its height");
  CHECK(refusal("P5 3 x") == "photo: has no number where its height should be");
  CHECK(refusal("P5 -3 2 255\n") == "photo: has no number where its width should be");
  CHECK(refusal("P5 0 4 255\n") == "photo: is an image without pixels");
  CHECK(refusal("P5 9000 9000 255\n") == "photo: is an image of more than 67108864 pixels");
  CHECK(refusal("P5 99999999999999999999 1 255\n") == "photo: has its width above 67108864");
  CHECK(refusal("P5 1 1 0\n\1") == "photo: says that its largest value is 0; wanted 1 to 65535");
  CHECK(refusal("P5 1 1 65536\n\1") == "photo: has its largest value above 65535");
  CHECK(refusal("P5 1 1 255") == "photo: has no white space after its header");
  CHECK(refusal("P5 1 2 255\nx") == "photo: is truncated: its 2 values need 2 bytes, and there are 1");
  CHECK(refusal("P6 8000 8000 65535\nxx") ==
        "photo: is truncated: its 192000000 values need 384000000 bytes, and there are 2");
  CHECK(refusal("P2 3 1 9\n1 2") == "photo: is truncated: its 3 values need 5 bytes, and there are 4");
  CHECK(refusal("P2 2 1 9\n 1       ") == "photo: is truncated: it ends before a value");
  CHECK(refusal("P2 2 1 9\n1 10") == "photo: has a value above 9");
  CHECK(refusal("P5 1 1 9\n\x0a") == "photo: has a value of 10, above its largest, 9");
}
