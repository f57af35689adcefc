// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <locale>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/io/element_type.hpp>
#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>
#include <telltale/io/transpose.hpp>

namespace telltale::io::detail {

/// IEEE 754 binary16, which C++20 has no type for.
struct half {
  std::uint16_t bits;
};

/// A stored truth value; a byte other than 0 and 1 is not one.
struct boolean {
  std::uint8_t byte;
};

// Exact: every binary16 is a binary32.
inline float widen(half stored) {
  const int sign = (stored.bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = static_cast<int>((stored.bits >> 10U) & 0x1fU);
  const auto fraction = static_cast<float>(stored.bits & 0x3ffU);
  const auto signed_by = static_cast<float>(sign);
  if (exponent == 31)
    return std::copysign(
        fraction == 0.0F ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN(), signed_by);
  if (exponent == 0) return std::copysign(std::ldexp(fraction, -24), signed_by);
  return std::copysign(std::ldexp(fraction + 1024.0F, exponent - 25), signed_by);
}

template <class Stored, bool swapped>
Stored load(const std::byte* from) {
  Stored value;
  std::memcpy(&value, from, sizeof(Stored));
  if constexpr (swapped) {
    // Compilers turn the builtins into SIMD, but not a reversal of bytes.
    if constexpr (sizeof(Stored) == 2)
      return std::bit_cast<Stored>(__builtin_bswap16(std::bit_cast<std::uint16_t>(value)));
    if constexpr (sizeof(Stored) == 4)
      return std::bit_cast<Stored>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
    if constexpr (sizeof(Stored) == 8)
      return std::bit_cast<Stored>(__builtin_bswap64(std::bit_cast<std::uint64_t>(value)));
    std::array<std::byte, sizeof(Stored)> raw;
    std::reverse_copy(from, from + sizeof(Stored), raw.begin());
    std::memcpy(&value, raw.data(), sizeof(Stored));
  }
  return value;
}

/// Writes the nearest `Scalar`; false when there is none: a fraction, NaN or a number out of range for an integer, a
/// finite number that would become infinite, a byte that is no truth value.
template <class Scalar, class Stored>
bool convert(Stored value, Scalar& target) {
  if constexpr (std::is_same_v<Stored, half>) {
    return convert(widen(value), target);
  } else if constexpr (std::is_same_v<Stored, boolean>) {
    target = static_cast<Scalar>(value.byte);
    return value.byte <= 1;
  } else if constexpr (std::is_floating_point_v<Scalar>) {
    target = static_cast<Scalar>(value);
    if constexpr (std::is_floating_point_v<Stored>) {
      // Widening needs no test, and its loop becomes SIMD without one.
      constexpr bool narrows = std::numeric_limits<Stored>::max_exponent > std::numeric_limits<Scalar>::max_exponent;
      if constexpr (narrows) return std::isfinite(target) || !std::isfinite(value);
    }
    return true;
  } else if constexpr (std::is_floating_point_v<Stored>) {
    // 2^digits is exact in every float; the largest integer itself need not be.
    const Stored above = std::ldexp(Stored{1}, std::numeric_limits<Scalar>::digits);
    const Stored lowest = std::is_signed_v<Scalar> ? -above : Stored{0};
    const bool fits = value >= lowest && value < above && value == std::trunc(value);
    target = fits ? static_cast<Scalar>(value) : Scalar{0};
    return fits;
  } else {
    target = static_cast<Scalar>(value);
    return std::in_range<Scalar>(value);
  }
}

template <class Stored, class Scalar>
std::string mismatch(Stored value) {
  if constexpr (std::is_same_v<Stored, half>) {
    return mismatch<float, Scalar>(widen(value));
  } else if constexpr (std::is_same_v<Stored, boolean>) {
    return std::string("is the byte ") + std::to_string(value.byte) + "; a boolean is 0 or 1";
  } else {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(std::numeric_limits<double>::max_digits10);
    // The unary plus keeps single bytes from printing as characters.
    text << "is " << +value;
    if constexpr (std::is_floating_point_v<Scalar>)
      text << ", which is too large for " << element_type_of<Scalar>().name();
    else
      text << "; wanted an integer from " << +std::numeric_limits<Scalar>::min() << " to "
           << +std::numeric_limits<Scalar>::max();
    return text.str();
  }
}

/// Calls `use.template operator()<Stored, swapped>()` with the C++ types of a readable element type.
template <class Use>
void with_stored_type(const element_type& type, const Use& use) {
  const auto in_order = [&]<class Stored>() {
    if (type.order == std::endian::native)
      use.template operator()<Stored, false>();
    else
      use.template operator()<Stored, true>();
  };
  const auto of_size = [&]<class One, class Two, class Four, class Eight>() {
    switch (type.item_size) {
      case 1:
        return use.template operator()<One, false>();
      case 2:
        return in_order.template operator()<Two>();
      case 4:
        return in_order.template operator()<Four>();
      default:
        return in_order.template operator()<Eight>();
    }
  };
  if (type.kind == 'b') return use.template operator()<boolean, false>();
  if (type.kind == 'i') return of_size.template operator()<std::int8_t, std::int16_t, std::int32_t, std::int64_t>();
  if (type.kind == 'u') return of_size.template operator()<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>();
  if constexpr (has_extended_float) {
    if (type.item_size == 16) return in_order.template operator()<long double>();
  }
  return of_size.template operator()<std::uint8_t, half, float, double>();
}

/// `count` elements as they lie there; `first_refused` becomes the offset of the first without a counterpart, if any.
template <class Scalar, class Stored, bool swapped>
std::vector<Scalar> convert_in_order(const std::byte* from, std::size_t count, std::size_t& first_refused) {
  // Through a block that stays in cache, since a vector of `count` would be zeroed first: one more pass over memory.
  // No huge pages: the kernel's search for them made a first conversion of 256 MB five times slower than small ones do.
  std::array<Scalar, 1024> block;
  std::vector<Scalar> values;
  values.reserve(count);
  while (values.size() < count && first_refused == count) {
    const std::size_t start = values.size();
    const std::size_t length = std::min(block.size(), count - start);
    bool all_fit = true;
    for (std::size_t i = 0; i < length; ++i) {
      const bool fits = convert(load<Stored, swapped>(from + (start + i) * sizeof(Stored)), block[i]);
      all_fit = all_fit && fits;
    }
    for (std::size_t i = 0; !all_fit && first_refused == count; ++i)
      if (!convert(load<Stored, swapped>(from + (start + i) * sizeof(Stored)), block[i])) first_refused = start + i;
    values.insert(values.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(length));
  }
  return values;
}

/// The same for an array in column-major order; the values and the offset are row-major.
template <class Scalar, class Stored, bool swapped>
std::vector<Scalar> convert_transposed(const std::byte* from, std::span<const std::size_t> shape, std::size_t count,
                                       std::size_t& first_refused) {
  std::vector<Scalar> values(count);
  for_each_transposed(shape, [&](std::size_t to, std::size_t source, std::size_t length, std::size_t step) {
    for (const std::size_t end = to + length; to != end; ++to, source += step)
      if (!convert(load<Stored, swapped>(from + source * sizeof(Stored)), values[to]))
        first_refused = std::min(first_refused, to);
  });
  return values;
}

/// Every element in row-major order, each the nearest `Scalar`. Cost: one pass. Throws `file_error` naming the first
/// element that has no counterpart.
template <ArrayScalar Scalar>
std::vector<Scalar> to_scalars(std::span<const std::byte> bytes, const element_type& type,
                               std::span<const std::size_t> shape, bool fortran_order,
                               const std::filesystem::path& path) {
  const std::size_t count = bytes.size() / type.item_size;
  std::vector<Scalar> values;
  with_stored_type(type, [&]<class Stored, bool swapped>() {
    std::size_t refused = count;
    values = fortran_order ? convert_transposed<Scalar, Stored, swapped>(bytes.data(), shape, count, refused)
                           : convert_in_order<Scalar, Stored, swapped>(bytes.data(), count, refused);
    if (refused == count) return;
    const std::size_t source = fortran_order ? transposed_offset(shape, refused) : refused;
    const Stored stored = load<Stored, swapped>(bytes.data() + source * sizeof(Stored));
    refuse_file(path, element_name(shape, refused) + " " + mismatch<Stored, Scalar>(stored));
  });
  return values;
}

}  // namespace telltale::io::detail
