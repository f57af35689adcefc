# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a telltale benchmark and the peer's form of the same work in one go, and prints the ratio.

Every script here takes the C++ benchmark's path as its argument:

    python3 benchmarks/peers/roc.py build/benchmarks/roc_bench

and looks like

    telltale = common.cpp_seconds("roc_auc_tpr/10000000")
    sklearn = common.best_of(3, lambda: roc_curve(member, scores))
    common.ratio("ROC + AUC + TPR, 10,000,000 scores", telltale, "scikit-learn", sklearn, wanted=5)

The exit code is 1 when a ratio that was asked for is missed.
"""
import atexit
import json
import os
import subprocess
import sys
import time

_missed = []


def cpp_seconds(name, binary=None, repetitions=3):
    """Best real time, in seconds, of the Google Benchmark case `name` in the binary given as first argument."""
    binary = binary or (sys.argv[1] if len(sys.argv) > 1 else None)
    if not binary or not os.path.exists(binary):
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-THE-CXX-BENCHMARK")
    run = subprocess.run(
        [binary, "--benchmark_format=json", f"--benchmark_filter=^{name}(/real_time)?$",
         f"--benchmark_repetitions={repetitions}"],
        check=True, capture_output=True, text=True)
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
    times = [case["real_time"] * unit[case["time_unit"]] for case in json.loads(run.stdout)["benchmarks"]
             if case.get("run_type") == "iteration"]
    if not times:
        sys.exit(f"{binary} has no benchmark named {name}")
    return min(times)


def best_of(times, work):
    """Best real time, in seconds, of calling `work` `times` times."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def _pretty(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def ratio(work, telltale_seconds, peer_name, peer_seconds, wanted=None):
    """Prints one row of a Markdown table: work, both times, ratio, and what was wanted."""
    value = peer_seconds / telltale_seconds
    goal = "" if wanted is None else f" >= {wanted:g} x |"
    print(f"| {work} | {_pretty(telltale_seconds)} | {peer_name} {_pretty(peer_seconds)} | {value:.1f} x |{goal}", flush=True)
    if wanted is not None and value < wanted:
        _missed.append(work)
    return value


@atexit.register
def _finish():
    if _missed:
        print("missed: " + "; ".join(_missed), file=sys.stderr)
        sys.stdout.flush()
        os._exit(1)
