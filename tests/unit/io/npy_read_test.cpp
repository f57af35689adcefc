// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/io/npy.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::io;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/npy";

// One line of expected.txt, which NumPy 1.24 wrote beside the files (tests/data/npy/make.py).
struct expectation {
  std::string file;
  element_type type;
  bool fortran = false;
  shape_type shape;
  std::vector<long double> values;
};

std::vector<expectation> expectations() {
  std::vector<expectation> all;
  std::ifstream lines(data / "expected.txt");
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> parts(5);
    std::istringstream fields(line);
    for (std::string& part : parts) std::getline(fields, part, '|');
    expectation one;
    one.file = parts[0];
    std::string order;
    std::istringstream(parts[1]) >> one.type.kind >> one.type.item_size >> order;
    one.type.order = order == "big" ? std::endian::big : std::endian::little;
    one.fortran = parts[2] == "1";
    std::istringstream shape(parts[3]);
    for (std::size_t extent = 0; shape >> extent;) one.shape.push_back(extent);
    std::istringstream values(parts[4]);
    // strtold reads hexadecimal floats, which streams do not.
    for (std::string value; values >> value;) one.values.push_back(std::strtold(value.c_str(), nullptr));
    all.push_back(one);
  }
  return all;
}

bool same(long double a, long double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

std::string npy_text(const std::string& dictionary, const std::string& values, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  const std::size_t length = dictionary.size();
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) text += static_cast<char>(length >> (8 * i) & 255U);
  return text + dictionary + values;
}

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parse_npy(bytes_of(text), "f.npy")); });
}

std::string header_refusal(const std::string& dictionary) { return refusal(npy_text(dictionary, "")); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("every file that NumPy wrote reads as NumPy reads it") {
  const std::vector<expectation> all = expectations();
  REQUIRE(all.size() == 39);
  for (const expectation& wanted : all) {
    CAPTURE(wanted.file);
    const npy_array array = read_npy(data / wanted.file);
    CHECK(array.dtype() == wanted.type);
    CHECK(array.fortran_order() == wanted.fortran);
    CHECK(array.shape() == wanted.shape);
    CHECK(array.path() == data / wanted.file);
    const std::vector<long double> values = array.to_vector<long double>();
    REQUIRE(values.size() == wanted.values.size());
    REQUIRE(array.size() == wanted.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(i);
      CHECK(same(values[i], wanted.values[i]));
    }
    if (wanted.type.item_size == 16) continue;
    const std::vector<double> doubles = array.to_vector<double>();
    for (std::size_t i = 0; i < values.size(); ++i) CHECK(same(doubles[i], static_cast<double>(wanted.values[i])));
  }
}

TEST_CASE("a view is there exactly when the bytes are already right") {
  CHECK(read_npy(data / "f4_little.npy").holds<float>());
  CHECK_FALSE(read_npy(data / "f4_big.npy").holds<float>());
  CHECK_FALSE(read_npy(data / "f4_little.npy").holds<double>());
  CHECK_FALSE(read_npy(data / "f4_little.npy").holds<std::int32_t>());
  CHECK_FALSE(read_npy(data / "i4_little.npy").holds<std::uint32_t>());
  CHECK(read_npy(data / "i8_little.npy").holds<long>());
  CHECK(read_npy(data / "i8_little.npy").holds<long long>());
  CHECK(read_npy(data / "f16_little.npy").holds<long double>());
  CHECK_FALSE(read_npy(data / "grid_fortran_f4.npy").holds<float>());
  CHECK(read_npy(data / "grid_c_f4.npy").holds<float>());
  CHECK(read_npy(data / "row_fortran_f4.npy").holds<float>());
  CHECK(read_npy(data / "empty_fortran.npy").holds<double>());
  CHECK(read_npy(data / "b1_little.npy").holds<std::uint8_t>());
  CHECK_FALSE(read_npy(data / "b1_little.npy").holds<std::int8_t>());

  const npy_array grid = read_npy(data / "grid_c_f4.npy");
  REQUIRE(grid.view<float>().size() == 12);
  CHECK(grid.view<float>()[11] == 12.0F);
  CHECK(read_npy(data / "scalar.npy").view<double>()[0] == 42.5);
  CHECK(read_npy(data / "empty_grid.npy").view<double>().empty());
  CHECK(message_of<file_error>([] { static_cast<void>(read_npy(data / "grid_fortran_f4.npy").view<float>()); }) ==
        (data / "grid_fortran_f4.npy").string() +
            ": holds column-major float32, which cannot be viewed as float32 without a copy");
}

TEST_CASE("values behind a header of odd length are copied and not viewed") {
  const float values[] = {1.5F, -2.5F};
  const std::string raw(reinterpret_cast<const char*>(values), sizeof values);
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
  int viewed = 0;
  for (int padding = 0; padding < 4; ++padding, dictionary += ' ') {
    const std::string text = npy_text(dictionary, raw);
    const npy_array array = parse_npy(bytes_of(text), "f.npy");
    viewed += array.holds<float>() ? 1 : 0;
    CHECK(array.to_vector<float>() == std::vector<float>{1.5F, -2.5F});
  }
  CHECK(viewed == 1);
}

TEST_CASE("loaded values are mapped or converted and outlive the array they came from") {
  const npy_values<float> mapped = load_values<float>(data / "grid_c_f4.npy");
  const npy_values<float> converted = load_values<float>(data / "grid_fortran_big_f8.npy");
  CHECK(mapped.is_mapped());
  CHECK_FALSE(converted.is_mapped());
  CHECK(converted.shape() == shape_type{3, 4});
  REQUIRE(mapped.size() == converted.size());
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(mapped.span()[i] == static_cast<float>(i + 1));
    CHECK(converted.span()[i] == static_cast<float>(i + 1));
  }
  npy_values<float> copy = converted;
  CHECK(copy.span().data() != converted.span().data());
  const npy_values<float> moved = std::move(copy);
  CHECK(moved.span()[11] == 12.0F);
}

TEST_CASE("integers are taken only from integers in range") {
  CHECK(read_npy(data / "grid_fortran_f4.npy").to_vector<std::uint8_t>()[11] == 12);
  CHECK(read_npy(data / "u8_big.npy").to_vector<std::uint64_t>()[1] == std::numeric_limits<std::uint64_t>::max());
  CHECK(read_npy(data / "b1_little.npy").to_vector<int>() == std::vector<int>{1, 0, 0, 1, 1, 0});
  const auto to_int8 = [](const char* name) {
    return message_of<file_error>([&] { static_cast<void>(read_npy(data / name).to_vector<std::int8_t>()); });
  };
  CHECK(contains(to_int8("i2_big.npy"), "i2_big.npy: element 0 is -32768; wanted an integer from -128 to 127"));
  CHECK(contains(to_int8("u1_little.npy"), "element 1 is 255; wanted an integer from -128 to 127"));
  CHECK(contains(to_int8("f4_little.npy"), "element 4 is 0.10000000149011612; wanted an integer"));
  CHECK(contains(to_int8("tall_fortran_u1.npy"), "element (1, 58) is 128; wanted an integer"));
  CHECK(message_of<file_error>([] {
          static_cast<void>(read_npy(data / "i8_little.npy").to_vector<std::uint64_t>());
        }).find("element 0 is -9223372036854775808; wanted an integer from 0 to 18446744073709551615") !=
        std::string::npos);
}

TEST_CASE("NaN and infinity and the first number out of range are no integers") {
  const temporary_folder folder;
  const auto to_int64 = [&](double value) {
    write_npy(folder / "a.npy", std::vector<double>{1, value}, {2});
    return message_of<file_error>([&] { static_cast<void>(read_npy(folder / "a.npy").to_vector<std::int64_t>()); });
  };
  CHECK(contains(to_int64(std::nan("")), "element 1 is nan; wanted an integer"));
  CHECK(contains(to_int64(-INFINITY), "element 1 is -inf; wanted an integer"));
  CHECK(contains(to_int64(9223372036854775808.0), "element 1 is 9.2233720368547758e+18; wanted an integer"));
  CHECK(to_int64(-9223372036854775808.0).empty());
  CHECK(to_int64(-0.0).empty());
}

TEST_CASE("a finite number that a float cannot hold is refused and a rounded one is not") {
  const temporary_folder folder;
  write_npy(folder / "a.npy", std::vector<double>{0.1, 1e300}, {2});
  CHECK(contains(message_of<file_error>([&] { static_cast<void>(load_values<float>(folder / "a.npy")); }),
                 "a.npy: element 1 is 1.0000000000000001e+300, which is too large for float32"));
  write_npy(folder / "a.npy", std::vector<double>{0.1, INFINITY}, {2});
  CHECK(load_values<float>(folder / "a.npy").span()[0] == 0.1F);
  CHECK(load_values<float>(folder / "a.npy").span()[1] == std::numeric_limits<float>::infinity());
}

TEST_CASE("a stored boolean is 0 or 1") {
  const std::string text = npy_text("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", {'\1', '\0', '\2'});
  const npy_array array = parse_npy(bytes_of(text), "keep.npy");
  CHECK(message_of<file_error>([&] { static_cast<void>(array.to_vector<std::uint8_t>()); }) ==
        "keep.npy: element 2 is the byte 2; a boolean is 0 or 1");
  CHECK_THROWS_AS(npy_values<std::uint8_t>{array}, file_error);
}

TEST_CASE("all binary16 values equal the formula of the standard") {
  std::string raw;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    raw += static_cast<char>(bits & 255U);
    raw += static_cast<char>(bits >> 8U);
  }
  const std::string text = npy_text("{'descr': '<f2', 'fortran_order': False, 'shape': (65536,)}", raw);
  const std::vector<double> values = parse_npy(bytes_of(text), "f").to_vector<double>();
  std::size_t wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const unsigned exponent = bits >> 10U & 31U;
    const double fraction = (bits & 1023U) / 1024.0;
    const double sign = bits >> 15U != 0 ? -1 : 1;
    // IEEE 754-2008, table 3.5 and clause 3.4 with k = 16, p = 11, emax = 15.
    const double wanted = exponent == 31  ? (fraction == 0 ? sign * INFINITY : std::nan(""))
                          : exponent == 0 ? sign * std::pow(2.0, -14) * fraction
                                          : sign * std::pow(2.0, static_cast<int>(exponent) - 15) * (1 + fraction);
    wrong += same(values[bits], wanted) || std::isnan(wanted) ? 0U : 1U;
    wrong += std::isnan(values[bits]) == std::isnan(wanted) ? 0U : 1U;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a header may be written in every way that Python allows") {
  for (const char* dictionary : {"{'descr': '<i2', 'fortran_order': False, 'shape': (1, 2), }          \n",
                                 "{'shape':(1,2),'fortran_order':False,'descr':'<i2'}",
                                 "{\"fortran_order\" : True , \"descr\":\"<i2\",\"shape\":(2,)}",
                                 "  { 'descr' : '<i2' ,\n 'shape' : ( 2 , ) ,\t'fortran_order' : False , } \n",
                                 "{'descr': 'i2', 'fortran_order': False, 'shape': (2L, 1L)}",
                                 "{'descr': '=i2', 'fortran_order': False, 'shape': (2,)}"}) {
    CAPTURE(dictionary);
    for (const char version : {'\1', '\2', '\3'}) {
      const std::string text = npy_text(dictionary, std::string("\x05\x00\xff\xff", 4), version);
      CHECK(parse_npy(bytes_of(text), "f").to_vector<int>() == std::vector<int>{5, -1});
    }
  }
}

TEST_CASE("malformed headers are refused with the reason") {
  CHECK(contains(header_refusal(""), "f.npy: has a malformed .npy header: wanted '{'"));
  CHECK(contains(header_refusal("{"), "wanted a string in quotes"));
  CHECK(contains(header_refusal("{'descr': '<f4', 'fortran_order': False}"), "must all be there"));
  CHECK(contains(header_refusal("{'descr': '<f4', 'descr': '<f4'}"), "the key 'descr' comes twice"));
  CHECK(contains(header_refusal("{'colour': 'red'}"), "the key 'colour' is not descr, fortran_order or shape"));
  CHECK(contains(header_refusal("{'fortran_order': Maybe}"), "wanted True or False"));
  CHECK(contains(header_refusal("{'fortran_order': 0}"), "wanted True or False"));
  CHECK(contains(header_refusal("{'shape': 3}"), "wanted '('"));
  CHECK(contains(header_refusal("{'shape': (3)}"), "wanted a tuple such as (3,)"));
  CHECK(contains(header_refusal("{'shape': (3 4)}"), "wanted ','"));
  CHECK(contains(header_refusal("{'shape': (,)}"), "wanted an extent"));
  CHECK(contains(header_refusal("{'shape': (-3,)}"), "wanted an extent, a number that is not negative"));
  CHECK(contains(header_refusal("{'shape': (18446744073709551616,)}"), "an extent is larger than any memory"));
  CHECK(contains(header_refusal("{'shape': (" +
                                std::string(65 * 2, '1')
                                    .replace(0, 130,
                                             [] {
                                               std::string ones;
                                               for (int i = 0; i < 65; ++i) ones += "1,";
                                               return ones;
                                             }()) +
                                ")}"),
                 "more than 64 axes"));
  CHECK(contains(header_refusal("{'descr': '<f4}"), "a string has no end"));
  CHECK(contains(header_refusal("{'descr': '\\x3cf4'}"), "a string holds a backslash"));
  CHECK(contains(header_refusal("{'descr': '<f4', 'fortran_order': False, 'shape': ()} x"),
                 "something follows the dictionary"));
  CHECK(contains(header_refusal("{'descr': '<f4' 'shape': ()}"), "wanted ','"));
}

TEST_CASE("shapes that overflow are refused also beside a zero") {
  const auto of_shape = [](const std::string& shape) {
    return header_refusal("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}");
  };
  CHECK(contains(of_shape("(4294967296, 4294967296)"), "has shape (4294967296, 4294967296), larger than any memory"));
  CHECK(contains(of_shape("(18446744073709551615,)"), "larger than any memory"));
  CHECK(contains(of_shape("(0, 9223372036854775807, 3)"), "larger than any memory"));
  CHECK(contains(of_shape("(1000000000000,)"), "is truncated: shape (1000000000000,) of float64 needs 8000000000000"));
  CHECK(of_shape("(0, 5)").empty());
}

TEST_CASE("files that are not what they should be are refused with one sentence") {
  CHECK(refusal("") == "f.npy: is empty; wanted a .npy file");
  CHECK(contains(refusal("PK\3\4 an archive"), "f.npy: is not a .npy file"));
  CHECK(contains(refusal("\x93NUM"), "f.npy: is truncated inside its .npy header"));
  CHECK(contains(refusal("\x93NUMPX"), "f.npy: is not a .npy file"));
  CHECK(contains(refusal(std::string("\x93NUMPY\1\0\x10", 9)), "is truncated inside its .npy header"));
  CHECK(contains(refusal(npy_text("{", "", 9)), "has .npy format version 9.0; versions 1.0, 2.0 and 3.0"));
  CHECK(contains(refusal(std::string("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14)), "is truncated inside its .npy header"));
  const std::string whole = content_of(data / "grid_c_f4.npy");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(refusal(whole.substr(0, length)).empty());
  }
  CHECK(contains(refusal(whole.substr(0, whole.size() - 1)),
                 "is truncated: shape (3, 4) of float32 needs 48 bytes after the header, and there are 47"));
  CHECK(contains(refusal(whole + "x"),
                 "has trailing bytes: shape (3, 4) of float32 needs 48 bytes after the header, and there are 49"));
  CHECK(message_of<file_error>([] { static_cast<void>(read_npy(data / "missing.npy")); }) ==
        (data / "missing.npy").string() + ": does not exist");
}

TEST_CASE("dtypes that are no numbers are refused by name") {
  const auto of = [](const char* name) {
    return message_of<file_error>([&] { static_cast<void>(read_npy(data / "refused" / name)); });
  };
  CHECK(contains(of("complex.npy"), "complex.npy: has dtype '<c16', complex numbers; wanted floats"));
  CHECK(contains(of("strings.npy"), "has dtype '<U6', strings"));
  CHECK(contains(of("byte_strings.npy"), "has dtype '|S4', strings"));
  CHECK(contains(of("dates.npy"), "has dtype '<M8[D]', dates or durations"));
  CHECK(contains(of("records.npy"), "has a structured dtype"));
  CHECK(contains(of("objects.npy"), "has dtype '|O', Python objects"));
  for (const char* dtype : {"", "<", "<f", "<f3", "<i16", "<b4", "<f4x", "<f99999999999999999999", "<<f4", "\n"})
    CHECK(contains(header_refusal(std::string("{'descr': '") + dtype + "', 'fortran_order': False, 'shape': ()}"),
                   "f.npy: has dtype '"));
}
