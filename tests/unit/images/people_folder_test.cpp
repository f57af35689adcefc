// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/people_folder.hpp>

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

std::string refusal(const std::filesystem::path& folder, std::size_t at_least = 1) {
  return message_of<file_error>([&] { static_cast<void>(read_people(folder, at_least)); });
}

}  // namespace

TEST_CASE("a folder per person is read in the order of names, each photo square and of one size") {
  const temporary_folder folder;
  write_file(folder / "Zoe_May_Hill/b.ppm", ppm(9, 6, 'b'));
  write_file(folder / "Zoe_May_Hill/a.png", content_of(data / "rgb.png"));
  write_file(folder / "Zoe_May_Hill/.hidden", "no picture");
  write_file(folder / "Adam Lee/one", content_of(data / "rgb.jpg"));
  write_file(folder / ".cache/x", "no picture");
  const std::vector<person> people = read_people(folder.path(), 1, {.side = 4});
  REQUIRE(people.size() == 2);
  CHECK(people[0].name == "Adam Lee");
  CHECK(people[1].name == "Zoe May Hill");
  REQUIRE(people[1].photos.size() == 2);
  CHECK(people[1].files[0].filename() == "a.png");
  CHECK(people[1].files[1].filename() == "b.ppm");
  CHECK(people[1].photos[0] == resized(centre_square(read_image(data / "rgb.png")), 4, 4));
  CHECK(people[1].photos[1] == rgb_image(4, 4, colour{'b', 'b', 'b'}));
  CHECK(people[0].photos[0].width() == 4);
}

TEST_CASE("what is wrong with a folder of people is said in one sentence that begins with its path") {
  const temporary_folder folder;
  const auto said = [&](const std::string& name, std::size_t at_least = 1) { return refusal(folder / name, at_least); };
  const auto at = [&](const std::string& name) { return (folder / name).string(); };
  CHECK(said("nobody") == at("nobody") + ": does not exist");
  put(folder / "file", "");
  CHECK(said("file") == at("file") + ": cannot be read as a folder: Not a directory");
  std::filesystem::create_directory(folder / "empty");
  CHECK(said("empty") == at("empty") + ": is empty; wanted one folder per person");

  write_file(folder / "loose/photo.ppm", ppm(2, 2, 'x'));
  CHECK(said("loose") ==
        at("loose/photo.ppm") + ": is not the folder of a person; wanted one folder per person beside one another");
  std::filesystem::create_directories(folder / "bare/Ann_Lee");
  CHECK(said("bare") == at("bare/Ann_Lee") + ": has 0 photos of 'Ann Lee'; wanted at least 1");
  write_file(folder / "few/Ann_Lee/1.ppm", ppm(2, 2, 'x'));
  CHECK(said("few").empty());
  CHECK(said("few", 3) == at("few/Ann_Lee") + ": has 1 photos of 'Ann Lee'; wanted at least 3");
  write_file(folder / "damaged/Ann/1.ppm", "P6 9 9 255\nxx");
  CHECK(said("damaged").starts_with(at("damaged/Ann/1.ppm") + ": is truncated: "));
  write_file(folder / "notes/Ann/readme.txt", "notes");
  CHECK(said("notes").starts_with(at("notes/Ann/readme.txt") + ": is in no format that is known here"));
  write_file(folder / "twice/Ann Lee/1.ppm", ppm(2, 2, 'x'));
  write_file(folder / "twice/ann_lee/1.ppm", ppm(2, 2, 'x'));
  CHECK(said("twice") ==
        at("twice/ann_lee") +
            ": is the same name as Ann Lee, but for case and underscores; wanted one folder per person");
  CHECK(message_of<argument_error>([&] { static_cast<void>(read_people(folder / "few", 1, {.side = 0})); }) ==
        "read_people: options.side: is 0; wanted at least 1");
}
