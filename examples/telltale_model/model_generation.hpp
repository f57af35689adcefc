// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common.hpp"

namespace tool {

/// Adds the command `generation`: that of `telltale` with the attacks that have a network, with folders of pictures,
/// and with encoders.
void add_model_generation(program& state);

}  // namespace tool
