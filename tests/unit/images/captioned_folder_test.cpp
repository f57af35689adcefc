// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/captioned_folder.hpp>

#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

TEST_CASE("the pairs of captions.csv are read in its order, and nothing beside them") {
  const temporary_folder folder;
  write_file(folder / "captions.csv",
             "file,caption\nb.ppm,a grey square\nsub/a.ppm,\"dark, small\"\nb.ppm,grey again\n");
  write_file(folder / "b.ppm", ppm(3, 5, 'b'));
  write_file(folder / "sub/a.ppm", ppm(2, 2, 'a'));
  write_file(folder / "unlisted.ppm", "no picture");
  const captioned_pictures read = read_captioned(folder.path(), {.side = 2});
  CHECK(read.captions == std::vector<std::string>{"a grey square", "dark, small", "grey again"});
  CHECK(read.files[1] == folder / "sub/a.ppm");
  CHECK(read.pictures == std::vector<rgb_image>{{2, 2, colour{'b', 'b', 'b'}},
                                                {2, 2, colour{'a', 'a', 'a'}},
                                                {2, 2, colour{'b', 'b', 'b'}}});
}

TEST_CASE("a missing list and a missing picture are named") {
  const temporary_folder folder;
  const auto said = [&] { return message_of<file_error>([&] { static_cast<void>(read_captioned(folder.path())); }); };
  CHECK(said() == (folder / "captions.csv").string() + ": does not exist");
  write_file(folder / "captions.csv", "file,caption\nb.ppm,a grey square\n");
  CHECK(said() == (folder / "b.ppm").string() + ": does not exist");
  write_file(folder / "b.ppm", "");
  CHECK(said() == (folder / "b.ppm").string() + ": is empty; wanted a PNG, JPEG, PGM or PPM image");
}
