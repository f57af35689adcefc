#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a folder of captioned pictures from Debian's package openclipart-svg, for lab_text_to_image --data or --more.

    apt-get install openclipart-svg librsvg2-bin
    python3 clip_art.py clip-art

    python3 clip_art.py cutouts --transparent

Each drawing whose own metadata put it in the public domain and that has a title becomes a square PNG on white;
captions.csv has the titles. With --transparent the background stays transparent and captions.csv is left out: cut-outs for
telltale::images::read_cutouts. Drawings that cannot be read or drawn, or that have no title, are left out and counted.
Only Python's standard library is used, and rsvg-convert.
"""

import argparse
import concurrent.futures
import csv
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree

WORK = ".//{http://web.resource.org/cc/}Work"
LICENCE = "{http://web.resource.org/cc/}license"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


def title_of(file):
    """The title of a drawing in the public domain, in one line of lower case; None and why where there is none."""
    try:
        work = xml.etree.ElementTree.parse(file).find(WORK)
    except (xml.etree.ElementTree.ParseError, ValueError, LookupError):
        return None, "unreadable"
    licences = [] if work is None else [each.get(RESOURCE, "") for each in work.iter(LICENCE)]
    if not any("publicdomain" in licence.replace("-", "").lower() for licence in licences):
        return None, "not said to be in the public domain"
    title = re.sub(r"[\s_-]+", " ", work.findtext(TITLE) or "").strip().lower()
    return (title, "") if re.search("[a-z]", title) else (None, "without a title")


def draw(drawing, picture, side, background):
    """Draws in the middle of a square. Twice: the first time tells width and height."""
    command = ["rsvg-convert", "--width", str(side), "--height", str(side), "--keep-aspect-ratio"]
    try:
        drawn = subprocess.run(command + [str(drawing)], capture_output=True, timeout=60, check=True).stdout
        width, height = struct.unpack(">II", drawn[16:24])
        page = ["--page-width", str(side), "--page-height", str(side), "--background-color", background, "--left",
                str((side - width) // 2), "--top", str((side - height) // 2), "--output", str(picture), str(drawing)]
        subprocess.run(command + page, capture_output=True, timeout=60, check=True)
    except (subprocess.SubprocessError, struct.error):
        picture.unlink(missing_ok=True)
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="the folder to write; it must not exist")
    parser.add_argument("--drawings", type=pathlib.Path, default="/usr/share/openclipart/svg", metavar="DIR")
    parser.add_argument("--category", action="append", metavar="NAME", help="a folder there: animals; all if none is given")
    parser.add_argument("--side", type=int, default=32, help="of the square pictures (default 32)")
    parser.add_argument("--transparent", action="store_true", help="cut-outs without a background and without captions.csv")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pictures, the same ones each time")
    arguments = parser.parse_args()
    if shutil.which("rsvg-convert") is None:
        sys.exit("clip_art.py: rsvg-convert is not there; install it with `apt-get install librsvg2-bin`")
    if not arguments.drawings.is_dir():
        sys.exit(f"clip_art.py: {arguments.drawings} is not there; install it with `apt-get install openclipart-svg`")
    if arguments.side < 1 or (arguments.limit is not None and arguments.limit < 1):
        sys.exit("clip_art.py: --side and --limit must be at least 1")
    folders = [arguments.drawings / name for name in arguments.category or ["."]]
    for folder in folders:
        if not folder.is_dir():
            sys.exit(f"clip_art.py: {folder} is not there; wanted a category of {arguments.drawings}")
    if arguments.out.exists():
        sys.exit(f"clip_art.py: {arguments.out} exists; wanted a new folder")

    left_out = {}
    titled = []
    for file in sorted(file for folder in folders for file in folder.rglob("*.svg") if file.is_file()):
        title, why = title_of(file)
        if title is None:
            left_out[why] = left_out.get(why, 0) + 1
        else:
            titled.append((file, title))
    random.Random(1).shuffle(titled)

    pictures = []
    made = arguments.out.with_name(arguments.out.name + ".unfinished")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    wanted = arguments.limit or len(titled)
    background = "none" if arguments.transparent else "white"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        while titled and len(pictures) < wanted:
            batch, titled = titled[:min(256, wanted - len(pictures))], titled[min(256, wanted - len(pictures)):]
            names = ["-".join(file.relative_to(arguments.drawings).with_suffix("").parts) + ".png" for file, _ in batch]
            drawn = threads.map(lambda pair: draw(pair[0][0], made / pair[1], arguments.side, background), zip(batch, names))
            for (_, title), name, worked in zip(batch, names, drawn):
                if worked:
                    pictures.append((name, title))
                else:
                    left_out["not drawn by rsvg-convert"] = left_out.get("not drawn by rsvg-convert", 0) + 1
            print(f"\r{len(pictures)} of {wanted}", end="", file=sys.stderr, flush=True)
    if not arguments.transparent:
        with open(made / "captions.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "caption"])
            writer.writerows(sorted(pictures))
    made.rename(arguments.out)  # only a whole folder has this name
    print(f"\n{len(pictures)} pictures in {arguments.out}; left out:", file=sys.stderr)
    for why, count in sorted(left_out.items()):
        print(f"  {count} {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
