// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>

/// Quantiles of the laws that intervals need. Limits are reported to about 1e-10, hence no promotion to long double,
/// which would double the time of every interval. All are templates, and so is what calls them: their first
/// instantiation costs a compiler as much as half of Eigen, which a file that asks for no interval should not pay.
namespace telltale::detail {

using in_double = boost::math::policies::policy<boost::math::policies::promote_float<false>,
                                                boost::math::policies::promote_double<false>>;

/// The point of Beta(a, b) that the share `tail` lies below.
template <std::floating_point Real>
[[nodiscard]] Real beta_lower(Real a, Real b, Real tail) {
  return boost::math::ibeta_inv(a, b, tail, in_double());
}

/// The point of Beta(a, b) that the share `tail` lies above; keeps the digits of a small tail, which 1 - tail loses.
template <std::floating_point Real>
[[nodiscard]] Real beta_upper(Real a, Real b, Real tail) {
  return boost::math::ibetac_inv(a, b, tail, in_double());
}

/// The point of the standard normal law that the share `tail` lies above.
template <std::floating_point Real>
[[nodiscard]] Real normal_upper(Real tail) {
  return boost::math::quantile(boost::math::complement(boost::math::normal_distribution<Real, in_double>(), tail));
}

/// The point of Student's t with `freedom` degrees that the share `tail` lies above.
template <std::floating_point Real>
[[nodiscard]] Real students_t_upper(Real freedom, Real tail) {
  const boost::math::students_t_distribution<Real, in_double> law(freedom);
  return boost::math::quantile(boost::math::complement(law, tail));
}

}  // namespace telltale::detail
