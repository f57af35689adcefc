// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <oracle/well_formed.hpp>
#include <telltale/core/error.hpp>
#include <telltale/report/svg/series.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::vector<rate_series> found_and_accused() {
  return {{"members <found>", {{1, {0.5, 0.4, 0.6}}, {3, {0.75, 0.7, 0.8}}, {10, {1, 0.9, 1}}}},
          {"others accused", {{1, {0.25, nothing, nothing}}, {10, {0, 0, 0.1}}}}};
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a picture of series is well formed and shows every point, interval and place") {
  const std::string picture = series_chart(found_and_accused(), {"photos", "share"}, "s", "Found");
  CHECK(oracle::fault_of(picture) == "");
  CHECK(picture.find("members &lt;found&gt;") != std::string::npos);
  CHECK(picture.find("at 10: 100 % (90.0 to 100)") != std::string::npos);
  CHECK(count(picture, "class=\"reach") == 4);     // an interval that is not known has no whisker
  CHECK(count(picture, "class=\"mark") == 5 + 2);  // the legend has one of each
  CHECK(count(picture, ">1</text>") + count(picture, ">3</text>") + count(picture, ">10</text>") == 3);
  CHECK(picture.find("nan") == std::string::npos);
}

TEST_CASE("places of a picture of series: by hand on both kinds of axis") {
  // Places 1 to 100 between x = 100 and 606; of one series there is no step aside. Share 0.5 is halfway, y = 181.
  const std::vector<rate_series> one{{"a", {{1, {0.5, 0.5, 0.5}}, {10, {0, 0, 0}}, {100, {2, 1, 3}}}}};
  const std::string straight = series_chart(one, {"x", "y"}, "s", "t");
  CHECK(straight.find("M100,181L146,346L606,16") !=
        std::string::npos);  // 100 + 506 * 9 / 99; 200 % is drawn at the end
  const std::string logarithmic = series_chart(one, {"x", "y", true}, "s", "t");
  CHECK(logarithmic.find("M100,181L353,346L606,16") != std::string::npos);
}

TEST_CASE("a logarithmic vertical axis and a line beside the points: by hand") {
  // From 0.001 to 0.1 between y = 346 and 16; 0.01 is halfway. A rate of 0 has no place but the bottom.
  const std::vector<rate_series> one{
      {"a", {{1, {0.01, 0.001, 0.1}}, {100, {0, -1, 0.01}}}, {{1, {0.1, 0, 0}}, {1000, {0.001, 0, 0}}}}};
  const std::string picture = series_chart(one, {"x", "y", true, 0.001, 0.1, true}, "s", "t");
  CHECK(oracle::fault_of(picture) == "");
  CHECK(picture.find("M100,16L606,346") != std::string::npos);  // the line, and its end in the range of the axis
  CHECK(picture.find("M100,181") == std::string::npos);         // the points are not joined
  CHECK(picture.find("cx=\"100\" cy=\"181\"") != std::string::npos);
  CHECK(count(picture, "class=\"grid\"") == 3);  // 0.1 %, 1 %, 10 %
  CHECK(picture.find(">0.1 %</text>") != std::string::npos);
  CHECK(count(picture, "class=\"reach") == 2);
}

TEST_CASE("a picture of series refuses what it cannot draw") {
  const auto draw = [](const std::vector<rate_series>& series, const series_axes& axes) {
    return series_chart(series, axes, "s", "t");
  };
  CHECK_THROWS_WITH_AS(static_cast<void>(draw({}, {"x", "y"})),
                       "series_chart: series: has no point; wanted at least one", telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(draw({{"a", {{1, {nothing, 0, 0}}}}}, {"x", "y"})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(draw({{"a", {{0, {0, 0, 0}}}}}, {"x", "y", true})), telltale::argument_error);
  CHECK_THROWS_AS(static_cast<void>(draw(found_and_accused(), {"x", "y", false, 1, 1})), telltale::argument_error);
  CHECK_THROWS_WITH_AS(static_cast<void>(draw(found_and_accused(), {"x", "y", false, 0, 1, true})),
                       "series_chart: axes: begin at 0.000000, which has no logarithm; wanted more than 0",
                       telltale::argument_error);
  // One place only: still a picture.
  CHECK(oracle::fault_of(draw({{"a", {{0, {0.3, 0.2, 0.4}}}}}, {"x", "y"})) == "");
}
