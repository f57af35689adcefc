# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""A CLIP model of Hugging Face's transformers as two TorchScript encoders, and what they are to be asked.

usage: export_clip.py OUT --model NAME-OR-FOLDER --people FOLDER --candidates NAMES.txt
       export_clip.py OUT --model NAME-OR-FOLDER --texts TEXTS.txt
       export_clip.py OUT --tiny

--people holds a folder of photos for each person, named as the person is called; --candidates a name a line, those of
the people among them. --texts turns the lines of a file into tokens.npy, and does nothing else. --tiny makes a model of
random weights and photos of noise first, to try the way without a model.
"""
import argparse
import pathlib
import string

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


def tokenize_file(tokenizer, file, length, out):
    texts = open(file, encoding="utf-8").read().splitlines()
    np.save(out / "tokens.npy", tokenize(tokenizer, texts, length))


def make_tiny(folder):
    """A model of random weights that knows nobody, with letters for tokens; and six people who are noise."""
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer

    torch.manual_seed(1)
    letters = [*string.ascii_lowercase, *string.digits]
    words = letters + [letter + "</w>" for letter in letters] + ["<|startoftext|>", "<|endoftext|>"]
    CLIPTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=[]).save_pretrained(folder / "model")
    layers = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
    CLIPModel(CLIPConfig(
        text_config=dict(layers, vocab_size=len(words), max_position_embeddings=32, bos_token_id=len(words) - 2,
                         eos_token_id=len(words) - 1),
        vision_config=dict(layers, image_size=32, patch_size=8), projection_dim=16)).save_pretrained(folder / "model")
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder / "model")

    noise = np.random.default_rng(1)
    for person in range(6):
        (folder / "people" / f"person {person}").mkdir(parents=True)
        for photo in range(4):
            picture = Image.fromarray(noise.integers(0, 256, (40, 40, 3), np.uint8))
            picture.save(folder / "people" / f"person {person}" / f"{photo}.png")
    (folder / "names.txt").write_text("".join(f"person {p}\n" for p in range(30)), encoding="utf-8")
    return folder / "model", folder / "people", folder / "names.txt"


def main():
    from transformers import AutoTokenizer, CLIPImageProcessor, CLIPModel

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--model")
    for option in ("--people", "--candidates", "--texts"):
        parser.add_argument(option, type=pathlib.Path)
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    if given.tiny:
        given.model, given.people, given.candidates = make_tiny(given.out / "tiny")
    if not given.model or not (given.texts or (given.people and given.candidates)):
        parser.error("give --tiny, or --model with --people and --candidates, or with --texts")

    tokenizer = AutoTokenizer.from_pretrained(given.model)
    clip = CLIPModel.from_pretrained(given.model, attn_implementation="eager")  # others trace to what LibTorch 1.13 lacks
    if given.texts:
        return tokenize_file(tokenizer, given.texts, clip.config.text_config.max_position_embeddings, given.out)
    processor = CLIPImageProcessor.from_pretrained(given.model)
    people = {person.name: [Image.open(file).convert("RGB") for file in sorted(person.iterdir())]
              for person in sorted(given.people.iterdir())}
    export(clip, tokenizer, lambda photo: processor(photo, return_tensors="np")["pixel_values"][0], people,
           given.candidates.read_text("utf-8").splitlines(), given.out)


if __name__ == "__main__":
    main()
