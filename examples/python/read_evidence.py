# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Reads back what `telltale score` and `telltale evaluate` wrote: usage: read_evidence.py FOLDER"""
import json
import sys

import numpy as np

folder = sys.argv[1]

evidence = np.load(f"{folder}/evidence.npy")         # (records) float64, in the order of target.npy
with open(f"{folder}/score.json") as file:
    cut = json.load(file)["cut"]                     # None where a rule only ranks
with open(f"{folder}/evaluation.json") as file:
    figures = json.load(file)

verdict = evidence >= cut                            # the attack's answer: was the record in the training set?
order = np.argsort(-evidence)                        # whom the attack is surest of
print("surest of records", order[:5], "with evidence", evidence[order[:5]].round(1))
print(f"says member of {verdict.sum()} records")
print("AUC {value:.3f}, with 95 % confidence in [{low:.3f}, {high:.3f}]".format(**figures["auc"]))
for point in figures["tpr_at_fpr"]:
    if point["resolvable"]:
        print("finds {:.1%} of the members at {:.1%} false alarms".format(point["tpr"]["value"], point["fpr"]))
