// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// Two registers of numbers, one number for each row of a group, and the few functions of them that scorers need.
///
/// Written with the vector extension of g++ and clang, since neither compiler keeps Eigen's fixed arrays in registers
/// over a loop, and Eigen 3.4 vectorises no comparison. The width is the 16 bytes that every 64-bit target has, so that
/// the layout of a tile does not depend on a user's flags.
namespace telltale::detail {

template <class Scalar>
struct simd_of;

template <>
struct simd_of<float> {
  typedef float type __attribute__((vector_size(16)));
  typedef std::int32_t bits __attribute__((vector_size(16)));
  static constexpr int mantissa = 23;
  static constexpr float smallest_exponent = -87, rounds_to_integer = 12582912;  // 1.5 x 2^23
  static constexpr float ln2_head = 0.693359375F, ln2_tail = -2.12194440e-4F;
  static constexpr std::size_t exp_terms = 8, atanh_terms = 8;
};

template <>
struct simd_of<double> {
  typedef double type __attribute__((vector_size(16)));
  typedef std::int64_t bits __attribute__((vector_size(16)));
  static constexpr int mantissa = 52;
  static constexpr double smallest_exponent = -708, rounds_to_integer = 6755399441055744;  // 1.5 x 2^52
  static constexpr double ln2_head = 6.93145751953125e-1, ln2_tail = 1.42860682030941723212e-6;
  static constexpr std::size_t exp_terms = 14, atanh_terms = 17;
};

template <class Scalar>
using simd = typename simd_of<Scalar>::type;
template <class Scalar>
using simd_bits = typename simd_of<Scalar>::bits;

template <class Scalar>
inline constexpr std::size_t simd_lanes = 16 / sizeof(Scalar);

template <class Scalar>
[[nodiscard]] simd<Scalar> load_simd(const Scalar* from) noexcept {
  simd<Scalar> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class Scalar>
void store_simd(Scalar* to, simd<Scalar> v) noexcept {
  std::memcpy(to, &v, sizeof v);
}

template <class Scalar>
[[nodiscard]] simd<Scalar> larger(simd<Scalar> a, simd<Scalar> b) noexcept {
  return a > b ? a : b;
}

/// Whether a lane of a comparison holds.
template <class Bits>
[[nodiscard]] bool any(Bits mask) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

// Coefficients of x^n: 1 / n! of e^x, and 1 / (2 n + 1) of atanh(sqrt(x)) / sqrt(x).
struct exponential_series {
  template <class Scalar, std::size_t N>
  static constexpr Scalar coefficient = [] {
    long double inverse = 1;
    for (std::size_t n = 2; n <= N; ++n) inverse /= static_cast<long double>(n);
    return Scalar(inverse);
  }();
};
struct atanh_series {
  template <class Scalar, std::size_t N>
  static constexpr Scalar coefficient = Scalar(1) / Scalar(2 * N + 1);
};

// Registers by reference: those of 32 bytes have no calling convention where a user's flags lack AVX.

// Horner's rule over every second term, as a fold: a loop over a constexpr array stays a loop at -O2.
template <class Scalar, class Series, std::size_t First, class Register, std::size_t... Term>
[[gnu::always_inline]] inline void every_second_term(const Register& square, Register& sum,
                                                     std::index_sequence<Term...>) noexcept {
  sum = Register{};
  ((sum = sum * square + Series::template coefficient<Scalar, First + 2 * (sizeof...(Term) - 1 - Term)>), ...);
}

// Even and odd powers apart: two chains of half the length, since what a series costs is latency.
template <class Scalar, class Series, std::size_t Terms, class Register>
[[gnu::always_inline]] inline void sum_series(const Register& x, Register& sum) noexcept {
  const Register square = x * x;
  Register odd;
  every_second_term<Scalar, Series, 0>(square, sum, std::make_index_sequence<(Terms + 1) / 2>{});
  every_second_term<Scalar, Series, 1>(square, odd, std::make_index_sequence<Terms / 2>{});
  sum = sum + x * odd;
}

/// x becomes e^x for x <= 0, to 2 units in the last place, and 0 below e^-87 (float) or e^-708 (double).
///
/// x = n log 2 + r, Taylor's series for e^r, n added to the exponent's bits. The same bits in registers of any width.
template <class Scalar, class Bits, class Register>
[[gnu::always_inline]] inline void exponentiate_nonpositive(Register& x) noexcept {
  using traits = simd_of<Scalar>;
  const Register least = Scalar(traits::smallest_exponent) - Register{};
  const Bits representable = x >= least;
  x = x > least ? x : least;
  const Register shifted = x * Scalar(1.44269504088896340736) + traits::rounds_to_integer;
  const Register n = shifted - traits::rounds_to_integer;
  const Register r = (x - n * traits::ln2_head) - n * traits::ln2_tail;
  sum_series<Scalar, exponential_series, traits::exp_terms>(r, x);
  Bits bits, exponent;
  std::memcpy(&bits, &x, sizeof bits);
  std::memcpy(&exponent, &shifted, sizeof exponent);
  bits += exponent << traits::mantissa;
  bits &= representable;
  std::memcpy(&x, &bits, sizeof x);
}

template <class Scalar>
[[nodiscard, gnu::always_inline]] inline simd<Scalar> exp_nonpositive(simd<Scalar> x) noexcept {
  exponentiate_nonpositive<Scalar, simd_bits<Scalar>>(x);
  return x;
}

/// atanh(u) / u for |u| <= 1/3, where its series needs no reduction and loses nothing near 0.
///
/// log(1 + e) = 2 atanh(e / (2 + e)) for e in [0, 1], and -log(1 - p) = 2 atanh(p / (2 - p)) for p in [0, 1/2].
template <class Scalar>
[[nodiscard, gnu::always_inline]] inline simd<Scalar> atanh_ratio(simd<Scalar> u) noexcept {
  const simd<Scalar> square = u * u;
  simd<Scalar> sum;
  sum_series<Scalar, atanh_series, simd_of<Scalar>::atanh_terms>(square, sum);
  return sum;
}

/// The numbers of one class for a group of rows.
template <class Scalar>
struct pack {
  simd<Scalar> low, high;

  static constexpr std::size_t lanes = 2 * simd_lanes<Scalar>;

  [[nodiscard]] static pack load(const Scalar* from) noexcept {
    return {load_simd(from), load_simd(from + simd_lanes<Scalar>)};
  }
  [[nodiscard]] static pack all(Scalar value) noexcept { return {value - simd<Scalar>{}, value - simd<Scalar>{}}; }
  /// value(lane) in each lane, put together in registers: a vector load would stall on the scalar stores before it.
  template <class Value>
  [[nodiscard, gnu::always_inline]] static pack each(const Value& value) noexcept {
    if constexpr (simd_lanes<Scalar> == 4) {
      const simd<Scalar> front = {value(0), value(1), value(2), value(3)};
      const simd<Scalar> back = {value(4), value(5), value(6), value(7)};
      return {front, back};
    } else {
      const simd<Scalar> front = {value(0), value(1)}, back = {value(2), value(3)};
      return {front, back};
    }
  }
  void store(Scalar* to) const noexcept {
    store_simd<Scalar>(to, low);
    store_simd<Scalar>(to + simd_lanes<Scalar>, high);
  }

  friend pack operator+(pack a, pack b) noexcept { return {a.low + b.low, a.high + b.high}; }
  friend pack operator-(pack a, pack b) noexcept { return {a.low - b.low, a.high - b.high}; }
  friend pack operator*(pack a, pack b) noexcept { return {a.low * b.low, a.high * b.high}; }
  friend pack operator/(pack a, pack b) noexcept { return {a.low / b.low, a.high / b.high}; }
  friend pack max(pack a, pack b) noexcept { return {larger<Scalar>(a.low, b.low), larger<Scalar>(a.high, b.high)}; }
  [[gnu::always_inline]] friend pack exp_nonpositive(pack a) noexcept {
    return {detail::exp_nonpositive<Scalar>(a.low), detail::exp_nonpositive<Scalar>(a.high)};
  }
  [[gnu::always_inline]] friend pack atanh_ratio(pack a) noexcept {
    return {detail::atanh_ratio<Scalar>(a.low), detail::atanh_ratio<Scalar>(a.high)};
  }
  /// `then` where a is less than b, else `otherwise`.
  friend pack choose_less(pack a, pack b, pack then, pack otherwise) noexcept {
    return {a.low < b.low ? then.low : otherwise.low, a.high < b.high ? then.high : otherwise.high};
  }
};

/// Sums of packs in double, one for each row of a group.
template <class Scalar>
struct sums;

template <>
struct sums<double> {
  simd<double> a{}, b{};

  void add(pack<double> x) noexcept {
    a += x.low;
    b += x.high;
  }
  void store(double* to) const noexcept {
    store_simd<double>(to, a);
    store_simd<double>(to + 2, b);
  }
};

// Members, not an array: g++ keeps them in registers over a loop.
template <>
struct sums<float> {
  simd<double> a{}, b{}, c{}, d{};

  [[gnu::always_inline]] void add(pack<float> x) noexcept {
    a += lower_half(x.low);
    b += upper_half(x.low);
    c += lower_half(x.high);
    d += upper_half(x.high);
  }
  void store(double* to) const noexcept {
    store_simd<double>(to, a);
    store_simd<double>(to + 2, b);
    store_simd<double>(to + 4, c);
    store_simd<double>(to + 6, d);
  }

 private:
#ifdef __SSE2__
  static simd<double> lower_half(simd<float> x) noexcept { return _mm_cvtps_pd(x); }
  static simd<double> upper_half(simd<float> x) noexcept { return _mm_cvtps_pd(_mm_movehl_ps(x, x)); }
#else
  typedef float two __attribute__((vector_size(8)));
  static simd<double> lower_half(simd<float> x) noexcept {
    const two half = __builtin_shufflevector(x, x, 0, 1);
    return __builtin_convertvector(half, simd<double>);
  }
  static simd<double> upper_half(simd<float> x) noexcept {
    const two half = __builtin_shufflevector(x, x, 2, 3);
    return __builtin_convertvector(half, simd<double>);
  }
#endif
};

/// The sums that go with packs of a kind.
template <class Pack>
struct sums_of;
template <class Scalar>
struct sums_of<pack<Scalar>> {
  using type = sums<Scalar>;
};

template <class Scalar>
void store_as_doubles(pack<Scalar> x, double* to) noexcept {
  sums<Scalar> sum;
  sum.add(x);
  sum.store(to);
}

/// False where a value may be NaN or infinite (or finite values are so large that their sum overflows): look closer.
template <class Scalar>
[[nodiscard]] bool surely_finite(const Scalar* values, std::size_t count) noexcept {
  pack<Scalar> even = pack<Scalar>::all(0), odd = even;
  constexpr std::size_t lanes = pack<Scalar>::lanes;
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    even = even + pack<Scalar>::load(values + i);
    odd = odd + pack<Scalar>::load(values + i + lanes);
  }
  Scalar sum[lanes], total = 0;
  (even + odd).store(sum);
  for (const Scalar x : sum) total += x;
  for (; i < count; ++i) total += values[i];
  return total - total == 0;
}

}  // namespace telltale::detail
