# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Time to compile the umbrella header against that of the dependencies which it cannot do without.

    python3 benchmarks/peers/include_time.py
"""
import os
import re
import subprocess

import common

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include")
used = set()
umbrella = open(os.path.join(root, "telltale", "telltale.hpp")).read()
for header in re.findall(r"#include <(telltale/[^>]+)>", umbrella):
    used.update(re.findall(r"#include <(boost/[^>]+)>", open(os.path.join(root, header)).read()))


def seconds(*headers):
    source = "".join(f"#include <{header}>\n" for header in headers)
    command = ["g++", "-std=c++20", "-fsyntax-only", "-I", root, "-isystem", "/usr/include/eigen3", "-x", "c++", "-"]
    return common.best_of(3, lambda: subprocess.run(command, input=source, text=True, check=True))


# At most 1.5 times as long, hence a ratio of at least 1 / 1.5.
common.ratio("#include <telltale/telltale.hpp>", seconds("telltale/telltale.hpp"), "Eigen/Dense and Boost.Math",
             seconds("Eigen/Dense", *sorted(used)), wanted=1 / 1.5)
