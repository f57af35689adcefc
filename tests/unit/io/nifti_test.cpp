// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/io/nifti.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using namespace telltale::io;

namespace {

const std::filesystem::path data = TELLTALE_TEST_DATA "/nifti";
const std::filesystem::path templates = "/usr/share/mricron/templates";

std::string refusal(const std::string& text) {
  return message_of<file_error>([&] { static_cast<void>(parse_nifti(bytes_of(text), "brain")); });
}

/// The bytes of u1.nii with some of them replaced.
std::string changed(std::size_t offset, const std::string& bytes) {
  return content_of(data / "u1.nii").replace(offset, bytes.size(), bytes);
}

}  // namespace

TEST_CASE("every type reads in both byte orders, the first axis fastest in the file and slowest in memory") {
  for (const char* const type : {"u1", "i2", "i4", "f4", "f8", "u2"})
    for (const char* const order : {"", "_big"}) {
      CAPTURE(type);
      CAPTURE(order);
      const nifti_array volume = read_nifti(data / (std::string(type) + order + ".nii"));
      CHECK(volume.shape() == shape_type{2, 3, 2});  // the fourth axis has length 1
      CHECK(volume.size() == 12);
      CHECK(volume.dtype().kind == type[0]);
      const std::vector<float> values = volume.to_vector<float>();
      const int less = type[0] == 'u' ? 0 : 50;
      for (int x = 0; x < 2; ++x)
        for (int y = 0; y < 3; ++y)
          for (int z = 0; z < 2; ++z)
            CHECK(values[static_cast<std::size_t>((x * 3 + y) * 2 + z)] ==
                  static_cast<float>(x + 10 * y + 100 * z - less));
    }
}

TEST_CASE("a compressed volume is the same volume") {
  const nifti_array plain = read_nifti(data / "u1.nii"), compressed = read_nifti(data / "u1.nii.gz");
  CHECK(plain.to_vector<std::uint8_t>() == compressed.to_vector<std::uint8_t>());
}

TEST_CASE("the header's slope and intercept are applied, and integers are refused where they change numbers") {
  const nifti_array scaled = read_nifti(data / "scaled.nii"), plain = read_nifti(data / "i2.nii");
  const std::vector<double> values = scaled.to_vector<double>(), stored = plain.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == stored[i] * .5 + 2);
  CHECK(message_of<file_error>([&] { static_cast<void>(scaled.to_vector<int>()); }) ==
        (data / "scaled.nii").string() +
            ": scales its numbers (by 0.500000, and adds 2.000000); wanted integers as they are");
  CHECK(plain.to_vector<int>().front() == -50);
  CHECK(message_of<file_error>([&] {
          static_cast<void>(plain.to_vector<std::uint8_t>());
        }).ends_with("element (0, 0, 0) is -50; wanted an integer from 0 to 255"));
}

TEST_CASE("what is no volume that can be read is refused in one sentence") {
  CHECK(refusal("") == "brain: is empty; wanted a NIfTI-1 file");
  CHECK(refusal("short") == "brain: is truncated inside its NIfTI header");
  CHECK(refusal(std::string(400, 'x')) == "brain: is not a NIfTI-1 file: its header does not begin with its size, 348");
  CHECK(refusal(changed(0, std::string("\x1c\x02\0\0", 4))) == "brain: is a NIfTI-2 file; wanted NIfTI-1");
  CHECK(refusal(changed(0, std::string("\0\0\x02\x1c", 4))) == "brain: is a NIfTI-2 file; wanted NIfTI-1");
  CHECK(refusal(changed(344, std::string("ni1\0", 4))) ==
        "brain: has its numbers in a separate .img file; wanted header and numbers in one .nii file");
  CHECK(refusal(changed(344, "abc")) == "brain: is not a NIfTI-1 file: its header does not end in 'n+1'");
  CHECK(refusal(changed(40, std::string("\x08\0", 2))) == "brain: has 8 axes; wanted 1 to 7");
  CHECK(refusal(changed(40, std::string("\0\0", 2))) == "brain: has 0 axes; wanted 1 to 7");
  CHECK(refusal(changed(44, std::string("\xff\xff", 2))) == "brain: has length -1 along axis 2; wanted at least 1");
  CHECK(refusal(changed(70, std::string("\x80\0", 2))).starts_with("brain: has NIfTI element type 128; wanted"));
  CHECK(refusal(changed(72, std::string("\x10\0", 2))) == "brain: says that its numbers have 16 bits; type 2 has 8");
  CHECK(refusal(changed(108, std::string("\0\0\0\0", 4))) ==
        "brain: says that its numbers begin at byte 0.000000; wanted an integer from 352 to 16777216");
  CHECK(refusal(changed(108, std::string("\0\0\xc0\x7f", 4))).starts_with("brain: says that its numbers begin at "));
  CHECK(refusal(changed(112, std::string("\0\0\xc0\x7f", 4))) ==
        "brain: scales its numbers by what is no finite number");
}

TEST_CASE("truncated, padded and lying files are refused before memory is taken for what they claim") {
  const std::string whole = content_of(data / "u1.nii"), compressed = content_of(data / "u1.nii.gz");
  REQUIRE(refusal(whole).empty());
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(refusal(whole.substr(0, size)).empty());
  for (std::size_t size = 0; size < compressed.size(); ++size) CHECK_FALSE(refusal(compressed.substr(0, size)).empty());
  CHECK(refusal(whole.substr(0, whole.size() - 1)) ==
        "brain: is truncated: shape (2, 3, 2) of uint8 needs 12 bytes after the header, and there are 11");
  CHECK(refusal(whole + "x") ==
        "brain: has trailing bytes: shape (2, 3, 2) of uint8 needs only 12 bytes after the header");
  std::string large(14, '\x7f');  // seven axes of 32,639
  CHECK(refusal(changed(40, std::string("\x07\0", 2) + large)).find("larger than any memory") != std::string::npos);
  large = std::string("\x04\0", 2) + std::string(6, '\x7f');  // 3e13 bytes
  CHECK(refusal(changed(40, large)).find("is truncated: shape (32639, 32639, 32639)") != std::string::npos);
}

// The sizes and the 116 regions are those that the atlas's authors state (Tzourio-Mazoyer and others 2002).
TEST_CASE("a real head and its atlas read whole, on one grid") {
  INFO("this test needs the Debian package mricron-data");
  REQUIRE(std::filesystem::exists(templates / "ch2.nii.gz"));
  const nifti_array head = read_nifti(templates / "ch2.nii.gz"), atlas = read_nifti(templates / "aal.nii.gz");
  CHECK(head.shape() == shape_type{181, 217, 181});
  CHECK(atlas.shape() == head.shape());
  std::vector<std::uint8_t> labels = atlas.to_vector<std::uint8_t>();
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  CHECK(labels.size() == 117);  // and the background
  CHECK(labels.back() == 116);
}
