#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the IDX fixtures of this folder: python3 tests/data/idx/make.py

Each holds 2 x 3 numbers, of the six element types of the format; images.gz is two gzip members in a row.
"""
import gzip
import pathlib
import struct

folder = pathlib.Path(__file__).parent
values = {8: (0, 1, 2, 253, 254, 255), 9: (-128, -1, 0, 1, 7, 127), 11: (-32768, -1, 0, 1, 258, 32767),
          12: (-2147483648, -1, 0, 1, 16909060, 2147483647), 13: (0.5, -1.5, 0.0, 1.0, 3.25, -65536.0),
          14: (0.1, -1e300, 0.0, 1.0, 5e-324, 1 / 3)}
names = {8: ("u1", "B"), 9: ("i1", "b"), 11: ("i2", "h"), 12: ("i4", "i"), 13: ("f4", "f"), 14: ("f8", "d")}
for code, (name, form) in names.items():
    content = struct.pack(">BBBBII", 0, 0, code, 2, 2, 3) + struct.pack(f">6{form}", *values[code])
    (folder / f"{name}.idx").write_bytes(content)

images = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 2, 3) + bytes(range(12))
(folder / "images.gz").write_bytes(gzip.compress(images[:9], mtime=0) + gzip.compress(images[9:], mtime=0))
