// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/images/emoji_names.hpp>

namespace telltale::images {

/// What Unicode's names say of the person in a picture; `person` leaves it open.
enum class gender {
  person,  ///< the name leaves it open
  man,     ///< the name says so
  woman    ///< the name says so
};

/// In English: "person", "man" or "woman".
[[nodiscard]] constexpr std::string_view name_of(gender who) {
  constexpr std::array<std::string_view, 3> names{"person", "man", "woman"};
  return names[static_cast<std::size_t>(who)];
}

/// One picture of a role.
struct role_picture {
  std::size_t at = 0;           ///< its place among the entries
  gender who = gender::person;  ///< what its name says
  int tone = 0;                 ///< 0 (none) to 5 (dark)
};

/// A role that emoji play in 18 ways, three genders by six tones: one identity with 18 pictures.
struct emoji_role {
  std::string name;                    ///< "firefighter"
  std::vector<role_picture> pictures;  ///< 18, by gender and then by tone
};

namespace detail {

/// The role that a name without its tone speaks of, and who plays it: "woman judge" is (judge, woman).
inline std::pair<std::string_view, gender> role_in(std::string_view name) {
  name = name.substr(0, name.find(':'));
  for (const gender who : {gender::person, gender::man, gender::woman})
    for (const std::string_view plural : {"", "s"}) {
      std::string_view noun = name_of(who);
      std::string_view rest = name;
      if (!plural.empty()) noun = who == gender::man ? "men" : who == gender::woman ? "women" : "people";
      if (rest.starts_with(noun) && rest.substr(noun.size()).starts_with(' '))
        return {rest.substr(noun.size() + 1), who};
    }
  return {name, gender::person};
}

}  // namespace detail

/// The roles of which each of three genders is there in each of six tones, by name: 63 in Unicode 15.
///
/// These pictures are the identities that the labs use where there are no photographs. They are easier than faces: one
/// artist drew them, and tones of one role are near copies of one another, so a figure from them says so. A role that
/// lacks a picture, has one twice, or is named without its genders ("merman") is no role here. Cost: O(n log n) of n
/// entries.
[[nodiscard]] inline std::vector<emoji_role> emoji_roles(std::span<const emoji_entry> entries) {
  std::map<std::string, std::vector<role_picture>, std::less<>> by_name;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const std::vector<int> tones = entries[at].tones();
    if (tones.size() > 1) continue;  // several people
    const auto [role, who] = detail::role_in(entries[at].name);
    by_name[std::string(role)].push_back({at, who, tones.empty() ? 0 : tones.front()});
  }
  std::vector<emoji_role> roles;
  for (auto& [name, pictures] : by_name) {
    std::sort(pictures.begin(), pictures.end(), [](const role_picture& a, const role_picture& b) {
      return std::pair(a.who, a.tone) < std::pair(b.who, b.tone);
    });
    bool complete = pictures.size() == 18;
    for (std::size_t i = 0; complete && i < pictures.size(); ++i)
      complete =
          static_cast<std::size_t>(pictures[i].who) == i / 6 && static_cast<std::size_t>(pictures[i].tone) == i % 6;
    if (complete) roles.push_back({name, std::move(pictures)});
  }
  return roles;
}

}  // namespace telltale::images
