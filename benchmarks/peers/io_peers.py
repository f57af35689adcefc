#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""The work of io_bench.cpp in NumPy: python3 benchmarks/peers/io_peers.py"""
import gzip
import os
import tempfile
import time

import numpy as np


def best(work, repeats=5):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def read_images():
    with gzip.open("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(60000, 28, 28)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "scores.npy")
    values = (np.arange(64000000) % 10007).astype("f4").reshape(64, 1000000)
    np.save(path, values)
    print(f"open_mapped                {best(lambda: np.load(path, mmap_mode='r')):10.3f} ms")
    print(f"sum_mapped                 "
          f"{best(lambda: np.load(path, mmap_mode='r').sum(dtype='f8')):10.3f} ms")
    mapped = np.load(path, mmap_mode="r")
    print(f"convert_to_double          {best(lambda: mapped.astype('f8')):10.3f} ms")
    swapped = np.asfortranarray(values.astype(">f4"))
    print(f"convert_transposed_swapped {best(lambda: swapped.astype('f8', order='C'), 3):10.3f} ms")
    print(f"write_array (no fsync)     {best(lambda: np.save(path + '.copy.npy', values), 3):10.3f} ms")
    print(f"read_fashion_images        {best(read_images):10.3f} ms")
    table = os.path.join(folder, "table.csv")
    np.savetxt(table, (1 / np.arange(1, 1000001)).reshape(-1, 5), delimiter=",", fmt="%.17g")
    print(f"csv_round_trip_read        {best(lambda: np.loadtxt(table, delimiter=','), 3):10.3f} ms")
