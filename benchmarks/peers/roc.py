# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""ROC, AUC and TPR at three FPRs of 10,000,000 scores: telltale against scikit-learn's roc_curve.

    python3 benchmarks/peers/roc.py build/benchmarks/roc_bench
"""
import numpy as np
from sklearn.metrics import auc, roc_curve

import common

RECORDS = 10_000_000

random = np.random.default_rng(1)
member = random.integers(0, 2, RECORDS, dtype=np.uint8)
scores = random.standard_normal(RECORDS) + member
tied = np.floor(scores * 100) / 100


def scikit_learn(values):
    fpr, tpr, _ = roc_curve(member, values, drop_intermediate=False)
    area = auc(fpr, tpr)
    return area, [tpr[np.searchsorted(fpr, f, side="right") - 1] for f in (0.1, 0.01, 0.001)]


common.ratio("ROC + AUC + TPR, 10,000,000 scores", common.cpp_seconds(f"roc_auc_tpr/{RECORDS}"), "scikit-learn",
             common.best_of(2, lambda: scikit_learn(scores)), wanted=5)
common.ratio("the same with ties (100 values a unit)", common.cpp_seconds(f"roc_auc_tpr_tied/{RECORDS}"), "scikit-learn",
             common.best_of(2, lambda: scikit_learn(tied)), wanted=5)
