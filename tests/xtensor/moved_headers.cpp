// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Compiled with the headers where xtensor 0.26 and later have them.
#include <telltale/xtensor.hpp>

#include "views.hpp"

#if !__has_include(<xtensor/containers/xtensor.hpp>)
#error "the headers are where they always were"
#endif

double moved() {
  xt::xtensor<double, 1> values({3}, 1.0);
  const auto tail = xt::view(values, xt::range(1, 3));
  return telltale::span_of(tail)[0] + telltale::as_xtensor(telltale::evidence{{2.0}})(0);
}
