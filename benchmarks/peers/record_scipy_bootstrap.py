# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records SciPy's BCa of an AUC and of a TPR at an FPR, members and non-members resampled apart:

    python3 benchmarks/peers/record_scipy_bootstrap.py > tests/oracle/scipy_bootstrap.hpp

SciPy leaves out every record in turn, which is O(n^2); its levels are computed by a private function, which
scipy.stats.bootstrap calls.
"""
import numpy as np
import scipy
from scipy.stats import _resampling

members = np.array([0.1, 0.4, 0.4, 0.7, 0.9, 1.3, 1.3, 1.8, 2.5, 3.1])
nonmembers = np.array([-1.2, -0.9, -0.3, 0.0, 0.1, 0.2, 0.4, 0.4, 0.5, 0.8, 0.9, 1.0, 1.3, 1.6, 2.0])
replicates = np.round(np.linspace(0, 1, 999) ** 0.7, 3)


def auc(x, y, axis):
    above = x[..., :, None] - y[..., None, :]
    return ((above > 0) + (above == 0) / 2).mean(axis=(-1, -2))


def tpr_at(fpr):
    """The step rule: TPR at the largest achieved FPR <= fpr."""
    def one(x, y):
        allowed = int(np.floor(fpr * len(y) + 1e-12))
        return max((np.mean(x >= t) for t in np.concatenate([x, y]) if np.sum(y >= t) <= allowed), default=0.0)

    def statistic(x, y, axis):
        shape = np.broadcast_shapes(x.shape[:-1], y.shape[:-1])
        x = np.broadcast_to(x, shape + x.shape[-1:]).reshape(-1, x.shape[-1])
        y = np.broadcast_to(y, shape + y.shape[-1:]).reshape(-1, y.shape[-1])
        return np.array([one(a, b) for a, b in zip(x, y)]).reshape(shape)

    return statistic


def levels(statistic):
    found = _resampling._bca_interval((members, nonmembers), statistic, -1, 0.025, replicates, None, *extra)
    return "{" + ", ".join(repr(float(np.ravel(value)[0])) for value in found) + "}"


# Newer versions take the array namespace as well.
extra = (np,) if "xp" in _resampling._bca_interval.__code__.co_varnames else ()


def array(values):
    return ", ".join(repr(float(v)) for v in values)


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recorded by benchmarks/peers/record_scipy_bootstrap.py from SciPy {scipy.__version__}.
namespace oracle::scipy_bootstrap {{

inline const double members[] = {{{array(members)}}};
inline const double nonmembers[] = {{{array(nonmembers)}}};

/// Levels of the BCa limits at 95 % among the replicates round((i / 998)^0.7, 3), i = 0 ... 998, and the acceleration.
struct levels {{
  double low, high, acceleration;
}};
inline const levels auc{levels(auc)};
inline const levels tpr_at_20_percent{levels(tpr_at(0.2))};

}}  // namespace oracle::scipy_bootstrap""")
