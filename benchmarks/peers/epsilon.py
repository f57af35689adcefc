# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Epsilon bounds of 100,000 canaries: telltale against jax_privacy's auditing module.

    pip install --no-deps jax_privacy==2.0.0 && pip install dp_accounting numpy scipy
    python3 benchmarks/peers/epsilon.py build/benchmarks/epsilon_bench

telltale tries about 100 stated ranks and corrects for all of them; jax_privacy tries the corners of the curve's convex
hull, some hundreds here, and corrects for these. Privacy Meter's release on PyPI (1.0.1) has no such audit.
"""
import importlib.metadata
import importlib.util
import sys

import numpy as np

import common

where = next(f for f in importlib.metadata.files("jax_privacy") if f.name == "auditing.py").locate()
spec = importlib.util.spec_from_file_location("auditing", where)
auditing = sys.modules["auditing"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(auditing)

CANARIES = 100_000
random = np.random.default_rng(1)
member = random.integers(0, 2, CANARIES).astype(bool)
scores = random.standard_normal(CANARIES) + 2 * member


def auditor():
    return auditing.CanaryScoreAuditor(scores[member], scores[~member])


common.ratio("one-run bound, 100,000 canaries", common.cpp_seconds(f"one_run/{CANARIES}"), "jax_privacy",
             common.best_of(2, lambda: auditor().epsilon_one_run(0.05, 1e-6)))
common.ratio("one-run f-DP bound, 100,000 canaries", common.cpp_seconds(f"one_run_gaussian/{CANARIES}"), "jax_privacy",
             common.best_of(2, lambda: auditor().epsilon_one_run_fdp(0.05, 1e-6)))
common.ratio("Clopper-Pearson bound, 100,000 records", common.cpp_seconds(f"clopper_pearson/{CANARIES}"), "jax_privacy",
             common.best_of(2, lambda: auditor().epsilon_clopper_pearson(0.05, 1e-6)))
common.ratio("the same, 100 random splits", common.cpp_seconds(f"clopper_pearson_100_splits/{CANARIES}"), "jax_privacy",
             common.best_of(1, lambda: auditor().epsilon_clopper_pearson(
                 0.05, 1e-6, threshold_strategy=auditing.MultiSplit(seed=1))))
