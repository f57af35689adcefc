# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""128 heads to within 1e-4 of the minimum of their penalised loss: telltale against PyTorch and scikit-learn, which
train them one after the other on the same records and the same number of threads.

    pip install torch==2.13.0 scikit-learn==1.9.1
    python3 benchmarks/peers/heads.py build/bench/benchmarks/heads_bench [threads, 1 unless said]

A head is a softmax regression, its loss the mean cross-entropy of its own records plus weight decay / 2 times the
squared norm of all parameters, biases too. The peers are spared what a user does not know beforehand: where they stop
(the first step, or the largest tolerance of a grid, that comes within 1e-4) is found before the clock starts, and they
never look at the loss for it. telltale is asked for 1e-4 and has to prove it. Peers are timed on 8 of the heads.
"""
import os
import statistics
import sys
import tempfile
import warnings

import numpy
import sklearn
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

import common

try:
    import torch
except ImportError:  # then scikit-learn alone, which mostly is the faster of the two
    torch = None

THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
DECAY, WITHIN, HEADS, TIMED = 1e-3, 1e-4, 128, 8
if torch:
    torch.set_num_threads(THREADS)
warnings.filterwarnings("ignore")  # of an optimiser that is stopped on purpose


def pool_written_to(folder):
    with open(os.path.join(folder, "pool"), "rb") as file:
        records, features, classes, heads = numpy.fromfile(file, numpy.int64, 4)
        values = numpy.fromfile(file, numpy.float32, records * features).reshape(records, features)
        labels = numpy.fromfile(file, numpy.int32, records).astype(numpy.int64)
        keep = numpy.fromfile(file, numpy.uint8, heads * records).reshape(heads, records).astype(bool)
    return numpy.hstack([values, numpy.ones((records, 1), numpy.float32)]), labels, keep, int(classes)


def penalised(weights, x, y):
    """Loss and gradient in double; weights: features x classes, the last row the biases."""
    logits = x @ weights
    logits -= logits.max(1, keepdims=True)
    sums = numpy.exp(logits).sum(1, keepdims=True)
    rows = numpy.arange(len(y))
    loss = (numpy.log(sums[:, 0]) - logits[rows, y]).mean() + DECAY / 2 * (weights**2).sum()
    p = numpy.exp(logits) / sums
    p[rows, y] -= 1
    return loss, x.T @ p / len(y) + DECAY * weights


def minimum(x, y, classes):
    x = x.astype(numpy.float64)
    flat = minimize(lambda w: [numpy.ravel(part) for part in penalised(w.reshape(-1, classes), x, y)],
                    numpy.zeros(x.shape[1] * classes), jac=True, method="L-BFGS-B",
                    options={"maxiter": 5000, "maxfun": 10000, "ftol": 1e-16, "gtol": 1e-9})
    return float(numpy.ravel(flat.fun)[0])


def by_lbfgs(x, y, classes, calls):
    """torch.optim.LBFGS with its line search, for so many evaluations of the loss."""
    weights = torch.zeros(x.shape[1], classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], lr=1, max_iter=1000, max_eval=calls, history_size=10,
                                  line_search_fn="strong_wolfe", tolerance_grad=0, tolerance_change=0)

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(x @ weights, y) + DECAY / 2 * weights.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return weights.detach().double().numpy()


def by_momentum(x, y, classes, epochs):
    """Full-batch gradient descent, momentum .9 and learning rate 4, the gradient by hand: no autograd to pay for."""
    target = torch.nn.functional.one_hot(y, classes).float()
    weights = torch.zeros(x.shape[1], classes)
    velocity = torch.zeros_like(weights)
    with torch.no_grad():
        for _ in range(epochs):
            gradient = x.T @ (((x @ weights).softmax(1) - target) / len(y))
            velocity.mul_(0.9).add_(gradient).add_(weights, alpha=DECAY)
            weights.sub_(velocity, alpha=4)
    return weights.double().numpy()


def by_scikit_learn(x, y, classes, tolerance):
    # Two classes are one logit there, whose penalty on the difference of two rows is half of ours on both.
    strength = (2 if classes == 2 else 1) / (DECAY * len(y))
    model = LogisticRegression(C=strength, tol=tolerance, max_iter=2000, fit_intercept=False).fit(x, y)
    weights = model.coef_.T.astype(numpy.float64)
    return numpy.hstack([-weights / 2, weights / 2]) if classes == 2 else weights


def seconds(train, settings, x, y, classes, goal):
    """Time of the first of the settings that reaches the goal."""
    exact, labels = numpy.asarray(x, numpy.float64), numpy.asarray(y)
    for setting in settings:
        if penalised(train(x, y, classes, setting), exact, labels)[0] <= goal:
            return common.best_of(3, lambda: train(x, y, classes, setting))
    sys.exit(f"{train.__name__} does not come within {WITHIN:g} of the minimum")


def heads(shots, classes, inputs, wanted):
    name = f"heads/shots:{shots}/classes:{classes}/inputs:{inputs}/threads:{THREADS}/heads:{HEADS}"
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TELLTALE_HEADS_FOLDER"] = folder
        ours = common.cpp_seconds(name, repetitions=5)
        table, labels, keep, _ = pool_written_to(folder)
    for head in range(TIMED):
        x, y = table[keep[head]], labels[keep[head]]
        goal = minimum(x, y, classes) * (1 + WITHIN)
        peers = [("scikit-learn lbfgs", by_scikit_learn, (1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6), (x, y))]
        if torch:
            tensors = torch.from_numpy(x), torch.from_numpy(y)
            peers += [("torch LBFGS", by_lbfgs, range(6, 400), tensors),
                      ("torch momentum loop", by_momentum, range(40, 4000, 5), tensors)]
        for peer, train, settings, data in peers:
            times.setdefault(peer, []).append(seconds(train, settings, *data, classes, goal))
    fastest = min(statistics.median(t) for t in times.values())
    for peer, each in times.items():
        one = statistics.median(each)
        common.ratio(f"{HEADS} heads, S = {shots}, C = {classes}, d = {inputs}", ours, peer, HEADS * one,
                     wanted if one == fastest else None)


print(f"scikit-learn {sklearn.__version__}, torch {torch.__version__ if torch else 'not there'}, {THREADS} thread(s)")
with threadpool_limits(THREADS):
    for inputs in (512, 64):
        for classes in (10, 2):
            for shots in (50, 32, 16, 4):
                heads(shots, classes, inputs, 10 if shots <= 32 else 3)
