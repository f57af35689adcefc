# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Fixed small arrays that every peer is recorded on, and the header that a recording prints.

tests/oracle/peer_inputs.hpp makes the same arrays in C++: integers below 2^62 and correctly rounded divisions only. The
sum of each set of inputs is recorded too, so that a difference between the two is found.
"""
import ast
import sys

import numpy as np


def number(model, record, query):
    """A value in [0, 10007) that looks random."""
    x = (model + 1) * 7919 + (record + 1) * 104729 + (query + 1) * 611953
    for _ in range(3):
        x = (x * x + 12345) % 2147483647
    return x % 10007


def shadows(models, records, queries):
    """Scores (models, records, queries), larger where kept, and keep (models, records) with uneven numbers."""
    keep = np.array([[number(m, i, 9) % 8 < 2 + i % 5 for i in range(records)] for m in range(models)])
    for i in range(records):  # two of each, at places that differ
        for k in range(4):
            keep[(i + k) % models, i] = k % 2 == 1
    scores = np.array([[[number(m, i, q) / 1000.0 + 2.0 * keep[m, i] for q in range(queries)] for i in range(records)]
                       for m in range(models)])
    return scores, keep


def targets(records, queries):
    return np.array([[number(999, i, q) / 800.0 for q in range(queries)] for i in range(records)])


def probabilities(scores):
    """In (0, 1]: what rules of probabilities take."""
    return (scores + 1.0) / 16.0


def functions_of(path, names, namespace):
    """Runs nothing but the named functions (or methods of a class) of a source file, and returns them."""
    found = {}
    for node in ast.walk(ast.parse(open(path).read())):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            node.returns, node.decorator_list = None, []
            for argument in node.args.args:
                argument.annotation = None
            module = ast.fix_missing_locations(ast.Module([node], []))
            scope = dict(namespace)
            exec(compile(module, path, "exec"), scope)
            found[node.name] = scope[node.name]
    missing = set(names) - set(found)
    if missing:
        sys.exit(f"{path} has no {', '.join(sorted(missing))}")
    for function in found.values():
        function.__globals__.update(found)
    return found


def print_header(script, origin, arrays):
    """A header of the arrays by name: every number with as many digits as tell it apart."""
    print("// SPDX-FileCopyrightText: 2026 The telltale authors\n// SPDX-License-Identifier: Apache-2.0\n#pragma once\n")
    print("// clang-format off\n#include <vector>\n")
    print(f"// Output of benchmarks/peers/{script}:\n// {origin}.\nnamespace oracle {{\n")
    for name, values in arrays.items():
        numbers = [repr(float(v)) for v in np.asarray(values).ravel()]
        line = f"inline const std::vector<double> {name}{{"
        if len(line) + sum(len(n) + 2 for n in numbers) > 118:
            print(line)
            line = "   "
        for at, text in enumerate(numbers):
            text += "};" if at + 1 == len(numbers) else ","
            if len(line) + 1 + len(text) > 118:
                print(line)
                line = "   "
            line += ("" if line.endswith("{") else " ") + text
        print(line + "\n")
    print("}  // namespace oracle")
