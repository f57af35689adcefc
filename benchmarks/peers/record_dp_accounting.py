# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records what Google's dp_accounting says of some trainings; the output is tests/oracle/dp_accounting.hpp.

    pip install dp_accounting==0.6.0
    python3 benchmarks/peers/record_dp_accounting.py | clang-format > tests/oracle/dp_accounting.hpp
"""
from importlib.metadata import version

import dp_accounting as dp
from dp_accounting import pld, rdp

SPACING = 1e-4
ORDERS = [1 + x / 10 for x in range(1, 100)] + list(range(11, 64)) + [128, 256, 512, 1024]

TRAININGS = [  # sigma, rate, steps, delta
    (0.7, 1, 2, 1e-5), (0.7, 0.01, 120, 1e-5), (1.5, 0.04, 2249, 1e-5), (1.1, 0.01, 10_000, 1e-5), (0.8, 0.2, 100, 1e-6),
    (2, 0.001, 20_000, 1e-6), (10, 0.5, 500, 1e-8), (0.6, 0.0005, 50_000, 1e-7), (4, 1, 30, 1e-9),
]


def training(sigma, rate, steps):
    event = dp.GaussianDpEvent(sigma)
    return dp.SelfComposedDpEvent(event if rate == 1 else dp.PoissonSampledDpEvent(rate, event), steps)


def row(event, delta):
    by_pld = pld.PLDAccountant(value_discretization_interval=SPACING).compose(event).get_epsilon(delta)
    by_rdp, order = rdp.RdpAccountant(ORDERS).compose(event).get_epsilon_and_optimal_order(delta)
    return f"{float(by_pld)!r}, {float(by_rdp)!r}, {float(order)!r}"


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

// Written by benchmarks/peers/record_dp_accounting.py from dp_accounting {version("dp_accounting")}: do not edit.
namespace oracle::dp_accounting {{

/// Epsilon of DP-SGD by its privacy loss distribution (spacing {SPACING}, pessimistic) and by Renyi divergences at its
/// default orders, and the best of those.
struct training {{
  double sigma, rate;
  std::uint64_t steps;
  double delta, pld, rdp, order;
}};

inline constexpr std::array<training, {len(TRAININGS)}> trainings{{{{""")
for sigma, rate, steps, delta in TRAININGS:
    print(f"    {{{sigma}, {rate}, {steps}, {delta}, {row(training(sigma, rate, steps), delta)}}},")
print("}};\n")

mixed = dp.ComposedDpEvent([training(1.0, 0.01, 1000), dp.SelfComposedDpEvent(dp.LaplaceDpEvent(20), 10)])
delta = 1e-6
by_pld = pld.PLDAccountant(value_discretization_interval=SPACING).compose(mixed).get_epsilon(delta)
print(f"""/// Epsilon at {delta} of 1,000 steps with sigma 1 and rate 0.01 and, beside them, ten releases with Laplace noise of scale 20.
inline constexpr double gaussian_and_laplace = {float(by_pld)!r};

}}  // namespace oracle::dp_accounting""")
