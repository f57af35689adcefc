// expects: lies_in_memory
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/xtensor.hpp>

// A sum of xtensor is a formula until it is evaluated: there is nothing to see yet.
auto scores(const xt::xtensor<double, 1>& a, const xt::xtensor<double, 1>& b) {
  const auto sum = a + b;
  return telltale::span_of(sum);
}
