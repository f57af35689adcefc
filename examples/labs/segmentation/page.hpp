// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/metric/interval/estimate.hpp>
#include <telltale/report/html/document.hpp>

#include <optional>
#include <string>
#include <vector>

#include "../common/figures.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace segmentation_lab {

using lab::cell, lab::shown;

/// Writes report.html and results.json with what the seeds so far came to; pictures are of seed 1, whose world is `in`.
void write_page(const pool& all, const settings& chosen, const lab::results& measured, const world& in, double seconds);

/// The mean over seeds with its interval, cut at 0 and 1; of one seed, the interval that the seed itself has.
[[nodiscard]] std::optional<telltale::metric::estimate> mean_of(const lab::results& measured, const lab::label& what);

/// The epoch, of those looked at, with the best mean Dice on images of nobody.
[[nodiscard]] std::size_t best_epoch(const settings& chosen, const lab::results& measured);

/// A defence and what the page calls it.
struct named_defence {
  std::string name, shown, kind;
};
[[nodiscard]] std::vector<named_defence> defences(const settings& chosen);

/// Every control in a sentence that says whether it holds: 0.5 is in its interval, taken so that all hold together.
[[nodiscard]] std::vector<std::string> control_lines(const lab::results& measured);

/// The parts of the page, in page_defences.cpp and page_sweeps.cpp.
void add_defences(telltale::report::html::document& page, const settings& chosen, const lab::results& measured);
void add_claims(telltale::report::html::document& page, const settings& chosen, const lab::results& measured);
void add_sweeps(telltale::report::html::document& page, const settings& chosen, const lab::results& measured);
void add_poisoning(telltale::report::html::document& page, const settings& chosen, const lab::results& measured);

}  // namespace segmentation_lab
