// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/List.h>
#include <ATen/core/grad_mode.h>

#include <telltale/report/progress.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "files.hpp"
#include "generation_parts.hpp"
#include "model_generation.hpp"
#include "records.hpp"

namespace tool {
namespace {

/// How the pictures of two folders, and captions, become arrays.
struct encoding_options {
  std::string encoder, text_encoder, side, batch = "256", device = "cpu";
};

struct model_generation_options {
  generation_options arrays;
  encoding_options encoding;
};

bool is_folder(const std::string& path) {
  std::error_code unknown;
  return !path.empty() && std::filesystem::is_directory(path, unknown);
}

/// Both lists, attacks of one name beside one another.
std::vector<generation_attack> all_attacks() {
  std::vector<generation_attack> all = generation_attacks_on_arrays();
  for (generation_attack& more : generation_attacks_with_networks()) {
    const auto last =
        std::find_if(all.rbegin(), all.rend(), [&](const generation_attack& each) { return each.name == more.name; });
    all.insert(last.base(), std::move(more));
  }
  return all;
}

/// What is wrong with the command line is said before any file is read.
telltale::asking checked(const model_generation_options& options, const std::vector<generation_attack>& attacks) {
  check_generation(options.arrays, attacks);
  const auto alone = [](const std::string& option, const std::string& value, const std::string& other,
                        const std::string& theirs) {
    if (!value.empty() && !theirs.empty()) throw usage_error(option, "is given beside " + other + "; wanted one");
  };
  alone("--encoder", options.encoding.encoder, "--query-embeddings", options.arrays.query_embeddings);
  alone("--encoder", options.encoding.encoder, "--generated-embeddings", options.arrays.generated_embeddings);
  alone("--text-encoder", options.encoding.text_encoder, "--caption-embeddings", options.arrays.caption_embeddings);
  if (is_folder(options.arrays.queries) != is_folder(options.arrays.generated))
    throw usage_error(is_folder(options.arrays.queries) ? "--generated" : "--queries",
                      "is no folder, but what it belongs to is one; wanted two folders or two files");
  if (!options.encoding.side.empty() && !is_folder(options.arrays.queries))
    throw usage_error("--side", "crops and resizes the pictures of folders; --queries is none");
  if (is_folder(options.arrays.queries) && !options.arrays.pixel_range.empty())
    throw usage_error("--pixel-range", "is of no use with folders, whose pictures are read into [-1, 1]");
  if (!options.encoding.text_encoder.empty() && !is_folder(options.arrays.queries))
    throw usage_error("--text-encoder",
                      "reads captions, which a folder of --queries has in its captions.csv; for arrays wanted "
                      "--caption-embeddings");
  if (!options.encoding.encoder.empty() && options.arrays.queries.empty() && options.arrays.generated.empty())
    throw usage_error("--encoder", "has no pictures to embed; wanted --queries and --generated");
  telltale::asking how;
  how.batch_size = whole_number("--batch", options.encoding.batch, 1);
  how.device = device_of(options.encoding.device);
  refuse_overlap({{"--encoder", options.encoding.encoder}, {"--text-encoder", options.encoding.text_encoder}},
                 {{"--json", options.arrays.json}});
  return how;
}

/// The floats of a tensor, as an array that messages call by the name of the model that made it.
float_array array_of(const std::string& model, const at::Tensor& values) {
  const at::Tensor host = values.to(at::kCPU, at::kFloat).contiguous();
  telltale::io::shape_type shape;
  for (const std::int64_t extent : host.sizes()) shape.push_back(static_cast<std::size_t>(extent));
  const float* const from = host.data_ptr<float>();
  return {model, std::move(shape), std::vector<float>(from, from + host.numel())};
}

/// Embeddings of pictures: (n, d), or (n, r, d) of (n, r, channels, height, width).
float_array embedded(telltale::script_model& encoder, const std::string& path, const float_array& pictures,
                     telltale::asking how, const shared_options& shared) {
  if (!pictures.given()) return {};
  std::vector<std::int64_t> shape(pictures.shape().begin(), pictures.shape().end());
  const at::Tensor all =
      at::from_blob(const_cast<float*>(pictures.values().data()), shape, at::kFloat);  // read, never written
  const bool several = shape.size() == 5;
  telltale::progress_line line("embedding", shared.quiet);
  how.progress = std::ref(line);
  at::Tensor embeddings =
      origins().from("inputs", pictures.place()).from("model", path).from("forward", path).name_in([&] {
        return telltale::answers_of(encoder, several ? all.flatten(0, 1) : all, how);
      });
  if (several) embeddings = embeddings.reshape({shape[0], shape[1], embeddings.size(1)});
  return array_of(path, embeddings);
}

/// Embeddings of captions by a module whose forward takes a list of texts.
float_array embedded(const std::string& path, std::span<const std::string> captions, const telltale::asking& how) {
  telltale::script_model encoder = telltale::script_model::load(path, *how.device);
  const auto answer = [&](at::Tensor batch) {
    // `batch` holds the numbers of captions: answers_of cuts inputs into batches and checks what comes back.
    c10::List<std::string> texts;
    for (const auto i : std::span(batch.data_ptr<std::int64_t>(), static_cast<std::size_t>(batch.numel())))
      texts.push_back(captions[static_cast<std::size_t>(i)]);
    const c10::IValue got = [&] {
      try {
        return encoder.module().forward({texts});
      } catch (const std::bad_alloc&) {
        throw;
      } catch (const std::exception& failure) {
        throw usage_error(path, "does not take " + counted(captions.size(), "caption") +
                                    " as a list of texts: " + telltale::detail::first_cause(failure.what()));
      }
    }();
    if (!got.isTensor()) throw usage_error(path, "returns " + got.tagKind() + "; wanted one tensor of embeddings");
    return got.toTensor();
  };
  encoder.eval();
  telltale::asking on_host = how;
  on_host.device = at::Device(at::kCPU);
  const at::Tensor numbers = at::arange(static_cast<std::int64_t>(captions.size()), at::kLong);
  return array_of(path, origins().from("inputs", path).from("model", path).name_in([&] {
    return telltale::answers_of(answer, numbers, on_host);
  }));
}

generation_inputs read(const model_generation_options& options, const telltale::asking& how,
                       const shared_options& shared) {
  generation_options arrays = options.arrays;
  const encoding_options& encoding = options.encoding;
  std::optional<generation_pictures> pictures;
  if (is_folder(arrays.queries)) {
    std::optional<std::size_t> side;
    if (!encoding.side.empty()) side = whole_number("--side", encoding.side, 1);
    pictures = read_generation_folders(arrays.queries, arrays.generated, side);
    arrays.queries.clear();
    arrays.generated.clear();
  }
  generation_inputs inputs = read_generation(arrays);
  if (pictures) {
    inputs.queries = std::move(pictures->queries);
    inputs.generated = std::move(pictures->generated);
    inputs.pixel_range = 2;
  }
  if (!encoding.encoder.empty()) {
    telltale::script_model encoder = telltale::script_model::load(encoding.encoder, *how.device);
    inputs.query_embeddings = embedded(encoder, encoding.encoder, inputs.queries, how, shared);
    inputs.generated_embeddings = embedded(encoder, encoding.encoder, inputs.generated, how, shared);
  }
  if (!encoding.text_encoder.empty()) {
    if (pictures->captions.empty())
      throw usage_error("--text-encoder", "has nothing to read: " + options.arrays.queries +
                                              " has no captions.csv; wanted one with file and caption");
    inputs.caption_embeddings = embedded(encoding.text_encoder, pictures->captions, how);
  }
  return inputs;
}

const std::string& lesson() {
  static const std::string text = std::string(generation_lesson) + R"(

Here these attacks also come with the networks of the paper: a convolutional network on
pixels (I-P, II-P) and a perceptron of three layers on embeddings (the others). With a few
hundred auxiliary records a threshold is often as good.

In place of arrays:
  --queries, --generated   two folders: NAME.png with a captions.csv (file,caption) in the
                           first, and in the second NAME.png, NAME-2.png ... or NAME/*.png,
                           as many of each; --side crops and resizes. Records, as in --members,
                           come in the order of captions.csv, or without it of the names
  --encoder                TorchScript, pictures (n, channels, height, width) to embeddings
                           (n, d). Those of folders are floats in [-1, 1]; arrays stay as they
                           are in the file. Resizing and normalising belong into the module
  --text-encoder           TorchScript, a list of captions (List[str]) to embeddings (n, d)

Example: two folders and the two towers of a dual encoder
  telltale-model generation --queries pictures --generated answers --members M.npy \
      --encoder image.pt --text-encoder text.pt --out generator-audit)";
  return text;
}

}  // namespace

void add_model_generation(program& state) {
  const auto options = std::make_shared<model_generation_options>();
  const auto attacks = std::make_shared<const std::vector<generation_attack>>(all_attacks());
  command made(state, "generation", "Attack a text-to-image generator by what it makes of captions", lesson());
  add_generation_options(made, options->arrays, *attacks);
  made.option("--encoder", "image.pt", options->encoding.encoder, "TorchScript module that embeds pictures")
      .option("--text-encoder", "text.pt", options->encoding.text_encoder, "TorchScript module that embeds captions")
      .option("--side", "S", options->encoding.side, "Crop the pictures of folders and resize them to S x S")
      .option("--batch", "N", options->encoding.batch, "Pictures or captions that an encoder is asked at a time")
      .option("--device", "DEVICE", options->encoding.device, "Where the encoders run: cpu, cuda:0")
      .runs([options, attacks](const shared_options& shared) {
        const telltale::asking how = checked(*options, *attacks);
        if (shared.threads > 0) at::set_num_threads(static_cast<int>(shared.threads));
        return run_generation(options->arrays, read(*options, how, shared), *attacks, shared);
      });
}

}  // namespace tool
