// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <telltale/backend/pack.hpp>

/// The group of a tile in one register of 32 bytes, where the processor that runs has such, whatever the user's flags:
/// a kernel is written once over `pack` or `wide_pack`, and chosen when it is called. Both give the same bits, since
/// no product is fused with a sum.
#if defined(__x86_64__) && defined(__GNUC__)
#define TELLTALE_HAS_WIDE_REGISTERS 1

namespace telltale::detail {

[[nodiscard]] inline bool runs_wide_registers() noexcept {
  static const bool runs = __builtin_cpu_supports("avx2") != 0;
  return runs;
}

template <class Scalar>
struct wide_of;
template <>
struct wide_of<float> {
  typedef float type __attribute__((vector_size(32)));
  typedef std::int32_t bits __attribute__((vector_size(32)));
};
template <>
struct wide_of<double> {
  typedef double type __attribute__((vector_size(32)));
  typedef std::int64_t bits __attribute__((vector_size(32)));
};

/// As `pack`. Everything is inlined, so that no register of 32 bytes crosses a call.
template <class Scalar>
struct wide_pack {
  using simd_type = typename wide_of<Scalar>::type;
  simd_type all_rows;

  static constexpr std::size_t lanes = pack<Scalar>::lanes;

  [[nodiscard, gnu::always_inline]] static wide_pack load(const Scalar* from) noexcept {
    wide_pack x;
    std::memcpy(&x.all_rows, from, sizeof x.all_rows);
    return x;
  }
  [[nodiscard, gnu::always_inline]] static wide_pack all(Scalar value) noexcept { return {value - simd_type{}}; }
  [[gnu::always_inline]] void store(Scalar* to) const noexcept { std::memcpy(to, &all_rows, sizeof all_rows); }

  [[gnu::always_inline]] friend wide_pack operator+(const wide_pack& a, const wide_pack& b) noexcept {
    return {a.all_rows + b.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack operator-(const wide_pack& a, const wide_pack& b) noexcept {
    return {a.all_rows - b.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack operator*(const wide_pack& a, const wide_pack& b) noexcept {
    return {a.all_rows * b.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack operator/(const wide_pack& a, const wide_pack& b) noexcept {
    return {a.all_rows / b.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack choose_less(const wide_pack& a, const wide_pack& b, const wide_pack& then,
                                                      const wide_pack& otherwise) noexcept {
    return {a.all_rows < b.all_rows ? then.all_rows : otherwise.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack atanh_ratio(const wide_pack& u) noexcept {
    const simd_type square = u.all_rows * u.all_rows;
    wide_pack sum;
    sum_series<Scalar, atanh_series, simd_of<Scalar>::atanh_terms>(square, sum.all_rows);
    return sum;
  }
  [[gnu::always_inline]] friend wide_pack max(const wide_pack& a, const wide_pack& b) noexcept {
    return {a.all_rows > b.all_rows ? a.all_rows : b.all_rows};
  }
  [[gnu::always_inline]] friend wide_pack exp_nonpositive(const wide_pack& a) noexcept {
    wide_pack x = a;
    exponentiate_nonpositive<Scalar, typename wide_of<Scalar>::bits>(x.all_rows);
    return x;
  }
};

/// Sums in double, as `sums`.
template <class Scalar>
struct wide_sums;

template <>
struct wide_sums<double> {
  wide_of<double>::type all_rows{};

  [[gnu::always_inline]] void add(const wide_pack<double>& x) noexcept { all_rows += x.all_rows; }
  [[gnu::always_inline]] void store(double* to) const noexcept { std::memcpy(to, &all_rows, sizeof all_rows); }
};

template <>
struct wide_sums<float> {
  wide_of<double>::type low{}, high{};

  [[gnu::always_inline]] void add(const wide_pack<float>& x) noexcept {
    const simd<float> front = __builtin_shufflevector(x.all_rows, x.all_rows, 0, 1, 2, 3),
                      back = __builtin_shufflevector(x.all_rows, x.all_rows, 4, 5, 6, 7);
    low += __builtin_convertvector(front, wide_of<double>::type);
    high += __builtin_convertvector(back, wide_of<double>::type);
  }
  [[gnu::always_inline]] void store(double* to) const noexcept {
    std::memcpy(to, &low, sizeof low);
    std::memcpy(to + 4, &high, sizeof high);
  }
};

template <class Scalar>
struct sums_of<wide_pack<Scalar>> {
  using type = wide_sums<Scalar>;
};

}  // namespace telltale::detail
#endif

namespace telltale::detail {

#ifdef TELLTALE_HAS_WIDE_REGISTERS
template <class Scalar, class Kernel, class... Arguments>
[[gnu::target("avx2")]] void run_wide(Arguments... arguments) {
  Kernel::template run<wide_pack<Scalar>>(arguments...);
}
#endif

/// Runs a kernel, whose static `run<Pack>` is always inlined, in the widest registers that there are.
template <class Scalar, class Kernel, class... Arguments>
void run_kernel(Arguments... arguments) {
#ifdef TELLTALE_HAS_WIDE_REGISTERS
  if (runs_wide_registers()) return run_wide<Scalar, Kernel>(arguments...);
#endif
  Kernel::template run<pack<Scalar>>(arguments...);
}

}  // namespace telltale::detail
