// expects: outlives_the_call
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/xtensor.hpp>

// The labels would be gone before the span is read.
auto labels() { return telltale::span_of(xt::xtensor<int, 1>({5}, 0)); }
