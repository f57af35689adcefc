// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shown.hpp"

namespace generator {

/// The attacks of the catalogue on Eigen, and the release policies.
shown_part core_part();

}  // namespace generator
