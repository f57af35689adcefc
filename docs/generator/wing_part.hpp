// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shown.hpp"

namespace generator {

/// The attacks and defences of the LibTorch wing, and which attacks of the catalogue run on LibTorch too.
shown_part wing_part();

}  // namespace generator
