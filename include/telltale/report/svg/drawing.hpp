// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/report/escape.hpp>
#include <telltale/report/format.hpp>

namespace telltale::report::svg {

/// A coordinate in user units with at most two decimals: "12.5".
[[nodiscard]] inline std::string coordinate(double value) {
  std::string text = fixed(value, 2);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// The value of an attribute: a number or text, which is escaped.
class attribute_value {
 public:
  /// A number, written with at most two decimals.
  attribute_value(double number) : text_(coordinate(number)) {}
  /// A text, which is escaped.
  attribute_value(std::string_view text) : text_(escaped(text)) {}
  /// A text, which is escaped.
  attribute_value(const char* text) : attribute_value(std::string_view(text)) {}
  /// A text, which is escaped.
  attribute_value(const std::string& text) : attribute_value(std::string_view(text)) {}
  /// The value as it stands between the quotes.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Names and values of an element's attributes, in the order to be written.
using attributes = std::initializer_list<std::pair<std::string_view, attribute_value>>;

/// Writes one SVG picture, element by element; every element that is opened gets closed, and all text is escaped.
///
/// The picture scales with its container, carries a title and a description for screen readers, and takes its colours
/// from the classes of `style()`.
class drawing {
 public:
  /// width x height user units; `id` must be unique in the page.
  drawing(double width, double height, std::string_view id, std::string_view title, std::string_view description)
      : id_(id) {
    open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                 {"class", "chart"},
                 {"viewBox", "0 0 " + coordinate(width) + " " + coordinate(height)},
                 {"role", "img"},
                 {"aria-labelledby", id_ + "-title " + id_ + "-desc"}});
    content("title", title, {{"id", id_ + "-title"}});
    content("desc", description, {{"id", id_ + "-desc"}});
  }

  /// Begins an element that holds others.
  void open(std::string_view name, attributes with = {}) {
    begin(name, with);
    text_ += '>';
    open_.emplace_back(name);
  }
  /// Ends the innermost open element; there must be one.
  void close() {
    text_ += "</" + open_.back() + ">";
    open_.pop_back();
  }
  /// An element that holds nothing.
  void element(std::string_view name, attributes with) {
    begin(name, with);
    text_ += "/>";
  }
  /// An element that holds text, which is escaped.
  void content(std::string_view name, std::string_view inside, attributes with = {}) {
    open(name, with);
    text_ += escaped(inside);
    close();
  }

  /// A line between two points.
  void line(double x1, double y1, double x2, double y2, std::string_view style_class) {
    element("line", {{"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}, {"class", style_class}});
  }
  /// A rectangle by its upper left corner.
  void rectangle(double x, double y, double width, double height, std::string_view style_class) {
    element("rect", {{"x", x}, {"y", y}, {"width", width}, {"height", height}, {"class", style_class}});
  }
  /// A path, its commands as a `polyline` gives them.
  void path(const std::string& commands, std::string_view style_class) {
    element("path", {{"d", commands}, {"class", style_class}});
  }
  /// anchor: "start", "middle" or "end".
  void text(double x, double y, std::string_view inside, std::string_view style_class, std::string_view anchor) {
    content("text", inside, {{"x", x}, {"y", y}, {"class", style_class}, {"text-anchor", anchor}});
  }

  /// The picture's id, unique in the page; further ids begin with it.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  /// The picture; every element that is still open is closed.
  [[nodiscard]] std::string take() {
    while (!open_.empty()) close();
    return std::move(text_);
  }

 private:
  void begin(std::string_view name, attributes with) {
    text_.append("<").append(name);
    for (const auto& [key, value] : with) text_.append(" ").append(key).append("=\"").append(value.text()).append("\"");
  }

  std::string id_, text_;
  std::vector<std::string> open_;
};

/// The commands of a path through points given one by one: "M1,2L3,4".
class polyline {
 public:
  /// Goes on to a point; the first one is where it begins.
  void to(double x, double y) {
    commands_ += commands_.empty() ? "M" : "L";
    commands_ += coordinate(x) + "," + coordinate(y);
  }
  /// Joins the last point to the first.
  void close() { commands_ += "Z"; }
  /// The commands, as a path's `d` attribute has them.
  [[nodiscard]] const std::string& commands() const noexcept { return commands_; }

 private:
  std::string commands_;
};

}  // namespace telltale::report::svg
