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

}  // namespace telltale
