# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of a text-to-image generator: structural similarity against scikit-image, distances against NumPy.

    python3 benchmarks/peers/generation.py build/benchmarks/generation_bench

Needs scikit-image. It is timed on a tenth of the pictures, one call a pair, which is how it is called.
"""
import numpy as np
from skimage.metrics import structural_similarity

import common

PICTURES, PAIRS = 10_000, 100_000
TIMED = PICTURES // 10

random = np.random.default_rng(1)
first = random.uniform(-1, 1, (TIMED, 3, 32, 32)).astype(np.float32)
second = random.uniform(-1, 1, (TIMED, 3, 32, 32)).astype(np.float32)
queries = random.uniform(-1, 1, (PAIRS, 512)).astype(np.float32)
made = random.uniform(-1, 1, (PAIRS, 512)).astype(np.float32)


def scikit_image():
    return [structural_similarity(x, y, channel_axis=0, data_range=2.0) for x, y in zip(first, second)]


common.ratio("structural similarity, 10,000 pairs of 32 x 32 RGB", common.cpp_seconds("structural_similarity"),
             "scikit-image", common.best_of(3, scikit_image) * PICTURES / TIMED, wanted=5)
common.ratio("L2 of 100,000 pairs, d = 512", common.cpp_seconds("semantic_l2/iterations:15/manual_time"), "NumPy",
             common.best_of(3, lambda: np.linalg.norm(queries - made, axis=1)))
