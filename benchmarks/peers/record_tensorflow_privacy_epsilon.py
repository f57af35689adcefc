# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Prints tests/oracle/tensorflow_privacy_epsilon.hpp: TensorFlow Privacy's lower limits of TPR / FPR.

    pip install --no-deps tensorflow_empirical_privacy==0.1.0 && pip install immutabledict scikit-learn statsmodels
    python3 benchmarks/peers/record_tensorflow_privacy_epsilon.py > tests/oracle/tensorflow_privacy_epsilon.hpp
    clang-format-16 -i tests/oracle/tensorflow_privacy_epsilon.hpp

Only epsilon_lower_bound.py is loaded, which does not need TensorFlow. The package was split off tensorflow_privacy, whose
release 0.9.0 has it no more.
"""
import importlib.metadata
import importlib.util
import math

import numpy as np

PACKAGE = "tensorflow_empirical_privacy"
where = next(f for f in importlib.metadata.files(PACKAGE) if f.name == "epsilon_lower_bound.py").locate()
spec = importlib.util.spec_from_file_location("epsilon_lower_bound", where)
elb = importlib.util.module_from_spec(spec)
spec.loader.exec_module(elb)

METHODS = [elb.BoundMethod.KATZ_LOG, elb.BoundMethod.ADJUSTED_LOG, elb.BoundMethod.BAILEY, elb.BoundMethod.INV_SINH,
           elb.BoundMethod.CLOPPER_PEARSON]
COUNTS = [(473, 511, 755, 950), (1000, 10, 10, 10000), (500, 0, 0, 500), (0, 10, 0, 10), (0, 10, 3, 7), (10, 0, 10, 0),
          (10, 0, 3, 7), (7, 3, 10, 0), (7, 3, 0, 10), (1, 99, 0, 100), (50, 50, 1, 999), (5, 95, 2, 98)]

print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

// Recorded from {PACKAGE} {importlib.metadata.version(PACKAGE)}, epsilon_lower_bound.py, by
// benchmarks/peers/record_tensorflow_privacy_epsilon.py.
namespace oracle::tensorflow_privacy {{

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// RatioBound(tp, fp, tp + fn, fp + tn, alpha): lower limits of TPR / FPR by each method; NaN where it gives NaN.
struct ratio_row {{
  unsigned tp, fn, fp, tn;
  double alpha, katz_log, adjusted_log, bailey, inverse_sinh, clopper_pearson;
}};
inline constexpr ratio_row ratios[] = {{""")
with np.errstate(all="ignore"):
    for tp, fn, fp, tn in COUNTS:
        for alpha in (0.05, 0.01, 1e-4):
            bounds = [float(elb.RatioBound(tp, fp, tp + fn, fp + tn, alpha).compute_bound(m)) for m in METHODS]
            print(f"    {{{tp}, {fn}, {fp}, {tn}, {alpha!r}, "
                  + ", ".join("nan" if math.isnan(b) else repr(b) for b in bounds) + "},")
print("};\n\n}  // namespace oracle::tensorflow_privacy")
