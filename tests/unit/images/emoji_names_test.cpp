// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/emoji_names.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

const std::string head = "# group: People\n# subgroup: role\n";

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parse_emoji_names(text, "names")); });
}

}  // namespace

// By hand, in the form of Unicode's file.
TEST_CASE("fully-qualified lines become entries, others are passed over") {
  const auto entries = parse_emoji_names(
      head +
          "1F9D1 1F3FF 200D 1F692 ; fully-qualified     # \xf0\x9f\xa7\x91 E12.1 firefighter: dark skin tone\r\n"
          "263A                   ; unqualified         # X E0.6 smiling face\n"
          "1F3FB                  ; component           # X E1.0 light skin tone\n\n"
          "# subgroup: keys\n0023 FE0F 20E3 ; fully-qualified # #\xef\xb8\x8f\xe2\x83\xa3 E0.6 keycap: #",
      "names");
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].name == "firefighter: dark skin tone");
  CHECK(entries[0].code_points == std::vector<std::uint32_t>{0x1F9D1, 0x1F3FF, 0x200D, 0x1F692});
  CHECK(entries[0].group == "People");
  CHECK(entries[0].subgroup == "role");
  CHECK(entries[0].tones() == std::vector<int>{5});
  CHECK(entries[1].name == "keycap: #");
  CHECK(entries[1].subgroup == "keys");
  CHECK(entries[1].tones().empty());
}

TEST_CASE("lines of another form are refused by number") {
  CHECK(refusal("") == "names: has no fully-qualified emoji; wanted Unicode's emoji-test.txt");
  CHECK(refusal("1F600 ; unqualified # X E1.0 face").starts_with("names: has no fully-qualified emoji"));
  for (const std::string line :
       {"hello", "1F600 # X E1.0 face", "1F600 ; fully-qualified", "; fully-qualified # X E1.0 face",
        "1G600 ; fully-qualified # X E1.0 face", "110000 ; fully-qualified # X E1.0 face",
        "1F600 ; fully-qualified # face", "1F600 ; fully-qualified # X E1.0", "# 1F600 ; fully-qualified #\nx # y ; z",
        "FFFFFFFFFFFF1 ; fully-qualified # X E1.0 face", "0 ; fully-qualified # X E1.0 face"}) {
    CAPTURE(line);
    CHECK(refusal(head + line)
              .find(line[0] == '#' ? "names: line 4 is no line of emoji-test.txt: '"
                                   : "names: line 3 is no line of emoji-test.txt: '") == 0);
  }
}

TEST_CASE("a missing file is named with the package that brings it") {
  CHECK(message_of<file_error>([] { static_cast<void>(read_emoji_names("/nowhere/emoji-test.txt")); }) ==
        "/nowhere/emoji-test.txt: is not there; install it with `apt-get install unicode-data`");
}

// Unicode's emoji-test.txt 15.0 says so at its end: 3,655 fully-qualified.
TEST_CASE("Unicode's own file reads whole") {
  INFO("this test needs the Debian package unicode-data, version 15.0; another version has other counts");
  const auto entries = read_emoji_names();
  CHECK(entries.size() == 3655);
  CHECK(std::count_if(entries.begin(), entries.end(), [](const auto& each) { return each.group == "Flags"; }) == 269);
  CHECK(entries.front().name == "grinning face");
  CHECK(entries.front().code_points == std::vector<std::uint32_t>{0x1F600});
}
