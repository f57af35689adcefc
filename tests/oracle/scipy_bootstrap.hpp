// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recorded by benchmarks/peers/record_scipy_bootstrap.py from SciPy 1.17.1.
namespace oracle::scipy_bootstrap {

inline const double members[] = {0.1, 0.4, 0.4, 0.7, 0.9, 1.3, 1.3, 1.8, 2.5, 3.1};
inline const double nonmembers[] = {-1.2, -0.9, -0.3, 0.0, 0.1, 0.2, 0.4, 0.4, 0.5, 0.8, 0.9, 1.0, 1.3, 1.6, 2.0};

/// Levels of the BCa limits at 95 % among the replicates round((i / 998)^0.7, 3), i = 0 ... 998, and the acceleration.
struct levels {
  double low, high, acceleration;
};
inline const levels auc{0.08091497025223254, 0.993660138481008, -0.01327520859277557};
inline const levels tpr_at_20_percent{0.0020716117052975973, 0.8844659125760865, -0.04360204704780383};

}  // namespace oracle::scipy_bootstrap
