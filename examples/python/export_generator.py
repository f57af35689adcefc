# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""What a text-to-image pipeline of diffusers makes of captions, and embeddings of all of it by CLIP.

usage: export_generator.py OUT --model PIPELINE --encoder CLIP --pairs PAIRS.csv
       export_generator.py OUT --tiny

PAIRS.csv has the columns file, caption and member (0 or 1). --tiny takes random weights and made-up pictures, to try the
way without a model.
"""
import argparse
import csv
import pathlib

import numpy as np
import torch
from PIL import Image

SIDE = 64


def pixels(picture):
    return np.asarray(picture.convert("RGB").resize((SIDE, SIDE))).transpose(2, 0, 1)


@torch.no_grad()
def ask(make, embed_pictures, embed_texts, pairs, out, r=2):
    """make: r copies of a caption -> r pictures; pairs: [(picture, caption, was the generator trained on it), ...]"""
    X, Y, EX, EY, ET = [], [], [], [], []
    for query, caption, _ in pairs:
        made = make([caption] * r)
        X.append(pixels(query))
        Y.append([pixels(picture) for picture in made])
        EX.append(embed_pictures([query])[0])
        EY.append(embed_pictures(made))
        ET.append(embed_texts([caption])[0])
    for name, values in dict(X=X, Y=Y, EX=EX, EY=EY, ET=ET).items():
        np.save(out / f"{name}.npy", np.stack(values))
    np.save(out / "M.npy", np.array([member for _, _, member in pairs]))


def published(model, encoder, pairs):
    from diffusers import DiffusionPipeline
    from transformers import CLIPModel, CLIPProcessor

    device = "cuda" if torch.cuda.is_available() else "cpu"
    pipe = DiffusionPipeline.from_pretrained(model).to(device)
    clip, prepare = CLIPModel.from_pretrained(encoder).eval(), CLIPProcessor.from_pretrained(encoder)

    def embed(tower, projection, **inputs):
        return projection(tower(**inputs).pooler_output).numpy()

    with open(pairs, newline="", encoding="utf-8") as file:
        rows = [(Image.open(pathlib.Path(pairs).parent / row["file"]).convert("RGB"), row["caption"], int(row["member"]))
                for row in csv.DictReader(file)]
    return (lambda captions: pipe(captions, num_inference_steps=20).images,
            lambda pictures: embed(clip.vision_model, clip.visual_projection,
                                   **prepare(images=pictures, return_tensors="pt")),
            lambda texts: embed(clip.text_model, clip.text_projection,
                                **prepare(text=texts, return_tensors="pt", padding=True, truncation=True)),
            rows)


def tiny():
    """A diffusion model of random weights conditioned on letters, and a random projection as the encoder."""
    from diffusers import DDPMScheduler, UNet2DConditionModel

    torch.manual_seed(1)
    denoiser = UNet2DConditionModel(sample_size=16, in_channels=3, out_channels=3, block_out_channels=(8, 16),
                                    layers_per_block=1, cross_attention_dim=8, norm_num_groups=4, attention_head_dim=4,
                                    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                                    up_block_types=("CrossAttnUpBlock2D", "UpBlock2D")).eval()
    steps, letters = DDPMScheduler(num_train_timesteps=100), torch.randn(128, 8)
    project, spell = torch.randn(3 * SIDE * SIDE, 16), torch.randn(128, 16)

    def make(captions):
        words = letters[torch.tensor([list(caption.encode("ascii").ljust(32)[:32]) for caption in captions])]
        noisy = torch.randn(len(captions), 3, 16, 16)
        steps.set_timesteps(4)
        for step in steps.timesteps:
            noisy = steps.step(denoiser(noisy, step, words).sample, step, noisy).prev_sample
        return [Image.fromarray(((picture.clamp(-1, 1) + 1) * 127.5).byte().permute(1, 2, 0).numpy()) for picture in noisy]

    noise = np.random.default_rng(1)
    pairs = [(Image.fromarray(noise.integers(0, 256, (20, 20, 3), np.uint8)), f"picture {i}", i % 2) for i in range(40)]
    return (make, lambda pictures: np.stack([pixels(p).reshape(-1) for p in pictures]) / 255 @ project.numpy(),
            lambda texts: np.stack([spell[list(text.encode("ascii"))].sum(0).numpy() for text in texts]), pairs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    for option in ("--model", "--encoder", "--pairs"):
        parser.add_argument(option)
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    if given.tiny == bool(given.model) or bool(given.model) != bool(given.encoder and given.pairs):
        parser.error("give --model, --encoder and --pairs, or --tiny")
    ask(*(tiny() if given.tiny else published(given.model, given.encoder, given.pairs)), given.out)
