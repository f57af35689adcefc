// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <string>
#include <vector>

#include <telltale/report/escape.hpp>
#include <telltale/report/format.hpp>

#include <doctest/doctest.h>

using namespace telltale::report;

TEST_CASE("percentages keep the digits that matter") {
  CHECK(percent(0) == "0");
  CHECK(percent(1) == "100");
  CHECK(percent(0.9999) == "100");
  CHECK(percent(0.99) == "99.0");
  CHECK(percent(0.123456) == "12.3");
  CHECK(percent(0.01) == "1.0");
  CHECK(percent(0.0041) == "0.41");
  CHECK(percent(0.000996) == "0.10");  // rounds into the next decade
  CHECK(percent(0.0000123) == "0.0012");
  CHECK(percent(-0.05) == "-5.0");
  CHECK(percent(std::numeric_limits<double>::quiet_NaN()) == "-");
  CHECK(short_percent(0.001) == "0.1");
  CHECK(short_percent(0.1) == "10");
}

TEST_CASE("numbers have no negative zero and integers have commas") {
  CHECK(fixed(-0.0001, 2) == "0.00");
  CHECK(fixed(2.5, 3) == "2.500");
  CHECK(thousands(0) == "0");
  CHECK(thousands(999) == "999");
  CHECK(thousands(1000) == "1,000");
  CHECK(thousands(18446744073709551615U) == "18,446,744,073,709,551,615");
}

TEST_CASE("the width of UTF-8 text counts columns") {
  CHECK(columns_of("LiRA") == 4);
  CHECK(columns_of("Tram\xc3\xa8r") == 6);
  CHECK(columns_of("e\xcc\x81") == 1);                 // e and a combining acute
  CHECK(columns_of("\xe6\x94\xbb\xe6\x92\x83") == 4);  // two CJK characters
  CHECK(columns_of("\xff\xc3") == 2);                  // broken bytes stand for themselves
}

TEST_CASE("text wraps at spaces and long words within") {
  CHECK(wrapped("gradient norm of the head", 16) == std::vector<std::string>{"gradient norm of", "the head"});
  CHECK(wrapped("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(wrapped("", 10) == std::vector<std::string>{""});
}

TEST_CASE("escaped text cannot leave its element or attribute") {
  CHECK(escaped("<script>\"a\" & 'b'</script>") == "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
  CHECK(escaped(std::string("a\0b\x1b", 4)) ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd");
  CHECK(escaped("caf\xe9") == "caf\xef\xbf\xbd");
  CHECK(escaped("\xc0\xbc") == "\xef\xbf\xbd\xef\xbf\xbd");  // an overlong '<'
  CHECK(escaped("\xce\xb5 = 1\n") == "\xce\xb5 = 1\n");
}
