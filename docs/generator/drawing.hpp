// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "shown.hpp"

namespace generator {

/// The six parts of an attack as a picture of its own, SVG: what the target reveals comes down on the left, what the
/// adversary has comes in from the right. Readable at the width of a telephone, on light and on dark ground.
std::string drawing(const shown_attack& attack);

/// A defence: what goes in, the policy with its parts, what comes out.
std::string drawing(const shown_defence& defence);

}  // namespace generator
