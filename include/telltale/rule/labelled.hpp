// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>

namespace telltale::detail {

/// What a rule's refusals call the records whose membership is known.
inline constexpr std::string_view labelled_argument = "labelled records";

/// How many of some records are members, once there are members and non-members among them.
[[nodiscard]] inline std::size_t members_of(std::string_view function, std::span<const membership> member) {
  std::size_t members = 0;
  for (std::size_t i = 0; i < member.size(); ++i) {
    if (static_cast<std::uint8_t>(member[i]) > 1)
      refuse(function, labelled_argument, "record " + std::to_string(i) + " is neither a member nor a non-member");
    members += static_cast<std::size_t>(member[i] == membership::in);
  }
  if (members == 0 || members == member.size())
    refuse(function, labelled_argument,
           "holds " + std::to_string(members) + " members and " + std::to_string(member.size() - members) +
               " non-members; wanted at least 1 of each");
  return members;
}

/// The same of labelled signals, once shapes and values are sound.
[[nodiscard]] inline std::size_t members_of(std::string_view function, const labelled_records<signals>& owned) {
  if (owned.records.width == 0) refuse(function, labelled_argument, "has no value a record");
  check_size(function, labelled_argument, owned.records.values.size(), owned.member.size() * owned.records.width);
  check_finite(function, labelled_argument, owned.records.values);
  return members_of(function, owned.member);
}

}  // namespace telltale::detail
