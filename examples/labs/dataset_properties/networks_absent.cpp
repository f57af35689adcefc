// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What stands in for networks.cpp where there is no LibTorch.
#include "networks.hpp"

#include <telltale/core/error.hpp>

namespace lab {

bool with_networks() { return false; }

void check_device(const std::string& device) {
  if (device != "cpu")
    throw telltale::error("--device: '" + device + "' is not there, as the lab was built without LibTorch; wanted cpu");
}

std::unique_ptr<network_arm> make_network_arm(const data_set&, std::uint64_t, const std::filesystem::path&,
                                              const std::string&) {
  return nullptr;
}

}  // namespace lab
