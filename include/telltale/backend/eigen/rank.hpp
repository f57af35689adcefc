// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include <telltale/backend/eigen/kernels.hpp>
#include <telltale/backend/wide_pack.hpp>

namespace telltale::detail {

/// Primitives that compare scores and compute none.
template <class Scalar>
struct rank_primitives {
  using block = tile<Scalar>;
  using labels = std::span<const int>;

  /// max_{c != y} z_c, the logarithm of the probability when probabilities are stored.
  [[nodiscard]] static column max_except(const block& z, labels y) {
    if (z.classes() == 2) return as_logarithm(z, other_of_two(z, y));
    return as_logarithm(z, without(z, y, [&] {
                          return by_group(z, [&](const Scalar* group, double* to) {
                            store_as_doubles(largest(group, z.classes()), to);
                          });
                        }));
  }

  /// 1 where the true class is the predicted label (the first of the largest scores), else 0.
  ///
  /// No index is carried along: the classes that reach the true one are counted, and only rows where it shares the
  /// largest score with another are looked at one by one.
  [[nodiscard]] static column is_predicted(const block& z, labels y) {
    if (z.classes() == 2) return is_predicted_of_two(z, y);
    return by_group(z, [&, first = std::size_t{0}](const Scalar* group, double* to) mutable {
      const std::size_t rows = z.rows() - first < lanes ? z.rows() - first : lanes;
      const auto own_of = [&](std::size_t lane) {
        return group[std::size_t(y[first + (lane < rows ? lane : 0)]) * lanes + lane];
      };
      const auto own_of_whole = [&](std::size_t lane) { return group[std::size_t(y[first + lane]) * lanes + lane]; };
      const P own = rows == lanes ? P::each(own_of_whole) : P::each(own_of), one = P::all(1);
      // A comparison that holds is -1: each class adds one where it reaches the true class, which reaches itself.
      simd_bits<Scalar> low{}, high{};
      for (const Scalar* at = group; at != group + z.classes() * lanes; at += lanes) {
        const P score = P::load(at);
        low += score.low >= own.low;
        high += score.high >= own.high;
      }
      const simd<Scalar> zero{};
      store_as_doubles(P{low == -1 ? one.low : zero, high == -1 ? one.high : zero}, to);
      if (any((low != -1) | (high != -1))) {
        const P top = largest(group, z.classes());
        if (any(((top.low == own.low) & (low != -1)) | ((top.high == own.high) & (high != -1))))
          for (std::size_t lane = 0; lane < rows; ++lane)
            to[lane] = first_of_largest(group, z.classes(), lane) == std::size_t(y[first + lane]);
      }
      first += rows;
    });
  }
  [[nodiscard]] static column is_predicted(const label_tile& z, labels y) {
    column out(z.rows());
    for (std::size_t i = 0; i < z.rows(); ++i) out[i] = z.label(i) == y[i];
    return out;
  }

  /// Writes the predicted label of each row, the first of its largest scores.
  static void predict(const block& z, std::span<int> predicted) {
    Scalar first[block::most_rows];
    run_kernel<Scalar, first_of_largest_scores>(static_cast<const Scalar*>(z.group(0)), z.groups(), z.classes(),
                                                static_cast<Scalar*>(first));
    for (std::size_t i = 0; i < z.rows(); ++i) predicted[i] = int(first[i]);
  }

 private:
  // A class' number as a score: exact up to 2^24 classes.
  struct first_of_largest_scores {
    template <class Pack>
    [[gnu::always_inline]] static void run(const Scalar* values, std::size_t groups, std::size_t classes,
                                           Scalar* first) noexcept {
      for (std::size_t g = 0; g < groups; ++g, values += classes * Pack::lanes) {
        Pack top = Pack::load(values), best = Pack::all(0);
        for (std::size_t c = 1; c < classes; ++c) {
          const Pack score = Pack::load(values + c * Pack::lanes);
          best = choose_less(top, score, Pack::all(Scalar(c)), best);
          top = max(top, score);
        }
        best.store(first + g * Pack::lanes);
      }
    }
  };

  [[nodiscard]] static std::size_t first_of_largest(const Scalar* group, std::size_t classes, std::size_t lane) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < classes; ++c)
      if (group[c * lanes + lane] > group[best * lanes + lane]) best = c;
    return best;
  }

  [[nodiscard]] static column is_predicted_of_two(const block& z, labels y) {
    return by_group(z, [&, first = std::size_t{0}](const Scalar* group, double* to) mutable {
      int padded[lanes]{};
      const bool whole = first + lanes <= z.rows();
      if (!whole) std::copy(y.begin() + std::ptrdiff_t(first), y.end(), padded);
      const int* const truth = whole ? y.data() + first : padded;
      const P zeroth = P::load(group), second = P::load(group + lanes);
      const simd<Scalar> one = Scalar(1) - simd<Scalar>{}, zero{};
      // A comparison that holds is -1: it agrees with the label where both add up to nothing.
      store_as_doubles(P{((second.low > zeroth.low) + widened(truth)) == 0 ? one : zero,
                         ((second.high > zeroth.high) + widened(truth + step)) == 0 ? one : zero},
                       to);
      first += lanes;
    });
  }

  static simd_bits<Scalar> widened(const int* labels_of_rows) noexcept {
    simd_bits<Scalar> bits{};
    for (std::size_t lane = 0; lane < step; ++lane) bits[lane] = labels_of_rows[lane];
    return bits;
  }

  using P = pack<Scalar>;
  static constexpr std::size_t lanes = P::lanes, step = simd_lanes<Scalar>;
};

}  // namespace telltale::detail
