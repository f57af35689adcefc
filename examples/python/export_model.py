# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""A PyTorch model and its records as files for `telltale-model audit`: usage: export_model.py OUT"""
import sys

import numpy as np
import torch

from fashion import first_images, trained


def export(model, seen, unseen, out):
    images_seen, labels_seen = seen
    images_unseen, labels_unseen = unseen
    model.eval()
    torch.jit.script(model).save(f"{out}/M.pt")   # or torch.jit.trace(model, example): trace in evaluation mode
    np.save(f"{out}/X.npy", images_seen)          # (n, channels, height, width) or (n, d): as the model takes them
    np.save(f"{out}/Y.npy", labels_seen)          # (n) integers from 0
    np.save(f"{out}/U.npy", images_unseen)        # records of the same kind that the model has never seen
    np.save(f"{out}/V.npy", labels_unseen)


if __name__ == "__main__":
    images, labels = first_images(600)
    model = trained(images[:300], labels[:300], seed=1)
    export(model, (images[:300].numpy(), labels[:300].numpy()), (images[300:].numpy(), labels[300:].numpy()), sys.argv[1])
