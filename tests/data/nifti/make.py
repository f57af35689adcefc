#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the NIfTI-1 fixtures of this folder from the format's definition: python3 tests/data/nifti/make.py

Each holds 2 x 3 x 2 numbers, x fastest: element (x, y, z) is x + 10 y + 100 z, less 50 where the type is signed.
"""
import gzip
import pathlib
import struct

folder = pathlib.Path(__file__).parent
types = {"u1": (2, "B"), "i2": (4, "h"), "i4": (8, "i"), "f4": (16, "f"), "f8": (64, "d"), "u2": (512, "H")}


def volume(order, code, form, slope=0.0, intercept=0.0, gap=b"\0\0\0\0"):
    header = bytearray(348)
    struct.pack_into(order + "i", header, 0, 348)
    struct.pack_into(order + "8h", header, 40, 4, 2, 3, 2, 1, 1, 1, 1)
    struct.pack_into(order + "hh", header, 70, code, 8 * struct.calcsize("<" + form))
    struct.pack_into(order + "3f", header, 108, 348 + len(gap), slope, intercept)
    header[344:348] = b"n+1\0"
    values = [x + 10 * y + 100 * z - (0 if form in "BH" else 50) for z in range(2) for y in range(3) for x in range(2)]
    return bytes(header) + gap + struct.pack(order + f"12{form}", *values)


for name, (code, form) in types.items():
    (folder / f"{name}.nii").write_bytes(volume("<", code, form))
    (folder / f"{name}_big.nii").write_bytes(volume(">", code, form))
(folder / "scaled.nii").write_bytes(volume("<", 4, "h", 0.5, 2.0, bytes(20)))
(folder / "u1.nii.gz").write_bytes(gzip.compress(volume("<", 2, "B"), mtime=0))
