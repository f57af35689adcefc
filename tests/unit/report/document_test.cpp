// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <oracle/well_formed.hpp>
#include <telltale/core/error.hpp>
#include <telltale/report/html/document.hpp>
#include <telltale/report/svg/series.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

namespace {

const std::set<std::string, std::less<>> empty_elements{"meta", "br", "img"};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const image red_dot{1, 1, 3, {255, 0, 0}};

}  // namespace

TEST_CASE("a page of one's own is well formed, self-contained and in the order of its parts") {
  html::document page("Who is <known>?", "Lab & more");
  page.finding("97 %", "of members are found <now>.");
  page.heading("One & two").say("A <paragraph>.").items({"first <item>", "second"});
  page.subheading("Rates").table({{{"found", "of members"}}, {{"all <of them>", {{"97 %", "84-100"}}, ""}}});
  page.chart(series_chart({{"a", {{1, {0.5, 0.4, 0.6}}, {2, {0.6, 0.5, 0.7}}}}}, {"x", "y"}, "a", "A"),
             "Whiskers & co.");
  page.means("It means <this>.");
  page.pictures({{red_dot, {"Ada <B>", "member"}}, {{}, {"no picture"}}});
  page.part({"Section <s>", "What it means.", {{{"v"}}, {{"r", {{"1"}}, ""}}}, {"A note."}});
  const std::string text = page.str();
  CHECK(oracle::fault_of(text, empty_elements) == "");
  std::size_t at = 0;
  for (const std::string part :
       {"Lab &amp; more", "<h1>Who is &lt;known&gt;?</h1>", "97 %", "found &lt;now&gt;.", "<h2>One &amp; two</h2>",
        "<p>A &lt;paragraph&gt;.</p>", "<li>first &lt;item&gt;</li>", "<h3>Rates</h3>", "all &lt;of them&gt;", "<svg",
        "Whiskers &amp; co.", "It means &lt;this&gt;.", "src=\"data:image/png;base64,", "alt=\"Ada &lt;B&gt;, member\"",
        "<b>no picture</b>", "<h2>Section &lt;s&gt;</h2>", "<li>A note.</li>"}) {
    CAPTURE(part);
    const std::size_t found = text.find(part, at);
    CHECK(found != std::string::npos);
    if (found != std::string::npos) at = found;
  }
  CHECK_FALSE(holds(text, "src=\"http"));
  CHECK_FALSE(holds(text, "<script"));
}

TEST_CASE("a page can be read before it is finished, and begins without an eyebrow") {
  html::document page("T");
  const std::string before = page.str();
  CHECK(oracle::fault_of(before, empty_elements) == "");
  CHECK_FALSE(holds(before, "<p class=\"eyebrow\""));
  page.chart(series_chart({{"a", {{1, {0.5, 0.4, 0.6}}}}}, {"x", "y"}, "a", "A"));
  CHECK_FALSE(holds(page.str(), "<figcaption>"));
  CHECK(page.str().size() > before.size());
}

TEST_CASE("a picture without its pixels is refused") {
  html::document page("T");
  CHECK_THROWS_AS(page.pictures({{image{2, 2, 3, {1, 2, 3}}, {"short"}}}), telltale::argument_error);
}
