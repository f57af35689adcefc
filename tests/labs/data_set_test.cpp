// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "data_set.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>

#include "fashion.hpp"
#include "tabular.hpp"
#include "unit/io/temporary.hpp"

#include <doctest/doctest.h>

namespace {

std::vector<std::size_t> count_by_class(const lab::data_set& data, const std::vector<std::uint32_t>& records) {
  std::vector<std::size_t> counts(data.classes);
  for (const std::uint32_t i : records) ++counts[static_cast<std::size_t>(data.labels[i])];
  return counts;
}

lab::data_set of_classes(const std::vector<int>& labels) {
  lab::data_set data;
  data.name = "made";
  data.dimensions = 1;
  data.classes = 3;
  data.labels = labels;
  for (std::size_t i = 0; i < labels.size(); ++i) data.values.push_back(static_cast<float>(i % 200));
  return data;
}

std::string refusal(const std::filesystem::path& file) {
  return message_of<telltale::error>([&] { static_cast<void>(lab::read_tabular(file, 1)); });
}

}  // namespace

TEST_CASE("a split takes so many of each class for the network, the rest for the study, by the seed") {
  std::vector<int> labels;
  for (int i = 0; i < 90; ++i) labels.push_back(i % 3);
  lab::data_set data = of_classes(labels);
  data.split(10, 1);
  CHECK(count_by_class(data, data.network) == std::vector<std::size_t>{10, 10, 10});
  CHECK(count_by_class(data, data.study) == std::vector<std::size_t>{20, 20, 20});
  std::set<std::uint32_t> both(data.network.begin(), data.network.end());
  both.insert(data.study.begin(), data.study.end());
  CHECK(both.size() == 90);
  CHECK(std::is_sorted(data.study.begin(), data.study.end()));

  const auto first = data.network;
  data.split(10, 2);
  CHECK(data.network != first);
  data.split(10, 1);
  CHECK(data.network == first);

  CHECK_THROWS_WITH_AS(data.split(16, 1),
                       "made: class 0 has 30 records; wanted at least 32 of each class, 16 of them for the network "
                       "that makes the features",
                       telltale::error);
}

TEST_CASE("records that repeat an earlier one are dropped and counted, the others keep their labels") {
  std::vector<int> labels(300);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i % 3);
  lab::data_set data = of_classes(labels);  // the values repeat from record 200 on
  data.drop_repeated();
  CHECK(data.repeated == 100);
  REQUIRE(data.records() == 200);
  CHECK(data.values.size() == 200);
  CHECK(data.values[199] == 199);
  CHECK(std::equal(data.labels.begin(), data.labels.end(), labels.begin()));
}

TEST_CASE("a table of numbers with the label first is a data set") {
  const temporary_folder folder;
  std::string rows = "label,a,b\n";
  for (int i = 0; i < 440; ++i) rows += std::to_string(i % 2) + "," + std::to_string(i) + ",0.5\n";
  put(folder / "own.csv", rows + "1,3,0.5\n");
  const lab::data_set data = lab::read_tabular(folder / "own.csv", 1);
  CHECK(data.name == "own");
  CHECK(data.dimensions == 2);
  CHECK(data.classes == 2);
  CHECK(data.repeated == 1);
  CHECK(data.network.size() == 200);
  CHECK(data.study.size() == 240);
  CHECK(data.row(7)[0] == 7);
  CHECK(data.labels[7] == 1);

  const auto wanted = [&](const std::string& text, const std::string& sentence) {
    put(folder / "bad.csv", text);
    CHECK(refusal(folder / "bad.csv") == (folder / "bad.csv").string() + ": " + sentence);
  };
  wanted("0\n1\n", "has one column; wanted the label and at least one attribute");
  wanted("0,1\n1.5,2\n", "row 2 does not begin with a label; wanted a whole number from 0 to 999");
  wanted("0,1\n-1,2\n", "row 2 does not begin with a label; wanted a whole number from 0 to 999");
  wanted("c,size\n0,1\n1,nan\n", "row 2 of column 'size' is missing or not finite");
  wanted("0,1\n1,1e39\n", "row 2 of column '2' is missing or not finite");
  wanted("0,1\n0,2\n", "has records of one class only");
}

TEST_CASE("an R file of another kind is refused in one sentence") {
  const std::filesystem::path files = TELLTALE_TEST_DATA "/rda";
  CHECK(refusal(files / "xz_2.rda") ==
        (files / "xz_2.rda").string() + ": row 2 of column 'count' is missing or not finite");
  CHECK(refusal(files / "noted.rda") ==
        "noted: class 0 has 1 records; wanted at least 200 of each class, 100 of them for the network that makes the "
        "features");
}

// Known: 20,000 records of 16 attributes from 0 to 15, the first a T (2, 8, 3, 5, ...); R counts 1,332 duplicated ones
// and, of the others, 524 (I) to 782 (P) in a class.
TEST_CASE("the letters of Debian's package are read") {
  if (!std::filesystem::exists(lab::letters_file)) {
    MESSAGE("left out: r-cran-mlbench is not installed");
    CHECK(refusal(lab::letters_file).find("apt-get install --no-install-recommends r-cran-mlbench") !=
          std::string::npos);
    return;
  }
  const lab::data_set letters = lab::read_tabular(lab::letters_file, 1);
  CHECK(letters.name == "letters");
  CHECK(letters.records() == 18668);
  CHECK(letters.repeated == 1332);
  CHECK(letters.dimensions == 16);
  CHECK(letters.classes == 26);
  CHECK(letters.labels.front() == 'T' - 'A');
  const std::array<float, 16> first{2, 8, 3, 5, 1, 8, 13, 0, 6, 6, 10, 8, 0, 8, 0, 8};
  CHECK(std::equal(first.begin(), first.end(), letters.values.begin()));
  CHECK(*std::max_element(letters.values.begin(), letters.values.end()) == 15);
  const std::vector<std::size_t> study = count_by_class(letters, letters.study);
  CHECK(study['I' - 'A'] == 424);
  CHECK(*std::max_element(study.begin(), study.end()) == 682);
}

TEST_CASE("Fashion-MNIST is read whole, and a folder without it refused") {
  CHECK(message_of<telltale::file_error>([] { static_cast<void>(lab::read_fashion("/absent", 1)); }) ==
        "/absent: is not there; install it with `apt-get install dataset-fashion-mnist`, or name the folder of its "
        "four files with --data");
  const temporary_folder folder;
  CHECK(message_of<telltale::file_error>([&] { static_cast<void>(lab::read_fashion(folder.path(), 1)); }) ==
        (folder / "train-images-idx3-ubyte.gz").string() + ": does not exist");
  const lab::data_set fashion = lab::read_fashion(lab::fashion_folder, 1);
  CHECK(fashion.records() == 70000);
  CHECK(fashion.dimensions == 784);
  CHECK(fashion.classes == 10);
  CHECK(fashion.labels.front() == 9);  // the first picture of the training files is a boot
  CHECK(fashion.labels[60000] == 9);   // and so is that of the test files
  CHECK(count_by_class(fashion, fashion.network) == std::vector<std::size_t>(10, 2000));
  CHECK(count_by_class(fashion, fashion.study) == std::vector<std::size_t>(10, 5000));
}
