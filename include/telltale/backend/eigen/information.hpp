// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include <telltale/backend/eigen/kernels.hpp>

namespace telltale::detail {

/// Primitives about how the answer is spread over the classes.
template <class Scalar>
struct information_primitives {
  using block = tile<Scalar>;
  using labels = std::span<const int>;

  /// -sum_c p_c log p_c in nats, 0 log 0 being 0.
  [[nodiscard]] static column entropy(const block& z) {
    if (z.form() == stored_as::probabilities) return entropy_of_probabilities(z);
    if (z.classes() == 2) return entropy_of_two(z);
    // With d = z - max: H = log(sum e^d) - sum(d e^d) / sum(e^d), where nothing large cancels. The largest term is 1
    // and is left out of the sum, so that an entropy of 1e-40 keeps its digits. d is bounded so that d e^d is never
    // NaN.
    column moment(z.rows());
    const column rest = by_group(z, [&, g = std::size_t{0}](const Scalar* group, double* to) mutable {
      const P top = largest(group, z.classes()), least = P::all(2 * simd_of<Scalar>::smallest_exponent),
              none = P::all(0);
      sums<Scalar> below, moment_of;
      simd_bits<Scalar> low{}, high{};  // minus the classes below the top
      for (std::size_t c = 0; c < z.classes(); ++c) {
        const P d = max(P::load(group + c * lanes) - top, least), e = exp_nonpositive(d);
        below.add(choose_less(d, none, e, none));
        low += d.low < none.low;
        high += d.high < none.high;
        moment_of.add(d * e);
      }
      below.store(to);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto under = lane < lanes / 2 ? low[lane] : high[lane - lanes / 2];
        to[lane] += double(z.classes() - 1) + double(under);  // further classes at the top
      }
      moment_of.store(moment.data() + lanes * g++);
    });
    return log1p(rest) - quotient(moment, rest + 1);
  }

  /// sum_{c != y} q_c^2 of the softmax q among the wrong classes: how concentrated they are, in (0, 1].
  [[nodiscard]] static column concentration_except(const block& z, labels y) {
    if (z.classes() == 2) return column(z.rows(), 1);
    return without(z, y, [&] {
      column squares(z.rows());
      const column sum = by_group(z, [&, g = std::size_t{0}](const Scalar* group, double* to) mutable {
        const P top = largest(group, z.classes());
        sums<Scalar> sum_of, squares_of;
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const P w = weight(z, group, c, top);
          sum_of.add(w);
          squares_of.add(w * w);
        }
        sum_of.store(to);
        squares_of.store(squares.data() + lanes * g++);
      });
      return quotient(squares, square(sum));
    });
  }

  /// sum_{c != y} q_c^order of the same softmax, order >= 1.
  [[nodiscard]] static column concentration_except(const block& z, labels y, double order) {
    if (z.classes() == 2) return column(z.rows(), 1);
    return without(z, y, [&] {
      column powers(z.rows());
      const column sum = by_group(z, [&, g = std::size_t{0}](const Scalar* group, double* to) mutable {
        const P top = largest(group, z.classes()), times = P::all(Scalar(order));
        sums<Scalar> sum_of, powers_of;
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const P stored = P::load(group + c * lanes);
          if (z.form() == stored_as::probabilities) {  // relative to the top: a power of 1e-87 may underflow
            sum_of.add(stored / top);
            powers_of.add(power(stored / top, order));
          } else {
            sum_of.add(exp_nonpositive(stored - top));
            powers_of.add(exp_nonpositive((stored - top) * times));
          }
        }
        sum_of.store(to);
        powers_of.store(powers.data() + lanes * g++);
      });
      for (std::size_t i = 0; i < z.rows(); ++i) powers[i] /= std::pow(sum[i], order);
      return powers;
    });
  }

  /// -sum_{c != y} p_c log(1 - p_c), where `target` is what the margin says about the true class.
  ///
  /// With q the softmax among the wrong classes p_c = rest q_c. Only the largest of them can pass 1/2; its complement
  /// is p_y + rest (1 - q_c), a sum of positive terms, so that neither a p_c near 0 nor one near 1 cancels. The others
  /// take -log(1 - p) = 2 atanh(p / (2 - p)), which needs no logarithm.
  [[nodiscard]] static column surprise_except(const block& z, labels y, const belief& target) {
    if (z.classes() == 2) return target.rest * target.surprisal;
    return without(z, y, [&] {
      return by_group(z, [&, first = std::size_t{0}](const Scalar* group, double* to) mutable {
        const P top = largest(group, z.classes());
        Scalar* const below = z.spare();  // weights of the classes below the top, 0 for the top
        sums<Scalar> sum_of, ties_of;
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const P stored = P::load(group + c * lanes),
                  kept = choose_less(stored, top, weight(z, group, c, top), P::all(0));
          kept.store(below + c * lanes);
          sum_of.add(kept);
          ties_of.add(choose_less(stored, top, P::all(0), P::all(1)));
        }
        double under[lanes], ties[lanes], scale[lanes], of_top[lanes];
        Scalar top_of[lanes], scale_in_storage[lanes];
        sum_of.store(under);
        ties_of.store(ties);
        top.store(top_of);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const std::size_t i = std::min(first + lane, z.rows() - 1);
          const double top_weight = z.form() == stored_as::probabilities ? double(top_of[lane]) : 1.0;
          const double others = under[lane] + (ties[lane] - 1) * top_weight;
          scale[lane] = target.rest[i] / (others + top_weight);
          scale_in_storage[lane] = Scalar(scale[lane]);
          const double p = scale[lane] * top_weight, complement = target.truth[i] + scale[lane] * others;
          of_top[lane] = -ties[lane] * p * (complement < 0.5 ? std::log(complement) : std::log1p(-p));
        }
        const P scales = P::load(scale_in_storage), two = P::all(2);
        sums<Scalar> rest_of;
        for (std::size_t c = 0; c < z.classes(); ++c) {
          const P w = P::load(below + c * lanes), inverse = P::all(1) / (two - scales * w);
          rest_of.add(w * w * (two * inverse) * atanh_ratio(scales * w * inverse));
        }
        rest_of.store(to);
        for (std::size_t lane = 0; lane < lanes; ++lane) to[lane] = of_top[lane] + scale[lane] * scale[lane] * to[lane];
        first += lanes;
      });
    });
  }

 private:
  using P = pack<Scalar>;
  static constexpr std::size_t lanes = P::lanes;

  [[nodiscard]] static P power(P base, double order) {
    Scalar values[lanes];
    base.store(values);
    for (Scalar& value : values) value = Scalar(std::pow(double(value), order));
    return P::load(values);
  }

  [[nodiscard]] static column quotient(const column& a, const column& b) {
    column out(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] / b[i];
    return out;
  }

  struct entropies_of_two {
    template <class Pack>
    [[gnu::always_inline]] static void run(const double* margin, std::size_t rows, double* out) noexcept {
      for_each_margin<Pack>(
          margin,
          rows, [&](std::size_t i, const Pack& m, const Pack& e, const Pack& log1p) __attribute__((always_inline)) {
            const Pack magnitude = max(m, Pack::all(0) - m);
            (log1p + magnitude * e / (Pack::all(1) + e)).store(out + i);
          });
    }
  };

  // log(1 + e^-|m|) + |m| / (1 + e^|m|) of the margin between the two.
  [[nodiscard]] static column entropy_of_two(const block& z) {
    const column margin =
        pick(z, [](std::size_t) { return std::size_t{0}; }) - pick(z, [](std::size_t) { return std::size_t{1}; });
    column out(z.rows());
    run_kernel<double, entropies_of_two>(static_cast<const double*>(margin.data()), margin.size(), out.data());
    return out;
  }

  [[nodiscard]] static column entropy_of_probabilities(const block& z) {
    using row_of_scalars = Eigen::Array<Scalar, int(lanes), 1>;
    return by_group(z, [&](const Scalar* group, double* to) {
      sums<Scalar> sum;
      for (std::size_t c = 0; c < z.classes(); ++c) {
        const Eigen::Map<const row_of_scalars> p(group + c * lanes);
        const row_of_scalars term = -p * p.max(std::numeric_limits<Scalar>::min()).log();
        sum.add(P::load(term.data()));
      }
      sum.store(to);
    });
  }
};

}  // namespace telltale::detail
