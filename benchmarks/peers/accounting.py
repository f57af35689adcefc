# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Epsilon by privacy loss distributions: telltale against Google's dp_accounting.

    pip install dp_accounting==0.6.0
    python3 benchmarks/peers/accounting.py build/benchmarks/accounting_bench

dp_accounting takes a spacing, not an error; 1e-4 is its default. Its answer carries no error bound; ours, made tight, tells
that it is 0.0009 above the truth for the long training.
"""
import dp_accounting as dp
from dp_accounting import pld, rdp

import common


def training(sigma, rate, steps):
    return dp.SelfComposedDpEvent(dp.PoissonSampledDpEvent(rate, dp.GaussianDpEvent(sigma)), steps)


def by_loss(event, delta):
    return pld.PLDAccountant().compose(event).get_epsilon(delta)


long, short = training(1, 0.001, 100_000), training(1.5, 0.04, 2249)
print("dp_accounting:", by_loss(long, 1e-6), by_loss(short, 1e-5))

common.ratio("epsilon, sigma 1, rate 0.001, 100,000 steps, error 0.01",
             common.cpp_seconds("epsilon_by_loss/long_training"), "dp_accounting",
             common.best_of(3, lambda: by_loss(long, 1e-6)))
common.ratio("the same, error 0.001, which is dp_accounting's",
             common.cpp_seconds("epsilon_by_loss/long_training_finely"), "dp_accounting",
             common.best_of(3, lambda: by_loss(long, 1e-6)))
common.ratio("epsilon, sigma 1.5, rate 0.04, 2,249 steps, error 0.01",
             common.cpp_seconds("epsilon_by_loss/short_training"), "dp_accounting",
             common.best_of(3, lambda: by_loss(short, 1e-5)))
common.ratio("epsilon by Renyi divergences", common.cpp_seconds("epsilon_by_renyi"), "dp_accounting",
             common.best_of(3, lambda: rdp.RdpAccountant().compose(long).get_epsilon(1e-6)))
