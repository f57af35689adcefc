# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Per-example gradient norms and DP-SGD steps of a batch of 256: telltale against Opacus, on one LibTorch.

    pip install torch==2.13.0 opacus
    TORCH_PREFIX=$(python3 -c 'import torch; print(torch.utils.cmake_prefix_path)') \\
        cmake --preset torch-wheel -D TELLTALE_BUILD_BENCHMARKS=ON && cmake --build build/torch-wheel
    OMP_NUM_THREADS=1 python3 benchmarks/peers/torch_gradients.py build/torch-wheel/benchmarks/torch_gradients_bench

The models are those of the benchmark: Opacus' own CNN for MNIST (four layers) and a perceptron of three layers. Opacus
runs in its default mode (per-sample gradients of every parameter, by hooks) and in its ghost mode.
"""
import importlib.metadata
import resource
import subprocess
import sys

import torch
from opacus import GradSampleModule
from opacus.grad_sample import GradSampleModuleFastGradientClipping
from torch import nn

import common

torch.set_num_threads(1)
BATCH = 256
print(f"torch {torch.__version__}, opacus {importlib.metadata.version('opacus')}, one thread")


def cnn():
    return nn.Sequential(nn.Conv2d(1, 16, 8, 2, padding=3), nn.ReLU(), nn.MaxPool2d(2, 1), nn.Conv2d(16, 32, 4, 2),
                         nn.ReLU(), nn.MaxPool2d(2, 1), nn.Flatten(), nn.Linear(512, 32), nn.ReLU(), nn.Linear(32, 10))


def perceptron():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(),
                         nn.Linear(256, 10))


inputs = torch.randn(BATCH, 1, 28, 28)
targets = torch.randint(0, 10, (BATCH,))


def per_sample_norms(model):
    """Norms in the default mode: gradients of every sample, then their squares."""
    model.zero_grad()
    nn.functional.cross_entropy(model(inputs), targets, reduction="sum").backward()
    squares = sum(p.grad_sample.flatten(1).pow(2).sum(1) for p in model.parameters())
    for p in model.parameters():
        p.grad_sample = None
    return squares.sqrt()


def clipped_by_samples(model):
    """A step in the default mode: gradients of every sample, clipped and added."""
    model.zero_grad()
    nn.functional.cross_entropy(model(inputs), targets, reduction="sum").backward()
    norms = sum(p.grad_sample.flatten(1).pow(2).sum(1) for p in model.parameters()).sqrt()
    factors = (1 / (norms + 1e-6)).clamp(max=1)
    for p in model.parameters():
        p.grad = torch.einsum("i,i...", factors, p.grad_sample)
        p.grad_sample = None


def clipped_by_ghosts(model):
    """A step in the ghost mode: norms from a first backward pass, a second one of the weighted losses."""
    model.zero_grad()
    losses = nn.functional.cross_entropy(model(inputs), targets, reduction="none")
    losses.sum().backward(retain_graph=True)
    factors = model.get_clipping_coef()
    model.zero_grad()
    model.disable_hooks()
    (factors * losses).sum().backward()
    model.enable_hooks()


if len(sys.argv) > 2 and sys.argv[2] == "memory":  # in a process of its own: the peak is the process'
    chosen = GradSampleModule(perceptron(), loss_reduction="sum")
    for _ in range(3):
        per_sample_norms(chosen)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    sys.exit()

for name, make in (("cnn", cnn), ("perceptron", perceptron)):
    plain = common.cpp_seconds(f"plain/{name}")
    norms = min(common.cpp_seconds(f"norms/{name}/{piece}") for piece in (64, 256))
    clipped = min(common.cpp_seconds(f"clipped/{name}/{piece}") for piece in (64, 256))
    print(f"{name}: plain step {plain * 1e3:.1f} ms; norms {norms / plain:.2f} x, clipped step {clipped / plain:.2f} x")
    sampled = GradSampleModule(make(), loss_reduction="sum")
    common.ratio(f"gradient norms, {name}, batch {BATCH}", norms, "Opacus, per-sample gradients",
                 common.best_of(15, lambda: per_sample_norms(sampled)), wanted=2)
    common.ratio(f"clipped step, {name}, batch {BATCH}", clipped, "Opacus, per-sample gradients",
                 common.best_of(15, lambda: clipped_by_samples(sampled)))
    ghosts = GradSampleModuleFastGradientClipping(make(), loss_reduction="sum", max_grad_norm=1.0,
                                                  use_ghost_clipping=True)
    common.ratio(f"clipped step, {name}, batch {BATCH}", clipped, "Opacus, ghost clipping",
                 common.best_of(15, lambda: clipped_by_ghosts(ghosts)), wanted=1)
