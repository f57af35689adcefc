// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/generated_folder.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "../io/temporary.hpp"
#include "pictures.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

rgb_image grey(std::size_t height, std::size_t width, char value) {
  const auto byte = static_cast<std::uint8_t>(value);
  return {height, width, colour{byte, byte, byte}};
}

/// Two folders that go with this object: queries "a" (a sub-folder's) and "b", two generated pictures each.
struct folders {
  folders() {
    write_file(queries() / "captions.csv", "file,caption\nsub/a.ppm,a dark square\nb.ppm,a light square\n");
    write_file(queries() / "sub/a.ppm", ppm(2, 3, 'a'));
    write_file(queries() / "b.ppm", ppm(2, 3, 'b'));
    write_file(generated() / "sub/a.ppm", ppm(2, 3, 'c'));
    write_file(generated() / "sub/a-2.ppm", ppm(2, 3, 'd'));
    write_file(generated() / "b/second", ppm(2, 3, 'f'));
    write_file(generated() / "b/first", ppm(2, 3, 'e'));
    write_file(generated() / ".hidden", "no picture");
  }
  [[nodiscard]] std::filesystem::path queries() const { return place / "queries"; }
  [[nodiscard]] std::filesystem::path generated() const { return place / "generated"; }
  [[nodiscard]] generated_pictures read(const generated_options& options = {}) const {
    return read_generated(queries(), generated(), options);
  }
  [[nodiscard]] std::string refusal(const generated_options& options = {}) const {
    return message_of<file_error>([&] { static_cast<void>(read(options)); });
  }

  temporary_folder place;
};

}  // namespace

TEST_CASE("the pictures of a query are numbered files or a folder of its name") {
  const folders given;
  const generated_pictures read = given.read();
  CHECK(read.files == std::vector<std::filesystem::path>{"sub/a.ppm", "b.ppm"});
  CHECK(read.captions == std::vector<std::string>{"a dark square", "a light square"});
  CHECK(read.per_query == 2);
  CHECK(read.queries == std::vector<rgb_image>{grey(2, 3, 'a'), grey(2, 3, 'b')});
  CHECK(read.generated == std::vector<rgb_image>{grey(2, 3, 'c'), grey(2, 3, 'd'), grey(2, 3, 'e'), grey(2, 3, 'f')});
}

TEST_CASE("without captions.csv the queries are the pictures of the folder, in the order of their names") {
  const folders given;
  std::filesystem::remove(given.queries() / "captions.csv");
  const generated_pictures read = given.read();
  CHECK(read.files == std::vector<std::filesystem::path>{"b.ppm", "sub/a.ppm"});
  CHECK(read.captions.empty());
  CHECK(read.generated.front() == grey(2, 3, 'e'));
  std::filesystem::remove_all(given.queries());
  CHECK(given.refusal() == given.queries().string() + ": does not exist");
  std::filesystem::create_directory(given.queries());
  CHECK(given.refusal() == given.queries().string() + ": has no picture and no captions.csv; wanted query pictures");
}

TEST_CASE("mixed sizes are refused, or cropped and resized to a side") {
  const folders given;
  write_file(given.generated() / "b/second", ppm(5, 4, 'f'));
  CHECK(given.refusal() == (given.generated() / "b/second").string() +
                               ": is 5 x 4 pixels, and the first query 2 x 3; wanted one size, or a side to crop and "
                               "resize all to");
  const generated_pictures read = given.read({.side = 3});
  CHECK(read.generated.back() == grey(3, 3, 'f'));
  CHECK(read.queries.front() == grey(3, 3, 'a'));
}

TEST_CASE("counts that differ and pictures of no query are refused") {
  const folders given;
  write_file(given.generated() / "sub/a-3.ppm", ppm(2, 3, 'x'));
  CHECK(given.refusal() ==
        given.generated().string() + ": has 2 pictures for the query 'b.ppm'; wanted 3, as for 'sub/a.ppm'");
  std::filesystem::rename(given.generated() / "sub/a-3.ppm", given.generated() / "sub/a-4.ppm");
  CHECK(given.refusal() == (given.generated() / "sub/a-4.ppm").string() +
                               ": belongs to no query; wanted NAME.png, NAME-2.png and so on or NAME/*.png, NAME "
                               "being that of a query's file");
  std::filesystem::remove_all(given.generated() / "sub");
  CHECK(given.refusal() ==
        given.generated().string() + ": has 0 pictures for the query 'sub/a.ppm'; wanted at least 1");
  std::filesystem::remove_all(given.generated());
  CHECK(given.refusal() == given.generated().string() + ": does not exist");
}

TEST_CASE("a name that stands for two files is refused") {
  const folders given;
  write_file(given.generated() / "sub/a.pgm", ppm(2, 3, 'x'));
  CHECK(given.refusal() == (given.generated() / "sub/a.ppm").string() +
                               ": has the name of sub/a.pgm but for its ending; wanted one file of a name");
  std::filesystem::remove(given.generated() / "sub/a.pgm");
  const std::string list = (given.queries() / "captions.csv").string();
  put(list, "file,caption\nb.ppm,light\nb.png,grey\n");
  CHECK(given.refusal() == (given.queries() / "b.png").string() +
                               ": has the name of b.ppm but for its ending; wanted one query of a name");
  put(list, "file,caption\nb.ppm,light\nb.ppm,grey\n");
  CHECK(given.refusal() == list + ": gives 'b.ppm' two captions; wanted one");
}
