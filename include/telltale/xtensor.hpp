// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The xtensor wing, whole: xtensor's arrays go in without a copy, and evidence comes back as one.

#include <telltale/xtensor/arrays.hpp>
#include <telltale/xtensor/headers.hpp>
#include <telltale/xtensor/in_memory.hpp>
#include <telltale/xtensor/spans.hpp>
