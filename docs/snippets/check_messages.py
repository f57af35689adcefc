#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that a compiler says what the pages show of it.

usage: check_messages.py ROOT NAME COMPILER [FLAG...]

In a page of docs/ a block after <!-- NAME says of PATH -->, NAME being g++ or clang, holds lines that the compiler prints
for the file PATH, in this order; `...` in a line stands for anything left out.
"""
import re
import subprocess
import sys
from pathlib import Path

root, name, compiler, flags = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
shown = re.compile(rf"^<!-- {re.escape(name)} says of (\S+) -->\n```text\n(.*?)^```$", re.S | re.M)
checked = wrong = 0
for page in sorted((root / "docs").rglob("*.md")):
    for source, text in shown.findall(page.read_text(encoding="utf-8")):
        run = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{root / 'include'}", *flags, root / source],
                             capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        checked += 1
        if run.returncode == 0:
            wrong += 1
            print(f"{page}: {compiler} compiles {source}")
        printed = iter(run.stderr.split("\n"))
        for line in text.strip().split("\n"):
            wanted = ".*".join(re.escape(part) for part in line.strip().split("..."))
            if not any(re.search(wanted, each) for each in printed):
                wrong += 1
                print(f"{page}: {compiler} does not say of {source}: {line}")
                break
print(f"{checked} messages of {name}, {wrong} wrong")
sys.exit(1 if wrong or not checked else 0)
