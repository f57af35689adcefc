// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The files of tests/data/rda were written by R; what they hold is in make.R there.
#include "rda.hpp"

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>

#include "unit/io/temporary.hpp"

#include <doctest/doctest.h>

namespace {

const std::filesystem::path files = TELLTALE_TEST_DATA "/rda";

std::string refusal(const std::filesystem::path& file) {
  return message_of<telltale::file_error>([&] { static_cast<void>(lab::read_rda(file)); });
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

TEST_CASE("a data.frame is read as R wrote it, in every version and compression that is read") {
  for (const char* const name : {"xz_2.rda", "gzip_3.rda", "plain_2.rda", "plain_3.rda"}) {
    CAPTURE(name);
    const lab::r_data_frame frame = lab::read_rda(files / name);
    CHECK(frame.name == "small");
    REQUIRE(frame.columns.size() == 4);
    REQUIRE(frame.rows() == 4);
    CHECK(frame.columns[0].name == "kind");
    CHECK(frame.columns[0].levels == std::vector<std::string>{"c", "a", "b"});
    CHECK(frame.columns[0].values == std::vector<double>{3, 2, 1, 2});
    CHECK(frame.columns[1].name == "count");
    CHECK(!frame.columns[1].is_factor());
    CHECK(std::isnan(frame.columns[1].values[1]));
    CHECK(frame.columns[1].values[2] == 4);
    CHECK(frame.columns[2].values[1] == -2);
    CHECK(std::isnan(frame.columns[2].values[2]));
    CHECK(frame.columns[2].values[3] == 1e300);
    CHECK(frame.columns[3].name == "yes");
    CHECK(frame.columns[3].values[0] == 1);
    CHECK(frame.columns[3].values[1] == 0);
    CHECK(std::isnan(frame.columns[3].values[2]));
  }
}

TEST_CASE("names of rows and further attributes do not disturb") {
  const lab::r_data_frame frame = lab::read_rda(files / "noted.rda");
  REQUIRE(frame.columns.size() == 2);
  CHECK(frame.columns[0].values == std::vector<double>{1, 2});
  CHECK(frame.columns[1].values == std::vector<double>{1, 2});
}

TEST_CASE("what is not one data.frame of factors and numbers is refused in one sentence") {
  const auto wanted = [](const char* name, const std::string& sentence) {
    CHECK(refusal(files / name) == (files / name).string() + ": " + sentence);
  };
  wanted("bzip2.rda", "is compressed with bzip2; wanted xz, gzip or none");
  wanted("ascii.rda", "is no file of R's save(): it does not begin with RDX2 or RDX3 and X");
  wanted("number.rda", "holds no data.frame; wanted one data.frame and nothing else");
  wanted("two.rda", "holds 2 objects; wanted one data.frame and nothing else");
  wanted("compact.rda", "holds a vector in R's compact form, which is not read; save it with version = 2");
  wanted("words.rda", "column 'x' is neither a factor nor numbers");
  wanted("holes.rda", "column 'kind' has a value that is missing or none of its 1 levels");
  wanted("function.rda", "holds an R object of type 3; wanted a data.frame");
  wanted("absent.rda", "does not exist");
}

TEST_CASE("a file that was cut anywhere is refused, whatever its compression") {
  const temporary_folder folder;
  for (const char* const name : {"xz_2.rda", "gzip_3.rda", "plain_3.rda", "noted.rda"}) {
    const std::string whole = content_of(files / name);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CAPTURE(name);
      CAPTURE(length);
      put(folder / "cut.rda", whole.substr(0, length));
      CHECK(!refusal(folder / "cut.rda").empty());
    }
    put(folder / "cut.rda", whole + "x");
    CHECK(!refusal(folder / "cut.rda").empty());
  }
  put(folder / "cut.rda", content_of(files / "plain_2.rda").substr(0, 100));
  CHECK(ends_with(refusal(folder / "cut.rda"), "cut.rda: is truncated"));
  put(folder / "cut.rda", content_of(files / "xz_2.rda").substr(0, 100));
  CHECK(ends_with(refusal(folder / "cut.rda"), "cut.rda: cannot be decompressed (xz): the file is truncated"));
}

TEST_CASE("a damaged byte ends in a data.frame or a refusal, never elsewhere") {
  const temporary_folder folder;
  const std::string whole = content_of(files / "noted.rda");
  std::size_t refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char put_there : {'\x00', '\x7f', '\xff', '\xfe', '\x02', '\x13'}) {
      std::string damaged = whole;
      damaged[at] = put_there;
      put(folder / "damaged.rda", damaged);
      refused += !refusal(folder / "damaged.rda").empty();
    }
  CHECK(refused > whole.size());
  std::string xz = content_of(files / "xz_2.rda");
  xz[xz.size() / 2] = static_cast<char>(xz[xz.size() / 2] ^ 1);
  put(folder / "damaged.rda", xz);
  CHECK(ends_with(refusal(folder / "damaged.rda"), "cannot be decompressed (xz): the stream is damaged"));
}
