# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Fails unless the evidence in FOLDER is LiRA's, by a second implementation: usage: twin_of_lira.py FOLDER"""
import json
import sys

import numpy as np
import scipy.stats

folder = sys.argv[1]
target, members, scores, keep, evidence = (
    np.load(f"{folder}/{name}.npy") for name in ("target", "members", "scores", "keep", "evidence"))

wanted = np.empty_like(evidence)
for record in range(len(target)):
    trained_with, trained_without = scores[keep[:, record], record], scores[~keep[:, record], record]
    wanted[record] = (scipy.stats.norm.logpdf(target[record], trained_with.mean(), trained_with.std())
                      - scipy.stats.norm.logpdf(target[record], trained_without.mean(), trained_without.std()))
np.testing.assert_allclose(evidence, wanted, rtol=1e-9, atol=1e-9)

# `telltale signals` makes the same score of the stored logits; float32 answers are worth six digits.
np.testing.assert_allclose(np.load(f"{folder}/signal.npy"), target, rtol=1e-4, atol=1e-4)

with open(f"{folder}/evaluation.json") as file:
    auc = json.load(file)["auc"]
ranks = scipy.stats.rankdata(evidence)
twin = (ranks[members].sum() / members.sum() - (members.sum() + 1) / 2) / (~members).sum()
np.testing.assert_allclose(auc["value"], twin, atol=1e-12)
assert auc["low"] > 0.5, "an attack on fitted networks that finds nothing"
print("evidence, signal and AUC are those of the second implementation")
