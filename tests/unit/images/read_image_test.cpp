// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/read_image.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "../io/temporary.hpp"
#include "oracle/pillow.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/images";

std::string refusal(const std::string& bytes) {
  return message_of<file_error>([&] { static_cast<void>(parse_image(bytes_of(bytes), "photo")); });
}

// A PNG's chunk with the size of the picture, and nothing right behind it.
std::string png_of_size(unsigned width, unsigned height) {
  std::string file = content_of(data / "rgb.png");
  for (const auto& [at, value] : {std::pair{16U, width}, std::pair{20U, height}})
    for (unsigned k = 0; k < 4; ++k) file[at + k] = static_cast<char>(value >> (24 - 8 * k) & 255U);
  return file;
}

}  // namespace

// Pillow's libjpeg-turbo is another version than ours may be, and rounding of the colours may differ by one.
TEST_CASE("PNG and JPEG read as Pillow reads them") {
  using namespace oracle;
  const std::vector<std::pair<std::string, const std::vector<std::uint8_t>*>> wanted{
      {"rgb.png", &pillow::rgb_png},         {"rgba.png", &pillow::rgba_png},
      {"grey.png", &pillow::grey_png},       {"grey_alpha.png", &pillow::grey_alpha_png},
      {"one_bit.png", &pillow::one_bit_png}, {"palette.png", &pillow::palette_png},
      {"rgb.jpg", &pillow::rgb_jpg},         {"progressive.jpg", &pillow::progressive_jpg},
      {"grey.jpg", &pillow::grey_jpg},
  };
  for (const auto& each : wanted) {
    const std::string& name = each.first;
    CAPTURE(name);
    const rgb_image picture = read_image(data / name, {10, 200, 30});
    CHECK(picture.height() == (name.ends_with(".png") ? 5 : 13));
    CHECK(picture.width() == (name.ends_with(".png") ? 7 : 20));
    CHECK(largest_difference(picture.bytes(), *each.second) <= 1);
  }
}

TEST_CASE("16 bits of grey read as the 8 bits that they repeat") {
  CHECK(read_image(data / "grey16.png") == read_image(data / "grey.png"));
}

TEST_CASE("the background defaults to white, and opaque pictures do not show it") {
  CHECK(read_image(data / "rgba.png") == read_image(data / "rgba.png", white));
  CHECK(read_image(data / "rgba.png") != read_image(data / "rgba.png", {0, 0, 0}));
  CHECK(read_image(data / "rgb.png") == read_image(data / "rgb.png", {0, 0, 0}));
}

TEST_CASE("the format is told by the first bytes, not by the name") {
  const temporary_folder folder;
  put(folder / "photo.png", content_of(data / "rgb.jpg"));
  put(folder / "photo", content_of(data / "rgb.png"));
  CHECK(read_image(folder / "photo.png") == read_image(data / "rgb.jpg"));
  CHECK(read_image(folder / "photo") == read_image(data / "rgb.png"));
}

TEST_CASE("files that are no picture are refused, each in one sentence that begins with the path") {
  CHECK(refusal("") == "photo: is empty; wanted a PNG, JPEG, PGM or PPM image");
  CHECK(refusal("GIF89a...") == "photo: is in no format that is known here; wanted a PNG, JPEG, PGM or PPM image");
  CHECK(message_of<file_error>([] {
          static_cast<void>(read_image(data / "nobody.png"));
        }).ends_with("nobody.png: does not exist"));
  CHECK(refusal(content_of(data / "cmyk.jpg")).starts_with("photo: is damaged or truncated; libjpeg-turbo says: "));
}

TEST_CASE("truncated files are refused, wherever they end") {
  for (const char* const name : {"rgb.png", "palette.png", "rgb.jpg", "progressive.jpg", "grey.jpg"}) {
    const std::string whole = content_of(data / name);
    // The last 12 bytes of a PNG say no more than that it ends; a JPEG's last two as well.
    const std::size_t needed = whole.size() - (whole[0] == '\x89' ? 12 : 2);
    for (std::size_t size = 3; size < needed; size += 1 + size / 40) {
      CAPTURE(name);
      CAPTURE(size);
      const std::string message = refusal(whole.substr(0, size));
      CHECK(message.starts_with("photo: is "));
      CHECK(message.find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("sizes of zero and sizes beyond memory are refused before memory is taken") {
  CHECK(refusal(png_of_size(0, 5)).starts_with("photo: is damaged or truncated; libpng says: "));
  CHECK(refusal(png_of_size(1U << 30U, 1U << 30U)).starts_with("photo: is "));
  std::string jpeg = content_of(data / "grey.jpg");
  const std::size_t frame = jpeg.find("\xff\xc0");
  REQUIRE(frame != std::string::npos);
  for (const std::size_t k : {5U, 6U, 7U, 8U}) jpeg[frame + k] = '\x7f';  // 32,639 x 32,639
  CHECK(refusal(jpeg) == "photo: is an image of more than 67108864 pixels");
  for (const std::size_t k : {5U, 6U}) jpeg[frame + k] = '\0';
  CHECK(refusal(jpeg).starts_with("photo: is damaged or truncated; libjpeg-turbo says: "));
}
