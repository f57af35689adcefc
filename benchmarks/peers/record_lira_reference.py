# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records the code released with Carlini et al. 2022, from a checkout of tensorflow/privacy (it is in no wheel):

    python3 benchmarks/peers/record_lira_reference.py privacy/research/mi_lira_2021/plot.py > tests/oracle/lira_reference.hpp

Recorded from copies, transcribed by hand, of plot.py as of commit 3d499e6; only the functions that score are run.
"""
import sys

import numpy as np
import scipy.stats

import recording

names = ("generate_ours", "generate_ours_offline", "generate_global")
peer = recording.functions_of(sys.argv[1], names, {"np": np, "scipy": scipy})
arrays = {}
for queries in (1, 2):
    scores, keep = recording.shadows(13, 12, queries)
    target = recording.targets(12, queries)
    run = lambda name, **options: peer[name](keep, scores, [keep[0]], [target], **options)[0]
    for fixed in (False, True):
        kind = "fixed" if fixed else "own"
        arrays[f"lira_online_{kind}_{queries}"] = run("generate_ours", fix_variance=fixed)
        arrays[f"lira_offline_{kind}_{queries}"] = run("generate_ours_offline", fix_variance=fixed)
    arrays[f"lira_global_{queries}"] = run("generate_global")
    arrays[f"lira_sum_of_inputs_{queries}"] = [scores.sum() + target.sum() + keep.sum()]
recording.print_header("record_lira_reference.py",
                       "tensorflow/privacy, research/mi_lira_2021/plot.py at 3d499e6, functions transcribed by hand; small is member", arrays)
