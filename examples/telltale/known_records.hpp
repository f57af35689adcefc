// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/membership.hpp>

namespace tool {

/// Records of which the adversary knows some: which, ascending, and their membership. Attacks are measured on the
/// others.
struct divided_records {
  std::vector<std::size_t> auxiliary, tested;
  std::vector<telltale::membership> auxiliary_member, tested_member;
};

/// The membership of `records` records, each a `noun`, members and others among them; refused by the name of the file
/// otherwise.
[[nodiscard]] std::vector<telltale::membership> load_members(const std::string& path, std::size_t records,
                                                             const std::string& noun);

/// Divides them as --auxiliary says: a share of the rarer kind, as many of either, drawn by --seed; or a .npy file that
/// says which. Refused unless both kinds are among the known and among the others.
[[nodiscard]] divided_records divide(std::span<const telltale::membership> member, const std::string& members_path,
                                     const std::string& auxiliary, const std::string& seed);

}  // namespace tool
