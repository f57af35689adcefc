# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""A CLIP model of Hugging Face's transformers as two TorchScript encoders, and what they are to be asked.

usage: export_clip.py OUT --model NAME-OR-FOLDER --people FOLDER --candidates NAMES.txt
       export_clip.py OUT --tiny

--people holds a folder of photos for each person, named as the person is called; --candidates a name a line, those of
the people among them. --tiny takes random weights and made-up photos, to try the way without a model.
"""
import argparse
import pathlib

import numpy as np
import torch
from PIL import Image

PROMPTS = ["{}", "a photo of {}", "an image of {}", "a picture of {}", "this is {}"]


class ImageTower(torch.nn.Module):
    """Photos as the processor prepares them, (n, 3, side, side) floats, to embeddings (n, d)."""

    def __init__(self, clip):
        super().__init__()
        self.tower, self.projection = clip.vision_model, clip.visual_projection

    def forward(self, pixels):
        return self.projection(self.tower(pixel_values=pixels, return_dict=True).pooler_output)


class TextTower(torch.nn.Module):
    """Token ids as the tokenizer pads them, (n, length) integers, to embeddings (n, d)."""

    def __init__(self, clip):
        super().__init__()
        self.tower, self.projection = clip.text_model, clip.text_projection

    def forward(self, tokens):
        return self.projection(self.tower(input_ids=tokens, return_dict=True).pooler_output)


def export(clip, tokenizer, process, people, candidates, out):
    """people: {name: [PIL image, ...]}; candidates: names, those of all people among them, no name twice."""
    clip.eval()
    photos = np.stack([process(photo) for shots in people.values() for photo in shots])
    np.save(out / "photos.npy", photos)                                 # (photos, 3, side, side)
    np.save(out / "O.npy", np.repeat(np.arange(len(people)), [len(shots) for shots in people.values()]))

    length = clip.config.text_config.max_position_embeddings
    tokens = np.stack([tokenize(tokenizer, [prompt.format(name) for name in candidates], length) for prompt in PROMPTS])
    np.save(out / "tokens.npy", tokens)                                 # (prompts, names, length)
    np.save(out / "I.npy", np.array([candidates.index(name) for name in people]))

    # A trace, since the towers hold more Python than TorchScript reads; not under no_grad, which would leave an encoder
    # that cannot be trained any more. Tried on two inputs of each kind, and checked here on others.
    pixels, ids = torch.tensor(photos), torch.tensor(tokens[0])
    for tower, given, file in ((ImageTower(clip), pixels, "image.pt"), (TextTower(clip), ids, "text.pt")):
        traced = torch.jit.trace(tower, given[:2], check_trace=False)
        torch.testing.assert_close(traced(given), tower(given), rtol=1e-4, atol=1e-5)
        traced.save(str(out / file))


def tokenize(tokenizer, texts, length):
    """Texts as token ids of one length; what is longer is cut off, as CLIP was trained."""
    return tokenizer(texts, padding="max_length", truncation=True, max_length=length, return_tensors="np")["input_ids"]


def tokenize_file(tokenizer, file, length):
    texts = open(file, encoding="utf-8").read().splitlines()
    np.save("tokens.npy", tokenize(tokenizer, texts, length))


def published(name, folder, names):
    from transformers import AutoTokenizer, CLIPImageProcessor, CLIPModel

    clip = CLIPModel.from_pretrained(name, attn_implementation="eager")  # the others trace to what LibTorch 1.13 lacks
    processor = CLIPImageProcessor.from_pretrained(name)
    process = lambda photo: processor(photo, return_tensors="np")["pixel_values"][0]
    people = {person.name: [Image.open(file).convert("RGB") for file in sorted(person.iterdir())]
              for person in sorted(folder.iterdir())}
    return clip, AutoTokenizer.from_pretrained(name), process, people, names.read_text("utf-8").splitlines()


def tiny():
    """A model of random weights that knows nobody, six people on noise, and letters for tokens."""
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(1)
    layers = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
    clip = CLIPModel(CLIPConfig(
        text_config=dict(layers, vocab_size=128, max_position_embeddings=32, bos_token_id=1, eos_token_id=127),
        vision_config=dict(layers, image_size=32, patch_size=8), projection_dim=16, attn_implementation="eager"))

    def letters(texts, max_length, **_):
        ids = np.zeros((len(texts), max_length), np.int64)
        for row, text in zip(ids, texts):
            codes = [1, *text.encode("ascii")[:max_length - 2], 127]
            row[:len(codes)] = codes
        return {"input_ids": ids}

    process = lambda photo: np.asarray(photo.resize((32, 32)), np.float32).transpose(2, 0, 1) / 127.5 - 1
    noise = np.random.default_rng(1)
    people = {f"person {p}": [Image.fromarray(noise.integers(0, 256, (40, 40, 3), np.uint8)) for _ in range(4)]
              for p in range(6)}
    return clip, letters, process, people, [f"person {p}" for p in range(30)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--model")
    parser.add_argument("--people", type=pathlib.Path)
    parser.add_argument("--candidates", type=pathlib.Path)
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    if given.tiny == bool(given.model) or bool(given.model) != bool(given.people and given.candidates):
        parser.error("give --model, --people and --candidates, or --tiny")
    export(*(tiny() if given.tiny else published(given.model, given.people, given.candidates)), given.out)
