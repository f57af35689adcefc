// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <telltale/io/element_type.hpp>
#include <telltale/io/npy_literal.hpp>
#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io {

/// What a .npy file says about its array before the values begin.
struct npy_header {
  element_type type;            ///< of the elements, with its byte order
  bool fortran_order = false;   ///< the first axis varies fastest
  shape_type shape;             ///< extents of the axes; empty for a single number
  std::size_t size = 0;         ///< number of elements
  std::size_t data_offset = 0;  ///< bytes before the first element
};

namespace detail {

inline constexpr std::string_view npy_magic("\x93NUMPY", 6);

inline const char* npy_kind_in_words(char kind) {
  switch (kind) {
    case 'O':
      return "Python objects";
    case 'c':
      return "complex numbers";
    case 'S':
    case 'a':
    case 'U':
      return "strings";
    case 'V':
      return "raw bytes";
    case 'M':
    case 'm':
      return "dates or durations";
    default:
      return "a type that telltale does not know";
  }
}

/// The type that a dtype text such as "<f4" names; order marks "|", "=" or none mean this machine's order, as in NumPy.
inline element_type npy_element_type(std::string_view text, const std::filesystem::path& path) {
  const std::string_view whole = text;
  std::endian order = std::endian::native;
  if (!text.empty() && std::string_view("<>|=").find(text.front()) != std::string_view::npos) {
    if (text.front() == '<') order = std::endian::little;
    if (text.front() == '>') order = std::endian::big;
    text.remove_prefix(1);
  }
  const char kind = text.empty() ? ' ' : text.front();
  std::size_t item_size = 0;
  for (const char digit : text.substr(text.empty() ? 0 : 1)) {
    // Two digits are more than any readable size has, and no overflow.
    if (digit < '0' || digit > '9' || item_size > 99) {
      item_size = 0;
      break;
    }
    item_size = item_size * 10 + static_cast<std::size_t>(digit - '0');
  }
  if (!is_readable(kind, item_size)) {
    const bool known_kind = kind == 'f' || kind == 'i' || kind == 'u' || kind == 'b';
    refuse_file(path,
                "has dtype '" + printable(whole) + "'" +
                    (known_kind ? ", a size that cannot be read here" : std::string(", ") + npy_kind_in_words(kind)) +
                    "; wanted floats, integers or booleans");
  }
  return {kind, item_size, item_size == 1 ? std::endian::native : order};
}

inline npy_header npy_header_from_text(std::string_view text, const std::filesystem::path& path) {
  npy_literal literal(text, path);
  npy_header header;
  std::string_view dtype;
  bool has_dtype = false;
  bool has_order = false;
  bool has_shape = false;
  const auto once = [&](bool& seen, std::string_view key) {
    if (seen) literal.refuse("the key '" + std::string(key) + "' comes twice");
    seen = true;
  };
  literal.read_dictionary([&](std::string_view key) {
    if (key == "descr") {
      once(has_dtype, key);
      if (literal.next_is('[') || literal.next_is('('))
        refuse_file(path, "has a structured dtype, records with named fields; wanted floats, integers or booleans");
      dtype = literal.read_string();
    } else if (key == "fortran_order") {
      once(has_order, key);
      header.fortran_order = literal.read_truth();
    } else if (key == "shape") {
      once(has_shape, key);
      header.shape = literal.read_tuple();
    } else {
      literal.refuse(std::string("the key '") + printable(key) + "' is not descr, fortran_order or shape");
    }
  });
  if (!has_dtype || !has_order || !has_shape) literal.refuse("descr, fortran_order and shape must all be there");
  header.type = npy_element_type(dtype, path);
  return header;
}

}  // namespace detail

/// Reads and checks the header of a .npy file, format version 1.0, 2.0 or 3.0, against the file's size.
///
/// `file` is the whole file; `path` is only used in messages. Allocates nothing but the shape. Throws `file_error` for
/// whatever NumPy's own reader refuses, for dtypes other than floats, integers and booleans, and for a file that is
/// shorter or longer than its header says.
///
/// Reference: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", and numpy.lib.format.
[[nodiscard]] inline npy_header parse_npy_header(std::span<const std::byte> file, const std::filesystem::path& path) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.empty()) detail::refuse_file(path, "is empty; wanted a .npy file");
  if (text.substr(0, 6) != detail::npy_magic.substr(0, text.size()))
    detail::refuse_file(path, "is not a .npy file: it does not begin with \\x93NUMPY");
  if (text.size() < 8) detail::refuse_file(path, "is truncated inside its .npy header");
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(file[at]); };
  if (byte(6) < 1 || byte(6) > 3 || byte(7) != 0)
    detail::refuse_file(path, std::string("has .npy format version ") + std::to_string(byte(6)) + "." +
                                  std::to_string(byte(7)) + "; versions 1.0, 2.0 and 3.0 can be read");
  const std::size_t length_size = byte(6) == 1 ? 2 : 4;
  const std::size_t start = 8 + length_size;
  if (text.size() < start) detail::refuse_file(path, "is truncated inside its .npy header");
  std::size_t length = 0;
  for (std::size_t i = length_size; i-- > 0;) length = length * 256 + byte(8 + i);
  if (length > text.size() - start) detail::refuse_file(path, "is truncated inside its .npy header");

  npy_header header = detail::npy_header_from_text(text.substr(start, length), path);
  header.data_offset = start + length;
  const auto count = detail::element_count(header.shape, header.type.item_size);
  if (!count)
    detail::refuse_file(path,
                        std::string("has shape ") + detail::tuple_text(header.shape) + ", larger than any memory");
  header.size = *count;
  const std::size_t wanted = header.size * header.type.item_size;
  const std::size_t got = text.size() - header.data_offset;
  if (got != wanted)
    detail::refuse_file(path, (got < wanted ? "is truncated: shape " : "has trailing bytes: shape ") +
                                  detail::tuple_text(header.shape) + " of " + header.type.name() + " needs " +
                                  std::to_string(wanted) + " bytes after the header, and there are " +
                                  std::to_string(got));
  return header;
}

}  // namespace telltale::io
