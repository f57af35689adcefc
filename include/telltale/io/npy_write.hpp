// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/element_type.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io {

/// What can be written: every array scalar but `long double`, whose unused bytes would make equal arrays differ as
/// files.
template <class Type>
concept WritableScalar = ArrayScalar<Type> && !std::same_as<Type, long double>;

namespace detail {

/// Magic, version 1.0 and dictionary, padded with spaces so that the values begin at a multiple of 64 bytes, as NumPy
/// does.
inline std::string npy_preamble(const element_type& type, std::span<const std::size_t> shape) {
  const char order = type.item_size == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
  std::string header = std::string("{'descr': '") + order + type.kind + std::to_string(type.item_size) +
                       "', 'fortran_order': False, 'shape': " + tuple_text(shape) + ", }";
  constexpr std::size_t before = 10;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';
  // The length has two bytes in version 1.0. 64 axes of 20 digits stay far below it.
  if (shape.size() > 64) telltale::detail::refuse("write_npy", "shape", "has more than 64 axes");
  std::string preamble("\x93NUMPY\x01\x00", 8);
  preamble += static_cast<char>(header.size() % 256);
  preamble += static_cast<char>(header.size() / 256);
  return preamble + header;
}

}  // namespace detail

/// Writes a .npy file block by block, row-major, so that an array larger than memory can be stored; atomic.
///
/// `append` as often as needed, then `commit`; without it nothing appears under `path`. Throws `argument_error` when
/// more or fewer values come than `shape` holds, `file_error` as `atomic_file` does.
template <WritableScalar Scalar>
class npy_writer {
 public:
  /// Writes the header of an array of this shape to a temporary file. Throws `argument_error` for a shape that no array
  /// in memory could have.
  npy_writer(const std::filesystem::path& path, const shape_type& shape)
      : npy_writer(path, shape, element_type_of<Scalar>()) {}

  /// Writes the next values. Throws `argument_error` for more than the shape has room for.
  void append(std::span<const Scalar> values) {
    if (values.size() > missing_)
      telltale::detail::refuse("npy_writer::append", "values",
                               "has " + std::to_string(values.size()) + " elements; the shape has room for " +
                                   std::to_string(missing_) + " more");
    missing_ -= values.size();
    file_.write(std::as_bytes(values));
  }

  /// Makes the file appear. Throws `argument_error` while values are missing.
  void commit() {
    if (missing_ != 0)
      telltale::detail::refuse("npy_writer::commit", "shape",
                               "has room for " + std::to_string(missing_) + " more elements than were appended");
    file_.commit();
  }

 protected:
  npy_writer(const std::filesystem::path& path, const shape_type& shape, const element_type& type)
      : missing_(checked_count(shape)), file_(path) {
    const std::string preamble = detail::npy_preamble(type, shape);
    file_.write(std::as_bytes(std::span<const char>(preamble)));
  }

 private:
  static std::size_t checked_count(const shape_type& shape) {
    const auto count = detail::element_count(shape, sizeof(Scalar));
    if (!count)
      telltale::detail::refuse("write_npy", "shape", detail::tuple_text(shape) + " is larger than any memory");
    return *count;
  }

  std::size_t missing_;
  atomic_file file_;
};

/// Writes booleans (dtype |b1), the form NumPy has for masks; otherwise as `npy_writer<std::uint8_t>`.
///
/// `append` throws `argument_error` for a byte other than 0 and 1.
class npy_mask_writer : private npy_writer<std::uint8_t> {
 public:
  /// Writes the header of a mask of this shape to a temporary file. Throws as the constructor of `npy_writer` does.
  npy_mask_writer(const std::filesystem::path& path, const shape_type& shape)
      : npy_writer(path, shape, element_type{'b', 1, std::endian::native}) {}

  /// Writes the next values. Throws `argument_error` for a byte other than 0 and 1 and for more than there is room for.
  void append(std::span<const std::uint8_t> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] > 1)
        telltale::detail::refuse(
            "npy_mask_writer::append", "values",
            "element " + std::to_string(i) + " is " + std::to_string(values[i]) + "; a mask holds 0 and 1");
    npy_writer::append(values);
  }

  /// Makes the file appear. Throws `argument_error` while values are missing.
  using npy_writer::commit;
};

/// Writes an array as .npy, version 1.0, row-major, in this machine's byte order; atomic.
///
/// Throws `argument_error` when `shape` does not hold as many elements as `values` (nothing is written then),
/// `file_error` as `atomic_file` does. Equal arrays give equal bytes.
template <WritableScalar Scalar>
void write_npy(const std::filesystem::path& path, std::span<const Scalar> values, const shape_type& shape) {
  const auto count = detail::element_count(shape, sizeof(Scalar));
  if (!count || *count != values.size())
    telltale::detail::refuse(
        "write_npy", "shape",
        detail::tuple_text(shape) + " does not hold the " + std::to_string(values.size()) + " values");
  npy_writer<Scalar> writer(path, shape);
  writer.append(values);
  writer.commit();
}

/// The same of a vector.
template <WritableScalar Scalar>
void write_npy(const std::filesystem::path& path, const std::vector<Scalar>& values, const shape_type& shape) {
  write_npy(path, std::span<const Scalar>(values), shape);
}

/// Writes a mask of 0 and 1 as NumPy booleans; otherwise as `write_npy`.
inline void write_npy_mask(const std::filesystem::path& path, std::span<const std::uint8_t> values,
                           const shape_type& shape) {
  telltale::detail::check_size("write_npy_mask", "values", values.size(), detail::element_count(shape, 1).value_or(0));
  npy_mask_writer writer(path, shape);
  writer.append(values);
  writer.commit();
}

}  // namespace telltale::io
