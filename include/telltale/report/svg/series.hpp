// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/metric/interval/estimate.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/scale.hpp>
#include <telltale/report/svg/style.hpp>

namespace telltale::report {

/// A rate at a place of the horizontal axis; an interval that is not finite is not drawn.
struct series_point {
  double x = 0;        ///< place on the horizontal axis
  metric::estimate y;  ///< a fraction, with its interval
};

/// Rates that belong together, in the order of their places. Points are joined, unless there is a line to draw instead:
/// what a model says at places of its own, of which intervals are not drawn.
struct rate_series {
  std::string name;
  std::vector<series_point> points;     ///< measured, each with a whisker
  std::vector<series_point> line = {};  ///< drawn instead of joining the points; its intervals are not
};

/// What the axes of a picture of series are.
struct series_axes {
  std::string x,               ///< what is varied, in words
      y;                       ///< what is measured, in words
  bool logarithmic_x = false;  ///< of places above 0
  double low = 0,              ///< lower end of the vertical axis, a fraction that is written as a percentage
      high = 1;                ///< its upper end
  bool logarithmic_y = false;  ///< of rates; `low` must be above 0
};

}  // namespace telltale::report

namespace telltale::report::svg {

/// Draws the parts of a picture of series.
class series_picture {
 public:
  /// Lays the axes out; `series` and `axes` must outlive this. Throws argument_error as `series_chart` does.
  series_picture(const std::vector<rate_series>& series, const series_axes& axes, std::string_view id,
                 std::string_view title)
      : series_(series), axes_(axes), out_(width, height_for(series), id, title, description(series, axes)) {
    std::vector<double> ends;
    for (const rate_series& each : series)
      for (const auto* points : {&each.points, &each.line})
        for (const series_point& point : *points) {
          if (!std::isfinite(point.x) || !std::isfinite(point.y.value) || (axes.logarithmic_x && point.x <= 0))
            telltale::detail::refuse(
                "series_chart", "series",
                "\"" + each.name + "\" has a point that cannot be drawn, at " + std::to_string(point.x));
          (points == &each.points ? places_ : ends).push_back(point.x);
        }
    if (places_.empty()) telltale::detail::refuse("series_chart", "series", "has no point; wanted at least one");
    if (!(axes.low < axes.high))
      telltale::detail::refuse(
          "series_chart", "axes",
          "begin at " + std::to_string(axes.low) + " and end at " + std::to_string(axes.high) + "; wanted low < high");
    if (axes.logarithmic_y && !(axes.low > 0))
      telltale::detail::refuse("series_chart", "axes",
                               "begin at " + std::to_string(axes.low) + ", which has no logarithm; wanted more than 0");
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    ends.insert(ends.end(), {places_.front(), places_.back()});
    double first = *std::min_element(ends.begin(), ends.end()), last = *std::max_element(ends.begin(), ends.end());
    if (first == last) first = first * (axes.logarithmic_x ? 0.5 : 1) - 1e-9, last = last * 2 + 1;
    x_ = {first, last, left + margin, right - margin, axes.logarithmic_x};
    y_ = {axes.low, axes.high, bottom, top, axes.logarithmic_y};
  }

  /// The picture; to be called once.
  [[nodiscard]] std::string draw() {
    frame();
    for (std::size_t k = 0; k < series_.size(); ++k) whiskers(k);
    for (std::size_t k = 0; k < series_.size(); ++k) curve(k);
    legend();
    return out_.take();
  }

 private:
  static std::string description(const std::vector<rate_series>& series, const series_axes& axes) {
    std::string text = axes.y + " against " + axes.x + ", with intervals. ";
    for (const rate_series& each : series) {
      text += each.name + ":";
      for (const series_point& point : each.points)
        text += " " + tick_label(point.x) + " gives " + percent(point.y.value) + " %;";
      text.back() = '.';
      text += ' ';
    }
    return text;
  }

  void frame() {
    for (const double tick :
         axes_.logarithmic_y ? decade_ticks(axes_.low, axes_.high) : round_ticks(axes_.low, axes_.high)) {
      out_.line(left, y_(tick), right, y_(tick), "grid");
      out_.text(left - 9, y_(tick) + 4, short_percent(tick) + " %", "tick", "end");
    }
    double free = left - 100;
    for (const double place : places_) {
      out_.line(x_(place), bottom, x_(place), bottom + 5, "axis");
      const std::string label = tick_label(place);
      const double half = 4.0 * static_cast<double>(label.size());
      if (x_(place) - half < free) continue;
      out_.text(x_(place), bottom + 20, label, "tick", "middle");
      free = x_(place) + half + 6;
    }
    out_.path("M" + coordinate(left) + "," + coordinate(top) + "V" + coordinate(bottom) + "H" + coordinate(right),
              "axis");
    out_.text((left + right) / 2, bottom + 44, axes_.x, "label", "middle");
    out_.content("text", axes_.y,
                 {{"class", "label"},
                  {"text-anchor", "middle"},
                  {"transform", "translate(16 " + coordinate((top + bottom) / 2) + ") rotate(-90)"}});
  }

  // Side by side, so that whiskers of one place do not hide each other.
  [[nodiscard]] double across(double place, std::size_t k) const {
    const double others = static_cast<double>(series_.size()) - 1;
    return x_(place) + std::min(5.0, 2 * (margin - 6) / std::max(others, 1.0)) * (static_cast<double>(k) - others / 2);
  }
  [[nodiscard]] double inside(double rate) const { return y_(std::clamp(rate, axes_.low, axes_.high)); }

  void whiskers(std::size_t k) {
    for (const series_point& point : series_[k].points)
      if (std::isfinite(point.y.low) && std::isfinite(point.y.high))
        out_.line(across(point.x, k), inside(point.y.low), across(point.x, k), inside(point.y.high),
                  "reach " + series_class(k));
  }

  void curve(std::size_t k) {
    polyline line;
    for (const series_point& point : series_[k].points)
      if (series_[k].line.empty()) line.to(across(point.x, k), inside(point.y.value));
    for (const series_point& point : series_[k].line) line.to(x_(point.x), inside(point.y.value));
    out_.open("g", {});
    out_.content("title", series_[k].name);
    out_.path(line.commands(), "curve " + series_class(k));
    for (const series_point& point : series_[k].points) mark(across(point.x, k), inside(point.y.value), k);
    out_.close();
  }

  // Four shapes in turn: what tells series apart in grey.
  void mark(double x, double y, std::size_t k) {
    const std::string look = "mark " + series_class(k);
    if (k % 4 == 0) return out_.element("circle", {{"cx", x}, {"cy", y}, {"r", 4.2}, {"class", look}});
    polyline shape;
    const auto corner = [&](double dx, double dy) { shape.to(x + dx, y + dy); };
    if (k % 4 == 1) corner(-3.8, -3.8), corner(3.8, -3.8), corner(3.8, 3.8), corner(-3.8, 3.8);
    if (k % 4 == 2) corner(0, -5.4), corner(5.4, 0), corner(0, 5.4), corner(-5.4, 0);
    if (k % 4 == 3) corner(0, -5), corner(4.8, 3.6), corner(-4.8, 3.6);
    shape.close();
    out_.path(shape.commands(), look);
  }

  void legend() {
    double y = top + 8;
    for (std::size_t k = 0; k < series_.size(); ++k) {
      out_.line(right + 24, y - 4, right + 52, y - 4, "curve " + series_class(k));
      mark(right + 38, y - 4, k);
      for (const std::string& part : wrapped(series_[k].name, legend_letters)) {
        out_.text(right + 60, y, part, "name", "start");
        y += 16;
      }
      if (!series_[k].points.empty()) {
        const series_point& last = series_[k].points.back();
        const std::string reach = interval_percent(last.y, " to ");
        out_.text(right + 60, y,
                  "at " + tick_label(last.x) + ": " + percent(last.y.value) + " %" +
                      (reach.empty() ? "" : " (" + reach + ")"),
                  "note", "start");
        y += 24;
      }
    }
  }

  [[nodiscard]] static double height_for(const std::vector<rate_series>& series) {
    double names = 0;
    for (const rate_series& each : series)
      names += 24 + 16 * static_cast<double>(wrapped(each.name, legend_letters).size());
    return std::max(bottom + 58, top + 8 + names);
  }

  static constexpr std::size_t legend_letters = 24;
  static constexpr double width = 900, left = 78, right = 628, top = 16, bottom = 346, margin = 22;
  const std::vector<rate_series>& series_;
  series_axes axes_;
  drawing out_;
  std::vector<double> places_;
  scale x_, y_;
};

}  // namespace telltale::report::svg

namespace telltale::report {

/// Rates against a number that was varied (photos, training images, names), several series in one picture, each point
/// with its interval as a whisker.
///
/// Values and axes are fractions, written as percentages; what lies beyond the vertical axis is drawn at its end, so
/// that on a logarithmic one a rate of 0 or less lies at the bottom. The horizontal axis is labelled at the places that
/// were measured. `id` must be unique in the page. O(points). Throws argument_error when there is no point, for one
/// that is not finite (or whose place is not positive on a logarithmic axis), and for a vertical axis that is empty or,
/// if logarithmic, does not begin above 0.
[[nodiscard]] inline std::string series_chart(const std::vector<rate_series>& series, const series_axes& axes,
                                              std::string_view id, std::string_view title) {
  return svg::series_picture(series, axes, id, title).draw();
}

}  // namespace telltale::report
