// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/io/npy.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::io;

TEST_CASE_TEMPLATE("written arrays come back mapped and equal", Scalar, float, double, std::int8_t, std::int16_t,
                   std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, long long) {
  const temporary_folder folder;
  using limits = std::numeric_limits<Scalar>;
  const std::vector<Scalar> values{limits::min(), limits::lowest(), limits::max(), Scalar{0}, Scalar{1}, Scalar{77}};
  for (const shape_type& shape : {shape_type{6}, shape_type{2, 3}, shape_type{3, 1, 2}}) {
    write_npy(folder / "a.npy", values, shape);
    const npy_values<Scalar> read = load_values<Scalar>(folder / "a.npy");
    CHECK(read.is_mapped());
    CHECK(read.shape() == shape);
    CHECK(std::vector<Scalar>(read.span().begin(), read.span().end()) == values);
  }
  write_npy(folder / "scalar.npy", std::vector<Scalar>{Scalar{5}}, {});
  CHECK(load_values<Scalar>(folder / "scalar.npy").span()[0] == Scalar{5});
  CHECK(load_values<Scalar>(folder / "scalar.npy").shape().empty());
  write_npy(folder / "empty.npy", std::vector<Scalar>{}, {0, 4});
  CHECK(load_values<Scalar>(folder / "empty.npy").shape() == shape_type{0, 4});
}

TEST_CASE("written files are byte for byte what NumPy writes") {
  const temporary_folder folder;
  std::vector<float> grid;
  for (int i = 1; i <= 12; ++i) grid.push_back(static_cast<float>(i));
  write_npy(folder / "a.npy", grid, {3, 4});
  CHECK(content_of(folder / "a.npy") == content_of(TELLTALE_TEST_DATA "/npy/grid_c_f4.npy"));
  write_npy(folder / "a.npy", std::vector<double>{42.5}, {});
  CHECK(content_of(folder / "a.npy") == content_of(TELLTALE_TEST_DATA "/npy/scalar.npy"));
  write_npy(folder / "a.npy", std::vector<double>{}, {3, 0, 2});
  CHECK(content_of(folder / "a.npy") == content_of(TELLTALE_TEST_DATA "/npy/empty_grid.npy"));
  write_npy(folder / "a.npy", std::vector<std::int8_t>{-128, 127, 0, 1, 7, 42}, {6});
  CHECK(content_of(folder / "a.npy") == content_of(TELLTALE_TEST_DATA "/npy/i1_little.npy"));
  write_npy_mask(folder / "a.npy", std::vector<std::uint8_t>{1, 0, 0, 1, 1, 0}, {6});
  CHECK(content_of(folder / "a.npy") == content_of(TELLTALE_TEST_DATA "/npy/b1_little.npy"));
}

TEST_CASE("values begin at a multiple of 64 bytes for every length of the header") {
  const temporary_folder folder;
  for (std::size_t axes = 0; axes <= 64; ++axes) {
    write_npy(folder / "a.npy", std::vector<double>{1}, shape_type(axes, 1));
    CHECK((std::filesystem::file_size(folder / "a.npy") - 8) % 64 == 0);
    CHECK(read_npy(folder / "a.npy").shape().size() == axes);
  }
  CHECK_THROWS_AS(write_npy(folder / "a.npy", std::vector<double>{1}, shape_type(65, 1)), argument_error);
}

TEST_CASE("an array written in pieces appears when it is complete") {
  const temporary_folder folder;
  npy_writer<float> writer(folder / "a.npy", {2, 3});
  writer.append(std::vector<float>{1, 2, 3, 4});
  CHECK(message_of<argument_error>([&] { writer.commit(); }) ==
        "npy_writer::commit: shape: has room for 2 more elements than were appended");
  CHECK(message_of<argument_error>([&] {
          writer.append(std::vector<float>{5, 6, 7});
        }) == "npy_writer::append: values: has 3 elements; the shape has room for 2 more");
  CHECK_FALSE(std::filesystem::exists(folder / "a.npy"));
  writer.append(std::vector<float>{5, 6});
  writer.commit();
  CHECK(load_values<float>(folder / "a.npy").span()[5] == 6.0F);
  CHECK(folder.files() == 1);
}

TEST_CASE("a wrong shape or mask or folder leaves the old array") {
  const temporary_folder folder;
  write_npy(folder / "a.npy", std::vector<float>{1}, {1});
  CHECK(message_of<argument_error>([&] {
          write_npy(folder / "a.npy", std::vector<float>{1, 2}, {3});
        }) == "write_npy: shape: (3,) does not hold the 2 values");
  CHECK_THROWS_AS(write_npy(folder / "a.npy", std::vector<float>{}, {0, std::size_t{1} << 62U, 8}), argument_error);
  CHECK_THROWS_AS(npy_writer<float>(folder / "a.npy", {std::size_t{1} << 63U}), argument_error);
  CHECK(message_of<argument_error>([&] {
          write_npy_mask(folder / "a.npy", std::vector<std::uint8_t>{1, 2}, {2});
        }) == "npy_mask_writer::append: values: element 1 is 2; a mask holds 0 and 1");
  CHECK_THROWS_AS(write_npy_mask(folder / "a.npy", std::vector<std::uint8_t>{1}, {2}), argument_error);
  CHECK(load_values<float>(folder / "a.npy").span()[0] == 1.0F);
  CHECK(folder.files() == 1);
  CHECK(message_of<file_error>([&] { write_npy(folder / "no/a.npy", std::vector<float>{1}, {1}); }) ==
        (folder / "no/a.npy").string() + ": cannot be written: its folder does not exist");
}
