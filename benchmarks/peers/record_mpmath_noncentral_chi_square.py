# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records log F of the noncentral chi-square law in 40 digits, as the Poisson mixture that defines it:

    python3 benchmarks/peers/record_mpmath_noncentral_chi_square.py > tests/oracle/noncentral_chi_square.hpp

F(x; d, l) = sum_j Poisson(j; l/2) P(d/2 + j, x/2). Every term is positive, and P is carried downwards, where its
recurrence only adds; nothing cancels. Terms are summed over thirty standard deviations around the largest.
"""
import math

import mpmath
from mpmath import mp, mpf

mp.dps = 40


def log_cdf(x, freedom, noncentrality):
    y, half = mpf(x) / 2, mpf(noncentrality) / 2
    if half == 0:
        return mp.log(mp.gammainc(mpf(freedom) / 2, 0, y, regularized=True))
    peak = math.sqrt(noncentrality * x) / 2
    reach = 30 * math.sqrt(peak + 1 + freedom) + 300
    top = int(max(peak, min(noncentrality / 2, max(x / 2 - freedom / 2, 0))) + reach)
    a = mpf(freedom) / 2 + top
    step = mp.exp(a * mp.log(y) - y - mp.loggamma(a + 1))  # P(a, y) - P(a + 1, y)
    inside, term, k = mpf(0), step, 0
    while term > inside * mpf(10) ** -45:
        inside, k = inside + term, k + 1
        term = term * y / (a + k)
    weight, total = mp.exp(top * mp.log(half) - half - mp.loggamma(top + 1)), mpf(0)
    for j in range(top, max(-1, int(min(peak, noncentrality / 2) - reach)), -1):
        total += weight * inside
        step, a = step * a / y, a - 1
        inside, weight = inside + step, weight * j / half
    return mp.log(total)


CASES = {
    1: {0: [1e-300, 0.001, 0.5, 3, 40], 1.5: [2], 30: [0.2]},
    2: {1: [0.1], 1000: [1e-10, 900, 1010, 1200]},
    3: {0.001: [0.01, 3], 1e4: [1e-20]},
    5: {1e-8: [7], 10: [1, 14, 60]},
    10: {1e6: [1e5, 8e5, 9.9e5, 1e6, 1.01e6]},
    50: {0: [1e-5, 20, 50], 1600: [0.001, 600, 1300, 1549, 1649, 1650, 1651, 2200]},
    100: {6400: [1000, 5800, 6400, 6500]},
    1000: {64000: [100, 60000, 64000, 65000]},
    10000: {5: [500, 9000, 10000, 11000], 1e6: [5000, 1.004e6]},
}

print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
// Recorded by benchmarks/peers/record_mpmath_noncentral_chi_square.py from mpmath {mpmath.__version__}, 40 digits.
namespace oracle {{

struct noncentral_chi_square {{
  double x, freedom, noncentrality, log_cdf;
}};

inline const noncentral_chi_square noncentral_chi_square_cases[] = {{""")
for freedom, laws in CASES.items():
    for noncentrality, points in laws.items():
        for x in points:
            value = mp.nstr(log_cdf(x, freedom, noncentrality), 18)
            print(f"    {{{float(x)!r}, {freedom}, {float(noncentrality)!r}, {value}}},")
print("};\n\n}  // namespace oracle")
