// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>
#include <telltale/io/idx.hpp>

#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::io;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/idx";
const std::filesystem::path fashion = "/usr/share/datasets/fashion-mnist";

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parse_idx(bytes_of(text), "images")); });
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string idx_text(char type, const std::vector<std::uint32_t>& shape, const std::string& values) {
  std::string text{'\0', '\0', type, static_cast<char>(shape.size())};
  for (const std::uint32_t extent : shape)
    for (const unsigned shift : {24U, 16U, 8U, 0U}) text += static_cast<char>(extent >> shift & 255U);
  return text + values;
}

std::string gzip_of(const std::string& text) {
  z_stream state{};
  REQUIRE(::deflateInit2(&state, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string compressed(::deflateBound(&state, text.size()), '\0');
  std::string input = text;
  state.next_in = reinterpret_cast<Bytef*>(input.data());
  state.avail_in = static_cast<uInt>(input.size());
  state.next_out = reinterpret_cast<Bytef*>(compressed.data());
  state.avail_out = static_cast<uInt>(compressed.size());
  REQUIRE(::deflate(&state, Z_FINISH) == Z_STREAM_END);
  compressed.resize(state.total_out);
  ::deflateEnd(&state);
  return compressed;
}

}  // namespace

// The counts and the class balance are those that the data set's authors state (Xiao, Rasul, Vollgraf 2017).
TEST_CASE("the real Fashion-MNIST files read whole") {
  INFO("this test needs the Debian package dataset-fashion-mnist");
  REQUIRE(std::filesystem::exists(fashion));
  for (const bool train : {true, false}) {
    const std::string name = train ? "train" : "t10k";
    const std::size_t records = train ? 60000 : 10000;
    const idx_array images = read_idx(fashion / (name + "-images-idx3-ubyte.gz"));
    const idx_array labels = read_idx(fashion / (name + "-labels-idx1-ubyte.gz"));
    CHECK(images.shape() == shape_type{records, 28, 28});
    CHECK(labels.shape() == shape_type{records});
    CHECK(images.bytes().size() == records * 784);
    std::array<std::size_t, 256> count{};
    for (const std::uint8_t label : labels.bytes()) ++count[label];
    for (std::size_t label = 0; label < 10; ++label) CHECK(count[label] == records / 10);
    if (train) {
      // The first training record is an ankle boot, class 9.
      CHECK(labels.bytes()[0] == 9);
      CHECK(labels.to_vector<int>()[0] == 9);
      // Mean pixel of the training images as published with the data set's normalisation: 0.2860.
      const auto sum = std::accumulate(images.bytes().begin(), images.bytes().end(), std::uint64_t{0});
      CHECK(static_cast<double>(sum) / (255.0 * 47040000.0) == doctest::Approx(0.2860).epsilon(0.0005));
    }
  }
}

TEST_CASE("the six element types read as they were written") {
  const auto doubles = [](const char* name) { return read_idx(data / name).to_vector<double>(); };
  CHECK(doubles("u1.idx") == std::vector<double>{0, 1, 2, 253, 254, 255});
  CHECK(doubles("i1.idx") == std::vector<double>{-128, -1, 0, 1, 7, 127});
  CHECK(doubles("i2.idx") == std::vector<double>{-32768, -1, 0, 1, 258, 32767});
  CHECK(doubles("i4.idx") == std::vector<double>{-2147483648.0, -1, 0, 1, 16909060, 2147483647});
  CHECK(doubles("f4.idx") == std::vector<double>{0.5, -1.5, 0.0, 1.0, 3.25, -65536.0});
  CHECK(doubles("f8.idx") == std::vector<double>{0.1, -1e300, 0.0, 1.0, 5e-324, 1.0 / 3});
  const idx_array array = read_idx(data / "u1.idx");
  CHECK(array.shape() == shape_type{2, 3});
  CHECK(array.size() == 6);
  CHECK(array.dtype() == element_type{'u', 1, std::endian::native});
  CHECK(array.path() == data / "u1.idx");
  CHECK_THROWS_AS(static_cast<void>(array.to_vector<std::int8_t>()), file_error);
}

TEST_CASE("gzip members in a row are one file") {
  const idx_array images = read_idx(data / "images.gz");
  CHECK(images.shape() == shape_type{2, 2, 3});
  CHECK(images.bytes()[11] == 11);
}

TEST_CASE("compressed and plain files are told apart by content and read the same") {
  std::string values(100000, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<char>(i * i % 251);
  const std::string plain = idx_text(8, {1000, 100}, values);
  const idx_array a = parse_idx(bytes_of(plain), "a");
  const idx_array b = parse_idx(bytes_of(gzip_of(plain)), "b");
  CHECK(a.bytes().size() == values.size());
  CHECK(std::equal(a.bytes().begin(), a.bytes().end(), b.bytes().begin(), b.bytes().end()));
  // So compressible that the first guess of its size is far too small.
  const std::string zeros = gzip_of(idx_text(8, {3000, 1000}, std::string(3000000, '\0')));
  CHECK(zeros.size() < 10000);
  CHECK(parse_idx(bytes_of(zeros), "z").bytes().size() == 3000000);
}

TEST_CASE("an empty array is legal and a file without axes is not") {
  CHECK(parse_idx(bytes_of(idx_text(8, {0, 28, 28}, "")), "e").bytes().empty());
  CHECK(contains(refusal(idx_text(8, {}, "x")), "images: is not an IDX file"));
}

TEST_CASE("plain and compressed files that are cut anywhere are refused") {
  const std::string plain = idx_text(8, {4, 5}, std::string(20, 'x'));
  for (const std::string& whole : {plain, gzip_of(plain)}) {
    CHECK(refusal(whole).empty());
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CAPTURE(length);
      CHECK_FALSE(refusal(whole.substr(0, length)).empty());
    }
  }
  CHECK(refusal("") == "images: is empty; wanted an IDX file");
  CHECK(refusal(plain.substr(0, 3)) == "images: is truncated inside its IDX header");
  CHECK(refusal(plain.substr(0, 9)) == "images: is truncated inside its IDX header");
  CHECK(refusal(plain.substr(0, 31)) ==
        "images: is truncated: shape (4, 5) of uint8 needs 20 bytes after the header, and there are 19");
  CHECK(refusal(gzip_of(plain.substr(0, 31))) ==
        "images: is truncated: shape (4, 5) of uint8 needs 20 bytes after the header, and there are 19");
  CHECK(contains(refusal(gzip_of(plain).substr(0, 30)), "images: is truncated inside its gzip stream"));
}

TEST_CASE("wrong and damaged files are refused with one sentence") {
  CHECK(contains(refusal("\x93NUMPY"), "images: is not an IDX file"));
  CHECK(contains(refusal(idx_text(7, {1}, "x")), "images: has IDX element type 7; wanted 8"));
  CHECK(contains(refusal(idx_text(8, {1}, "xy")), "images: has trailing bytes: shape (1,) of uint8 needs only 1"));
  CHECK(contains(refusal(gzip_of(idx_text(8, {1}, "xy"))), "images: has trailing bytes"));
  CHECK(contains(refusal(gzip_of(idx_text(8, {1}, "x")) + "tail"), "images: has 4 bytes after its gzip stream"));
  std::string damaged = gzip_of(idx_text(8, {5}, "hello"));
  damaged[damaged.size() - 8] = static_cast<char>(damaged[damaged.size() - 8] ^ 1);
  CHECK(refusal(damaged) == "images: has a damaged gzip stream: incorrect data check");
  CHECK(message_of<file_error>([] { static_cast<void>(read_idx(data / "missing")); }) ==
        (data / "missing").string() + ": does not exist");
}

TEST_CASE("a header that lies about terabytes costs no memory") {
  // The machine could not allocate what these promise, so that an attempt would end in bad_alloc and not in file_error.
  const std::uint32_t most = 0xffffffffU;
  CHECK(contains(refusal(idx_text(8, {most, 65535}, "x")), "is truncated: shape (4294967295, 65535) of uint8 needs"));
  CHECK(contains(refusal(gzip_of(idx_text(8, {most, 65535}, "x"))), "and there are 1"));
  CHECK(contains(refusal(idx_text(14, {most, most, most}, "x")), "larger than any memory"));
  CHECK(contains(refusal(idx_text(8, {0, most, most, most}, "")), "larger than any memory"));
}
