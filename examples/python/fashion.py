# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST as Debian's package dataset-fashion-mnist installs it, and the small network of these examples."""
import gzip

import numpy as np
import torch

FOLDER = "/usr/share/datasets/fashion-mnist"


def first_images(count):
    """The first images of the training set, standardised, (count, 784) floats; and their classes, (count) integers."""
    with gzip.open(f"{FOLDER}/train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(16 + count * 784), np.uint8, offset=16).reshape(count, 784)
    with gzip.open(f"{FOLDER}/train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(8 + count), np.uint8, offset=8)
    images = torch.tensor(pixels, dtype=torch.float32)
    return (images - images.mean()) / images.std(), torch.tensor(labels, dtype=torch.int64)


def trained(images, labels, seed, epochs=20):
    """A perceptron with 64 hidden units that was trained on these images until it fits nearly all of them."""
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(784, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(32):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimiser.step()
    return model.eval()
