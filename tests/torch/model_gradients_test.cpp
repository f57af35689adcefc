// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <telltale/published/gradient_norm.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/telltale.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

namespace nn = ::torch::nn;
using telltale::gradient_norm;
using telltale::model_gradients;

struct data {
  at::Tensor inputs;
  std::vector<int> truth;
};

data draw(at::IntArrayRef shape, const at::Device& device = at::kCPU) {
  ::torch::manual_seed(3);
  data made{::torch::randn(shape, at::kDouble).to(device), {}};
  for (std::int64_t i = 0; i < shape[0]; ++i) made.truth.push_back(int(i % 3));
  return made;
}

template <class Batch>
std::vector<double> scores(const gradient_norm& scorer, const Batch& batch) {
  std::vector<double> out(batch.subjects());
  scorer(batch, out);
  return out;
}

// -|g|_p of each record, by autograd, one record at a time.
template <class Call>
std::vector<double> one_by_one(Call&& model, const std::vector<at::Tensor>& parameters, const data& of, double p) {
  std::vector<double> norms;
  for (std::size_t i = 0; i < of.truth.size(); ++i) {
    const at::Tensor answer = model(of.inputs.narrow(0, std::int64_t(i), 1)),
                     loss = at::cross_entropy_loss(
                         answer, at::tensor({std::int64_t(of.truth[i])}, at::kLong).to(answer.device()));
    double sum = 0, largest = 0;
    for (const at::Tensor& g : ::torch::autograd::grad({loss}, parameters)) {
      sum += g.abs().pow(std::isinf(p) ? 1 : p).sum().template item<double>();
      largest = std::max(largest, g.abs().max().template item<double>());
    }
    norms.push_back(std::isinf(p) ? -largest : -std::pow(sum, 1 / p));
  }
  return norms;
}

void check_close(const std::vector<double>& got, const std::vector<double>& wanted) {
  DOCTEST_REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) DOCTEST_CHECK(got[i] == doctest::Approx(wanted[i]).epsilon(1e-10));
}

}  // namespace

DOCTEST_TEST_CASE("gradient norms of a module, of any order, over all or chosen parameters") {
  oracle::for_each_device([](const at::Device& device) {
    const data of = draw({37, 5}, device);
    nn::Sequential model(nn::Linear(5, 8), nn::Dropout(0.5), nn::Tanh(), nn::Linear(8, 3));
    model->to(device, at::kDouble);
    const auto call = [&](const at::Tensor& x) { return model->forward(x); };
    const model_gradients batch(model, of.inputs, of.truth, {.batch_size = 10});
    const std::vector<double> got = scores(gradient_norm{}, batch);
    DOCTEST_CHECK(batch.route().ghost);
    DOCTEST_CHECK(model->is_training());  // as it was: dropout is on again, and was off for the gradients
    model->eval();
    check_close(got, one_by_one(call, model->parameters(), of, 2));
    for (const double p : {1.0, 3.0, std::numeric_limits<double>::infinity()})
      check_close(scores(gradient_norm{p}, batch), one_by_one(call, model->parameters(), of, p));
    const model_gradients sent_for(model, of.inputs.cpu(), of.truth);  // batches go to where the model is
    check_close(scores(gradient_norm{}, sent_for), got);
    const std::vector<at::Tensor> last{model->parameters()[2], model->parameters()[3]};
    const model_gradients of_last(model, of.inputs, of.truth, {.parameters = last});
    check_close(scores(gradient_norm{}, of_last), one_by_one(call, last, of, 2));
    // The last layer is a softmax head, whose closed form the core has.
    const at::Tensor hidden = at::tanh(model->parameters()[0].matmul(of.inputs.t()).t() + model->parameters()[1])
                                  .detach()
                                  .cpu()
                                  .contiguous(),
                     logits = model->forward(of.inputs).detach().cpu().contiguous();
    const telltale::softmax_head<telltale::eigen<double>> head(
        telltale::batch_view<double>(std::span(logits.data_ptr<double>(), 37 * 3), 37, 3),
        telltale::batch_view<double>(std::span(hidden.data_ptr<double>(), 37 * 8), 37, 8), of.truth);
    check_close(scores(gradient_norm{}, of_last), scores(gradient_norm{}, head));
  });
}

DOCTEST_TEST_CASE("a plain callable has gradients when its parameters are named") {
  oracle::for_each_device([](const at::Device& device) {
    const data of = draw({12, 4}, device);
    const at::Tensor weight = ::torch::randn({3, 4}, of.inputs.options()).requires_grad_();
    const auto call = [&](const at::Tensor& x) { return ::torch::matmul(x, weight.t()); };
    const model_gradients batch(call, of.inputs, of.truth, {.parameters = {weight}});
    check_close(scores(gradient_norm{}, batch), one_by_one(call, {weight}, of, 2));
    DOCTEST_CHECK(batch.route().ghost);
    DOCTEST_CHECK_THROWS_AS(model_gradients(call, of.inputs, of.truth), telltale::argument_error);
  });
}

DOCTEST_TEST_CASE("gradients as rows, for attacks that whiten them") {
  oracle::for_each_device([](const at::Device& device) {
    const data of = draw({9, 4}, device);
    nn::Linear model(4, 3);
    model->to(device, at::kDouble);
    const model_gradients batch(model, of.inputs, of.truth);
    std::vector<double> rows(9 * batch.dimensions());
    DOCTEST_CHECK(batch.dimensions() == 15);
    batch.gradients(rows);
    const std::vector<double> norms = scores(gradient_norm{}, batch);
    for (std::size_t i = 0; i < 9; ++i) {
      double square = 0;
      for (std::size_t d = 0; d < 15; ++d) square += rows[15 * i + d] * rows[15 * i + d];
      DOCTEST_CHECK(-std::sqrt(square) == doctest::Approx(norms[i]).epsilon(1e-12));
    }
  });
}

DOCTEST_TEST_CASE("a TorchScript model has gradients of its examples too, without forming them") {
  oracle::for_each_device([](const at::Device& device) {
    const data of = draw({20, 1, 6, 6}, device);
    ::torch::jit::Module script("net");
    ::torch::manual_seed(4);
    script.register_parameter("kernel", ::torch::randn({4, 1, 3, 3}, at::kDouble).requires_grad_(), false);
    script.register_parameter("weight", ::torch::randn({3, 64}, at::kDouble).requires_grad_(), false);
    script.register_parameter("bias", ::torch::randn({3}, at::kDouble).requires_grad_(), false);
    script.define(R"(
    def forward(self, x):
        h = torch.relu(torch.conv2d(x, self.kernel))
        return torch.linear(h.flatten(1), self.weight, self.bias)
  )");
    script.to(device);
    telltale::script_model model(script);
    const model_gradients batch(model, of.inputs, of.truth);
    for (int again = 0; again < 4; ++again) {  // the interpreter specialises what it has run twice
      const std::vector<double> got = scores(gradient_norm{}, batch);
      DOCTEST_INFO(batch.route().why_not);
      DOCTEST_CHECK(batch.route().ghost);
      check_close(got, one_by_one(model, model.parameters(), of, 2));
    }
  });
}

DOCTEST_TEST_CASE("an operator within modules within modules is told from what else lies on the interpreter's stack") {
  // PyTorch scripts a Sequential as one module for each layer; the stack then holds them below an operator's arguments.
  const data of = draw({20, 16});
  ::torch::manual_seed(4);
  ::torch::jit::Module net("net");
  const auto layer = [&](const std::string& name, std::int64_t in, std::int64_t out) {
    ::torch::jit::Module linear("Linear_" + name);
    linear.register_parameter("weight", ::torch::randn({out, in}, at::kDouble).requires_grad_(), false);
    linear.register_parameter("bias", ::torch::randn({out}, at::kDouble).requires_grad_(), false);
    linear.define("def forward(self, x):\n    return torch.linear(x, self.weight, self.bias)\n");
    net.register_module(name, linear);
  };
  layer("first", 16, 8);
  layer("second", 8, 3);
  net.define("def forward(self, x):\n    return self.second.forward(torch.relu(self.first.forward(x)))\n");
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "telltale-modules-in-modules.pt";
  net.save(file.string());
  telltale::script_model model = telltale::script_model::load(file);
  std::filesystem::remove(file);
  const model_gradients batch(model, of.inputs, of.truth);
  for (int again = 0; again < 4; ++again) {
    const std::vector<double> got = scores(gradient_norm{}, batch);
    DOCTEST_INFO(batch.route().why_not);
    DOCTEST_CHECK(batch.route().ghost);
    check_close(got, one_by_one(model, model.parameters(), of, 2));
  }
}

DOCTEST_TEST_CASE("no rule is missed where the interpreter fuses what it has run twice") {
  oracle::for_each_device([](const at::Device& device) {
    const data of = draw({20, 16}, device);
    ::torch::jit::Module script("gains");
    ::torch::manual_seed(4);
    script.register_parameter("gain", ::torch::randn({16}, at::kDouble).requires_grad_(), false);
    script.register_parameter("bias", ::torch::randn({16}, at::kDouble).requires_grad_(), false);
    script.register_parameter("weight", ::torch::randn({3, 16}, at::kDouble).requires_grad_(), false);
    script.define(R"(
      def forward(self, x):
          h = torch.tanh(torch.relu(x * self.gain + self.bias) * 0.5)
          return torch.linear(h, self.weight)
    )");
    script.to(device);
    telltale::script_model model(script);
    const model_gradients batch(model, of.inputs, of.truth);
    // The same by a callable, which the interpreter optimises as it likes: any route, the same gradients.
    ::torch::jit::Module twin = script.clone();
    const telltale::script_model of_twin(twin);
    const auto optimised = [&](const at::Tensor& x) { return twin.forward({x}).toTensor(); };
    const model_gradients other(optimised, of.inputs, of.truth, {.parameters = of_twin.parameters()});
    for (int again = 0; again < 6; ++again) {
      const std::vector<double> got = scores(gradient_norm{}, batch);
      DOCTEST_INFO("time ", again, ": ", batch.route().why_not);
      DOCTEST_CHECK(batch.route().ghost);
      check_close(got, one_by_one(model, model.parameters(), of, 2));
      check_close(scores(gradient_norm{}, other), got);
    }
  });
}

DOCTEST_TEST_CASE("gradients are refused where they cannot be") {
  const data of = draw({9, 4});
  nn::Linear model(4, 3);
  model->to(at::kDouble);
  const std::vector<int> few(of.truth.begin(), of.truth.end() - 1);
  DOCTEST_CHECK_THROWS_WITH_AS(model_gradients(model, of.inputs, few),
                               "model_gradients: truth: has 8 elements; wanted 9", telltale::argument_error);
  DOCTEST_CHECK_THROWS_AS(model_gradients(model, of.inputs, of.truth, {.batch_size = 0}), telltale::argument_error);
  for (at::Tensor parameter : model->parameters()) parameter.set_requires_grad(false);
  DOCTEST_CHECK_THROWS_AS(model_gradients(model, of.inputs, of.truth), telltale::argument_error);
}

DOCTEST_TEST_CASE("convolutions in less than float32, as a GPU's are by default, have gradients without forming them") {
  struct default_precision {
    default_precision() { at::globalContext().setAllowTF32CuDNN(true); }
    ~default_precision() { at::globalContext().setAllowTF32CuDNN(false); }
  } const as_users_have_it;
  oracle::for_each_device([](const at::Device& device) {
    double worst = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const data of = draw({64, 1, 28, 28}, device);
      ::torch::manual_seed(seed);
      nn::Sequential model(nn::Conv2d(nn::Conv2dOptions(1, 16, 8).stride(2).padding(3)), nn::ReLU(), nn::MaxPool2d(2),
                           nn::Conv2d(16, 32, 4), nn::ReLU(), nn::Flatten(), nn::Linear(512, 3));
      model->to(device);
      const at::Tensor inputs = of.inputs.to(at::kFloat);
      const model_gradients batch(model, inputs, of.truth);
      const std::vector<double> got = scores(gradient_norm{}, batch);
      DOCTEST_INFO(batch.route().why_not);
      DOCTEST_CHECK(batch.route().ghost);
      model->to(at::kDouble);
      const std::vector<double> exact =
          scores(gradient_norm{}, model_gradients(model, inputs.to(at::kDouble), of.truth));
      for (std::size_t i = 0; i < got.size(); ++i) worst = std::max(worst, std::abs(got[i] / exact[i] - 1));
    }
    DOCTEST_MESSAGE("norms differ from those in float64 by up to ", worst, " of themselves on ", device.str());
    DOCTEST_CHECK(worst < (device.is_cpu() ? 1e-5 : 1e-2));
  });
}
