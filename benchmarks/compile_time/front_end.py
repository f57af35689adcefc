# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""One translation unit, compiled by clang, and what clang's -ftime-trace says of it."""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
include = os.path.normpath(os.path.join(here, "..", "..", "include"))
warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]

# A macro of each library that says its version; it is read by the preprocessor, as the compiler would read it.
asked = {
    "clang": ("", "__clang_major__ __clang_minor__"),
    "libstdc++": ("#include <cstddef>", "_GLIBCXX_RELEASE"),
    "Eigen": ("#include <Eigen/Core>", "EIGEN_WORLD_VERSION EIGEN_MAJOR_VERSION EIGEN_MINOR_VERSION"),
    "Boost": ("#include <boost/version.hpp>", "BOOST_LIB_VERSION"),
}


def add_arguments(parser):
    parser.add_argument("--compiler", default="clang++-16", help="clang 16 or later: its -ftime-trace=FILE counts")
    parser.add_argument("--eigen", default="/usr/include/eigen3", help="folder of Eigen's headers")
    parser.add_argument("--torch", metavar="FOLDER", help="folder of LibTorch that holds include/ (of a Python wheel: "
                        "that of the module torch)")


def flags(arguments):
    system = [arguments.eigen]
    if arguments.torch:
        folder = os.path.join(arguments.torch, "include")
        system += [folder, os.path.join(folder, "torch", "csrc", "api", "include")]
    return ["-std=c++20", f"-I{include}"] + [word for folder in system for word in ("-isystem", folder)]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def versions(arguments):
    """The names and versions on which counts depend, as one line: `clang 16.0, libstdc++ 12, ...`."""
    source = "".join(f"{headers}\n" for headers, _ in asked.values())
    source += "".join(f"@{name}@ {macros}\n" for name, (_, macros) in asked.items())
    if arguments.torch:
        source += "#include <torch/version.h>\n@LibTorch@ TORCH_VERSION_MAJOR TORCH_VERSION_MINOR\n"
    text = run([arguments.compiler, *flags(arguments), "-E", "-P", "-x", "c++", "-"], input=source)
    found = dict(re.findall(r"^@ ?(\S+?) ?@ (.+)$", text, re.MULTILINE))
    return ", ".join(f"{name} {re.sub('[ _]', '.', value.strip().strip(chr(34)))}" for name, value in found.items())


def compile_unit(arguments, source):
    """Compiles `source` as a user would, at -O2, and returns the events of the trace and the seconds of processor."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace.json")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        run([arguments.compiler, *flags(arguments), *warnings, "-O2", "-c", source, "-o",
             os.path.join(folder, "unit.o"), f"-ftime-trace={trace}", "-ftime-trace-granularity=0"])
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        with open(trace) as file:
            events = json.load(file)["traceEvents"]
    # Events named Total repeat the others as sums.
    return [event for event in events if event["ph"] == "X" and not event["name"].startswith("Total ")], seconds


def instantiations(events):
    """The classes and functions that were made of templates, each by its qualified name."""
    return [event["args"]["detail"] for event in events if event["name"] in ("InstantiateClass", "InstantiateFunction")]
