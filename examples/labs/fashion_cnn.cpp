// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: a convolutional network on Fashion-MNIST, for 'telltale-model audit' to take apart.
//
//   fashion_cnn [FOLDER [SHADOWS]]
//
// Trains a network of two convolutions on the first 1,000 training images, and writes it as TorchScript beside what the
// audit asks for: those 1,000 members, the next 1,000 as non-members, the next 1,000 as population, and the signals of
// SHADOWS (16) networks, each trained by the same recipe on its own half of members and non-members (0: none). Killed
// and run again, it continues. It ends with the command of the audit.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/io/idx.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/modified_entropy.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/model/answers.hpp>

#include "../scripted_cnn.hpp"

namespace {

using namespace telltale;

constexpr std::size_t each = 1000, epochs = 30, pixels = 784;
const std::filesystem::path images = "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz",
                            labels = "/usr/share/datasets/fashion-mnist/train-labels-idx1-ubyte.gz";

/// Some images in a row, as the network takes them.
struct some_records {
  at::Tensor inputs, classes;
  std::vector<int> truth;
};

/// Reads `count` records and writes them where a name is given: NAME.npy of bytes and NAME-labels.npy.
some_records take(const io::idx_array& all, const std::vector<int>& truth, std::size_t first, std::size_t count,
                  const std::filesystem::path& folder, const std::string& name) {
  some_records part;
  const auto bytes = all.bytes().subspan(first * pixels, count * pixels);
  std::vector<std::uint8_t> raw(bytes.size());
  std::memcpy(raw.data(), bytes.data(), bytes.size());
  part.truth.assign(truth.begin() + static_cast<std::ptrdiff_t>(first),
                    truth.begin() + static_cast<std::ptrdiff_t>(first + count));
  const auto n = static_cast<std::int64_t>(count);
  part.inputs = at::tensor(raw).to(at::kFloat).div_(255).view({n, 1, 28, 28});
  part.classes = at::tensor(part.truth).to(at::kLong);
  if (!name.empty()) {
    io::write_npy(folder / (name + ".npy"), raw, {count, 1, 28, 28});
    io::write_npy(folder / (name + "-labels.npy"), part.truth, {count});
  }
  return part;
}

script_model trained_on(const some_records& records, const at::Tensor& rows, std::uint64_t seed) {
  script_model model = lesson::make_cnn(seed);
  lesson::train_cnn(model, records.inputs.index_select(0, rows), records.classes.index_select(0, rows), epochs, seed);
  return model;
}

/// A signal of a model about some records, as a store takes it.
template <class Scorer>
named_signal signal_of(const std::string& name, const at::Tensor& answers, const some_records& records,
                       const Scorer& scorer) {
  std::vector<double> values(records.truth.size());
  scorer(classification<libtorch>(answers, records.truth), values);
  return {name, values};
}

double accuracy(script_model& model, const some_records& records) {
  return answers_of(model, records.inputs).argmax(1).eq(records.classes).to(at::kDouble).mean().item<double>();
}

void run(const std::filesystem::path& folder, std::size_t shadows) {
  if (!std::filesystem::exists(images))
    throw file_error(images.string(), "is not there; install it with `apt-get install dataset-fashion-mnist`");
  const io::idx_array all = io::read_idx(images);
  const std::vector<int> truth = io::read_idx(labels).to_vector<int>();
  std::filesystem::create_directories(folder);
  const some_records members = take(all, truth, 0, each, folder, "members"),
                     others = take(all, truth, each, each, folder, "nonmembers"),
                     population = take(all, truth, 2 * each, each, folder, "population"),
                     attacked = take(all, truth, 0, 2 * each, folder, "");

  script_model target = trained_on(members, at::arange(static_cast<std::int64_t>(each)), 1);
  target.module().save((folder / "model.pt").string());
  std::printf("accuracy on members %.3f, on non-members %.3f\n", accuracy(target, members), accuracy(target, others));

  if (shadows > 0) {
    const auto plan = membership_plan::draw(/*seed*/ 2, shadows, 2 * each, plan_rule::balanced_shadows{});
    signal_store store(folder / "shadows", {2, hash_of(attacked.truth), {{"epochs", std::to_string(epochs)}}}, plan);
    progress_line line("training shadow models");
    campaign_options options;
    options.progress = std::ref(line);
    run_campaign(
        store,
        [&](std::size_t model) {
          std::vector<std::int64_t> rows;
          for (std::size_t i = 0; i < 2 * each; ++i)
            if (plan.keep(model)[i]) rows.push_back(static_cast<std::int64_t>(i));
          script_model shadow = trained_on(attacked, at::tensor(rows), 100 + model);
          const at::Tensor answers = answers_of(shadow, attacked.inputs);
          return std::vector{
              signal_of("logit-margin", answers, attacked, logit_margin{}),
              signal_of("entropy", answers, attacked, entropy{}),
              signal_of("modified-entropy", answers, attacked, modified_entropy{}),
              signal_of("population-logit-margin", answers_of(shadow, population.inputs), population, logit_margin{})};
        },
        options);
  }
  const std::string at = folder.string() + "/";
  std::printf(
      "telltale-model audit --model %smodel.pt --members %smembers.npy --member-labels %smembers-labels.npy "
      "--nonmembers %snonmembers.npy --nonmember-labels %snonmembers-labels.npy --population %spopulation.npy "
      "--population-labels %spopulation-labels.npy %s--scale 255 --out %saudit\n",
      at.c_str(), at.c_str(), at.c_str(), at.c_str(), at.c_str(), at.c_str(), at.c_str(),
      shadows > 0 ? ("--shadow-store " + at + "shadows ").c_str() : "", at.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t shadows = 16;
  if (argc > 2) {
    const char* const end = argv[2] + std::strlen(argv[2]);
    if (std::from_chars(argv[2], end, shadows).ptr != end || argc > 3) {
      std::fprintf(stderr, "usage: fashion_cnn [FOLDER [SHADOWS]]\n");
      return 2;
    }
  }
  try {
    run(argc > 1 ? argv[1] : "fashion-cnn", shadows);
  } catch (const error& refusal) {
    std::fprintf(stderr, "fashion_cnn: %s\n", refusal.what());
    return 2;
  }
  return 0;
}
