// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/picture.hpp>
#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/scale.hpp>

namespace telltale::report {

/// The scores of members and of non-members, each class as shares of its own size, and the verdict's cut where one lies
/// within the picture.
///
/// `id` must be unique in the page. Throws argument_error for a histogram without bins, with bins of different number,
/// or without scores.
[[nodiscard]] inline std::string histogram_chart(const score_histogram& got, std::string_view id, std::string_view name,
                                                 std::optional<double> cut = {}) {
  telltale::detail::check_size("histogram_chart", "got.nonmembers", got.nonmembers.size(), got.members.size());
  constexpr double width = 300, height = 204, left = 12, right = 288, top = 46, bottom = 160;
  const std::size_t bins = got.members.size();
  std::uint64_t in = 0, out = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    in += got.members[b];
    out += got.nonmembers[b];
  }
  if (in + out == 0) telltale::detail::refuse("histogram_chart", "got", "holds no score");
  const auto share = [](std::uint64_t count, std::uint64_t of) {
    return of == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(of);
  };
  double most = 0;
  for (std::size_t b = 0; b < bins; ++b)
    most = std::max({most, share(got.members[b], in), share(got.nonmembers[b], out)});

  svg::drawing picture(width, height, id, std::string("Scores of ").append(name),
                       "How often each score occurs among members and among non-members; the farther apart the two "
                       "shapes, the more the model gives away.");
  picture.text(left, 17, name, "name", "start");
  // Scores that are all equal: a unit range around them, so that there is a scale to draw on.
  const bool flat = !(got.low < got.high);
  const svg::scale x{flat ? got.low - 0.5 : got.low, flat ? got.low + 0.5 : got.high, left, right, false};
  const svg::scale y{0, most, bottom, top, false};
  const auto shape = [&](const std::vector<std::uint64_t>& counts, std::uint64_t of, std::string_view style) {
    std::string outline = "M" + svg::coordinate(left) + "," + svg::coordinate(bottom);
    for (std::size_t b = 0; b < bins; ++b)
      outline += "V" + svg::coordinate(y(share(counts[b], of))) + "H" +
                 svg::coordinate(left + (right - left) * static_cast<double>(b + 1) / static_cast<double>(bins));
    outline += "V" + svg::coordinate(bottom);
    picture.path(outline + "Z", style);
    picture.path(outline, std::string(style) + "-edge");
  };
  shape(got.nonmembers, out, "out");
  shape(got.members, in, "in");
  picture.line(left, bottom, right, bottom, "axis");
  for (const double tick : svg::round_ticks(x.low, x.high, 4)) {
    picture.line(x(tick), bottom, x(tick), bottom + 4, "axis");
    const double at = std::clamp(x(tick), left + 8, right - 8);
    picture.text(at, bottom + 18, svg::tick_label(tick), "tick", "middle");
  }
  if (cut && std::isfinite(*cut) && *cut >= x.low && *cut <= x.high) {
    picture.line(x(*cut), top - 6, x(*cut), bottom, "cut");
    picture.text(std::clamp(x(*cut), left + 12, right - 12), top - 9, "cut", "note halo", "middle");
  }
  if (got.below + got.above > 0)
    picture.text((left + right) / 2, bottom + 36,
                 "the outermost bins hold " + thousands(got.below + got.above) + " beyond", "note", "middle");
  return picture.take();
}

}  // namespace telltale::report
