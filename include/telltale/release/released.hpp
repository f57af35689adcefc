// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/rewritten.hpp>

namespace telltale {

namespace req {
template <class Batch, class Policy>
concept reveals_what_the_release_rewrites =
    std::same_as<lacking<missing(Batch::reveals, Policy::rewrites)>, lacking<access_to::nothing>>;
}  // namespace req

/// What is left of the answers of a classifier behind a release policy, which also answers to `Classification`.
///
/// A policy rewrites each block as it is scored, so releases of any chain and the scorer stream; and it states what it
/// `rewrites`, the access that must be there, and what it `leaves`.
template <class Policy, class Batch>
using released = rewritten<Policy, Batch>;

namespace detail {

/// Turns a block into probabilities in the precision of the storage, the sum in double.
template <class Scalar>
void to_probabilities(tile<Scalar>& z) {
  using P = pack<Scalar>;
  if (z.form() == stored_as::probabilities) return;
  for (std::size_t g = 0; g < z.groups(); ++g) {
    Scalar* const group = z.group(g);
    const P top = largest(group, z.classes());
    sums<Scalar> sum_of;
    for (std::size_t c = 0; c < z.classes(); ++c) {
      const P e = exp_nonpositive(P::load(group + c * P::lanes) - top);
      e.store(group + c * P::lanes);
      sum_of.add(e);
    }
    double sum[P::lanes];
    sum_of.store(sum);
    Scalar inverse[P::lanes];
    for (std::size_t lane = 0; lane < P::lanes; ++lane) inverse[lane] = Scalar(1 / sum[lane]);
    for (std::size_t c = 0; c < z.classes(); ++c)
      (P::load(group + c * P::lanes) * P::load(inverse)).store(group + c * P::lanes);
  }
  z.now_stores(stored_as::probabilities);
}

}  // namespace detail
}  // namespace telltale
