# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records what scikit-learn fits to a small sample, as tests/oracle/recorded_logistic_regression.hpp:

    python3 benchmarks/peers/record_logistic_regression.py > tests/oracle/recorded_logistic_regression.hpp
"""
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(20)
RECORDS, WIDTH = 40, 3
inputs = np.round(random.normal(size=(RECORDS, WIDTH)) * [1, 5, 0.2] + [0, 3, -1], 4)
member = (random.random(RECORDS) < 1 / (1 + np.exp(-inputs[:, 0] - 0.2 * inputs[:, 1]))).astype(int)
scaled = (inputs - inputs.mean(0)) / inputs.std(0)


def listed(values):
    return ", ".join(repr(float(v)) for v in values)


def fitted(name, **settings):
    model = LogisticRegression(solver="newton-cholesky", tol=1e-14, max_iter=1000, **settings).fit(scaled, member)
    print(f"inline constexpr std::array {name}{{{listed(np.append(model.intercept_, model.coef_))}}};")


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

// Written by benchmarks/peers/record_logistic_regression.py, not by hand: logistic regression of scikit-learn
// {sklearn.__version__} (newton-cholesky, tol 1e-14) on inputs standardised by mean and deviation over n.
namespace oracle::scikit_learn {{

inline constexpr std::size_t width = {WIDTH};
// clang-format off
inline constexpr std::array inputs{{{listed(inputs.ravel())}}};
inline constexpr std::array member{{{", ".join(map(str, member))}}};

// The intercept, then the coefficients: without a penalty, with C = 1, with C = 0.1.""")
fitted("unpenalised", penalty=None)
fitted("c_1", C=1.0)
fitted("c_tenth", C=0.1)
print("""// clang-format on

}  // namespace oracle::scikit_learn""")
