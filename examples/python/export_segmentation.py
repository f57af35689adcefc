# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""What a segmentation network answers, as files: usage: export_segmentation.py OUT"""
import os
import sys

import numpy as np
import torch


@torch.no_grad()
def export(network, images, masks, seen, prefix):
    network.eval()
    Z = torch.cat([network(batch) for batch in images.split(16)])   # logits, before any softmax
    np.save(prefix + "O.npy", Z.cpu().numpy())        # (n, classes, height, width), or (n, 1, height, width)
    np.save(prefix + "M.npy", masks.cpu().numpy())    # (n, height, width), integers from 0
    np.save(prefix + "K.npy", np.asarray(seen))       # (n), was the network trained on the image


def blobs(count, side=16):
    """Bright discs on noise, and where they are."""
    centre, at = torch.rand(count, 2, 1, 1) * side, torch.arange(side)
    inside = (at[:, None] - centre[:, :1]) ** 2 + (at[None, :] - centre[:, 1:]) ** 2 < (side / 4) ** 2
    return inside + torch.randn(count, 3, side, side), inside[:, 0].to(torch.int64)


def small_network(images, masks):
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 5, padding=2), torch.nn.ReLU(),
                                  torch.nn.Conv2d(16, 2, 5, padding=2))
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(60):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(images), masks).backward()
        optimiser.step()
    return network


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    torch.manual_seed(1)
    images, masks = blobs(64)
    shadow_images, shadow_masks = blobs(64)
    seen = shadow_seen = np.arange(64) < 32
    victim = small_network(images[:32], masks[:32])
    shadow = small_network(shadow_images[:32], shadow_masks[:32])
    export(victim, images, masks, seen, "V")
    export(shadow, shadow_images, shadow_masks, shadow_seen, "S")
