# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""A shadow campaign in PyTorch that leaves what telltale reads: usage: campaign.py OUT"""
import sys

import numpy as np
import torch

from fashion import first_images, trained

records, models, out = 1000, 17, sys.argv[1]
images, labels = first_images(records)

# Every model, the target included, is trained on a random half of the records, drawn for each model anew: a model and
# its complement would tell on each other.
draw = np.random.default_rng(1)
keep = np.stack([draw.permutation(records) < records // 2 for _ in range(models)])


@torch.no_grad()
def logit_margin(model):
    """How far the true class stands above all others together: z_y - log sum exp of the other z."""
    z = model(images).double()
    others = z.scatter(1, labels[:, None], -torch.inf)
    return (z.gather(1, labels[:, None])[:, 0] - others.logsumexp(1)).numpy()


scores = []
for number, kept in enumerate(keep):
    model = trained(images[kept], labels[kept], seed=number)
    scores.append(logit_margin(model))
    if number == 0:
        with torch.no_grad():
            logits = model(images).numpy()

# Model 0 is the one that is attacked, the others are the adversary's.
np.save(f"{out}/target.npy", scores[0])             # (records) one score a record, larger means member
np.save(f"{out}/members.npy", keep[0])              # (records) the truth that the attack is judged by
np.save(f"{out}/scores.npy", np.stack(scores[1:]))  # (models, records) the same score by each shadow model
np.save(f"{out}/keep.npy", keep[1:])                # (models, records) which records each was trained on

# The answers themselves: `telltale signals` makes scores of them without a formula of yours.
np.save(f"{out}/logits.npy", logits)                # (records, classes) of the target, before any softmax
np.save(f"{out}/labels.npy", labels.numpy())        # (records) the true classes, integers from 0
