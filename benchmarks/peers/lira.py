# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""LiRA online, 50,000 records x 64 models, against NumPy and SciPy; and a million records from mapped files.

    python3 benchmarks/peers/lira.py build/benchmarks/lira_bench

NumPy is tried in several vectorised forms. The moments of each mask as NumPy offers them (mean and variance with
`where=`) and two passes of products with the mask are as accurate as ours; one pass of sums and squares is the fastest
and loses digits where scores lie far from zero, in float32 all of them: its error on margins around 20 is printed.
"""
import numpy as np
from scipy.stats import norm

import common

RECORDS, MODELS = 50_000, 64
random = np.random.default_rng(1)
scores = random.normal(size=(MODELS, RECORDS)).astype(np.float32)
keep = (random.random((MODELS, RECORDS)) < 0.5).astype(np.uint8)
target = random.normal(size=RECORDS)


def log_normal(mean, variance):
    return -0.5 * np.log(2 * np.pi * variance) - (target - mean) ** 2 / (2 * variance)


def masked_moments(s, dtype):
    k = keep.astype(bool)
    s = s.astype(dtype, copy=False)
    return (log_normal(s.mean(0, where=k), s.var(0, where=k))
            - log_normal(s.mean(0, where=~k), s.var(0, where=~k)))


def two_passes(s, dtype):
    k, s = keep.astype(dtype), s.astype(dtype, copy=False)
    n_in = k.sum(0, dtype=np.float64)
    n_out = MODELS - n_in
    sum_in = np.einsum("mn,mn->n", k, s)
    mean_in, mean_out = sum_in / n_in, (s.sum(0) - sum_in) / n_out
    d_in = (s - mean_in.astype(dtype)) * k
    d_out = (s - mean_out.astype(dtype)) * (1 - k)
    return (log_normal(mean_in, np.einsum("mn,mn->n", d_in, d_in) / n_in)
            - log_normal(mean_out, np.einsum("mn,mn->n", d_out, d_out) / n_out))


def one_pass(s, dtype):
    k, s = keep.astype(dtype), s.astype(dtype, copy=False)
    squares = s * s
    n_in = k.sum(0, dtype=np.float64)
    n_out = MODELS - n_in
    sum_in, square_in = np.einsum("mn,mn->n", k, s), np.einsum("mn,mn->n", k, squares)
    mean_in, mean_out = sum_in / n_in, (s.sum(0) - sum_in) / n_out
    return (log_normal(mean_in, square_in / n_in - mean_in ** 2)
            - log_normal(mean_out, (squares.sum(0) - square_in) / n_out - mean_out ** 2))


def scipy_loop(records):
    for i in range(records):
        k = keep[:, i] == 1
        s_in, s_out = scores[k, i], scores[~k, i]
        norm.logpdf(target[i], s_in.mean(), s_in.std()) - norm.logpdf(target[i], s_out.mean(), s_out.std())


telltale = common.cpp_seconds("lira_online/50000")
print("| LiRA online, 50,000 x 64 | telltale | peer | ratio | wanted |\n|---|---|---|---|---|")
times, errors = {}, {}
far = (20 + 0.1 * scores).astype(np.float32)
for form in (masked_moments, two_passes, one_pass):
    for dtype in (np.float32, np.float64):
        name = f"{form.__name__} {np.dtype(dtype).name}"
        times[name] = common.best_of(5, lambda: form(scores, dtype))
        saved, target = target, 20 + 0.1 * target
        with np.errstate(all="ignore"):
            errors[name] = np.abs(form(far, dtype) - masked_moments(far, np.float64)).max()
        target = saved
for name, seconds in times.items():
    common.ratio(f"error {errors[name]:.1g} at margins of 20", telltale, "NumPy " + name, seconds)
accurate = {n: t for n, t in times.items() if errors[n] < 1e-6}
fastest = min(accurate, key=accurate.get)
common.ratio("the fastest with an error below 1e-6", telltale, "NumPy " + fastest, accurate[fastest], wanted=7)
sampled = 300
common.ratio(f"record by record, extrapolated from {sampled}", telltale, "SciPy loop",
             common.best_of(1, lambda: scipy_loop(sampled)) * RECORDS / sampled, wanted=5000)
mapped, plain_sum = (common.cpp_seconds(f"{name}/1000000") for name in ("lira_mapped", "sum_mapped"))
common.ratio("1,000,000 x 64 mapped, share of plain sum's speed", mapped, "sum of the same bytes", plain_sum, wanted=0.25)
