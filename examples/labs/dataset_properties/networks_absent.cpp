// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What stands in for networks.cpp where there is no LibTorch.
#include "networks.hpp"

namespace lab {

bool with_networks() { return false; }

std::unique_ptr<network_arm> make_network_arm(const data_set&, std::uint64_t, const std::filesystem::path&,
                                              const std::string&) {
  return nullptr;
}

}  // namespace lab
