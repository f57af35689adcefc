// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <telltale/campaign/stored_scores.hpp>
#include <telltale/io/npy.hpp>

#include "oracle/folders.hpp"

#include <doctest/doctest.h>

using oracle::temporary_folder;
using telltale::file_error;
using telltale::load_keep;
using telltale::load_scores;
namespace io = telltale::io;

namespace {

std::vector<float> counting(std::size_t n, float from = 0) {
  std::vector<float> values(n);
  std::iota(values.begin(), values.end(), from);
  return values;
}

std::string message(const std::filesystem::path& path) {
  try {
    (void)load_scores(path);
  } catch (const file_error& refused) {
    return refused.what();
  }
  return "";
}

std::string npy(const std::string& type, const std::string& order, const std::string& shape, const std::string& data) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize(117, ' ');
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n" + data;
}

}  // namespace

TEST_CASE("one file of all models is read in place") {
  const temporary_folder folder;
  io::write_npy(folder / "scores.npy", counting(12), {3, 4});
  for (const auto& path : {folder / "scores.npy", folder.path()}) {
    const auto scores = load_scores(path);
    CHECK(scores.models() == 3);
    CHECK(scores.records() == 4);
    CHECK(scores.queries() == 1);
    REQUIRE(scores.holds<float>());
    CHECK_FALSE(scores.holds<double>());
    CHECK_THROWS_AS((void)scores.rows<double>(), file_error);
    const auto& rows = scores.rows<float>();
    CHECK(rows.all()[2][1] == 9);
    // One mapping: rows follow each other in memory.
    CHECK(rows.all()[1].data() == rows.all()[0].data() + 4);
    const auto others = rows.without(1);
    REQUIRE(others.size() == 2);
    CHECK(others[0].data() == rows.all()[0].data());
    CHECK(others[1].data() == rows.all()[2].data());
    CHECK(rows.some(std::vector<std::size_t>{2, 0})[0].data() == rows.all()[2].data());
    CHECK_THROWS_AS((void)rows.without(3), telltale::argument_error);
  }
}

TEST_CASE("one file a model is read in the order of the numbers") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder / "s");
  for (std::size_t m = 0; m < 12; ++m)
    io::write_npy(folder / "s" / telltale::detail::model_file_name(m), counting(6, static_cast<float>(100 * m)),
                  {2, 3});
  const auto scores = load_scores(folder / "s");
  CHECK(scores.models() == 12);
  CHECK(scores.records() == 2);
  CHECK(scores.queries() == 3);
  for (std::size_t m = 0; m < 12; ++m) CHECK(scores.rows<float>().all()[m][5] == static_cast<float>(100 * m + 5));
  CHECK(telltale::detail::model_file_name(7) == "model_0007.npy");
  CHECK(telltale::detail::model_file_name(12345) == "model_12345.npy");
}

TEST_CASE("numbers order model files where names would not") {
  const temporary_folder folder;
  for (std::size_t m = 0; m <= 10000; ++m) oracle::write_bytes(folder / telltale::detail::model_file_name(m), "");
  const auto files = telltale::detail::model_files(folder.path());
  CHECK(files.size() == 10001);
  CHECK(files.rbegin()->second.filename() == "model_10000.npy");
}

TEST_CASE("other float types and byte and axis orders become double") {
  const temporary_folder folder;
  // 1.0F and -2.0F, big-endian; then the column-major float64 (2, 2) array [[1, 2], [-1, 0.5]].
  oracle::write_bytes(folder / "big.npy", npy(">f4", "False", "(1, 2)", std::string("\x3f\x80\0\0\xc0\0\0\0", 8)));
  const auto big = load_scores(folder / "big.npy");
  REQUIRE(big.holds<double>());
  CHECK(big.rows<double>().all()[0][1] == -2);

  const double columns[] = {1, -1, 2, 0.5};
  oracle::write_bytes(folder / "fortran.npy",
                      npy("<f8", "True", "(2, 2)", std::string(reinterpret_cast<const char*>(columns), 32)));
  const auto fortran = load_scores(folder / "fortran.npy");
  REQUIRE(fortran.holds<double>());
  CHECK(fortran.rows<double>().all()[0][1] == 2);
  CHECK(fortran.rows<double>().all()[1][0] == -1);

  // float16 1.0 and 1.5; beside a float32 model everything is double.
  oracle::write_bytes(folder / "model_0000.npy", npy("<f2", "False", "(2,)", std::string("\0\x3c\0\x3e", 4)));
  io::write_npy(folder / "model_0001.npy", counting(2), {2});
  const auto mixed = load_scores(folder.path());
  REQUIRE(mixed.holds<double>());
  CHECK(mixed.rows<double>().all()[0][1] == 1.5);
  CHECK(mixed.rows<double>().all()[1][1] == 1);
  CHECK(mixed.visit([](const auto& rows) { return rows.all().size(); }) == 2);
}

TEST_CASE("rows outlive the scores they were copied from") {
  const temporary_folder folder;
  io::write_npy(folder / "scores.npy", std::vector<double>{1, 2, 3, 4}, {2, 2});
  oracle::write_bytes(folder / "big.npy", npy(">f4", "False", "(1, 2)", std::string("\x3f\x80\0\0\xc0\0\0\0", 8)));
  telltale::model_rows<double> mapped, converted;
  {
    mapped = load_scores(folder / "scores.npy").rows<double>();
    converted = load_scores(folder / "big.npy").rows<double>();
  }
  CHECK(mapped.all()[1][0] == 3);
  CHECK(converted.all()[0][0] == 1);
}

TEST_CASE("scores that are not are refused by the file's name") {
  const temporary_folder folder;
  const auto at = [&](const char* name) { return (folder / name).string(); };
  CHECK(message(folder / "none.npy").rfind(at("none.npy") + ": ", 0) == 0);
  CHECK(message(folder.path()) == folder.path().string() + ": holds neither scores.npy nor model_0000.npy");
  io::write_npy(folder / "ints.npy", std::vector<int>{1, 2}, {1, 2});
  CHECK(message(folder / "ints.npy") == at("ints.npy") + ": holds int32; wanted scores of a float type");
  io::write_npy(folder / "flat.npy", counting(4), {4});
  CHECK(message(folder / "flat.npy") ==
        at("flat.npy") + ": has shape (4,); wanted (models, records) or (models, records, queries), none of them 0");
  io::write_npy(folder / "empty.npy", std::vector<float>{}, {0, 4});
  CHECK(message(folder / "empty.npy").find("has shape (0, 4)") != std::string::npos);

  std::filesystem::create_directory(folder / "s");
  io::write_npy(folder / "s" / "model_0000.npy", counting(4), {4});
  io::write_npy(folder / "s" / "model_0002.npy", counting(4), {4});
  CHECK(message(folder / "s") == at("s/model_0001.npy") + ": is missing beside model_0002.npy");
  io::write_npy(folder / "s" / "model_0001.npy", counting(5), {5});
  CHECK(message(folder / "s") == at("s/model_0001.npy") + ": has shape (5,); model 0 has (4,)");
  io::write_npy(folder / "s" / "model_01.npy", counting(4), {4});
  CHECK(message(folder / "s").find("second file of model") != std::string::npos);
  std::filesystem::remove(folder / "s" / "model_01.npy");
  const std::string whole = oracle::bytes_of(folder / "s" / "model_0002.npy");
  oracle::write_bytes(folder / "s" / "model_0001.npy", whole.substr(0, whole.size() - 1));
  CHECK(message(folder / "s").rfind(at("s/model_0001.npy") + ": ", 0) == 0);
}

TEST_CASE("masks of bytes booleans and integers are the same") {
  const temporary_folder folder;
  io::write_npy(folder / "keep.npy", std::vector<std::uint8_t>{0, 1, 1, 1, 0, 0}, {2, 3});
  io::write_npy_mask(folder / "bool.npy", std::vector<std::uint8_t>{0, 1, 1, 1, 0, 0}, {2, 3});
  io::write_npy(folder / "long.npy", std::vector<std::int64_t>{0, 1, 1, 1, 0, 0}, {2, 3});
  for (const auto& path : {folder.path(), folder / "keep.npy", folder / "bool.npy", folder / "long.npy"}) {
    const auto keep = load_keep(path);
    REQUIRE(keep.models() == 2);
    CHECK(std::vector<int>(keep.all()[0].begin(), keep.all()[0].end()) == std::vector<int>{0, 1, 1});
    CHECK(std::vector<int>(keep.all()[1].begin(), keep.all()[1].end()) == std::vector<int>{1, 0, 0});
  }
}

TEST_CASE("masks that are not are refused by the file's name") {
  const temporary_folder folder;
  io::write_npy(folder / "two.npy", std::vector<std::uint8_t>{0, 1, 1, 2}, {2, 2});
  CHECK_THROWS_WITH_AS((void)load_keep(folder / "two.npy"),
                       ((folder / "two.npy").string() + ": has 2 for model 1, record 1; wanted 0 or 1").c_str(),
                       file_error);
  io::write_npy(folder / "long.npy", std::vector<std::int64_t>{0, 1, 1, 256}, {2, 2});
  CHECK_THROWS_AS((void)load_keep(folder / "long.npy"), file_error);
  oracle::write_bytes(folder / "bool.npy", npy("|b1", "False", "(1, 2)", std::string("\1\2", 2)));
  CHECK_THROWS_AS((void)load_keep(folder / "bool.npy"), file_error);
  io::write_npy(folder / "float.npy", std::vector<float>{0, 1}, {1, 2});
  CHECK_THROWS_AS((void)load_keep(folder / "float.npy"), file_error);
  io::write_npy(folder / "flat.npy", std::vector<std::uint8_t>{0, 1}, {2});
  CHECK_THROWS_AS((void)load_keep(folder / "flat.npy"), file_error);
  CHECK_THROWS_AS((void)load_keep(folder.path()), file_error);
}
