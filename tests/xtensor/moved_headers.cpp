// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Compiled with the headers where xtensor 0.26 and later have them.
#include <telltale/xtensor.hpp>

#if defined(TELLTALE_WITH_STAND_INS) && !defined(TELLTALE_STAND_IN_IS_READ)
#error "the headers of 0.26 were not asked for"
#endif

double moved() {
  xt::xtensor<double, 1> values({3}, 1.0);
  return telltale::span_of(values)[0] + telltale::as_xtensor(telltale::evidence{{2.0}})(0);
}
