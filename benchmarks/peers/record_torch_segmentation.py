# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records PyTorch's cross-entropy of every pixel of small maps, and Dice losses computed from its softmax:

    python3 benchmarks/peers/record_torch_segmentation.py > tests/oracle/torch_segmentation.hpp

Logits and masks come from a linear congruential generator that the header writes out in C++. Dice is computed twice:
by the formula of this library, and as segmentation_models_pytorch's DiceLoss(mode="multiclass") does it with
from_logits=True and a smoothing of 1 on a batch of one image: classes that the mask lacks count as a loss of 0 and stay
in the mean.
"""
import numpy as np
import torch
import torch.nn.functional as F

IMAGES, CLASSES, HEIGHT, WIDTH, IGNORED = 3, 4, 5, 6, 255


def numbers(count, seed):
    """Whole numbers from 0 to 255."""
    values, state = np.empty(count), seed
    for k in range(count):
        state = (1103515245 * state + 12345) % 2**31
        values[k] = (state >> 16) % 256
    return values


logits = torch.tensor((numbers(IMAGES * CLASSES * HEIGHT * WIDTH, 1) - 128) / 16, dtype=torch.float64)
logits = logits.reshape(IMAGES, CLASSES, HEIGHT, WIDTH)
drawn = numbers(IMAGES * HEIGHT * WIDTH, 2).reshape(IMAGES, HEIGHT, WIDTH)
# Image i holds the classes below 2 + i; every eighth pixel or so is ignored.
masks = np.stack([np.where(drawn[i] >= 224, IGNORED, drawn[i] % (2 + i)) for i in range(IMAGES)]).astype(np.int64)
masks = torch.tensor(masks)

losses = F.cross_entropy(logits, masks, ignore_index=IGNORED, reduction="none")
probabilities = logits.softmax(1)
counts = (masks != IGNORED).to(torch.float64)
truth = F.one_hot(masks.where(masks != IGNORED, torch.zeros_like(masks)), CLASSES).permute(0, 3, 1, 2) * counts[:, None]
given = probabilities * counts[:, None]
shared, predicted, size = ((a).sum((2, 3)) for a in (given * truth, given, truth))
dice = (2 * shared + 1) / (predicted + size + 1)
present = size > 0
ours = dice[:, 1:].mean(1) - 1
in_the_mask = (dice * present).sum(1) / present.sum(1) - 1
theirs = ((1 - dice) * present).mean(1)


def listed(values):
    return ",\n    ".join(repr(float(v)) for v in np.ravel(values))


print(f"""// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <cstddef>
#include <cstdint>
#include <vector>

// Recorded by benchmarks/peers/record_torch_segmentation.py from PyTorch {torch.__version__}.
namespace oracle::torch_segmentation {{

inline constexpr std::size_t images = {IMAGES}, classes = {CLASSES}, height = {HEIGHT}, width = {WIDTH};
inline constexpr int ignored = {IGNORED};

/// Whole numbers from 0 to 255.
inline std::vector<int> numbers(std::size_t count, std::uint64_t state) {{
  std::vector<int> values(count);
  for (int& value : values) {{
    state = (1103515245 * state + 12345) % (std::uint64_t{{1}} << 31);
    value = static_cast<int>((state >> 16) % 256);
  }}
  return values;
}}

inline std::vector<double> logits() {{
  std::vector<double> values;
  for (const int number : numbers(images * classes * height * width, 1)) values.push_back((number - 128) / 16.0);
  return values;
}}

/// Image i holds the classes below 2 + i; every eighth pixel or so is ignored.
inline std::vector<int> masks() {{
  std::vector<int> values = numbers(images * height * width, 2);
  for (std::size_t p = 0; p < values.size(); ++p)
    values[p] = values[p] >= 224 ? ignored : values[p] % (2 + static_cast<int>(p / (height * width)));
  return values;
}}

/// cross_entropy(reduction="none", ignore_index=255), pixel by pixel.
inline const std::vector<double> losses{{
    {listed(losses)}}};
/// Mean Dice of all classes but the first, less 1; of the classes of the mask, less 1.
inline const std::vector<double> dice_but_the_first{{
    {listed(ours)}}};
inline const std::vector<double> dice_in_the_mask{{
    {listed(in_the_mask)}}};
/// The loss of segmentation_models_pytorch.
inline const std::vector<double> dice_loss_of_segmentation_models{{
    {listed(theirs)}}};

}}  // namespace oracle::torch_segmentation
// clang-format on""")
