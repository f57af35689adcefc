// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/captions.hpp>

#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::images;

namespace {

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parse_captions(text, "captions.csv")); });
}

}  // namespace

TEST_CASE("columns are found by name, blanks around a caption go") {
  const auto pairs = parse_captions("id,caption,file\r\n1,  a red rose ,r.png\r\n2,rose,r.png\r\n", "captions.csv");
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].file == "r.png");
  CHECK(pairs[0].caption == "a red rose");
  CHECK(pairs[1].caption == "rose");
}

TEST_CASE("what is wrong with captions is said by line") {
  CHECK(refusal("").starts_with("captions.csv: is empty"));
  CHECK(refusal("name,caption\na,b\n") ==
        "captions.csv: has no single column 'file'; wanted a first line with file and caption");
  CHECK(refusal("file,text\na,b\n") ==
        "captions.csv: has no single column 'caption'; wanted a first line with file and caption");
  CHECK(refusal("file,caption,file\na,b,c\n").starts_with("captions.csv: has no single column 'file'"));
  CHECK(refusal("file,caption\n") == "captions.csv: has no pair of file and caption below its first line");
  CHECK(refusal("file,caption\na.png,rose\nb.png, \n") == "captions.csv: line 3 has an empty caption");
  CHECK(refusal("file,caption\na.png,rose\nb.png,x\n./a.png,rose \n") ==
        "captions.csv: line 4 repeats the pair of './a.png' and its caption");
  for (const std::string file : {"", "/etc/passwd", "../a.png", "a/../../b.png", "."}) {
    CAPTURE(file);
    CHECK(refusal("file,caption\n" + file + ",rose\n") ==
          "captions.csv: line 2 names the file '" + file + "'; wanted one inside the folder");
  }
  CHECK(refusal("file,caption\na,b,c\n").starts_with("captions.csv: line 2"));
}
