// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../common/figures.hpp"

namespace text_to_image {

using lab::figures, lab::label, lab::results, lab::read_figures, lab::write_figures, lab::write_results;

}  // namespace text_to_image
