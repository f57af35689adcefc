// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

// Written by benchmarks/peers/record_dp_accounting.py from dp_accounting 0.6.0: do not edit.
namespace oracle::dp_accounting {

/// Epsilon of DP-SGD by its privacy loss distribution (spacing 0.0001, pessimistic) and by Renyi divergences at its
/// default orders, and the best of those.
struct training {
  double sigma, rate;
  std::uint64_t steps;
  double delta, pld, rdp, order;
};

inline constexpr std::array<training, 9> trainings{{
    {0.7, 1, 2, 1e-05, 10.122494584709052, 10.860203573969253, 3.3},
    {0.7, 0.01, 120, 1e-05, 2.461238121971455, 3.2392676495007944, 4.4},
    {1.5, 0.04, 2249, 1e-05, 6.76705108993267, 7.3275014008350485, 3.9},
    {1.1, 0.01, 10000, 1e-05, 5.192620131649874, 5.632010670081592, 4.7},
    {0.8, 0.2, 100, 1e-06, 24.32262036369969, 26.477499859228715, 2.0},
    {2, 0.001, 20000, 1e-06, 0.29670594789490345, 0.32272058518753693, 54.0},
    {10, 0.5, 500, 1e-08, 6.590617232423048, 6.945647175960028, 6.0},
    {0.6, 0.0005, 50000, 1e-07, 3.51522528569767, 4.33314456599434, 4.8},
    {4, 1, 30, 1e-09, 8.767097176881729, 9.181916581139623, 5.5},
}};

/// Epsilon at 1e-06 of 1,000 steps with sigma 1 and rate 0.01 and, beside them, ten releases with Laplace noise of
/// scale 20.
inline constexpr double gaussian_and_laplace = 2.229501759921554;

}  // namespace oracle::dp_accounting
