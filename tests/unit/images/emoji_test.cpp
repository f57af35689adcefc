// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/emoji.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "oracle/pillow.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::images;

// Counts of entries, pictures and repeats as Pillow draws them; of roles and background by the names, counted in
// Python.
TEST_CASE("the emoji of Debian 12 are 3,641 pictures, 63 roles and a background") {
  INFO(
      "this test needs the Debian packages fonts-noto-color-emoji 2.042 and unicode-data 15.0; others have other "
      "counts");
  const emoji_set set = read_emoji();
  CHECK(set.not_drawn.empty());
  CHECK(set.entries.size() == oracle::pillow::distinct_emoji);
  CHECK(set.pictures.size() == oracle::pillow::distinct_emoji);
  CHECK(set.repeated.size() == oracle::pillow::repeated_emoji);
  std::size_t repeats = 0;
  for (const std::vector<std::string>& group : set.repeated) repeats += group.size() - 1;
  CHECK(repeats == oracle::pillow::emoji - oracle::pillow::distinct_emoji);
  CHECK(std::count(set.repeated.begin(), set.repeated.end(),
                   std::vector<std::string>{"flag: Bouvet Island", "flag: Norway", "flag: Svalbard & Jan Mayen"}) == 1);
  CHECK(set.roles.size() == 63);

  // 1,681 emoji have no skin tone and are in no role; 9 of them repeat another.
  CHECK(set.background.size() == 1672);
  std::set<std::size_t> places(set.background.begin(), set.background.end());
  CHECK(places.size() == 1672);
  for (const emoji_role& role : set.roles)
    for (const role_picture& picture : role.pictures) CHECK_FALSE(places.contains(picture.at));
  for (const std::size_t at : set.background) CHECK(set.entries[at].tones().empty());
  for (const rgb_image& picture : set.pictures) {
    CHECK(picture.height() == 32);
    CHECK(picture.width() == 32);
  }
  CHECK(distinct(set.pictures).repeats() == 0);
}

TEST_CASE("names that the font lacks are left out and said") {
  const temporary_folder folder;
  put(folder / "names.txt",
      "1F600 ; fully-qualified # X E1.0 grinning face\n"
      "1F600 1F600 ; fully-qualified # X E99.0 two faces\n"
      "1F600 FE0F ; fully-qualified # X E99.0 the same face\n"
      "1F4A7 ; fully-qualified # X E1.0 droplet\n");
  const emoji_set set = read_emoji({.names = folder / "names.txt", .side = 20});
  CHECK(set.not_drawn == std::vector<std::string>{"two faces"});
  CHECK(set.repeated == std::vector<std::vector<std::string>>{{"grinning face", "the same face"}});
  REQUIRE(set.entries.size() == 2);
  CHECK(set.entries[1].name == "droplet");
  CHECK(set.pictures[1].height() == 20);
  CHECK(set.background == std::vector<std::size_t>{0, 1});
  CHECK(set.roles.empty());

  put(folder / "none.txt", "41 ; fully-qualified # X E1.0 letter\n");
  CHECK(message_of<file_error>([&] {
          static_cast<void>(read_emoji({.names = folder / "none.txt"}));
        }).find("NotoColorEmoji.ttf: draws none of the emoji of ") != std::string::npos);
  CHECK(message_of<argument_error>([&] { static_cast<void>(read_emoji({.side = 0})); }) ==
        "read_emoji: options.side: is 0; wanted at least 1");
}
