// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/scale.hpp>

namespace telltale::report {

/// How vulnerable each class is: a dot and its interval, the most vulnerable class on top.
///
/// Values are fractions. A class whose value is not finite is listed as "not measured". `id` must be unique in the
/// page. Throws argument_error when there is no class.
[[nodiscard]] inline std::string class_chart(const std::vector<class_vulnerability>& classes, std::string_view measure,
                                             std::string_view id = "classes") {
  if (classes.empty()) telltale::detail::refuse("class_chart", "classes", "is empty; wanted at least one");
  constexpr double width = 900, left = 210, right = 800, top = 14, row = 36;
  const double bottom = top + row * static_cast<double>(classes.size()), height = bottom + 62;
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto value = [&](std::size_t i) {
    return std::isfinite(classes[i].value.value) ? classes[i].value.value : -1.0;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
  double most = 0;
  for (const class_vulnerability& each : classes)
    for (const double end : {each.value.value, each.value.high})
      if (std::isfinite(end)) most = std::max(most, end);
  const svg::scale x{0, most > 0 ? std::min(1.0, 1.04 * most) : 1, left, right, false};

  svg::drawing picture(width, height, id, measure, "One row a class, the most vulnerable on top, with its interval.");
  for (const double tick : svg::round_ticks(x.low, x.high, 6)) {
    picture.line(x(tick), top, x(tick), bottom, "grid");
    picture.text(x(tick), bottom + 20, short_percent(tick) + " %", "tick", "middle");
  }
  picture.line(left, top, left, bottom, "axis");
  picture.text((left + right) / 2, bottom + 46, measure, "label", "middle");
  for (std::size_t r = 0; r < order.size(); ++r) {
    const class_vulnerability& each = classes[order[r]];
    const double y = top + row * (static_cast<double>(r) + 0.5);
    const std::vector<std::string> name = wrapped(each.name, 24);
    picture.text(left - 12, y + 1, name.front() + (name.size() > 1 ? " \xe2\x80\xa6" : ""), "name", "end");
    picture.text(left - 12, y + 13, thousands(each.records) + " records", "note", "end");
    if (!std::isfinite(each.value.value)) {
      picture.text(left + 10, y + 4, "not measured", "note", "start");
      continue;
    }
    if (std::isfinite(each.value.low) && std::isfinite(each.value.high))
      picture.line(x(std::max(each.value.low, x.low)), y, x(std::min(each.value.high, x.high)), y, "whisker");
    picture.element("circle", {{"cx", x(each.value.value)}, {"cy", y}, {"r", 5.5}, {"class", "dot"}});
    picture.text(right + 18, y + 4, percent(each.value.value) + " %", "tick", "start");
  }
  return picture.take();
}

}  // namespace telltale::report
