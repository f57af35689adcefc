// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "shown.hpp"

namespace generator {

/// Training and unlearning defences of the LibTorch wing, and the influence of an adversary on training.
std::vector<shown_defence> wing_defences();

}  // namespace generator
