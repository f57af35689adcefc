#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the .npy fixtures of this folder with NumPy, and what NumPy says they hold into expected.txt.

Run with NumPy 1.24 on x86-64 (float128 must be the 80-bit extended type): python3 tests/data/npy/make.py
A line of expected.txt: file | dtype kind, item size, byte order | fortran order | shape | values in row-major order.
"""
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
lines = []


def text(value):
    if value.dtype.kind == "b":
        return str(int(value))
    if value.dtype.kind in "iu":
        return str(value)
    # Exact for every value used here: those of float128 are doubles, but for the one that NumPy prints in full.
    as_double = float(value)
    if as_double == value or np.isnan(value):
        return as_double.hex()
    return np.format_float_scientific(value, unique=True, precision=24)


def write(name, array, version=(1, 0)):
    with open(folder / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    order = {"=": "little", "<": "little", ">": "big", "|": "little"}[array.dtype.byteorder]
    fortran = int(array.flags.f_contiguous and not array.flags.c_contiguous)
    values = " ".join(text(v) for v in array.ravel(order="C"))
    shape = " ".join(map(str, array.shape))
    lines.append(f"{name}.npy|{array.dtype.kind} {array.dtype.itemsize} {order}|{fortran}|{shape}|{values}")


def extremes(dtype):
    if dtype.kind == "b":
        return np.array([True, False, False, True, True, False], dtype)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([info.min, info.max, 0, 1, 7, info.max // 3], dtype)
    narrow = np.finfo(np.float64 if dtype.itemsize == 16 else dtype)
    return np.array([0.0, -0.0, 1.0, -1.0, 0.1, narrow.max, narrow.min, narrow.tiny, narrow.smallest_subnormal,
                     -3 * narrow.smallest_subnormal, np.inf, -np.inf, np.nan, 1 / 3, 1024, -narrow.eps], dtype)


for kind in ["f2", "f4", "f8", "f16", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    for order in "<>":
        dtype = np.dtype(order + kind)
        if order == ">" and dtype.itemsize == 1:
            continue
        write(f"{kind}_{'little' if order == '<' else 'big'}", extremes(dtype))

write("extended", np.array([1 + np.longdouble(2) ** -60, -np.longdouble(2) ** -60], "<f16"))

grid = np.arange(1, 13).reshape(3, 4)
cube = np.arange(1, 61).reshape(3, 4, 5)
write("grid_c_f4", grid.astype("<f4"))
write("grid_fortran_f4", np.asfortranarray(grid.astype("<f4")))
write("grid_fortran_big_f8", np.asfortranarray(grid.astype(">f8")))
write("cube_fortran_i2", np.asfortranarray(cube.astype("<i2")))
write("cube_fortran_big_i4", np.asfortranarray(cube.astype(">i4")))
write("tall_fortran_u1", np.asfortranarray(np.arange(40 * 70).reshape(40, 70) % 251).astype("u1", order="F"))
write("row_fortran_f4", np.asfortranarray(grid[:1].astype("<f4")))
write("axes_fortran_u2", np.asfortranarray(np.arange(2 * 3 * 1 * 4 * 5).reshape(2, 3, 1, 4, 5).astype("<u2")))

write("version_2", grid.astype("<f8"), (2, 0))
write("version_3", grid.astype("<f8"), (3, 0))
write("scalar", np.array(42.5, "<f8"))
write("scalar_big", np.array(-7, ">i8"))
write("empty", np.zeros(0, "<f4"))
write("empty_grid", np.zeros((3, 0, 2), "<f8"))
write("empty_fortran", np.zeros((0, 4), "<f8", order="F"))

(folder / "expected.txt").write_text("\n".join(lines) + "\n")

# What must be refused by name.
refused = folder / "refused"
refused.mkdir(exist_ok=True)
np.save(refused / "complex.npy", np.array([1 + 2j]))
np.save(refused / "strings.npy", np.array(["loss", "margin"]))
np.save(refused / "byte_strings.npy", np.array([b"loss"]))
np.save(refused / "dates.npy", np.array(["2026-01-01"], "datetime64[D]"))
np.save(refused / "records.npy", np.array([(1, 2.0)], [("id", "<i4"), ("score", "<f4")]))
np.save(refused / "objects.npy", np.array([{"a": 1}], object), allow_pickle=True)
