// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "common.hpp"

namespace {

constexpr const char* lesson = R"(From the answers of a model to a verdict about it, on NumPy arrays (.npy):

  telltale signals logit-margin --logits L.npy --labels Y.npy --out T.npy
  telltale score lira-online --target T.npy --shadow S.npy --keep K.npy --out E.npy
  telltale evaluate --evidence E.npy --members M.npy

L.npy are the target's logits, S.npy (models, records) the same signal of models
trained by the auditor, K.npy which of them were trained on which record, M.npy
which records the target was trained on. 'telltale COMMAND --help' explains each
file, each number and each setting.

How much privacy a noisy training costs, and the noise that a budget asks for:

  telltale account --sigma 1.3 --rate 0.0025 --steps 6000 --delta 1e-5
  telltale calibrate --epsilon 8 --delta 1e-5 --rate 0.04 --steps 2000

Whether an image-text model knows people by name, from embeddings of photos and names:

  telltale identity --photos P.npy --owner O.npy --names T.npy --true-name I.npy

What a text-to-image generator tells of its training pictures, from what it made of captions:

  telltale generation --queries X.npy --generated Y.npy --members M.npy --out audit

What a segmentation network tells of its training images, from its answers and their masks:

  telltale segmentation --outputs O.npy --masks M.npy --members K.npy --signal boundary-loss

How many examples per class leave an attack next to nothing, from measured cells:

  telltale study fit --cells CELLS.csv --json LAW.json
  telltale study needed --coefficients LAW.json --epsilon 1 --delta 1e-5 --fpr 0.1

Everywhere larger means member. Exit codes: 0 done, 1 internal error, 2 something
given cannot be used (one line on stderr names the file or option), 3 a condition
of 'evaluate --fail-if' holds. A run that fails leaves earlier files as they were.)";

}  // namespace

int main(int argc, char** argv) {
  return tool::run(argc, argv, "telltale", "telltale measures what a trained model gives away about its training data.",
                   lesson,
                   {tool::add_demo, tool::add_signals, tool::add_score, tool::add_evaluate, tool::add_merge,
                    tool::add_identity, tool::add_generation, tool::add_segmentation, tool::add_account,
                    tool::add_calibrate, tool::add_study, tool::add_catalogue});
}
