#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the image fixtures of this folder with Pillow: python3 tests/data/images/make.py

What Pillow reads from them is recorded by benchmarks/peers/record_pillow.py.
"""
import pathlib
import struct

from PIL import Image, PngImagePlugin

folder = pathlib.Path(__file__).parent
width, height = 7, 5


def byte(x, y, channel):
    return (x * 31 + y * 53 + channel * 71 + x * y) % 256


def picture(mode, channels, value=byte):
    made = Image.new(mode, (width, height))
    for y in range(height):
        for x in range(width):
            values = tuple(value(x, y, c) for c in range(channels))
            made.putpixel((x, y), values if channels > 1 else values[0])
    return made


picture("RGB", 3).save(folder / "rgb.png")
picture("RGBA", 4).save(folder / "rgba.png")
picture("L", 1).save(folder / "grey.png")
linear = PngImagePlugin.PngInfo()
linear.add(b"gAMA", struct.pack(">I", 100000))
picture("L", 1).save(folder / "grey_gamma.png", pnginfo=linear)
picture("LA", 2).save(folder / "grey_alpha.png")
picture("I;16", 1, lambda x, y, c: byte(x, y, c) * 257).save(folder / "grey16.png")
picture("1", 1, lambda x, y, c: (x + y) % 2).save(folder / "one_bit.png")
palette = picture("P", 1, lambda x, y, c: (x + 2 * y) % 4)
palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 80, 70])
palette.save(folder / "palette.png", transparency=bytes([255, 128, 0, 30]))

smooth = Image.new("RGB", (20, 13))
for y in range(13):
    for x in range(20):
        smooth.putpixel((x, y), (x * 12, y * 18, 255 - x * 5 - y * 6))
smooth.save(folder / "rgb.jpg", quality=90)
smooth.save(folder / "progressive.jpg", quality=90, progressive=True)
smooth.convert("L").save(folder / "grey.jpg", quality=90)
smooth.convert("CMYK").save(folder / "cmyk.jpg", quality=90)
