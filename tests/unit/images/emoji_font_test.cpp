// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/emoji_font.hpp>
#include <telltale/images/resample.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "oracle/pillow.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

using points = std::vector<std::uint32_t>;

std::string refusal(const std::filesystem::path& path) {
  return message_of<file_error>([&] { const emoji_font font(path); });
}

std::vector<int> pixel(const rgb_image& picture, std::size_t y, std::size_t x) {
  const auto bytes = picture.bytes().subspan((y * picture.width() + x) * 3, 3);
  return {bytes[0], bytes[1], bytes[2]};
}

}  // namespace

TEST_CASE("a missing font is named with the package that brings it, and others are refused") {
  CHECK(refusal("/nowhere/Emoji.ttf") ==
        "/nowhere/Emoji.ttf: is not there; install it with `apt-get install fonts-noto-color-emoji`");
  const temporary_folder folder;
  put(folder / "text.ttf", "no font");
  put(folder / "empty.ttf", "");
  CHECK(refusal(folder / "text.ttf").ends_with("text.ttf: is no font that FreeType can read"));
  CHECK(refusal(folder / "empty.ttf").ends_with("empty.ttf: is no font that FreeType can read"));
}

TEST_CASE("Noto draws single points, joined sequences and flags as one picture each") {
  INFO("this test needs the Debian package fonts-noto-color-emoji");
  emoji_font font;
  const auto judge = font.draw(points{0x1F9D1, 0x1F3FF, 0x200D, 0x2696, 0xFE0F});
  const auto face = font.draw(points{0x1F600}), flag = font.draw(points{0x1F1E9, 0x1F1EA});
  REQUIRE(judge);
  REQUIRE(face);
  REQUIRE(flag);
  CHECK(face->height() == 136);
  CHECK(face->width() == 136);
  CHECK(*judge != *font.draw(points{0x1F9D1, 0x1F3FE, 0x200D, 0x2696, 0xFE0F}));
  // The glyph is 128 rows high, so four white rows are left above and below; its corners are transparent.
  for (const std::size_t y : {0U, 3U, 132U, 135U})
    for (std::size_t x = 0; x < 136; ++x) CHECK(pixel(*face, y, x) == std::vector{255, 255, 255});
  // A grinning face is yellow between eyes and brow; German colours are black, red and gold from the top.
  const std::vector<int> skin = pixel(*face, 30, 68);
  CHECK(skin[0] > 240);
  CHECK(skin[1] > 180);
  CHECK(skin[2] < 110);
  CHECK(pixel(*flag, 45, 68)[0] < 90);
  CHECK(pixel(*flag, 68, 68)[0] > pixel(*flag, 68, 68)[1] + 100);
  CHECK(pixel(*flag, 90, 68)[1] > 150);
}

TEST_CASE("the pictures are those that Pillow draws with the same font") {
  INFO("recorded from fonts-noto-color-emoji 2.042");
  emoji_font font;
  const rgb_image judge = *font.draw(points{0x1F9D1, 0x1F3FF, 0x200D, 0x2696, 0xFE0F});
  const rgb_image flag = *font.draw(points{0x1F1E9, 0x1F1EA});
  CHECK(largest_difference(resized(judge, 8, 8).bytes(), oracle::pillow::judge_dark_skin_tone) <= 1);
  CHECK(largest_difference(resized(flag, 8, 8).bytes(), oracle::pillow::flag_of_germany) <= 1);
}

TEST_CASE("the background shows where the glyph is transparent") {
  emoji_font font;
  const auto face = font.draw(points{0x1F600}, {10, 200, 30});
  REQUIRE(face);
  CHECK(pixel(*face, 0, 0) == std::vector{10, 200, 30});
  CHECK(pixel(*face, 20, 4) == std::vector{10, 200, 30});
  CHECK(pixel(*face, 30, 68) == pixel(*font.draw(points{0x1F600}), 30, 68));
}

TEST_CASE("what has no single glyph is not drawn") {
  emoji_font font;
  CHECK_FALSE(font.draw(points{'A'}));
  CHECK_FALSE(font.draw(points{0x1F600, 0x1F600}));
  CHECK_FALSE(font.draw(points{}));
}
