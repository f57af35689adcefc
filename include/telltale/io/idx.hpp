// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/io/byte_source.hpp>
#include <telltale/io/convert.hpp>
#include <telltale/io/element_type.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io {

/// An array in the IDX format of the MNIST family: images (records, rows, columns) or labels (records), in memory.
class idx_array {
 public:
  /// The extents, records first.
  [[nodiscard]] const shape_type& shape() const noexcept { return shape_; }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() / type_.item_size; }
  /// The type of the stored elements.
  [[nodiscard]] const element_type& dtype() const noexcept { return type_; }
  /// Where it was read from, or what stood for that.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// The stored bytes, row-major: pixels or labels as they are for a file of unsigned bytes, big-endian numbers
  /// otherwise.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

  /// The values as `Scalar`s; the rules and errors are those of `npy_array::to_vector`.
  template <ArrayScalar Scalar>
  [[nodiscard]] std::vector<Scalar> to_vector() const {
    return detail::to_scalars<Scalar>(std::as_bytes(bytes()), type_, shape_, false, path_);
  }

 private:
  friend idx_array parse_idx(std::span<const std::byte> file, const std::filesystem::path& name);
  idx_array() = default;

  std::filesystem::path path_;
  element_type type_;
  shape_type shape_;
  std::vector<std::uint8_t> bytes_;
};

namespace detail {

inline element_type idx_element_type(unsigned code, const std::filesystem::path& path) {
  switch (code) {
    case 0x08:
      return {'u', 1, std::endian::native};
    case 0x09:
      return {'i', 1, std::endian::native};
    case 0x0b:
      return {'i', 2, std::endian::big};
    case 0x0c:
      return {'i', 4, std::endian::big};
    case 0x0d:
      return {'f', 4, std::endian::big};
    case 0x0e:
      return {'f', 8, std::endian::big};
    default:
      refuse_file(path,
                  std::string("has IDX element type ") + std::to_string(code) + "; wanted 8, 9, 11, 12, 13 or 14");
  }
}

}  // namespace detail

/// Reads an IDX file, or the gzip of one, that is in memory; `name` stands for it in messages.
///
/// Memory: a few times the file or twice its true content, whichever is more, even when its header lies. Throws
/// `file_error` for a wrong magic number or element type, a file that is shorter or longer than its header says, and a
/// damaged gzip stream.
///
/// Reference: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", the section on file formats.
[[nodiscard]] inline idx_array parse_idx(std::span<const std::byte> file, const std::filesystem::path& name) {
  if (file.empty()) detail::refuse_file(name, "is empty; wanted an IDX file");
  idx_array array;
  array.path_ = name;
  detail::byte_source source(file, name);
  std::array<std::byte, 4> magic{};
  if (source.read(magic) < magic.size()) detail::refuse_file(name, "is truncated inside its IDX header");
  const auto axes = std::to_integer<std::size_t>(magic[3]);
  if (magic[0] != std::byte{0} || magic[1] != std::byte{0} || axes == 0)
    detail::refuse_file(name, "is not an IDX file: it does not begin with two zero bytes, a type and a number of axes");
  array.type_ = detail::idx_element_type(std::to_integer<unsigned>(magic[2]), name);
  array.shape_.resize(axes);
  for (std::size_t& extent : array.shape_) {
    std::array<std::byte, 4> big_endian{};
    if (source.read(big_endian) < big_endian.size()) detail::refuse_file(name, "is truncated inside its IDX header");
    for (const std::byte digit : big_endian) extent = extent * 256 + std::to_integer<std::size_t>(digit);
  }
  const std::string promise = std::string("shape ") + detail::tuple_text(array.shape_) + " of " + array.type_.name();
  const auto count = detail::element_count(array.shape_, array.type_.item_size);
  if (!count) detail::refuse_file(name, "has " + promise + ", larger than any memory");
  array.bytes_ = detail::read_promised(source, *count * array.type_.item_size, promise, name);
  return array;
}

/// Reads an IDX file from disk, compressed with gzip or not, whatever its name. Throws as `mapped_file` and `parse_idx`
/// do.
[[nodiscard]] inline idx_array read_idx(const std::filesystem::path& path) {
  const mapped_file file(path);
  return parse_idx(file.bytes(), path);
}

}  // namespace telltale::io
