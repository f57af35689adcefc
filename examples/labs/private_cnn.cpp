// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lab: what does differential privacy take back, and what does it cost?
//
//   private_cnn [RECORDS [EPOCHS]]
//
// Trains a convolutional network on the first RECORDS (1,000) images of Fashion-MNIST for EPOCHS (60): by plain SGD,
// and by DP-SGD at epsilon 8, 3 and 1 (delta 1e-5). Each is attacked by thresholds on its margins and on its gradients,
// with as many images that it never saw, and its accuracy is that on the 10,000 test images. All with 95 % intervals.
#include <torch/torch.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/io/idx.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/published/gradient_norm.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>

namespace {

using namespace telltale;
namespace nn = torch::nn;

constexpr double delta = 1e-5, batch = 250;

struct some_records {
  at::Tensor inputs, classes;
  std::vector<int> truth;
};

some_records read(const std::string& part, std::size_t first, std::size_t count) {
  const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(folder))
    throw file_error(folder.string(), "is not there; install it with `apt-get install dataset-fashion-mnist`");
  const io::idx_array all = io::read_idx(folder / (part + "-images-idx3-ubyte.gz"));
  const std::vector<int> labels = io::read_idx(folder / (part + "-labels-idx1-ubyte.gz")).to_vector<int>();
  if (first + count > labels.size())
    throw error("private_cnn: RECORDS is " + std::to_string(count) + "; wanted at most " +
                std::to_string(labels.size() / 2));
  const auto bytes = all.bytes().subspan(first * 784, count * 784);
  std::vector<std::uint8_t> raw(bytes.size());
  std::memcpy(raw.data(), bytes.data(), bytes.size());
  some_records made;
  made.truth.assign(labels.begin() + std::ptrdiff_t(first), labels.begin() + std::ptrdiff_t(first + count));
  made.inputs = at::tensor(raw).to(at::kFloat).div_(255).view({std::int64_t(count), 1, 28, 28});
  made.classes = at::tensor(made.truth).to(at::kLong);
  return made;
}

nn::Sequential network() {
  torch::manual_seed(1);
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 16, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(nn::Conv2dOptions(16, 32, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Flatten(), nn::Linear(32 * 7 * 7, 64), nn::ReLU(), nn::Linear(64, 10));
}

// One row of the table: a network trained with a noise multiplier; 0 is plain SGD, whose bound no gradient reaches.
void row(const std::string& name, double multiplier, const some_records& seen, const some_records& unseen,
         const some_records& test, std::size_t steps) {
  const auto began = std::chrono::steady_clock::now();
  nn::Sequential model = network();
  const double rate = batch / double(seen.truth.size());
  torch::optim::SGD optimiser(model->parameters(),
                              torch::optim::SGDOptions(multiplier == 0 ? 0.05 : 0.25).momentum(0.9));
  dp_sgd training(model, seen.inputs, seen.classes, clipping::flat(multiplier == 0 ? 1e6 : 1),
                  gaussian_noise(multiplier), poisson_sampling(rate));
  progress_line line("training " + name);
  for (std::size_t step = 0; step < steps; ++step) {
    training.step(optimiser);
    line(step + 1, steps);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();

  const at::Tensor inputs = at::cat({seen.inputs, unseen.inputs});
  std::vector<int> truth = seen.truth;
  truth.insert(truth.end(), unseen.truth.begin(), unseen.truth.end());
  std::vector<membership> member(seen.truth.size(), membership::in);
  member.resize(truth.size(), membership::out);
  std::vector<double> margins(truth.size());
  logit_margin{}(classification<libtorch>(answers_of(model, inputs), truth), margins);
  const metric::evaluation by_margin = metric::evaluate(margins, member),
                           by_gradient = metric::evaluate(
                               published::gradient_norm{}(model_gradients(model, inputs, truth)).values, member);
  const auto right =
      static_cast<std::uint64_t>(answers_of(model, test.inputs).argmax(1).eq(test.classes).sum().item<std::int64_t>());
  const metric::estimate accuracy = metric::interval::clopper_pearson::of(right, test.truth.size());
  std::printf("| %-12s | %5.2f | %.3f (%.3f to %.3f) | %.3f (%.3f to %.3f) | %.1f %% (%.1f to %.1f) | %.0f s |\n",
              name.c_str(), multiplier, by_margin.auc.value, by_margin.auc.low, by_margin.auc.high,
              by_gradient.auc.value, by_gradient.auc.low, by_gradient.auc.high, 100 * accuracy.value,
              100 * accuracy.low, 100 * accuracy.high, seconds);
  std::fflush(stdout);
}

std::size_t number(const char* text, const char* what) {
  std::size_t value = 0;
  const char* const end = text + std::strlen(text);
  if (std::from_chars(text, end, value).ptr != end || value == 0)
    throw error("private_cnn: " + std::string(what) + " is '" + text + "'; usage: private_cnn [RECORDS [EPOCHS]]");
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::size_t records = argc > 1 ? number(argv[1], "RECORDS") : 1000,
                      epochs = argc > 2 ? number(argv[2], "EPOCHS") : 60;
    const some_records seen = read("train", 0, records), unseen = read("train", records, records),
                       test = read("t10k", 0, 10'000);
    const auto steps = static_cast<std::size_t>(double(epochs * records) / batch);
    std::printf("%zu records, %zu steps of %.0f on average, delta %g\n\n", records, steps, batch, delta);
    std::printf(
        "| training | noise | AUC, margin | AUC, gradient norm | test accuracy | time |\n|---|---|---|---|---|---|\n");
    row("plain", 0, seen, unseen, test, steps);
    for (const double epsilon : {8.0, 3.0, 1.0}) {
      const double sigma =
          accounting::smallest_sigma(accounting::privacy_loss{}, {epsilon, delta}, batch / double(records), steps)
              .value;
      row("epsilon " + std::to_string(int(epsilon)), sigma, seen, unseen, test, steps);
    }
  } catch (const error& refusal) {
    std::fprintf(stderr, "%s\n", refusal.what());
    return 2;
  }
  return 0;
}
