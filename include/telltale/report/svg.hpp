// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string_view>

#include <telltale/io/atomic_file.hpp>
#include <telltale/report/svg/classes.hpp>
#include <telltale/report/svg/dp_bound.hpp>
#include <telltale/report/svg/histogram.hpp>
#include <telltale/report/svg/roc.hpp>
#include <telltale/report/svg/series.hpp>
#include <telltale/report/svg/style.hpp>

namespace telltale::report {

/// Writes a picture as a file of its own that appears complete or not at all. Throws `file_error` as
/// `io::write_atomically` does.
inline void write_svg(const std::filesystem::path& path, std::string_view picture) {
  io::write_atomically(path, [&](std::ostream& out) { out << svg::standalone(picture); });
}

}  // namespace telltale::report
