// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <telltale/io/npy.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/input_file.hpp>

#include "oracle/folders.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using telltale::answers_of;
using telltale::argument_error;
using telltale::asking;

namespace {

at::Tensor some_inputs(std::int64_t records, std::int64_t features, const at::Device& device = at::kCPU) {
  return at::linspace(-1, 1, records * features).view({records, features}).to(device);
}

/// What a refusal says, or nothing where there was none.
template <class Work>
std::string refusal(const Work& work) {
  try {
    static_cast<void>(work());
  } catch (const telltale::error& refused) {
    return refused.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Has every mode that matters: a dropout, and a batch normalisation that its user keeps frozen.
struct moody_module : torch::nn::Module {
  torch::nn::Linear last{3, 2};
  torch::nn::Dropout dropout{0.5};
  torch::nn::BatchNorm1d frozen{3};
  std::size_t calls_in_training = 0, calls_with_gradients = 0;

  moody_module() {
    register_module("last", last);
    register_module("dropout", dropout);
    register_module("frozen", frozen);
  }
  at::Tensor forward(at::Tensor x) {
    calls_in_training += is_training();
    calls_with_gradients += at::GradMode::is_enabled();
    return last(dropout(frozen(x)));
  }
};
TORCH_MODULE_IMPL(moody, moody_module);

}  // namespace

DOCTEST_TEST_CASE("a model, a holder and a callable are models, others are not") {
  static_assert(telltale::TensorModel<torch::nn::Linear>);
  static_assert(telltale::TensorModel<torch::nn::Sequential>);
  static_assert(telltale::TensorModel<at::Tensor (*)(const at::Tensor&)>);
  static_assert(!telltale::TensorModel<torch::Tensor>);
  static_assert(!telltale::TensorModel<int (*)(at::Tensor)>);
}

DOCTEST_TEST_CASE("a sequence of modules answers too, though it cannot be called") {
  torch::nn::Sequential layers(torch::nn::Linear(3, 5), torch::nn::ReLU(), torch::nn::Linear(5, 2));
  const at::Tensor inputs = some_inputs(4, 3);
  DOCTEST_CHECK(at::equal(answers_of(layers, inputs), layers->forward(inputs)));
  DOCTEST_CHECK(layers->is_training());
}

DOCTEST_TEST_CASE("answers in batches are the answers of the whole, for every size of batch") {
  oracle::for_each_device([](const at::Device& device) {
    torch::nn::Linear linear(3, 4);
    linear->to(device);
    const at::Tensor inputs = some_inputs(10, 3, device), whole = linear(inputs).detach();
    for (const std::size_t size : {1u, 3u, 5u, 9u, 10u, 11u, 1000u}) {
      std::vector<std::pair<std::size_t, std::size_t>> steps;
      asking how;
      how.batch_size = size;
      how.classes = 4;
      how.progress = [&](std::size_t done, std::size_t total) { steps.emplace_back(done, total); };
      const at::Tensor got = answers_of(linear, inputs, how);
      DOCTEST_CHECK(got.sizes() == whole.sizes());
      DOCTEST_CHECK((got - whole).abs().max().item<double>() < 1e-6);
      DOCTEST_CHECK(steps.size() == (10 + size - 1) / size);
      DOCTEST_CHECK(steps.back() == std::pair<std::size_t, std::size_t>(10, 10));
      DOCTEST_CHECK_FALSE(got.requires_grad());
      DOCTEST_CHECK((got.device() == device));
      how.device = device;  // the inputs may lie elsewhere
      DOCTEST_CHECK(at::equal(answers_of(linear, inputs.cpu(), how), got));
    }
  });
}

DOCTEST_TEST_CASE("a module answers in evaluation mode and without gradients, and every part gets its mode back") {
  oracle::for_each_device([](const at::Device& device) {
    moody model;
    model->to(device);
    model->frozen->eval();
    const at::Tensor inputs = some_inputs(8, 3, device);
    const at::Tensor mean = model->frozen->running_mean.clone();
    const at::Tensor first = answers_of(model, inputs), second = answers_of(model, inputs);
    DOCTEST_CHECK(at::equal(first, second));  // dropout is off
    DOCTEST_CHECK(model->calls_in_training == 0);
    DOCTEST_CHECK(model->calls_with_gradients == 0);
    DOCTEST_CHECK(at::equal(mean, model->frozen->running_mean));
    DOCTEST_CHECK(model->is_training());
    DOCTEST_CHECK(model->dropout->is_training());
    DOCTEST_CHECK_FALSE(model->frozen->is_training());
    DOCTEST_CHECK(at::GradMode::is_enabled());
  });
}

DOCTEST_TEST_CASE("the mode comes back when the model fails") {
  moody model;
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(answers_of(model, some_inputs(4, 7))), argument_error);
  DOCTEST_CHECK(model->is_training());
  DOCTEST_CHECK(at::GradMode::is_enabled());
}

DOCTEST_TEST_CASE("a plain callable may answer in any float type") {
  oracle::for_each_device([](const at::Device& device) {
    const at::Tensor inputs = some_inputs(4, 2, device).to(at::kDouble);
    DOCTEST_CHECK((answers_of([](at::Tensor x) { return 2 * x; }, inputs).scalar_type() == at::kDouble));
    DOCTEST_CHECK((answers_of([](at::Tensor x) { return x.to(at::kHalf); }, inputs).scalar_type() == at::kFloat));
    DOCTEST_CHECK(
        at::equal(answers_of([](at::Tensor x) { return 2 * x; }, inputs, asking{.batch_size = 3}), 2 * inputs));
  });
}

DOCTEST_TEST_CASE("a refusal names the shape and the model's reason in one line") {
  torch::nn::Linear linear(3, 4);
  const std::string got = refusal([&] { return answers_of(linear, some_inputs(5, 7), asking{.batch_size = 2}); });
  DOCTEST_INFO(got);
  DOCTEST_CHECK(has(got, "answers_of: inputs: a batch of shape (2, 7) of float is refused by the model: "));
  DOCTEST_CHECK(has(got, "mat1 and mat2 shapes cannot be multiplied (2x7 and 3x4)"));
  DOCTEST_CHECK_FALSE(has(got, "\n"));
}

DOCTEST_TEST_CASE("answers of another shape or kind are refused") {
  const at::Tensor inputs = some_inputs(6, 3);
  const auto said = [&](auto model, asking how = {}) {
    return refusal([&] { return answers_of(model, inputs, how); });
  };
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.sum(1); }), "answers with shape (6)"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.unsqueeze(2); }), "answers with shape (6, 3, 1)"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.narrow(0, 0, 4); }), "wanted (6, classes)"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.narrow(1, 0, 1); }), "at least 2 classes"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.argmax(1, true).expand({-1, 2}); }), "long numbers"));
  DOCTEST_CHECK(has(said([](at::Tensor) { return at::Tensor(); }), "no answer"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x; }, asking{.classes = 10}), "3 classes; wanted 10"));
  DOCTEST_CHECK(has(said([](at::Tensor x) { return x.size(0) == 4 ? x : x.narrow(1, 0, 2); }, asking{.batch_size = 4}),
                    "2 classes; wanted 3"));
}

DOCTEST_TEST_CASE("an answer that is not finite is refused and its record named") {
  oracle::for_each_device([](const at::Device& device) {
    for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      at::Tensor inputs = some_inputs(9, 3, device).clone();
      inputs[7][2] = wrong;
      const std::string got =
          refusal([&] { return answers_of([](at::Tensor x) { return x; }, inputs, {.batch_size = 4}); });
      DOCTEST_INFO(got);
      DOCTEST_CHECK(has(got, "answers record 7 with " + std::string(std::isnan(wrong) ? "NaN" : "infinity")));
    }
  });
}

DOCTEST_TEST_CASE("empty inputs and a batch of none are refused") {
  const auto same = [](at::Tensor x) { return x; };
  DOCTEST_CHECK(has(refusal([&] { return answers_of(same, at::Tensor()); }), "inputs: hold no record"));
  DOCTEST_CHECK(has(refusal([&] { return answers_of(same, at::empty({0, 3})); }), "inputs: hold no record"));
  DOCTEST_CHECK(has(refusal([&] { return answers_of(same, at::ones({})); }), "inputs: hold no record"));
  DOCTEST_CHECK(
      has(refusal([&] { return answers_of(same, some_inputs(2, 2), {.batch_size = 0}); }), "batch_size: is 0"));
}

DOCTEST_TEST_CASE("errors of ours and a lack of memory pass through") {
  const at::Tensor inputs = some_inputs(2, 2);
  const auto refuses = [](at::Tensor) -> at::Tensor { throw telltale::file_error("X", "is gone"); };
  DOCTEST_CHECK(refusal([&] { return answers_of(refuses, inputs); }) == "X: is gone");
  const auto exhausted = [](at::Tensor) -> at::Tensor { throw std::bad_alloc(); };
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(answers_of(exhausted, inputs)), std::bad_alloc);
}

DOCTEST_TEST_CASE("inputs are read from .npy: floats, bytes with a scale, whole numbers as they are") {
  const oracle::temporary_folder folder;
  const auto path = folder / "X.npy";
  telltale::io::write_npy(path, std::vector<double>{0, 0.5, 1, 2}, {2, 2});
  DOCTEST_CHECK(at::equal(telltale::load_inputs(path), at::tensor({0.F, 0.5F, 1.F, 2.F}).view({2, 2})));
  DOCTEST_CHECK(at::equal(telltale::load_inputs(path, 2), at::tensor({0.F, 0.25F, 0.5F, 1.F}).view({2, 2})));
  telltale::io::write_npy(path, std::vector<std::uint8_t>{0, 51, 102, 255}, {1, 1, 2, 2});
  DOCTEST_CHECK(has(refusal([&] { return telltale::load_inputs(path); }), "holds uint8; wanted a scale"));
  const at::Tensor pixels = telltale::load_inputs(path, 255);
  DOCTEST_CHECK(pixels.sizes() == at::IntArrayRef({1, 1, 2, 2}));
  DOCTEST_CHECK((pixels.flatten() - at::tensor({0.F, 0.2F, 0.4F, 1.F})).abs().max().item<float>() < 1e-7);
  telltale::io::write_npy(path, std::vector<std::int32_t>{7, 8, 9, 10}, {2, 2});
  DOCTEST_CHECK(at::equal(telltale::load_inputs(path), at::tensor({7, 8, 9, 10}, at::kLong).view({2, 2})));
}

DOCTEST_TEST_CASE("inputs that no model can take are refused by the file's name") {
  const oracle::temporary_folder folder;
  const auto path = folder / "X.npy";
  const auto said = [&](std::optional<double> scale = {}) {
    const std::string got = refusal([&] { return telltale::load_inputs(path, scale); });
    return has(got, path.string()) || scale ? got : "the file is not named: " + got;
  };
  DOCTEST_CHECK(has(said(), "does not exist"));
  telltale::io::write_npy(path, std::vector<float>{1, 2, 3}, {3});
  DOCTEST_CHECK(has(said(), "has shape (3,)"));
  telltale::io::write_npy(path, std::vector<float>{}, {0, 3});
  DOCTEST_CHECK(has(said(), "none of them 0"));
  telltale::io::write_npy(path, std::vector<float>{1, std::nanf("")}, {1, 2});
  DOCTEST_CHECK(has(said(), "not finite"));
  telltale::io::write_npy_mask(path, std::vector<std::uint8_t>{1, 0}, {1, 2});
  DOCTEST_CHECK(has(said(), "booleans"));
  telltale::io::write_npy(path, std::vector<float>{1, 2}, {1, 2});
  for (const double scale : {0., -1., std::nan("")}) DOCTEST_CHECK(has(said(scale), "wanted a positive number"));
}
