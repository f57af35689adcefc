// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
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
  std::array<std::byte, sizeof(Stored)> raw;
  std::memcpy(raw.data(), from, sizeof(Stored));
  if constexpr (swapped) std::reverse(raw.begin(), raw.end());
  Stored value;
  std::memcpy(&value, raw.data(), sizeof(Stored));
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
    if constexpr (std::is_floating_point_v<Stored>) return std::isfinite(target) || !std::isfinite(value);
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

/// Every element in row-major order, each the nearest `Scalar`. Cost: one pass. Throws `file_error` naming the first
/// element that has no counterpart.
template <ArrayScalar Scalar>
std::vector<Scalar> to_scalars(std::span<const std::byte> bytes, const element_type& type,
                               std::span<const std::size_t> shape, bool fortran_order,
                               const std::filesystem::path& path) {
  std::vector<Scalar> values(bytes.size() / type.item_size);
  with_stored_type(type, [&]<class Stored, bool swapped>() {
    std::size_t first_refused = values.size();
    const auto take = [&](std::size_t to, std::size_t from) {
      const Stored stored = load<Stored, swapped>(bytes.data() + from * sizeof(Stored));
      if (!convert(stored, values[to])) first_refused = std::min(first_refused, to);
    };
    if (fortran_order)
      for_each_transposed(shape, take);
    else
      for (std::size_t i = 0; i < values.size(); ++i) take(i, i);
    if (first_refused == values.size()) return;
    const std::size_t source = fortran_order ? transposed_offset(shape, first_refused) : first_refused;
    const Stored stored = load<Stored, swapped>(bytes.data() + source * sizeof(Stored));
    refuse_file(path, element_name(shape, first_refused) + " " + mismatch<Stored, Scalar>(stored));
  });
  return values;
}

}  // namespace telltale::io::detail
