// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <telltale/io/byte_source.hpp>
#include <telltale/io/convert.hpp>
#include <telltale/io/element_type.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io {

/// A medical volume in the NIfTI-1 format, in memory: (x, y, z) and further axes, of which those of length 1 at the
/// end are dropped.
class nifti_array {
 public:
  /// The extents (x, y, z) and further ones.
  [[nodiscard]] const shape_type& shape() const noexcept { return shape_; }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() / type_.item_size; }
  /// The type of the stored elements, before any scaling.
  [[nodiscard]] const element_type& dtype() const noexcept { return type_; }
  /// Where it was read from, or what stood for that.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// The values as the file means them, row-major (z varies fastest): stored value x slope + intercept where the header
  /// names a slope other than 0. The rules of conversion and its errors are those of `npy_array::to_vector`; integers
  /// are refused where the header scales, since the stored numbers would not be the volume's.
  template <ArrayScalar Scalar>
  [[nodiscard]] std::vector<Scalar> to_vector() const {
    const bool scaled = slope_ != 0 && !(slope_ == 1 && intercept_ == 0);
    if constexpr (std::integral<Scalar>) {
      if (scaled)
        detail::refuse_file(path_, "scales its numbers (by " + std::to_string(slope_) + ", and adds " +
                                       std::to_string(intercept_) + "); wanted integers as they are");
    }
    std::vector<Scalar> values =
        detail::to_scalars<Scalar>(std::as_bytes(std::span(bytes_)), type_, shape_, true, path_);
    if constexpr (std::floating_point<Scalar>) {
      if (scaled)
        for (Scalar& value : values)
          value = static_cast<Scalar>(static_cast<double>(value) * slope_ + static_cast<double>(intercept_));
    }
    return values;
  }

 private:
  friend nifti_array parse_nifti(std::span<const std::byte> file, const std::filesystem::path& name);
  nifti_array() = default;

  std::filesystem::path path_;
  element_type type_;
  shape_type shape_;
  float slope_ = 0, intercept_ = 0;
  std::vector<std::uint8_t> bytes_;
};

namespace detail {

inline constexpr std::size_t nifti_header_size = 348;

/// The header's numbers, whose byte order its first one tells.
class nifti_header {
 public:
  nifti_header(byte_source& source, const std::filesystem::path& path) : path_(&path) {
    if (source.read(bytes_) < bytes_.size()) refuse_file(path, "is truncated inside its NIfTI header");
    const auto says = [&](std::int32_t size) {
      const bool native = load<std::int32_t, false>(bytes_.data()) == size;
      if (!native && load<std::int32_t, true>(bytes_.data()) != size) return false;
      swapped_ = !native;
      return true;
    };
    constexpr std::int32_t of_nifti_2 = 540;
    if (says(of_nifti_2)) refuse_file(path, "is a NIfTI-2 file; wanted NIfTI-1");
    if (!says(static_cast<std::int32_t>(nifti_header_size)))
      refuse_file(path, "is not a NIfTI-1 file: its header does not begin with its size, 348");
    const std::string magic(reinterpret_cast<const char*>(bytes_.data()) + 344, 4);
    if (magic == std::string("ni1\0", 4))
      refuse_file(path, "has its numbers in a separate .img file; wanted header and numbers in one .nii file");
    if (magic != std::string("n+1\0", 4)) refuse_file(path, "is not a NIfTI-1 file: its header does not end in 'n+1'");
  }

  template <class Number>
  [[nodiscard]] Number at(std::size_t offset) const {
    return swapped_ ? load<Number, true>(bytes_.data() + offset) : load<Number, false>(bytes_.data() + offset);
  }

  [[nodiscard]] shape_type shape() const {
    const int axes = at<std::int16_t>(40);
    if (axes < 1 || axes > 7) refuse_file(*path_, "has " + std::to_string(axes) + " axes; wanted 1 to 7");
    shape_type extents;
    for (std::size_t axis = 1; axis <= static_cast<std::size_t>(axes); ++axis) {
      const int extent = at<std::int16_t>(40 + 2 * axis);
      if (extent < 1)
        refuse_file(*path_, "has length " + std::to_string(extent) + " along axis " + std::to_string(axis) +
                                "; wanted at least 1");
      extents.push_back(static_cast<std::size_t>(extent));
    }
    while (extents.size() > 1 && extents.back() == 1) extents.pop_back();
    return extents;
  }

  [[nodiscard]] element_type type() const {
    struct known {
      int code;
      char kind;
      std::size_t item_size;
    };
    constexpr std::array<known, 10> types{{{2, 'u', 1},
                                           {4, 'i', 2},
                                           {8, 'i', 4},
                                           {16, 'f', 4},
                                           {64, 'f', 8},
                                           {256, 'i', 1},
                                           {512, 'u', 2},
                                           {768, 'u', 4},
                                           {1024, 'i', 8},
                                           {1280, 'u', 8}}};
    const int code = at<std::int16_t>(70), bits = at<std::int16_t>(72);
    for (const known& type : types) {
      if (type.code != code) continue;
      if (bits != static_cast<int>(type.item_size * 8))
        refuse_file(*path_, "says that its numbers have " + std::to_string(bits) + " bits; type " +
                                std::to_string(code) + " has " + std::to_string(type.item_size * 8));
      const std::endian other = std::endian::native == std::endian::little ? std::endian::big : std::endian::little;
      return {type.kind, type.item_size, swapped_ && type.item_size > 1 ? other : std::endian::native};
    }
    refuse_file(*path_, "has NIfTI element type " + std::to_string(code) +
                            "; wanted an integer of 8 to 64 bits (2, 4, 8, 256, 512, 768, 1024, 1280) or float32 or "
                            "float64 (16, 64)");
  }

  /// How many bytes of extensions lie between the header and the numbers.
  [[nodiscard]] std::size_t gap() const {
    constexpr float most = 1U << 24U;  // up to which a float is every integer
    const auto offset = at<float>(108);
    if (!(offset >= 352 && offset <= most) || offset != std::trunc(offset))
      refuse_file(*path_, "says that its numbers begin at byte " + std::to_string(offset) +
                              "; wanted an integer from 352 to 16777216");
    return static_cast<std::size_t>(offset) - nifti_header_size;
  }

  [[nodiscard]] float scaling(std::size_t offset) const {
    const auto value = at<float>(offset);
    if (!std::isfinite(value)) refuse_file(*path_, "scales its numbers by what is no finite number");
    return value;
  }

 private:
  std::array<std::byte, nifti_header_size> bytes_{};
  const std::filesystem::path* path_;
  bool swapped_ = false;
};

}  // namespace detail

/// Reads a NIfTI-1 volume (.nii), or the gzip of one, that is in memory; `name` stands for it in messages.
///
/// Both byte orders; integers of 8 to 64 bits, float32 and float64. Orientation, units and extensions are not looked
/// at. Memory: a few times the file or twice its true content, whichever is more, even when its header lies. Throws
/// `file_error` for another format, a type that is not read, and a file that is shorter or longer than its header says.
/// Reference: Cox, Ashburner and others 2004, "A (sort of) new image data format standard: NIfTI-1", nifti1.h.
[[nodiscard]] inline nifti_array parse_nifti(std::span<const std::byte> file, const std::filesystem::path& name) {
  if (file.empty()) detail::refuse_file(name, "is empty; wanted a NIfTI-1 file");
  nifti_array array;
  array.path_ = name;
  detail::byte_source source(file, name);
  const detail::nifti_header header(source, name);
  array.shape_ = header.shape();
  array.type_ = header.type();
  array.slope_ = header.scaling(112);
  array.intercept_ = header.scaling(116);
  std::array<std::byte, 4096> skipped;
  for (std::size_t left = header.gap(); left > 0;) {
    const std::size_t got = source.read(std::span(skipped).first(std::min(left, skipped.size())));
    if (got == 0) detail::refuse_file(name, "is truncated before its numbers");
    left -= got;
  }
  const std::string promise = std::string("shape ") + detail::tuple_text(array.shape_) + " of " + array.type_.name();
  const auto count = detail::element_count(array.shape_, array.type_.item_size);
  if (!count) detail::refuse_file(name, "has " + promise + ", larger than any memory");
  array.bytes_ = detail::read_promised(source, *count * array.type_.item_size, promise, name);
  return array;
}

/// Reads a NIfTI-1 file from disk, compressed with gzip or not, whatever its name. Throws as `mapped_file` and
/// `parse_nifti` do.
[[nodiscard]] inline nifti_array read_nifti(const std::filesystem::path& path) {
  const mapped_file file(path);
  return parse_nifti(file.bytes(), path);
}

}  // namespace telltale::io
