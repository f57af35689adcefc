// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <telltale/backend/wide_pack.hpp>

/// The loops over every score of a tile in which a softmax spends its time, for `run_kernel`: groups x classes x lanes.
namespace telltale::detail {

template <class Pack, class Scalar>
[[nodiscard, gnu::always_inline]] inline Pack largest_of_group(const Scalar* group, std::size_t classes) noexcept {
  Pack top = Pack::load(group);
  for (std::size_t c = 1; c < classes; ++c) top = max(top, Pack::load(group + c * Pack::lanes));
  return top;
}

/// The largest score of each row, and sum_c e^(z_c - largest).
struct sum_exponentials {
  template <class Pack, class Scalar>
  [[gnu::always_inline]] static void run(const Scalar* values, std::size_t groups, std::size_t classes, double* tops,
                                         double* sums) noexcept {
    for (std::size_t g = 0; g < groups; ++g, values += classes * Pack::lanes) {
      const Pack top = largest_of_group<Pack>(values, classes);
      typename sums_of<Pack>::type sum, largest;
      for (std::size_t c = 0; c < classes; ++c) sum.add(exp_nonpositive(Pack::load(values + c * Pack::lanes) - top));
      largest.add(top);
      sum.store(sums + g * Pack::lanes);
      largest.store(tops + g * Pack::lanes);
    }
  }
};

/// Scores become probabilities in place.
struct softmax_in_place {
  template <class Pack, class Scalar>
  [[gnu::always_inline]] static void run(Scalar* values, std::size_t groups, std::size_t classes) noexcept {
    for (std::size_t g = 0; g < groups; ++g, values += classes * Pack::lanes) {
      const Pack top = largest_of_group<Pack>(values, classes);
      typename sums_of<Pack>::type sum;
      for (std::size_t c = 0; c < classes; ++c) {
        const Pack e = exp_nonpositive(Pack::load(values + c * Pack::lanes) - top);
        e.store(values + c * Pack::lanes);
        sum.add(e);
      }
      double total[Pack::lanes];
      sum.store(total);
      Scalar inverse[Pack::lanes];
      for (std::size_t lane = 0; lane < Pack::lanes; ++lane) inverse[lane] = Scalar(1 / total[lane]);
      const Pack scale = Pack::load(inverse);
      for (std::size_t c = 0; c < classes; ++c)
        (Pack::load(values + c * Pack::lanes) * scale).store(values + c * Pack::lanes);
    }
  }
};

/// to[c] += the sum over rows of weight times score.
struct add_weighted_columns {
  template <class Pack, class Scalar>
  [[gnu::always_inline]] static void run(const Scalar* values, std::size_t groups, std::size_t classes,
                                         const Scalar* weights, double* to) noexcept {
    for (std::size_t c = 0; c < classes; ++c) {
      typename sums_of<Pack>::type sum;
      for (std::size_t g = 0; g < groups; ++g)
        sum.add(Pack::load(values + (g * classes + c) * Pack::lanes) * Pack::load(weights + g * Pack::lanes));
      double lanes[Pack::lanes];
      sum.store(lanes);
      for (const double each : lanes) to[c] += each;
    }
  }
};

}  // namespace telltale::detail
