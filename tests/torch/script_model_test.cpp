// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/script.h>
#include <torch/torch.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include <telltale/torch/model/script_model.hpp>

#include "oracle/folders.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using telltale::answers_of;
using telltale::script_model;

namespace {

/// A linear layer with dropout in a submodule, as `torch.jit.script` would write it: the modes are attributes.
torch::jit::Module small_script() {
  torch::jit::Module drop("Drop");
  drop.register_attribute("training", c10::BoolType::get(), true);
  drop.define("def forward(self, x):\n    return torch.dropout(x, 0.5, self.training)\n");
  torch::jit::Module module("Small");
  module.register_attribute("training", c10::BoolType::get(), true);
  module.register_module("drop", drop);
  module.register_parameter("weight", at::tensor({1.F, 0.F, 2.F, 0.F, 1.F, 3.F}).view({2, 3}), false);
  module.register_parameter("bias", at::tensor({0.F, 1.F}), false);
  module.define("def forward(self, x):\n    return torch.linear(self.drop.forward(x), self.weight, self.bias)\n");
  return module;
}

torch::jit::Module script_of(const std::string& body) {
  torch::jit::Module module("Other");
  module.define("def forward(self, x):\n    return " + body + "\n");
  return module;
}

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

}  // namespace

DOCTEST_TEST_CASE("a saved script answers as it did, in evaluation mode, and gets its modes back") {
  oracle::for_each_device([](const at::Device& device) {
    static_assert(telltale::TensorModel<script_model>);
    const oracle::temporary_folder folder;
    const auto path = folder / "M.pt";
    small_script().save(path.string());
    script_model model = script_model::load(path, device);
    DOCTEST_CHECK(model.is_training());
    DOCTEST_CHECK(model.parameters().size() == 2);
    const at::Tensor inputs = at::tensor({1.F, 2.F, 3.F, -1.F, 0.F, 1.F}).view({2, 3}).to(device);
    // By hand: (1 + 2 * 3, 2 + 3 * 3 + 1) and (-1 + 2, 3 + 1).
    DOCTEST_CHECK(at::equal(answers_of(model, inputs).cpu(), at::tensor({7.F, 12.F, 1.F, 4.F}).view({2, 2})));
    DOCTEST_CHECK(model.is_training());
    for (const auto& part : model.modules()) DOCTEST_CHECK(part.is_training());
    model.eval();
    DOCTEST_CHECK(at::equal(answers_of(model, inputs, {.batch_size = 1}), model(inputs)));
    DOCTEST_CHECK_FALSE(model.is_training());
  });
}

DOCTEST_TEST_CASE("a part that was frozen stays so") {
  script_model model(small_script());
  for (auto part : model.module().children()) part.eval();
  static_cast<void>(answers_of(model, at::ones({2, 3})));
  DOCTEST_CHECK(model.is_training());
  for (const auto& part : model.module().children()) DOCTEST_CHECK_FALSE(part.is_training());
}

DOCTEST_TEST_CASE("files that hold no script are refused by name") {
  const oracle::temporary_folder folder;
  const auto path = folder / "M.pt";
  const auto said = [&] {
    const std::string got = refusal([&] { return script_model::load(path); });
    DOCTEST_INFO(got);
    DOCTEST_CHECK(got.rfind(path.string() + ": ", 0) == 0);
    DOCTEST_CHECK_FALSE(has(got, "\n"));
    return got;
  };
  DOCTEST_CHECK(has(said(), "does not exist"));
  std::filesystem::create_directory(path);
  DOCTEST_CHECK(has(said(), "is a folder"));
  std::filesystem::remove(path);
  for (const std::string content : {"", "no script", "PK\x03\x04 almost a zip"}) {
    oracle::write_bytes(path, content);
    DOCTEST_CHECK(has(said(), "is no TorchScript module"));
  }
  torch::save(at::ones({2, 2}), path.string());  // weights alone
  DOCTEST_CHECK(said() != "");
  torch::jit::Module("Silent").save(path.string());
  DOCTEST_CHECK(has(said(), "without forward"));
  small_script().save(path.string());
  const std::string whole = oracle::bytes_of(path);
  oracle::write_bytes(path, whole.substr(0, whole.size() / 2));
  DOCTEST_CHECK(has(said(), "is no TorchScript module"));
}

DOCTEST_TEST_CASE("a device that is not there is refused by name") {
  const oracle::temporary_folder folder;
  small_script().save((folder / "M.pt").string());
  const std::string got = refusal([&] { return script_model::load(folder / "M.pt", at::Device("cuda:99")); });
  DOCTEST_INFO(got);
  DOCTEST_CHECK(has(got, "M.pt: cannot be put on cuda:99: "));
}

DOCTEST_TEST_CASE("what the interpreter says comes in one line, without its trace") {
  script_model model(small_script());
  const std::string got = refusal([&] { return answers_of(model, at::ones({5, 4})); });
  DOCTEST_INFO(got);
  DOCTEST_CHECK(has(got, "inputs: a batch of shape (5, 4) of float is refused by the model: "));
  DOCTEST_CHECK(has(got, "shapes cannot be multiplied"));
  DOCTEST_CHECK_FALSE(has(got, "\n"));
  DOCTEST_CHECK_FALSE(has(got, "Traceback"));
}

DOCTEST_TEST_CASE("a script that wants more inputs or returns no single tensor is refused") {
  script_model pair(script_of("(x, x)"));
  DOCTEST_CHECK(has(refusal([&] { return answers_of(pair, at::ones({2, 3})); }), "returns Tuple; wanted one tensor"));
  torch::jit::Module two("Two");
  two.define("def forward(self, x, y):\n    return x + y\n");
  script_model wants_two(two);
  DOCTEST_CHECK(has(refusal([&] {
                      return answers_of(wants_two, at::ones({2, 3}));
                    }),
                    "missing value for argument 'y'"));
}

DOCTEST_TEST_CASE("parameters are those that train, and copies share them") {
  script_model model(small_script());
  script_model copy = model;
  model.parameters().front().data().mul_(2);
  DOCTEST_CHECK(at::equal(copy.parameters().front(), model.parameters().front()));
  for (at::Tensor& parameter : model.parameters()) parameter.requires_grad_(true);
  const at::Tensor inputs = at::ones({4, 3});
  model.eval();
  model(inputs).sum().backward();
  DOCTEST_CHECK(model.parameters().front().grad().defined());
}
