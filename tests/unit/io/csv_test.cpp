// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/random.hpp>
#include <telltale/io/csv.hpp>

#include <bit>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::io;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/csv";

std::string refusal(const std::string& text, const csv_format& format = {}) {
  return message_of<file_error>([&] { static_cast<void>(parse_csv(text, "t.csv", format)); });
}

}  // namespace

TEST_CASE("a table with names and quotes and CRLF is read") {
  const csv_table table = read_csv(data / "quoted.csv");
  CHECK(table.names == std::vector<std::string>{"id", "score", "a \"quoted\" name"});
  CHECK(table.columns() == 3);
  CHECK(table.rows() == 2);
  CHECK(table.values == std::vector<double>{1, 0.5, -1e-3, 2, 7, INFINITY});
  CHECK(table.column("score") == std::vector<double>{0.5, 7});
  CHECK(message_of<argument_error>([&] { static_cast<void>(table.column("loss")); }) ==
        "csv_table::column: name: no column 'loss'; there are: id, score, a \"quoted\" name");
  CHECK_THROWS_AS(static_cast<void>(parse_csv("a,a\n1,2\n", "t").column("a")), argument_error);
}

TEST_CASE("tables without names and with other separators are read") {
  CHECK(read_csv(data / "semicolon.csv", {';'}).values == std::vector<double>{1, 2, 3, 4.5});
  CHECK(read_csv(data / "semicolon.csv", {';'}).names.empty());
  CHECK(read_csv(data / "one_column.csv").values == std::vector<double>{1, 2});
  const csv_table numbers = read_csv(data / "numbers.csv");
  CHECK(numbers.values[0] == 0.1);
  CHECK(numbers.values[2] == 5e-324);
  CHECK(std::isnan(numbers.values[3]));
  CHECK(numbers.values[4] == -INFINITY);
  CHECK(numbers.values[5] == 3);
  CHECK(parse_csv(" 1 ,\t2", "t").values == std::vector<double>{1, 2});
  CHECK(parse_csv("1\t2\n3\t4", "t", {'\t'}).values == std::vector<double>{1, 2, 3, 4});
  CHECK(parse_csv("\xef\xbb\xbf"
                  "x,y\n1,2\n",
                  "t")
            .names[0] == "x");
  CHECK(parse_csv("a,b\n", "t").rows() == 0);
  CHECK(parse_csv("a,b\n", "t").columns() == 2);
}

TEST_CASE("whether the first line is a header can be said and is never guessed from a mixed one") {
  CHECK(parse_csv("2019,2020\n1,2\n", "t", {',', csv_header::present}).names ==
        std::vector<std::string>{"2019", "2020"});
  CHECK(parse_csv("2019,2020\n1,2\n", "t").rows() == 2);
  CHECK(
      refusal("id,2020\n1,2\n") ==
      "t.csv: line 1, column 2: '2020' is a number, unlike the fields before it; say whether the first line names the "
      "columns");
  CHECK(refusal("1,2,x\n") ==
        "t.csv: line 1, column 3: 'x' is no number, unlike the fields before it; say whether the first line names the "
        "columns");
  CHECK(refusal("id,x\n1,2\n", {',', csv_header::absent}) == "t.csv: line 1, column 1: 'id' is not a number");
}

TEST_CASE("what is no table of numbers is refused with line and column") {
  CHECK(refusal("") == "t.csv: is empty; wanted a table of numbers");
  CHECK(refusal("\n\r\n") == "t.csv: is empty; wanted a table of numbers");
  CHECK(refusal("a,b\n1,2\n3,x\n") == "t.csv: line 3, column 2: 'x' is not a number");
  CHECK(refusal("a,b\n1,\n") == "t.csv: line 2, column 2: the field is empty; wanted a number");
  CHECK(refusal("1,2\n\n3,4\n") == "t.csv: line 2, column 1: the field is empty; wanted a number");
  CHECK(refusal("1,2\n3\n") == "t.csv: line 2: 1 field; the first line has 2");
  CHECK(refusal("1,2\n3,4,5\n") == "t.csv: line 2: 3 fields; the first line has 2");
  CHECK(refusal("1\n1e999\n") == "t.csv: line 2, column 1: '1e999' is out of the range of a double");
  CHECK(refusal("1e999\n") == "t.csv: line 1, column 1: '1e999' is out of the range of a double");
  CHECK(refusal("1\n0x10\n") == "t.csv: line 2, column 1: '0x10' is not a number");
  CHECK(refusal("1\n1 2\n") == "t.csv: line 2, column 1: '1 2' is not a number");
  CHECK(refusal("1\n+-2\n") == "t.csv: line 2, column 1: '+-2' is not a number");
  CHECK(refusal("1,5;2,5\n3,5;4,5\n", {';'}) == "t.csv: line 2, column 1: '3,5' is not a number");
  CHECK(refusal("\"a\nb\",c\n1,\"2\n") == "t.csv: line 3, column 2: a quoted field has no end");
  CHECK(refusal("\"a\nb\",c\n1,z\n") == "t.csv: line 3, column 2: 'z' is not a number");
  CHECK(refusal("1\n\"2\"3\n") == "t.csv: line 2, column 1: something follows the closing quote");
  CHECK(refusal("1\n2\"3\"\n") == "t.csv: line 2, column 1: a quote inside a field that does not begin with one");
  CHECK(refusal("1\r2\r") == "t.csv: line 1, column 1: a carriage return without a line feed");
  CHECK(refusal(std::string("1\n\x01\x00\xff\n", 6)) == "t.csv: line 2, column 1: '?\?\?' is not a number");
  CHECK(message_of<file_error>([] { static_cast<void>(read_csv(data / "missing.csv")); }) ==
        (data / "missing.csv").string() + ": does not exist");
  for (const char separator : {'1', 'e', '.', '-', '+', '"', '\n', '\r', '\0'})
    CHECK_THROWS_AS(static_cast<void>(parse_csv("1", "t", {separator})), argument_error);
}

TEST_CASE("written doubles come back bit for bit") {
  const temporary_folder folder;
  using limits = std::numeric_limits<double>;
  csv_table table;
  table.names = {"plain", "with, separator", "with \"quotes\"", "two\nlines"};
  table.width = 4;
  table.values = {0.1,  -0.0,   limits::max(), limits::denorm_min(), limits::infinity(), -limits::infinity(),
                  1e22, 1.0 / 3};
  telltale::random_stream draw(7, 1);
  while (table.values.size() < 40000) {
    const double value = std::bit_cast<double>(std::uint64_t{draw()});
    if (!std::isnan(value)) table.values.push_back(value);
  }
  write_csv(folder / "a.csv", table);
  const csv_table read = read_csv(folder / "a.csv");
  CHECK(read.names == table.names);
  REQUIRE(read.values.size() == table.values.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < read.values.size(); ++i)
    different +=
        std::bit_cast<std::uint64_t>(read.values[i]) == std::bit_cast<std::uint64_t>(table.values[i]) ? 0U : 1U;
  CHECK(different == 0);
}

TEST_CASE("a small table is written as expected") {
  const temporary_folder folder;
  write_csv(folder / "a.csv", std::vector<std::string>{"fpr", "true positives"},
            std::vector<double>{0.001, 17, NAN, 1e-7});
  CHECK(content_of(folder / "a.csv") == "fpr,\"true positives\"\n0.001,17\nnan,1e-07\n");
  write_csv(folder / "a.csv", csv_table{{}, 1, {1.5}}, {';'});
  CHECK(content_of(folder / "a.csv") == "1.5\n");
}

TEST_CASE("the locale does not change what is read or written") {
  const temporary_folder folder;
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"})
    if (std::setlocale(LC_ALL, name) != nullptr) break;
  write_csv(folder / "a.csv", csv_table{{}, 1, {1234.5}});
  CHECK(content_of(folder / "a.csv") == "1234.5\n");
  CHECK(read_csv(folder / "a.csv").values[0] == 1234.5);
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("a table that cannot be written leaves the old file") {
  const temporary_folder folder;
  put(folder / "a.csv", "old");
  CHECK(message_of<argument_error>([&] {
          write_csv(folder / "a.csv", csv_table{{"x", "y"}, 2, {1, 2, 3}});
        }) == "write_csv: table: 3 values are no whole number of rows of 2");
  CHECK_THROWS_AS(write_csv(folder / "a.csv", csv_table{{"x"}, 2, {1, 2}}), argument_error);
  CHECK_THROWS_AS(write_csv(folder / "a.csv", csv_table{}), argument_error);
  CHECK(content_of(folder / "a.csv") == "old");
  CHECK(message_of<file_error>([&] {
          write_csv(folder / "no/a.csv", csv_table{{}, 1, {1}});
        }) == (folder / "no/a.csv").string() + ": cannot be written: its folder does not exist");
}

TEST_CASE("ids stay texts and the numbers beside them are read") {
  const csv_text table =
      parse_csv_text("record,evidence,group\r\n007,0.5,\"north, east\"\r\n\"a \"\"b\"\"\",-inf,\n", "t.csv");
  CHECK(table.names == std::vector<std::string>{"record", "evidence", "group"});
  CHECK(table.rows() == 2);
  CHECK(table.column("record") == std::vector<std::string>{"007", "a \"b\""});
  CHECK(table.column("group") == std::vector<std::string>{"north, east", ""});
  CHECK(table.numbers("evidence") == std::vector<double>{0.5, -INFINITY});
  CHECK(message_of<file_error>([&] { static_cast<void>(table.numbers("group")); }) ==
        "t.csv: line 2, column 'group': 'north, east' is not a number");
  CHECK(message_of<argument_error>([&] { static_cast<void>(table.column("class")); }) ==
        "csv_text::column: name: no column 'class'; there are: record, evidence, group");
  CHECK(message_of<file_error>([] { static_cast<void>(parse_csv_text("a,b\n1,2\n\"3\n4\",5\n6\n", "t.csv")); }) ==
        "t.csv: line 5: 1 field; the first line has 2");
  CHECK_THROWS_AS(static_cast<void>(parse_csv_text("\n\n", "t.csv")), file_error);
  CHECK(parse_csv_text("record,evidence\n", "t.csv").rows() == 0);
}

TEST_CASE("ids and numbers are read again as they were written") {
  const std::vector<std::string> ids{"1", "a,b", "say \"no\"", "two\nlines", ""};
  const std::vector<double> values{0.1, -INFINITY, 5e-324, 1e300, 3};
  std::ostringstream out;
  write_csv_text(out, "record", ids, "evidence", values);
  const csv_text read = parse_csv_text(out.str(), "t.csv");
  CHECK(read.column("record") == ids);
  CHECK(read.numbers("evidence") == values);
  CHECK(read.lines == std::vector<std::size_t>{2, 3, 4, 5, 7});
  CHECK_THROWS_AS(write_csv_text(out, "record", ids, "evidence", std::vector<double>{1}), argument_error);
}
