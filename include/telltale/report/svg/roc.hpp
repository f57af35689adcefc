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
#include <telltale/report/audit.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/svg/dp_bound.hpp>
#include <telltale/report/svg/drawing.hpp>
#include <telltale/report/svg/scale.hpp>
#include <telltale/report/svg/style.hpp>

namespace telltale::report {

/// Which bounds of differential privacy a ROC picture shows, and where its legend is read.
struct roc_style {
  std::vector<double> epsilons{1, 2, 4, 8};  ///< of the bounds drawn, each at least 0
  double delta = 1e-5;                       ///< of all bounds, in [0, 1)
  double legend_fpr = 0.01;                  ///< the legend is ordered by the TPR here and tells it
};

}  // namespace telltale::report

namespace telltale::report::svg {

/// The TPR of a drawn curve at an FPR: that of the last point at or below it.
[[nodiscard]] inline double tpr_of(const drawn_curve& curve, double fpr) {
  double tpr = 0;
  for (const curve_point& point : curve.line)
    if (point.fpr <= fpr) tpr = std::max(tpr, point.tpr);
  return tpr;
}

/// The TPR of an attack at an FPR: from its evaluation where it holds that FPR, else from the thinned curve.
[[nodiscard]] inline double tpr_of(const attack_result& attack, double fpr) {
  for (const metric::operating_point& point : attack.evaluation.tpr_at_fpr)
    if (point.fpr == fpr) return point.tpr.value;
  return tpr_of(attack.curve, fpr);
}

/// Draws the parts of a ROC picture on logarithmic axes.
class roc_picture {
 public:
  /// Lays the axes out. Throws argument_error when no attack has a curve.
  roc_picture(const std::vector<attack_result>& attacks, std::string_view id, std::string_view title,
              const roc_style& style)
      : style_(style), out_(width, height_for(attacks), id, title, description(attacks)) {
    double negatives = 10;
    for (std::size_t k = 0; k < attacks.size(); ++k) {
      if (attacks[k].curve.line.empty()) continue;
      shown_.push_back({&attacks[k], k, tpr_of(attacks[k], style.legend_fpr)});
      negatives = std::max(negatives, static_cast<double>(attacks[k].curve.nonmembers));
    }
    if (shown_.empty()) telltale::detail::refuse("roc_chart", "attacks", "has no curve to draw");
    std::stable_sort(shown_.begin(), shown_.end(), [](const series& a, const series& b) { return a.tpr > b.tpr; });
    // Nobody reads below one in a million; the margin keeps 1/1000 at 10^-3 whatever log10 rounds to.
    decades_ = std::clamp(static_cast<int>(std::ceil(std::log10(negatives) - 1e-9)), 1, 6);
    const double smallest = std::pow(10.0, -decades_);
    smallest_ = smallest;
    x_ = {smallest, 1, left, right, true};
    y_ = {smallest, 1, bottom, top, true};
    measured_ = std::max(smallest, 1 / negatives);
  }

  /// The picture; to be called once.
  [[nodiscard]] std::string draw() {
    out_.open("clipPath", {{"id", out_.id() + "-clip"}});
    out_.element("rect", {{"x", left}, {"y", top}, {"width", right - left}, {"height", bottom - top}});
    out_.close();
    axes();
    out_.open("g", {{"clip-path", "url(#" + out_.id() + "-clip)"}});
    bounds();
    // All bands first, so that none hides a line; the strongest attack's line last, on top.
    for (const series& each : shown_) band(each);
    for (std::size_t i = shown_.size(); i-- > 0;) curve(shown_[i]);
    bound_labels();
    out_.close();
    legend();
    return out_.take();
  }

 private:
  struct series {
    const attack_result* attack;
    std::size_t colour;
    double tpr;
  };

  static std::string description(const std::vector<attack_result>& attacks) {
    std::string names;
    for (const attack_result& attack : attacks)
      if (!attack.curve.line.empty()) names += (names.empty() ? "" : ", ") + attack.name;
    return "ROC curves on logarithmic axes with their intervals, of: " + names +
           ". A curve above the diagonal finds members better than guessing.";
  }

  void axes() {
    if (x_(measured_) - left > 1) out_.rectangle(left, top, x_(measured_) - left, bottom - top, "unseen");
    for (int d = -decades_; d <= 0; ++d) {
      const double value = std::pow(10.0, d);
      const std::string label = short_percent(value) + " %";
      out_.line(x_(value), top, x_(value), bottom, "grid");
      out_.line(left, y_(value), right, y_(value), "grid");
      out_.text(x_(value), bottom + 20, label, "tick", "middle");
      out_.text(left - 9, y_(value) + 4, label, "tick", "end");
      for (int minor = 2; minor < 10 && d < 0; ++minor) {
        out_.line(x_(minor * value), bottom, x_(minor * value), bottom + 4, "axis");
        out_.line(left - 4, y_(minor * value), left, y_(minor * value), "axis");
      }
    }
    out_.path("M" + coordinate(left) + "," + coordinate(top) + "V" + coordinate(bottom) + "H" + coordinate(right),
              "axis");
    out_.text((left + right) / 2, bottom + 44, "False-positive rate: non-members wrongly accused", "label", "middle");
    out_.content("text", "True-positive rate: members found",
                 {{"class", "label"},
                  {"text-anchor", "middle"},
                  {"transform", "translate(16 " + coordinate((top + bottom) / 2) + ") rotate(-90)"}});
    if (x_(measured_) - left > 110)
      out_.text((left + x_(measured_)) / 2, bottom - 12, "too few non-members", "note", "middle");
  }

  void bounds() {
    out_.line(x_(smallest_), y_(smallest_), x_(1), y_(1), "guess");
    for (const double epsilon : style_.epsilons) {
      polyline bound;
      constexpr int steps = 120;
      for (int i = 0; i <= steps; ++i) {
        const double f = std::min(1.0, std::pow(10.0, -decades_ * (1 - static_cast<double>(i) / steps)));
        bound.to(x_(f), y_(dp_bound(epsilon, style_.delta, f)));
      }
      out_.path(bound.commands(), "bound");
    }
  }

  // Along the left edge, where the lines of different epsilons are far apart and parallel to the diagonal.
  void bound_labels() {
    const double slope = -std::atan((bottom - top) / (right - left)) * 180 / std::acos(-1.0);
    const auto label = [&](double tpr, const std::string& text) {
      const double at = smallest_ * std::pow(10.0, 0.07 * decades_), rise = std::pow(10.0, 0.07 * decades_);
      const double y = y_(std::min(1.0, tpr * rise));
      if (y < top + 22) return;
      out_.content("text", text,
                   {{"class", "note halo"},
                    {"transform", "translate(" + coordinate(x_(at)) + " " + coordinate(y) + ") rotate(" +
                                      coordinate(slope) + ") translate(0 -5)"}});
    };
    for (const double epsilon : style_.epsilons)
      label(dp_bound(epsilon, style_.delta, smallest_), "\xce\xb5 = " + tick_label(epsilon));
    label(smallest_, "guessing");
  }

  [[nodiscard]] double inside(double tpr) const { return y_(std::max(tpr, smallest_ / 2)); }

  void band(const series& each) {
    polyline area;
    const std::vector<band_point>& band = each.attack->curve.band;
    const double first = first_fpr(each);
    // Where an attack finds nobody there is no line for a band to surround.
    const auto drawn = [&](const band_point& point) {
      return point.fpr >= first && tpr_of(each.attack->curve, point.fpr) > 0;
    };
    for (const band_point& point : band)
      if (drawn(point)) area.to(x_(point.fpr), inside(point.high));
    for (std::size_t i = band.size(); i-- > 0;)
      if (drawn(band[i])) area.to(x_(band[i].fpr), inside(band[i].low));
    if (area.commands().empty()) return;
    area.close();
    out_.path(area.commands(), "band " + series_class(each.colour));
  }

  // In steps: between two thresholds no other verdict exists.
  void curve(const series& each) {
    const std::vector<curve_point>& line = each.attack->curve.line;
    const double first = first_fpr(each);
    double tpr = tpr_of(each.attack->curve, first);
    std::string commands = "M" + coordinate(x_(first)) + "," + coordinate(inside(tpr));
    for (const curve_point& point : line) {
      if (point.fpr <= first) continue;
      commands += "H" + coordinate(x_(point.fpr));
      if (point.tpr > tpr) commands += "V" + coordinate(inside(point.tpr));
      tpr = std::max(tpr, point.tpr);
    }
    out_.open("g", {});
    out_.content("title", each.attack->name);
    out_.path(commands, "curve " + series_class(each.colour));
    out_.close();
  }

  [[nodiscard]] double first_fpr(const series& each) const {
    return std::max(smallest_, 1 / static_cast<double>(each.attack->curve.nonmembers));
  }

  void legend() {
    double y = top + 8;
    const std::string at = " % found at " + short_percent(style_.legend_fpr) + " % false positives";
    for (const series& each : shown_) {
      out_.line(right + 24, y - 4, right + 52, y - 4, "curve " + series_class(each.colour));
      for (const std::string& part : wrapped(each.attack->name, legend_letters)) {
        out_.text(right + 60, y, part, "name", "start");
        y += 16;
      }
      const bool seen = style_.legend_fpr * static_cast<double>(each.attack->curve.nonmembers) >= 1;
      out_.text(right + 60, y, seen ? percent(each.tpr) + at : "too few non-members to tell", "note", "start");
      y += step_below(shown_.size());
    }
    y = std::max(y + 6, bottom - 32);
    if (!style_.epsilons.empty()) {
      out_.line(right + 24, y - 4, right + 52, y - 4, "bound");
      out_.text(right + 60, y, "most that (\xce\xb5, \xce\xb4)-differential", "note", "start");
      out_.text(right + 60, y + 15, "privacy allows, \xce\xb4 = " + tick_label(style_.delta), "note", "start");
    }
    out_.rectangle(right + 24, y + 24, 28, 12, "band s0");
    out_.text(right + 60, y + 34, "interval of the true-positive rate", "note", "start");
  }

  // As high as the axes, or as a legend of many attacks needs.
  [[nodiscard]] static double height_for(const std::vector<attack_result>& attacks) {
    std::size_t curves = 0;
    double names = 0;
    for (const attack_result& attack : attacks)
      if (!attack.curve.line.empty()) {
        ++curves;
        names += 16 * static_cast<double>(wrapped(attack.name, legend_letters).size());
      }
    return std::max(bottom + 58, top + 8 + names + static_cast<double>(curves) * step_below(curves) + 54);
  }
  [[nodiscard]] static double step_below(std::size_t curves) { return curves > 10 ? 18 : 26; }

  static constexpr std::size_t legend_letters = 26;
  static constexpr double width = 900, left = 78, right = 628, top = 16, bottom = 462;
  roc_style style_;
  drawing out_;
  std::vector<series> shown_;
  scale x_, y_;
  int decades_ = 4;
  double smallest_ = 1e-4, measured_ = 1e-4;
};

}  // namespace telltale::report::svg

namespace telltale::report {

/// Every attack's ROC curve on logarithmic axes, with its interval as a band, the diagonal of guessing and the bounds
/// of differential privacy.
///
/// The axes begin at the decade of the smallest FPR that the data resolves; left of 1/non-members nothing is drawn.
/// A curve keeps the colour of its place in `attacks`, so that pictures of several targets agree. `id` must be unique
/// in the page. O(points). Throws argument_error when no attack has a curve, and for an epsilon or delta out of range.
[[nodiscard]] inline std::string roc_chart(const std::vector<attack_result>& attacks, std::string_view id = "roc",
                                           std::string_view title = "How many members each attack finds",
                                           const roc_style& style = {}) {
  return svg::roc_picture(attacks, id, title, style).draw();
}

}  // namespace telltale::report
