// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/rewritten.hpp>
#include <telltale/observation/segmentation_behind.hpp>

namespace telltale {

/// The named policy for probabilities that are exactly 0: none counts as less than `least`.
///
/// Not a defence but the analyst's choice, and it can follow one: a rounded answer has zeros. It `leaves` all access as
/// it was, `clips` values and counts the records in which it did. `rewrite` raises the values of a block in place; it
/// checks nothing, since `floored` has. Cost: one logsumexp a row and a comparison a class.
struct probability_floor {
  static constexpr auto leaves = access_to::parameters;  // it takes no access away
  static constexpr bool clips = true;

  double least;

  template <class Scalar, class Touched>
  void rewrite(tile<Scalar>& z, const Touched& touched) const {
    const bool stored = z.form() == stored_as::probabilities;
    const column total = eigen<Scalar>::logsumexp(z);
    for (std::size_t i = 0; i < z.rows(); ++i) {
      const auto smallest = Scalar(stored ? least : total[i] + std::log(least));
      bool below = false;
      for (std::size_t c = 0; c < z.classes(); ++c)
        if (z.at(i, c) < smallest) {
          z.at(i, c) = smallest;
          below = true;
        }
      if (below) touched(i);
    }
  }
};

namespace detail {
template <class Scalar>
void check_floor(double least) {
  if (!(least >= double(std::numeric_limits<Scalar>::min()) && least < 0.5))
    refuse("floored", "least", "is " + std::to_string(least) + "; wanted a normal number in (0, 0.5)");
}
}  // namespace detail

/// The same answers with every probability below `least` raised to it; the row is not normalised again.
///
/// `records_touched()` of what is returned counts the records in which a probability was raised. Cost: none here, one
/// logsumexp a row whenever the answers are read. Throws argument_error unless `least` is in (0, 0.5) and a normal
/// number of the stored type.
template <Classification Batch>
  requires(covers(Batch::reveals, access_to::confidence))
[[nodiscard]] rewritten<probability_floor, Batch> floored(const Batch& batch, double least) {
  detail::check_floor<typename Batch::scalar>(least);
  return {probability_floor{least}, batch};
}

/// The same at every pixel of a segmentation; `records_touched()` counts images.
template <Segmentation Batch>
  requires(covers(Batch::reveals, access_to::confidence))
[[nodiscard]] segmentation_behind<probability_floor, Batch> floored(const Batch& batch, double least) {
  detail::check_floor<typename Batch::scalar>(least);
  return {probability_floor{least}, batch};
}

}  // namespace telltale
