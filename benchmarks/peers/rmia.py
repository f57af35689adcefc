# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""RMIA scores from given ratios against the chunked pairwise NumPy form.

    python3 benchmarks/peers/rmia.py build/benchmarks/rmia_bench
"""
import numpy as np

import common

random = np.random.default_rng(1)
x, z = 2 * random.random(50_000), 2 * random.random(10_000)


def pairwise(chunk=500):
    """What the published implementations compute, a chunk of records at a time so that it fits memory."""
    return np.concatenate([(x[i:i + chunk, None] > z[None, :]).mean(1) for i in range(0, len(x), chunk)])


def sort_and_search():
    return np.searchsorted(np.sort(z), x, side="left") / len(z)


print("| RMIA scores | telltale | peer | ratio | wanted |\n|---|---|---|---|---|")
telltale = common.cpp_seconds("rmia_scores/50000/10000")
common.ratio("50,000 x 10,000", telltale, "NumPy pairwise, chunked", common.best_of(2, pairwise), wanted=200)
common.ratio("50,000 x 10,000", telltale, "NumPy sort and search", common.best_of(3, sort_and_search))
assert (pairwise() == sort_and_search()).all()
common.ratio("1,000,000 x 100,000, share of one second", common.cpp_seconds("rmia_scores/1000000/100000"),
             "one second", 1.0, wanted=1)
