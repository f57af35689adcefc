// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "scatter.hpp"

#include <telltale/report/format.hpp>
#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/scale.hpp>
#include <telltale/report/svg/style.hpp>

#include <algorithm>
#include <cmath>

namespace segmentation_lab {

using namespace telltale;
using namespace telltale::report;

namespace {

constexpr double width = 900, left = 78, right = 610, top = 16, bottom = 416, height = 474;

// Numbers of points that lie on each other are pushed apart, the one that is drawn later to the right.
struct label_place {
  double x, y;
};

std::vector<label_place> places_of(const std::vector<scattered>& points, const svg::scale& x, const svg::scale& y) {
  std::vector<label_place> placed;
  for (const scattered& each : points) {
    label_place at{x(each.x.value), y(each.y.value)};
    for (int round = 0; round < 40; ++round) {
      const auto near = [&](const label_place& other) {
        return std::abs(other.x - at.x) < 19 && std::abs(other.y - at.y) < 19;
      };
      if (std::none_of(placed.begin(), placed.end(), near)) break;
      at.x += 6;
      at.y -= round % 2 == 0 ? 5 : 0;
    }
    placed.push_back(at);
  }
  return placed;
}

}  // namespace

std::string scatter_chart(const std::vector<scattered>& points, std::string_view x_axis, std::string_view y_axis,
                          std::string_view id, std::string_view title) {
  double low = 1, high = 0, least = 0.45;
  std::string described;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const scattered& each = points[k];
    low = std::min(low, each.x.value);
    high = std::max(high, each.x.value);
    least = std::min(least, each.y.value - 0.02);
    described += std::to_string(k + 1) + " " + each.name + ": " + percent(each.x.value) + " %, " +
                 percent(each.y.value) + " %. ";
  }
  const double margin = std::max(0.01, 0.06 * (high - low));
  const svg::scale x{low - margin, high + margin, left, right, false}, y{least, 1.01, bottom, top, false};
  svg::drawing out(width, height, id, title, described);
  for (const double tick : svg::round_ticks(low - margin, high + margin)) {
    out.line(x(tick), top, x(tick), bottom, "grid");
    out.text(x(tick), bottom + 20, short_percent(tick) + " %", "tick", "middle");
  }
  for (const double tick : svg::round_ticks(least, 1.0)) {
    out.line(left, y(tick), right, y(tick), "grid");
    out.text(left - 9, y(tick) + 4, short_percent(tick) + " %", "tick", "end");
  }
  out.line(left, y(0.5), right, y(0.5), "cut");
  out.path("M" + svg::coordinate(left) + "," + svg::coordinate(top) + "V" + svg::coordinate(bottom) + "H" +
               svg::coordinate(right),
           "axis");
  out.text((left + right) / 2, bottom + 44, x_axis, "label", "middle");
  out.content("text", y_axis,
              {{"class", "label"},
               {"text-anchor", "middle"},
               {"transform", "translate(16 " + svg::coordinate((top + bottom) / 2) + ") rotate(-90)"}});
  const auto inside = [](double value, double from, double to) { return std::clamp(value, from, to); };
  for (const scattered& each : points) {
    const std::string look = "reach " + svg::series_class(each.kind);
    if (std::isfinite(each.y.low))
      out.line(x(each.x.value), inside(y(each.y.low), top, bottom), x(each.x.value),
               inside(y(each.y.high), top, bottom), look);
    if (std::isfinite(each.x.low))
      out.line(inside(x(each.x.low), left, right), y(each.y.value), inside(x(each.x.high), left, right),
               y(each.y.value), look);
  }
  const std::vector<label_place> placed = places_of(points, x, y);
  for (std::size_t k = 0; k < points.size(); ++k) {
    const std::string number = std::to_string(k + 1), look = "mark " + svg::series_class(points[k].kind);
    out.open("g", {});
    out.content("title", points[k].name);
    out.line(x(points[k].x.value), y(points[k].y.value), placed[k].x, placed[k].y, "axis");
    out.element("circle", {{"cx", placed[k].x}, {"cy", placed[k].y}, {"r", 9.0}, {"class", look}});
    out.content("text", number,
                {{"x", placed[k].x},
                 {"y", placed[k].y + 4},
                 {"text-anchor", "middle"},
                 {"style", "fill:var(--paper);font-size:11px;font-weight:700"}});
    out.close();
    const double line = top + 12 + 22 * static_cast<double>(k);
    out.element("circle", {{"cx", right + 34}, {"cy", line - 4}, {"r", 9.0}, {"class", look}});
    out.content("text", number,
                {{"x", right + 34},
                 {"y", line},
                 {"text-anchor", "middle"},
                 {"style", "fill:var(--paper);font-size:11px;font-weight:700"}});
    out.text(right + 52, line, points[k].name, "name", "start");
  }
  return out.take();
}

}  // namespace segmentation_lab
