// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "audit.hpp"
#include "embed.hpp"
#include "model_generation.hpp"
#include "model_segmentation.hpp"

namespace {

constexpr const char* lesson = R"(From a trained model to a report on what it gives away about its training data:

  telltale-model audit --model M.pt --members X.npy --member-labels Y.npy \
      --nonmembers U.npy --nonmember-labels V.npy --out audit

M.pt is a TorchScript module: torch.jit.script(model).save('M.pt') in Python, or
torch::jit::Module::save in C++. X.npy are records that it was trained on, U.npy
records like them that it has never seen. 'telltale-model audit --help' explains
each file and what more an adversary may know. 'telltale-model embed' turns photos and texts
into the embeddings that 'telltale identity' works on, and 'telltale-model generation'
asks what a text-to-image generator made of captions. 'telltale-model segmentation' attacks
a segmentation network by its answers at every pixel.

Exit codes: 0 done, 1 internal error, 2 something given cannot be used (one line on
stderr names the file or option), 3 a condition of 'audit --fail-if' holds. A run
that fails leaves earlier files as they were. 'telltale', the tool beside this one,
works on arrays of answers and loads no model.)";

}  // namespace

int main(int argc, char** argv) {
  return tool::run(argc, argv, "telltale-model",
                   "telltale-model asks a model and measures what it gives away about its training data.", lesson,
                   {tool::add_audit, tool::add_embed, tool::add_model_generation, tool::add_model_segmentation});
}
