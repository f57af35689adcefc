// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/slice_blocks.hpp>
#include <telltale/images/volume_slices.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using telltale::io::read_nifti;
using namespace telltale::images;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/nifti", templates = "/usr/share/mricron/templates";

}  // namespace

TEST_CASE("a slice shows the later axis upwards and the earlier one to the right, labels on the same pixels") {
  // Element (x, y, z) of the fixture is x + 10 y + 100 z, of 2 x 3 x 2: 0 to 121.
  const auto volume = read_nifti(data / "u1.nii");
  const masked_pictures coronal = slices_of(volume, volume, {.axis = 1, .side = 2});
  REQUIRE(coronal.pictures.size() == 3);
  CHECK(coronal.names[2] == "slice 2");
  CHECK(std::vector<std::uint8_t>(coronal.masks.begin(), coronal.masks.begin() + 4) ==
        std::vector<std::uint8_t>{100, 101, 0, 1});
  CHECK(std::vector<std::uint8_t>(coronal.masks.begin() + 4, coronal.masks.begin() + 8) ==
        std::vector<std::uint8_t>{110, 111, 10, 11});
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t p = 0; p < 4; ++p)
      for (std::size_t channel = 0; channel < 3; ++channel)
        CHECK(coronal.pictures[i].bytes()[p * 3 + channel] ==
              std::lround(coronal.masks[i * 4 + p] * 255.0 / 121));  // 121 is white
  const masked_pictures axial = slices_of(volume, volume, {.axis = 2, .side = 2});
  REQUIRE(axial.pictures.size() == 2);  // of 3 rows (y) and 2 columns (x); the square keeps the first two rows
  CHECK(std::vector<std::uint8_t>(axial.masks.begin() + 4, axial.masks.end()) ==
        std::vector<std::uint8_t>{120, 121, 110, 111});
  const masked_pictures sagittal = slices_of(volume, volume, {.axis = 0, .side = 2});
  CHECK(std::vector<std::uint8_t>(sagittal.masks.begin(), sagittal.masks.begin() + 4) ==
        std::vector<std::uint8_t>{100, 110, 0, 10});
}

TEST_CASE("labels are merged, and slices without enough of them are left out") {
  const auto volume = read_nifti(data / "u1.nii");
  std::vector<std::uint8_t> merged(122, 0);
  merged[111] = 3;
  const masked_pictures one = slices_of(volume, volume, {.axis = 1, .side = 2, .merged = merged});
  CHECK(one.names == std::vector<std::string>{"slice 1"});
  CHECK(one.masks == std::vector<std::uint8_t>{0, 3, 0, 0});
  CHECK(slices_of(volume, volume, {.axis = 1, .side = 2, .labelled = 0, .merged = merged}).names.size() == 3);
}

TEST_CASE("volumes that do not fit are refused by name") {
  const auto volume = read_nifti(data / "u1.nii"), with_negatives = read_nifti(data / "i2.nii");
  const auto said = [&](const auto& head, const auto& atlas, const slicing& options) {
    return message_of<file_error>([&] { static_cast<void>(slices_of(head, atlas, options)); });
  };
  const std::string name = (data / "u1.nii").string();
  CHECK(said(volume, volume, {.merged = {0, 1}}) == name + ": has label 100; options.merged names only 0 to 1");
  CHECK(said(volume, with_negatives, {}).find("is -50; wanted an integer from 0 to 255") != std::string::npos);
  CHECK(said(volume, volume, {.side = 2, .merged = std::vector<std::uint8_t>(122, 0)})
            .starts_with(name + ": labels no slice on at least 0.01"));
  CHECK(message_of<argument_error>([&] { static_cast<void>(slices_of(volume, volume, {.axis = 3})); }) ==
        "slices_of: options.axis, options.side: are 3 and 48; wanted an axis from 0 to 2 and a side of at least 1");
}

TEST_CASE("a real head gives 176 coronal slices that an atlas labels") {
  INFO("this test needs the Debian package mricron-data");
  const auto head = read_nifti(templates / "ch2.nii.gz"), atlas = read_nifti(templates / "aal.nii.gz");
  const masked_pictures made = slices_of(head, atlas);
  CHECK(made.pictures.size() == 176);  // 174 in a prototype that wanted some more labels
  CHECK(made.masks.size() == 176 * 48 * 48);
  CHECK(std::set<std::uint8_t>(made.masks.begin(), made.masks.end()).size() == 117);
}

TEST_CASE("blocks of members and others have gaps between them and come in pairs") {
  for (const std::size_t n : {14U, 60U, 176U})
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      const split_slices split = split_into_blocks(n, {.seed = seed});
      CHECK(split.members.size() == split.others.size());
      CHECK(split.members.size() % 6 == 0);
      CHECK(split.members.size() + 12 > n / 16 * 6);  // at most a pair is lost to the first block's place
      for (const std::size_t member : split.members) {
        CHECK(member < n);
        for (const std::size_t other : split.others) {
          const std::size_t apart = member > other ? member - other : other - member;
          CHECK(apart > 2);
        }
      }
    }
  CHECK(split_into_blocks(100, {.seed = 4}).members == split_into_blocks(100, {.seed = 4}).members);
}

TEST_CASE("over many seeds every slice is as often a member as not") {
  std::vector<int> member(64), other(64);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const split_slices split = split_into_blocks(64, {.block = 3, .gap = 1, .seed = seed});
    for (const std::size_t at : split.members) ++member[at];
    for (const std::size_t at : split.others) ++other[at];
  }
  for (std::size_t at = 0; at < 60; ++at) {
    CHECK(member[at] + other[at] > 40);
    CHECK(std::abs(member[at] - other[at]) < 5 * std::sqrt(400.0));  // five deviations of the difference at most
  }
}

TEST_CASE("too few slices for two blocks are refused") {
  CHECK(message_of<argument_error>([] { static_cast<void>(split_into_blocks(13)); }) ==
        "split_into_blocks: n: is 13; wanted at least the 14 slices of two blocks and the gap between them");
  CHECK(message_of<argument_error>([] { static_cast<void>(split_into_blocks(13, {.block = 0})); }) ==
        "split_into_blocks: how.block: is 0; wanted at least 1");
}
