// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/cutout_folder.hpp>
#include <telltale/images/masked_folder.hpp>
#include <telltale/report/png.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::images;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/images";

pixel_labels labels_of(const std::filesystem::path& path) {
  const telltale::io::mapped_file file(path);
  return parse_label_png(file.bytes(), path);
}

/// What make.py stores at (x, y) of grey.png.
int stored(std::size_t x, std::size_t y) { return static_cast<int>((x * 31 + y * 53 + x * y) % 256); }

std::string grey_png(std::size_t height, std::size_t width, const std::vector<std::uint8_t>& values) {
  const std::vector<std::uint8_t> bytes = telltale::report::png({width, height, 1, values});
  return {bytes.begin(), bytes.end()};
}

std::string refusal(const temporary_folder& folder, const masked_folder_options& options = {}) {
  return message_of<file_error>([&] { static_cast<void>(read_masked(folder / "x", folder / "y", options)); });
}

}  // namespace

TEST_CASE("a mask's labels are the numbers in the file, whatever colours they stand for") {
  const pixel_labels grey = labels_of(data / "grey.png"), palette = labels_of(data / "palette.png");
  const pixel_labels gamma = labels_of(data / "grey_gamma.png"), bits = labels_of(data / "one_bit.png");
  REQUIRE(grey.height == 5);
  REQUIRE(grey.width == 7);
  for (std::size_t y = 0; y < 5; ++y)
    for (std::size_t x = 0; x < 7; ++x) {
      CHECK(grey.labels[y * 7 + x] == stored(x, y));
      CHECK(gamma.labels[y * 7 + x] == stored(x, y));  // a chunk on gamma changes no label
      CHECK(palette.labels[y * 7 + x] == (x + 2 * y) % 4);
      CHECK(bits.labels[y * 7 + x] == (x + y) % 2);
    }
  const auto said = [](const char* name) {
    return message_of<file_error>([&] { static_cast<void>(labels_of(data / name)); });
  };
  const std::string wanted = "; wanted a mask of 8 bits, grey or with a palette, whose numbers are labels";
  CHECK(said("rgb.png") == (data / "rgb.png").string() + ": is in colour without a palette" + wanted);
  CHECK(said("rgba.png").find("in colour without a palette") != std::string::npos);
  CHECK(said("grey_alpha.png").find("grey with transparency") != std::string::npos);
  CHECK(said("grey16.png").find("of 16 bits") != std::string::npos);
  CHECK(said("grey.jpg") == (data / "grey.jpg").string() + ": is no PNG image; wanted a mask in that format");
}

TEST_CASE("pairs of pictures and masks are read in the order of their names") {
  const temporary_folder folder;
  write_file(folder / "x/b.ppm", ppm(2, 3, 'b'));
  write_file(folder / "x/a.png", grey_png(2, 3, {1, 2, 3, 4, 5, 6}));
  write_file(folder / "x/.hidden", "");
  write_file(folder / "y/a.png", grey_png(2, 3, {0, 1, 2, 255, 0, 1}));
  write_file(folder / "y/b.png", grey_png(2, 3, {2, 2, 2, 0, 0, 0}));
  const masked_pictures read = read_masked(folder / "x", folder / "y", {.classes = 3, .ignored = std::uint8_t{255}});
  CHECK(read.names == std::vector<std::string>{"a", "b"});
  CHECK(read.masks == std::vector<std::uint8_t>{0, 1, 2, 255, 0, 1, 2, 2, 2, 0, 0, 0});
  REQUIRE(read.pictures.size() == 2);
  CHECK(read.pictures[0].bytes()[3] == 2);
  CHECK(read.pictures[1] == rgb_image(2, 3, colour{'b', 'b', 'b'}));
}

TEST_CASE("with a side masks keep their labels, and stay where the picture is") {
  const temporary_folder folder;
  std::vector<std::uint8_t> values(8 * 10);  // the right half of the centred square is an object
  for (std::size_t p = 0; p < values.size(); ++p) values[p] = p % 10 >= 5 ? 255 : 0;
  write_file(folder / "x/a.png", grey_png(8, 10, values));
  write_file(folder / "y/a.png", grey_png(8, 10, values));
  const masked_pictures read = read_masked(folder / "x", folder / "y", {.side = 4, .binary = true});
  CHECK(read.masks == std::vector<std::uint8_t>{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
  CHECK(read.pictures.front() == resized(centre_square(read_image(folder / "x/a.png")), 4, 4));
  CHECK(nearest_square({1, 3, {7, 8, 9}}, 2).labels == std::vector<std::uint8_t>{8, 8, 8, 8});
  CHECK(nearest_square({2, 2, {1, 2, 3, 4}}, 3).labels == std::vector<std::uint8_t>{1, 2, 2, 3, 4, 4, 3, 4, 4});
}

TEST_CASE("what is wrong with pairs of pictures and masks is said in one sentence that names the file") {
  const temporary_folder folder;
  const auto at = [&](const std::string& name) { return (folder / name).string(); };
  CHECK(refusal(folder) == at("y") + ": does not exist");
  std::filesystem::create_directory(folder / "y");
  CHECK(refusal(folder) == at("x") + ": does not exist");
  std::filesystem::create_directory(folder / "x");
  CHECK(refusal(folder) == at("x") + ": is empty; wanted pictures");
  write_file(folder / "x/a.png", grey_png(2, 2, {0, 0, 0, 0}));
  CHECK(refusal(folder) == at("x/a.png") + ": has no mask in " + at("y"));
  write_file(folder / "y/a.png", grey_png(2, 2, {0, 1, 3, 0}));
  CHECK(refusal(folder) ==
        at("y/a.png") + ": has label 3 at row 1, column 0; wanted 0 to 1, or options.binary for 0 and 255");
  CHECK(refusal(folder, {.binary = true}) ==
        at("y/a.png") + ": has label 1 at row 0, column 1; wanted 0 or 255, as options.binary says");
  write_file(folder / "y/a.png", grey_png(1, 2, {0, 1}));
  CHECK(refusal(folder) == at("y/a.png") + ": is 1 x 2 pixels; its picture is 2 x 2");
  write_file(folder / "y/a.png", grey_png(2, 2, {0, 1, 1, 0}));
  CHECK(refusal(folder).empty());
  write_file(folder / "y/b.png", grey_png(2, 2, {0, 1, 1, 0}));
  CHECK(refusal(folder) == at("y/b.png") + ": is the mask of no picture in " + at("x"));
  write_file(folder / "x/b.jpg", content_of(data / "rgb.jpg"));
  write_file(folder / "y/b.png", grey_png(13, 20, std::vector<std::uint8_t>(260)));
  CHECK(refusal(folder) ==
        at("x/b.jpg") + ": is 13 x 20 pixels; without options.side all must be of one size, the first is 2 x 2");
  CHECK(refusal(folder, {.side = 2}).empty());
  write_file(folder / "x/b.png", grey_png(2, 2, {0, 0, 0, 0}));
  CHECK(refusal(folder) == at("x/b.png") + ": has the name of b.jpg but for its ending; wanted one file of a name");
  for (const masked_folder_options& options :
       {masked_folder_options{.classes = 1}, {.classes = 257}, {.classes = 3, .binary = true}})
    CHECK(message_of<argument_error>([&] {
            static_cast<void>(read_masked(folder / "x", folder / "y", options));
          }).starts_with("read_masked: options.classes: is "));
}

TEST_CASE("a folder of transparent PNG images is read as cut-outs, colours multiplied by alpha") {
  const temporary_folder folder;
  write_file(folder / "c/thing.png", content_of(data / "rgba.png"));
  write_file(folder / "c/.hidden", "");
  const std::vector<cutout> read = read_cutouts(folder / "c");
  REQUIRE(read.size() == 1);
  CHECK(read.front().name() == "thing");
  const masked_picture laid = laid_on({5, 7, colour{10, 200, 30}}, read.front(), 5, 7, 0, 0);
  const rgb_image composed = read_image(data / "rgba.png", {10, 200, 30});
  CHECK(largest_difference(laid.picture.bytes(), composed.bytes()) <= 1);  // two roundings instead of one
  for (std::size_t y = 0; y < 5; ++y)
    for (std::size_t x = 0; x < 7; ++x) CHECK(read.front().alpha()[y * 7 + x] == (stored(x, y) + 3 * 71) % 256);
}

TEST_CASE("what cannot be a cut-out is refused by name") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder / "c");
  const auto said = [&] { return message_of<file_error>([&] { static_cast<void>(read_cutouts(folder / "c")); }); };
  const auto at = [&](const std::string& name) { return (folder / name).string(); };
  CHECK(said() == at("c") + ": is empty; wanted PNG images with transparency");
  write_file(folder / "c/a.png", content_of(data / "rgb.png"));
  CHECK(said() == at("c/a.png") + ": has no transparent pixel; wanted an object cut out of its background");
  write_file(folder / "c/a.png", content_of(data / "rgb.jpg"));
  CHECK(said() == at("c/a.png") + ": is no PNG image; wanted one with transparency");
}
