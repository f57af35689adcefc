// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/report/html/page.hpp>
#include <telltale/report/html/parts.hpp>
#include <telltale/report/html/tables.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report::html {

/// A report of one's own, part by part, in the house's style: one self-contained page, no script, nothing loaded.
///
///     html::document page("Whom does a model know by face?", "Lab");
///     page.heading("Identity inference").say("Everybody is attacked with his own name.");
///     page.chart(series_chart(found, {"photos", "share of persons"}, "photos", "Photos"), "With 95 % intervals.");
///     page.pictures({{{32, 32, 3, bytes}, {"Ada Byron", "member"}}});
///     write_html("report.html", page.str());
///
/// Texts are plain UTF-8 and are escaped; only `chart` takes markup, as the charts make it, and every chart of a page
/// needs an id of its own. Cost: that of its parts; pictures are deflated.
class document {
 public:
  /// `eyebrow` is the line above the title.
  explicit document(std::string title, std::string_view eyebrow = "") : title_(std::move(title)) {
    body_ = "<header>\n";
    if (!eyebrow.empty()) body_ += tag("p", eyebrow, "class=\"eyebrow\"") + "\n";
    body_ += tag("h1", title_) + "\n</header>\n";
  }

  /// The figure that matters most, large, and the sentence that says what it is.
  document& finding(std::string_view figure, std::string_view says) {
    return add("<div class=\"finding\">" + tag("div", figure, "class=\"figure\"") + "<div>" +
               tag("p", says, "class=\"says\"") + "</div></div>\n");
  }
  /// A heading that begins a new part.
  document& heading(std::string_view text) { return add(tag("h2", text) + "\n"); }
  /// A heading within a part.
  document& subheading(std::string_view text) { return add(tag("h3", text) + "\n"); }
  /// A paragraph.
  document& say(std::string_view text) { return add(tag("p", text) + "\n"); }
  /// What the last part means, to somebody who has never seen its like.
  document& means(std::string_view text) { return add(meaning(text)); }
  /// A list, one sentence an item.
  document& items(const std::vector<std::string>& sentences) { return add(list(sentences)); }
  /// A table alone; `part` adds what it means.
  document& table(const text_table& made) { return add(section_table(made)); }
  /// An SVG picture as the charts make it; the only markup that is taken as it is.
  document& chart(std::string_view svg, std::string_view caption = "") { return add(figure(svg, caption)); }
  /// Throws argument_error as `png` does.
  document& pictures(const std::vector<captioned_picture>& strip) { return add(picture_strip(strip)); }
  /// A section that another report shows as well: groups, bounds, a comparison, rates.
  document& part(const section& made) { return add(section_of(made)); }

  /// The page with all that was added so far.
  [[nodiscard]] std::string str() const { return page(title_, body_); }

 private:
  document& add(const std::string& markup) {
    body_ += markup;
    return *this;
  }

  std::string title_, body_;
};

}  // namespace telltale::report::html
