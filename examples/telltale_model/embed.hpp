// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common.hpp"

namespace tool {

/// Adds the command `embed`.
void add_embed(program& state);

}  // namespace tool
