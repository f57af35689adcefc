// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "embed.hpp"

#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ATen/Parallel.h>

#include <telltale/io/npy.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/input_file.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "errors.hpp"
#include "files.hpp"
#include "records.hpp"

namespace tool {

namespace {

constexpr const char* embed_lesson =
    R"(An encoder of photos or of texts, as TorchScript, and its inputs become embeddings, which
'telltale identity' asks who is known by face:

  telltale-model embed --model image.pt --inputs photos.npy --out P.npy
  telltale-model embed --model text.pt --inputs tokens.npy --leading 2 --out T.npy
  telltale identity --photos P.npy --owner O.npy --names T.npy --true-name I.npy

photos.npy are the pictures as the encoder takes them, say (n, 3, 224, 224) floats that are
normalised already; tokens.npy are the token ids of every prompt with every candidate name,
(prompts, names, length) integers: with --leading 2 the first two axes count records and stay.
E.npy is float32 (n, d), or (prompts, names, d). Nothing is normalised.)";

struct embed_options {
  std::string model, inputs, out, scale, leading = "1", batch = "256", device = "cpu";
};

int embed(const embed_options& options, const shared_options& shared) {
  required("--model", options.model, "the encoder as TorchScript");
  required("--inputs", options.inputs, "the pictures or token ids that it is asked");
  required("--out", options.out, "a file for the embeddings");
  telltale::asking how;
  how.batch_size = whole_number("--batch", options.batch, 1);
  how.device = device_of(options.device);
  const auto leading = static_cast<std::int64_t>(whole_number("--leading", options.leading, 1));
  std::optional<double> scale;
  if (!options.scale.empty()) scale = number("--scale", options.scale);
  if (scale && *scale <= 0) throw usage_error("--scale", options.scale + " is no positive number");
  if (shared.threads > 0) at::set_num_threads(static_cast<int>(shared.threads));
  refuse_overlap({{"--model", options.model}, {"--inputs", options.inputs}}, {{"--out", options.out}});

  const at::Tensor inputs = telltale::load_inputs(options.inputs, scale);
  if (inputs.dim() <= leading)
    throw usage_error(options.inputs, "has " + std::to_string(inputs.dim()) + " axes; wanted more than the " +
                                          options.leading + " of --leading");
  telltale::script_model model = telltale::script_model::load(options.model, *how.device);
  telltale::progress_line line("embedding", shared.quiet);
  how.progress = std::ref(line);
  const at::Tensor embeddings =
      origins().from("inputs", options.inputs).from("model", options.model).from("forward", options.model).name_in([&] {
        return telltale::answers_of(model, inputs.flatten(0, leading - 1), how);
      });
  const at::Tensor host = embeddings.to(at::kCPU, at::kFloat).contiguous();
  std::vector<std::size_t> shape;
  for (std::int64_t axis = 0; axis < leading; ++axis) shape.push_back(static_cast<std::size_t>(inputs.size(axis)));
  shape.push_back(static_cast<std::size_t>(host.size(1)));
  telltale::io::write_npy(
      options.out, std::span<const float>(host.data_ptr<float>(), static_cast<std::size_t>(host.numel())), shape);
  if (!shared.quiet)
    std::cout << counted(static_cast<std::size_t>(host.size(0)), "embedding") << " of " << host.size(1)
              << " numbers: " << options.out << "\n";
  return done;
}

}  // namespace

void add_embed(program& state) {
  const auto options = std::make_shared<embed_options>();
  command(state, "embed", "Embed photos or texts by an encoder", embed_lesson)
      .option("--model", "M.pt", options->model, "TorchScript module: a batch of inputs to embeddings (n, d)")
      .option("--inputs", "X.npy", options->inputs, "What it is asked: pictures or token ids, the record first")
      .option("--out", "E.npy", options->out, "File for the embeddings")
      .option("--leading", "K", options->leading, "How many axes count records: 2 for prompts x names")
      .option("--scale", "S", options->scale, "Divide every input by S: 255 for bytes and an encoder trained on [0, 1]")
      .option("--batch", "N", options->batch, "Records at a time; it changes embeddings by rounding at most")
      .option("--device", "DEVICE", options->device, "Where the encoder runs: cpu, cuda:0")
      .runs([options](const shared_options& shared) { return embed(*options, shared); });
}

}  // namespace tool
