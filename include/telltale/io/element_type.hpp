// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cfloat>
#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

namespace telltale::io {

/// A C++ number that an array file can hold: every float, and every integer but `bool` and the character types.
///
/// `bool` is left out because a stored byte other than 0 and 1 would make a view of it undefined: masks are
/// `std::uint8_t`.
template <class Type>
concept ArrayScalar =
    std::floating_point<Type> ||
    (std::integral<Type> && !std::same_as<Type, bool> && !std::same_as<Type, char> && !std::same_as<Type, wchar_t> &&
     !std::same_as<Type, char8_t> && !std::same_as<Type, char16_t> && !std::same_as<Type, char32_t>);

/// How one number lies in a file.
struct element_type {
  char kind = 'f';                          ///< 'f' float, 'i' signed integer, 'u' unsigned integer, 'b' boolean
  std::size_t item_size = 8;                ///< bytes of one number
  std::endian order = std::endian::native;  ///< native for single bytes

  friend bool operator==(const element_type&, const element_type&) = default;

  /// "float32", "big-endian int16", "boolean".
  [[nodiscard]] std::string name() const {
    const std::string bits = std::to_string(item_size * 8);
    const std::string prefix = order == std::endian::native ? ""
                               : order == std::endian::big  ? "big-endian "
                                                            : "little-endian ";
    switch (kind) {
      case 'f':
        return prefix + "float" + bits;
      case 'i':
        return prefix + "int" + bits;
      case 'u':
        return prefix + "uint" + bits;
      default:
        return "boolean";
    }
  }
};

/// The type in this machine's memory.
template <ArrayScalar Scalar>
[[nodiscard]] constexpr element_type element_type_of() {
  const char kind = std::is_floating_point_v<Scalar> ? 'f' : std::is_signed_v<Scalar> ? 'i' : 'u';
  return {kind, sizeof(Scalar), std::endian::native};
}

namespace detail {

// NumPy's float128 on x86-64 is the 80-bit extended type in 16 bytes, which a file cannot tell from a true 128-bit
// float.
inline constexpr bool has_extended_float = sizeof(long double) == 16 && LDBL_MANT_DIG == 64;

inline bool is_readable(char kind, std::size_t item_size) {
  switch (kind) {
    case 'b':
      return item_size == 1;
    case 'i':
    case 'u':
      return item_size == 1 || item_size == 2 || item_size == 4 || item_size == 8;
    case 'f':
      return item_size == 2 || item_size == 4 || item_size == 8 || (item_size == 16 && has_extended_float);
    default:
      return false;
  }
}

}  // namespace detail
}  // namespace telltale::io
