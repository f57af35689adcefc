# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Prints tests/oracle/jax_privacy.hpp: what jax_privacy's auditing module says of counts and scores.

    pip install --no-deps jax_privacy==2.0.0 && pip install dp_accounting numpy scipy
    python3 benchmarks/peers/record_jax_privacy.py > tests/oracle/jax_privacy.hpp
    clang-format-16 -i tests/oracle/jax_privacy.hpp

Only auditing.py is loaded, which needs dp_accounting, numpy and scipy, but not JAX.
"""
import importlib.metadata
import importlib.util
import sys

import numpy as np
import scipy.stats

where = next(f for f in importlib.metadata.files("jax_privacy") if f.name == "auditing.py").locate()
spec = importlib.util.spec_from_file_location("auditing", where)
auditing = sys.modules["auditing"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(auditing)

Q = np.array


def two_valued(tp, fn, fp, tn):
    """An auditor of a verdict: scores 1 where it says member, 0 elsewhere."""
    return auditing.CanaryScoreAuditor(Q([1.0] * tp + [0.0] * fn), Q([1.0] * fp + [0.0] * tn))


def quantiles(shift, n):
    return scipy.stats.norm.ppf(np.linspace(0, 1, n, endpoint=False) + 1 / (2 * n)) + shift


def table(kind, name, rows):
    print(f"inline constexpr {kind} {name}[] = {{")
    for row in rows:
        print("    {" + ", ".join(repr(float(x)) if isinstance(x, (float, np.floating)) else str(int(x)) for x in row) + "},")
    print("};\n")


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recorded from jax_privacy {importlib.metadata.version("jax_privacy")}, auditing.py, by benchmarks/peers/record_jax_privacy.py.
namespace oracle::jax_privacy {{

/// _one_run_p_value(canaries, guesses, correct, epsilon, delta), which stops at 1.
struct p_value_row {{
  unsigned canaries, guesses, correct;
  double epsilon, delta, p;
}};""")
table("p_value_row", "p_values",
      [(m, g, c, e, d, auditing._one_run_p_value(m, g, c, e, d))
       for m in (10, 1000, 20000) for g in (1, 10, 100, 10000) for share in (1.0, 0.9, 0.6) for e in (0.0, 0.5, 3.0)
       for d in (0.0, 1e-6, 1e-3) if g <= m for c in [int(g * share)]])

print("""/// Explicit threshold, both directions (Clopper-Pearson); _epsilon_one_run and _epsilon_one_run_fdp of the same counts.
struct bound_row {
  unsigned tp, fn, fp, tn;
  double delta, significance, clopper_pearson, one_run, one_run_fdp;
};""")
counts = [(500, 0, 0, 500), (90, 10, 10, 90), (60, 40, 10, 90), (30, 970, 1, 999), (3, 2, 0, 5), (950, 50, 700, 300),
          (50, 50, 50, 50), (2000, 8000, 20, 9980), (999, 1, 700, 300)]
rows = []
for c in counts:
    for delta in (1e-6, 1e-2):
        for alpha in (0.05, 1e-3):
            m, g = sum(c), c[0] + c[2]
            rows.append((*c, delta, alpha,
                         two_valued(*c).epsilon_clopper_pearson(alpha, delta, False,
                                                                threshold_strategy=auditing.Explicit(0.5)),
                         auditing._epsilon_one_run(0, m, g, c[0], alpha, delta),
                         auditing._epsilon_one_run_fdp(0, m, g, c[0], alpha, delta)))
table("bound_row", "bounds", rows)

print("""/// 10,000 quantiles of N(0, 1) and of N(shift, 1) at 5 %, delta 1e-6, their Bonferroni over the corners of the hull.
struct scan_row {
  double shift;
  unsigned corners;
  double one_run, one_run_fdp, clopper_pearson;
};""")
rows = []
for shift in (1.0, 2.0, 4.0):
    auditor = auditing.CanaryScoreAuditor(quantiles(shift, 10000), quantiles(0, 10000))
    rows.append((shift, len(auditor._fn_counts), auditor.epsilon_one_run(0.05, 1e-6),
                 auditor.epsilon_one_run_fdp(0.05, 1e-6), auditor.epsilon_clopper_pearson(0.05, 1e-6, False)))
table("scan_row", "scans", rows)

print("""/// epsilon_from_gdp at 5 %, delta 1e-5, of a verdict that k of n members and n - k of n non-members get.
struct gdp_row {
  unsigned k, n;
  double epsilon_from_gdp;
};""")
table("gdp_row", "gdp", [(k, n, two_valued(k, n - k, n - k, k).epsilon_from_gdp(0.05, 1e-5))
                         for k, n in ((11, 20), (55, 100), (505, 1000), (90, 100), (995, 1000))])

print("""/// epsilon_raw_counts of n perfectly separated scores a class, with at least `least` false positives.
struct raw_row {
  unsigned n, least;
  double epsilon;
};""")
table("raw_row", "raw_counts", [(n, c, auditing.CanaryScoreAuditor(np.arange(n) + 1.0 * n, np.arange(n) * 1.0)
                                 .epsilon_raw_counts(c)) for n, c in ((100, 1), (100, 50), (1000, 50), (20, 20))])
print("}  // namespace oracle::jax_privacy")
