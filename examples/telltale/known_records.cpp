// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "known_records.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

#include "errors.hpp"
#include "files.hpp"

namespace tool {

using telltale::membership;

std::vector<membership> load_members(const std::string& path, std::size_t records, const std::string& noun) {
  const membership_file file(path);
  const std::vector<membership> member(file.members().begin(), file.members().end());
  if (member.size() != records)
    throw telltale::file_error(path,
                               "has " + counted(member.size(), "record") + "; there are " + counted(records, noun));
  const auto ins = static_cast<std::size_t>(std::count(member.begin(), member.end(), membership::in));
  if (ins == 0 || ins == member.size())
    throw telltale::file_error(
        path, "says that " + std::string(ins == 0 ? "no" : "every") + " record is a member; wanted both kinds");
  return member;
}

divided_records divide(std::span<const membership> member, const std::string& members_path,
                       const std::string& auxiliary, const std::string& seed) {
  std::vector<char> known(member.size());
  const bool is_file = auxiliary.find_first_not_of("0123456789.eE+-") != std::string::npos;
  if (is_file) {
    const membership_file mask(auxiliary);
    if (mask.members().size() != known.size())
      throw telltale::file_error(auxiliary, "has " + counted(mask.members().size(), "record") + "; " + members_path +
                                                " has " + std::to_string(known.size()));
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = mask.members()[i] == membership::in;
  } else {
    const double share = number("--auxiliary", auxiliary);
    if (!(share > 0 && share < 1))
      throw usage_error(
          "--auxiliary",
          "is " + auxiliary + "; wanted a share above 0 and below 1, or a file of which records are known");
    std::vector<std::size_t> of[2];
    for (std::size_t i = 0; i < member.size(); ++i) of[member[i] == membership::in ? 1 : 0].push_back(i);
    const auto fewest = static_cast<double>(std::min(of[0].size(), of[1].size()));
    const auto each = static_cast<std::size_t>(std::llround(share * fewest));
    const std::size_t drawn_by = whole_number("--seed", seed, 0);
    for (const std::uint64_t kind : {0U, 1U}) {
      telltale::random_stream(drawn_by, kind).shuffle(of[kind]);
      for (std::size_t i = 0; i < std::min(each, of[kind].size()); ++i) known[of[kind][i]] = 1;
    }
  }
  divided_records divided;
  for (std::size_t i = 0; i < known.size(); ++i) {
    (known[i] != 0 ? divided.auxiliary : divided.tested).push_back(i);
    (known[i] != 0 ? divided.auxiliary_member : divided.tested_member).push_back(member[i]);
  }
  for (const auto& [group, what] :
       {std::pair(&divided.auxiliary_member, "holds "), std::pair(&divided.tested_member, "leaves ")}) {
    const auto ins = static_cast<std::size_t>(std::count(group->begin(), group->end(), membership::in));
    if (ins == 0 || ins == group->size())
      throw usage_error(is_file ? auxiliary : "--auxiliary",
                        what + counted(ins, "member") + " and " + counted(group->size() - ins, "non-member") +
                            (group == &divided.tested_member ? " to test on" : " to learn from") +
                            "; wanted at least 1 of each");
  }
  return divided;
}

}  // namespace tool
