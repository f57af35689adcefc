// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/emoji_roles.hpp>

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace telltale::images;

namespace {

// The 18 entries of a role, tone by tone.
std::vector<emoji_entry> entries_of(const std::string& person, const std::string& man, const std::string& woman) {
  std::vector<emoji_entry> entries;
  for (unsigned tone = 0; tone < 6; ++tone)
    for (const std::string& name : {woman, man, person}) {
      entries.push_back({tone == 0 ? name : name + ": some skin tone", {0x1F9D1}, "People", "role"});
      if (tone != 0) entries.back().code_points.push_back(0x1F3FAU + tone);
    }
  return entries;
}

}  // namespace

TEST_CASE("a role is three genders by six tones, in that order") {
  const auto entries = entries_of("judge", "man judge", "woman judge");
  const auto roles = emoji_roles(entries);
  REQUIRE(roles.size() == 1);
  CHECK(roles[0].name == "judge");
  REQUIRE(roles[0].pictures.size() == 18);
  for (std::size_t i = 0; i < 18; ++i) {
    const role_picture& picture = roles[0].pictures[i];
    CHECK(static_cast<std::size_t>(picture.who) == i / 6);
    CHECK(static_cast<std::size_t>(picture.tone) == i % 6);
    // Written tone by tone as woman, man, person.
    CHECK(picture.at == 3 * (i % 6) + 2 - i / 6);
  }
}

TEST_CASE("the person may be named, and the plural as well") {
  CHECK(emoji_roles(entries_of("person walking", "man walking", "woman walking")).size() == 1);
  CHECK(emoji_roles(entries_of("people with bunny ears", "men with bunny ears", "women with bunny ears"))[0].name ==
        "with bunny ears");
}

TEST_CASE("what is incomplete, doubled or of several people is no role") {
  auto entries = entries_of("judge", "man judge", "woman judge");
  auto fewer = entries;
  fewer.pop_back();
  CHECK(emoji_roles(fewer).empty());
  auto doubled = entries;
  doubled.back() = doubled.front();
  CHECK(emoji_roles(doubled).empty());
  auto more = entries;
  more.push_back(entries.front());
  CHECK(emoji_roles(more).empty());
  CHECK(emoji_roles(entries_of("merperson", "merman", "mermaid")).empty());
  // Two tones: two people, who are passed over beside a whole role.
  auto couple = entries;
  couple.push_back({"judge: two tones", {0x1F9D1, 0x1F3FB, 0x1F3FC}, "People", "role"});
  CHECK(emoji_roles(couple).size() == 1);
  CHECK(emoji_roles({}).empty());
}

// Counted in another language, by the same rule of names: the share of names with 18 entries each.
TEST_CASE("Unicode 15 has 63 roles") {
  INFO("this test needs the Debian package unicode-data, version 15.0; another version has other counts");
  const auto entries = read_emoji_names();
  const auto roles = emoji_roles(entries);
  CHECK(roles.size() == 63);
  std::set<std::size_t> places;
  std::set<std::string> names;
  for (const emoji_role& role : roles) {
    names.insert(role.name);
    for (const role_picture& picture : role.pictures) places.insert(picture.at);
  }
  CHECK(places.size() == 63 * 18);
  for (const char* const name : {"firefighter", "judge", "astronaut", "in tuxedo", "feeding baby"})
    CHECK(names.contains(name));
  CHECK_FALSE(names.contains("santa"));
}
