// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/metric/dp_bound.hpp>

namespace telltale::report {

using metric::dp_bound;

}  // namespace telltale::report
