#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Fills docs/supported.md with what continuous integration ran, and with what it declares as not run.

    python3 docs/site/supported.py build/ran.tsv docs/supported.md            writes the generated parts
    python3 docs/site/supported.py build/ran.tsv docs/supported.md --check    1 if they differ from what was run

RAN has one line for each leg that passed, seven fields between tabs: leg, compiler, Eigen, Boost, xtensor, LibTorch, and
what ran; a field is empty where the leg has no such thing. A leg that is there twice was run again: its last line counts.
"""
import argparse
import difflib
import pathlib
import re
import sys

columns = ("what was run", "compiler", "Eigen", "Boost", "xtensor", "LibTorch", "how much")
declared = pathlib.Path(__file__).resolve().parents[2] / ".ci" / "not_run"


def short(version):
    """Major and minor alone: a distribution's patch releases change nothing of what is supported."""
    return re.sub(r"\b(\d+\.\d+)(\.\d+)+\S*", r"\1", version)


def table(head, rows):
    def row(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    return [row(head), "|" + "---|" * len(head), *map(row, rows)]


def supported(text):
    legs = {}
    for number, line in enumerate(text.splitlines(), 1):
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != len(columns) or not fields[0]:
            sys.exit(f"line {number}: {len(fields)} fields, wanted {len(columns)}, of which the first is not empty")
        legs[fields[0]] = [fields[0], *map(short, fields[1:6]), fields[6]]
    if not legs:
        sys.exit("nothing was run")
    return table(columns, legs.values())


def not_run(text):
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        found = re.fullmatch(r"not run: (.+?) - (.+)", line)
        if not found:
            sys.exit(f"{declared}, line {number}: wanted 'not run: WHAT - WHY'")
        rows.append(found.groups())
    return table(("not run", "why"), rows)


def filled(page, words, lines):
    pattern = re.compile(rf"(<!-- generated: {words} -->\n).*?(?=<!-- /generated -->)", re.DOTALL)
    text, places = pattern.subn(lambda found: found[1] + "\n" + "\n".join(lines) + "\n\n", page)
    if places != 1:
        sys.exit(f"the page has {places} parts 'generated: {words}', wanted one")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ran", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    old = arguments.page.read_text()
    new = filled(old, "supported", supported(arguments.ran.read_text()))
    new = filled(new, "not run", not_run(declared.read_text()))
    if not arguments.check:
        arguments.page.write_text(new)
    elif new != old:
        print(f"{arguments.page} is not what was run; to write it, leave out --check")
        sys.exit("\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), "page", "run", lineterm="", n=0)))


if __name__ == "__main__":
    main()
