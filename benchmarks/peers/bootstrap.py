# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""1,000 stratified bootstrap resamples of AUC and TPR at three FPRs over 100,000 scores: telltale against the loop that
users write with NumPy and scikit-learn, of which 20 resamples are timed.

    python3 benchmarks/peers/bootstrap.py build/benchmarks/bootstrap_bench

The promise is a time: under 2 s on two cores.
"""
import sys

import numpy as np
from sklearn.metrics import auc, roc_curve

import common

RECORDS, RESAMPLES, TIMED, PROMISE = 100_000, 1000, 20, 2.0

random = np.random.default_rng(1)
member = random.integers(0, 2, RECORDS, dtype=np.uint8)
scores = random.standard_normal(RECORDS) + member
members, nonmembers = scores[member == 1], scores[member == 0]
labels = np.concatenate([np.ones(len(members)), np.zeros(len(nonmembers))])


def resample_and_sort():
    for _ in range(TIMED):
        drawn = np.concatenate([random.choice(members, len(members)), random.choice(nonmembers, len(nonmembers))])
        fpr, tpr, _ = roc_curve(labels, drawn, drop_intermediate=False)
        auc(fpr, tpr)
        [tpr[np.searchsorted(fpr, f, side="right") - 1] for f in (0.1, 0.01, 0.001)]


percentile = common.cpp_seconds("bootstrap_percentile/2")
bca = common.cpp_seconds("bootstrap_bca/2")
peer = common.best_of(2, resample_and_sort) * RESAMPLES / TIMED
work = f"{RESAMPLES:,} stratified resamples of AUC and TPR at three FPRs, 100,000 scores, two threads"
common.ratio(f"{work}, percentile", percentile, f"NumPy and scikit-learn ({TIMED} resamples, scaled)", peer)
common.ratio(f"{work}, BCa", bca, "the same, which has no acceleration", peer)
if bca > PROMISE:
    sys.exit(f"missed: {bca:.2f} s; wanted under {PROMISE:g} s")
