# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records what Pillow reads from the fixtures of tests/data/images, what its LANCZOS makes of small pictures, and how it
draws emoji (with Raqm; needs the Debian packages fonts-noto-color-emoji and unicode-data):

    python3 benchmarks/peers/record_pillow.py > tests/oracle/pillow.hpp
"""
import collections
import pathlib
import zlib

import PIL
from PIL import Image, ImageDraw, ImageFont, ImageOps

folder = pathlib.Path(__file__).parents[2] / "tests/data/images"
background = (10, 200, 30, 255)


def read(name):
    picture = Image.open(folder / name).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, background), picture).convert("RGB")


def pattern(height, width):
    """tests/unit/images/pictures.hpp makes the same."""
    made = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            made.putpixel((x, y), tuple((7 * x * x + 13 * x * y + 3 * y * y + 91 * c) % 256 for c in range(3)))
    return made


def array(name, picture):
    numbers = [str(v) for v in picture.tobytes()]
    print(f"/// {picture.height} x {picture.width} pixels.\ninline const std::vector<std::uint8_t> {name}{{")
    line = "   "
    for at, text in enumerate(numbers):
        text += "};" if at + 1 == len(numbers) else ","
        if len(line) + 1 + len(text) > 118:
            print(line)
            line = "   "
        line += " " + text
    print(line + "\n")


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <cstddef>
#include <cstdint>
#include <vector>

// Recorded by benchmarks/peers/record_pillow.py from Pillow {PIL.__version__}.
namespace oracle::pillow {{

// The fixtures of tests/data/images, on the background (10, 200, 30).
""")
for name in ["rgb.png", "rgba.png", "grey.png", "grey_alpha.png", "one_bit.png", "palette.png", "rgb.jpg",
             "progressive.jpg", "grey.jpg"]:
    array(name.replace(".", "_"), read(name))
print("// LANCZOS of a pattern, as height x width to height x width.")
for source, target in [((17, 13), (5, 7)), ((6, 5), (11, 14)), ((9, 8), (9, 3)), ((1, 2), (4, 3))]:
    small = pattern(*source).resize(target[::-1], Image.Resampling.LANCZOS)
    array(f"lanczos_{source[0]}x{source[1]}_to_{target[0]}x{target[1]}", small)
large = pattern(136, 136).resize((32, 32), Image.Resampling.LANCZOS)
print(f"inline const unsigned long crc_of_lanczos_136_to_32 = {zlib.crc32(large.tobytes())};")

print("// A pattern of 2 x 3 pixels as EXIF's orientations 1 to 8 have it seen.")
for orientation in range(1, 9):
    stored = pattern(2, 3)
    stored.getexif()[0x0112] = orientation
    array(f"orientation_{orientation}", ImageOps.exif_transpose(stored))

font = ImageFont.truetype("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf", 109, layout_engine=ImageFont.Layout.RAQM)


def drawn(text, side):
    left, top, right, bottom = font.getbbox(text)
    box = Image.new("RGB", (136, 136), "white")
    ImageDraw.Draw(box).text(((136 - (right - left)) // 2 - left, (136 - (bottom - top)) // 2 - top), text, font=font,
                             embedded_color=True)
    return box.resize((side, side), Image.Resampling.LANCZOS)


pictures = collections.Counter()
for line in open("/usr/share/unicode/emoji/emoji-test.txt", encoding="utf-8"):
    if "; fully-qualified" in line:
        pictures[drawn("".join(chr(int(point, 16)) for point in line.split(";")[0].split()), 32).tobytes()] += 1
print(f"""
/// The fully-qualified emoji of the two packages: how many there are, how many differ at side 32, and how many of those
/// are there more than once.
inline const std::size_t emoji = {pictures.total()}, distinct_emoji = {len(pictures)};
inline const std::size_t repeated_emoji = {sum(count > 1 for count in pictures.values())};
""")
array("judge_dark_skin_tone", drawn("\U0001F9D1\U0001F3FF\u200D\u2696\uFE0F", 8))
array("flag_of_germany", drawn("\U0001F1E9\U0001F1EA", 8))
print("}  // namespace oracle::pillow")
