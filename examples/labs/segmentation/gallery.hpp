// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/report/html/document.hpp>

#include "judge.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace segmentation_lab {

/// Writes what the first undefended network of either side was asked and answered as .npy files, which 'telltale
/// segmentation' and 'telltale-model segmentation' read: victim/ and shadow/ with outputs, masks and members; and in
/// gallery/ how exposed every asked image is, with the answers of a network that was trained on it and of one that was
/// not.
void write_arrays(const settings& chosen, const world& in, const network_reader& read);

/// The most and the least exposed images, from those files.
void add_gallery(telltale::report::html::document& page, const settings& chosen, const pool& all, const world& in);

}  // namespace segmentation_lab
