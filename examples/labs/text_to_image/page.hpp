// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/report/html/document.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figures.hpp"
#include "gallery.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace text_to_image {

using lab::cell, lab::shown;

/// Writes report.html and results.json with what the seeds so far came to.
void write_page(const pool& all, const settings& chosen, const results& measured, double seconds);

/// The parts of the page, see page_findings.cpp and page_sweeps.cpp.
void add_findings(telltale::report::html::document& page, const results& measured);
void add_controls(telltale::report::html::document& page, const results& measured);
void add_sweeps(telltale::report::html::document& page, const results& measured);

/// The targets and what the page calls them.
[[nodiscard]] const std::vector<std::pair<std::string, std::string>>& targets();

}  // namespace text_to_image
