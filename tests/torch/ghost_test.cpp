// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Per-example gradients from a batch against those of batches of one, which LibTorch's autograd computes: the oracle of
// Opacus' own suite.
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;
namespace nn = ::torch::nn;
using model_call = std::function<at::Tensor(const at::Tensor&)>;

// A loss that weighs every answer differently, so that no symmetry hides a wrong position.
at::Tensor weighed_loss(const at::Tensor& answers, const at::Tensor& targets, bool mean) {
  const at::Tensor flat = answers.reshape({answers.size(0), -1});
  const at::Tensor weights = at::cos(at::arange(flat.size(1), flat.options()) * 1.7).unsqueeze(0) +
                             targets.to(flat.scalar_type()).unsqueeze(1);
  const at::Tensor terms = at::sin(flat) * weights + 0.3 * flat * flat;
  return mean ? terms.mean(1) : terms.sum(1);
}

struct outcome {
  double worst_norm = 0, worst_sum = 0, worst_power = 0;
  gradient_route route;
};

// The largest relative differences, over examples and parameters, to gradients of batches of one.
outcome compare(const model_call& model, const std::vector<at::Tensor>& parameters, const at::Tensor& inputs,
                bool mean) {
  const std::int64_t examples = inputs.size(0);
  const at::Tensor targets = at::arange(examples, inputs.options().dtype(at::kLong)).remainder(3);
  per_example_gradients engine(
      parameters, [&](const at::Tensor& x, const at::Tensor& y) { return weighed_loss(model(x), y, mean); });
  outcome got;
  const at::Tensor squares = engine.squared_norms(inputs, targets), cubes = engine.powers(inputs, targets, 3),
                   all = engine.gradients(inputs, targets);
  std::vector<at::Tensor> sums, wanted_sums;
  for (const at::Tensor& parameter : parameters) {
    sums.push_back(at::zeros_like(parameter).detach());
    wanted_sums.push_back(at::zeros_like(parameter).detach());
  }
  engine.add_scaled(
      inputs, targets, [](const at::Tensor& norms) { return 1 / (1 + norms); }, sums);
  got.route = engine.route();
  const auto relative = [](double a, double b) { return std::abs(a - b) / std::max(std::abs(b), 1e-6); };
  for (std::int64_t b = 0; b < examples; ++b) {
    const at::Tensor loss = weighed_loss(model(inputs.narrow(0, b, 1)), targets.narrow(0, b, 1), mean);
    const auto own = ::torch::autograd::grad({loss}, parameters, {}, {}, false, true);
    std::int64_t at_ = 0;
    for (std::size_t p = 0; p < own.size(); ++p) {
      const auto column = static_cast<std::int64_t>(p);
      const at::Tensor g = own[p].defined() ? own[p].to(at::kDouble) : at::zeros_like(parameters[p]).to(at::kDouble);
      const double square = (g * g).sum().item<double>();
      got.worst_norm =
          std::max(got.worst_norm, relative(std::sqrt(squares[b][column].item<double>()), std::sqrt(square)));
      got.worst_power =
          std::max(got.worst_power, relative(cubes[b][column].item<double>(), g.abs().pow(3).sum().item<double>()));
      const at::Tensor row = all[b].narrow(0, at_, parameters[p].numel()).to(at::kDouble);
      got.worst_power =
          std::max(got.worst_power, (row - g.reshape({-1})).abs().max().item<double>() / (1 + std::sqrt(square)));
      wanted_sums[p].add_((g / (1 + square)).to(parameters[p].scalar_type()));
      at_ += parameters[p].numel();
    }
  }
  for (std::size_t p = 0; p < sums.size(); ++p)
    got.worst_sum = std::max(got.worst_sum, (sums[p] - wanted_sums[p]).abs().max().item<double>() /
                                                (1e-6 + wanted_sums[p].abs().max().item<double>()));
  return got;
}

// Holds a module against batches of one: both precisions, sum and mean of the loss, every device.
template <class Holder>
void check_module(const std::string& what, const std::function<Holder()>& make,
                  const std::function<at::Tensor(const at::TensorOptions&)>& draw, bool ghost = true) {
  oracle::for_each_device([&](const at::Device& device) {
    for (const auto type : {at::kFloat, at::kDouble})
      for (const bool mean : {false, true}) {
        DOCTEST_INFO(what, ", ", at::toString(type), mean ? ", mean" : ", sum");
        ::torch::manual_seed(5);
        Holder module = make();
        module->to(device, type);
        const at::Tensor inputs = draw(at::TensorOptions().dtype(type).device(device));
        const model_call model = [&](const at::Tensor& x) { return module->forward(x); };
        const outcome got = compare(model, module->parameters(), inputs, mean);
        DOCTEST_INFO(got.route.why_not);
        DOCTEST_CHECK(got.route.ghost == ghost);
        const double tolerance = type == at::kFloat ? 1e-5 : 1e-10;
        DOCTEST_CHECK(got.worst_norm <= tolerance);
        DOCTEST_CHECK(got.worst_power <= 3 * tolerance);  // of a cube
        DOCTEST_CHECK(got.worst_sum <= tolerance);
      }
  });
}

template <class Options>
void check_convolution(const Options& options, std::vector<std::int64_t> shape) {
  constexpr bool two = std::is_same_v<Options, nn::Conv2dOptions>;
  using Holder = std::conditional_t<two, nn::Conv2d, nn::Conv1d>;
  check_module<Holder>(
      "convolution", [&] { return Holder(options); },
      [&](const at::TensorOptions& o) { return ::torch::randn(shape, o); });
}

}  // namespace

DOCTEST_TEST_CASE("Linear on vectors and sequences, with and without bias") {
  random_stream random(3);
  for (int k = 0; k < 6; ++k) {
    const auto in = std::int64_t(1 + random.below(9)), out = std::int64_t(1 + random.below(9));
    const auto positions = std::int64_t(1 + random.below(40));
    const bool bias = random.below(2) == 0;
    const auto make = [&] { return nn::Linear(nn::LinearOptions(in, out).bias(bias)); };
    check_module<nn::Linear>("Linear", make, [&](const at::TensorOptions& o) { return ::torch::randn({7, in}, o); });
    check_module<nn::Linear>("Linear on a sequence", make, [&](const at::TensorOptions& o) {
      return ::torch::randn({7, positions, in}, o);
    });
    check_module<nn::Linear>("Linear on an image", make, [&](const at::TensorOptions& o) {
      return ::torch::randn({5, 3, positions, in}, o);
    });
  }
}

DOCTEST_TEST_CASE("convolutions of any stride, padding, dilation and grouping") {
  random_stream random(4);
  for (int k = 0; k < 8; ++k) {
    const auto draw = [&](std::uint64_t from, std::uint64_t to) {
      return std::int64_t(from + random.below(to - from + 1));
    };
    const std::int64_t groups = draw(1, 3), in = groups * draw(1, 3), out = groups * draw(1, 3);
    check_convolution(nn::Conv2dOptions(in, out, {draw(1, 3), draw(1, 3)})
                          .stride({draw(1, 2), draw(1, 3)})
                          .padding(at::ArrayRef<std::int64_t>{draw(0, 2), draw(0, 2)})
                          .dilation({draw(1, 2), draw(1, 2)})
                          .groups(groups)
                          .bias(k % 2 == 0),
                      {5, in, 9, 8});
    check_convolution(nn::Conv1dOptions(in, out, draw(1, 4))
                          .stride(draw(1, 3))
                          .padding(draw(0, 2))
                          .dilation(draw(1, 2))
                          .groups(groups),
                      {5, in, 17});
  }
  check_convolution(nn::Conv2dOptions(2, 3, {2, 3}).padding(::torch::kSame), {4, 2, 6, 7});
  check_convolution(nn::Conv2dOptions(2, 3, {2, 3}).padding(::torch::kValid), {4, 2, 6, 7});
  check_convolution(nn::Conv2dOptions(2, 3, 3).padding(1).padding_mode(::torch::kReflect), {4, 2, 6, 7});
}

DOCTEST_TEST_CASE("normalisations that do not mix examples") {
  check_module<nn::LayerNorm>(
      "LayerNorm",
      [] {
        return nn::LayerNorm(nn::LayerNormOptions({4, 5}));
      },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 3, 4, 5}, o);
      });
  check_module<nn::GroupNorm>(
      "GroupNorm", [] { return nn::GroupNorm(nn::GroupNormOptions(2, 6)); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 6, 5}, o);
      });
  check_module<nn::InstanceNorm2d>(
      "InstanceNorm", [] { return nn::InstanceNorm2d(nn::InstanceNorm2dOptions(3).affine(true)); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 3, 4, 5}, o);
      });
  check_module<nn::BatchNorm2d>(
      "frozen BatchNorm",
      [] {
        nn::BatchNorm2d norm(3);
        norm->forward(::torch::randn({8, 3, 4, 4}));
        norm->eval();
        return norm;
      },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 3, 4, 5}, o);
      });
}

DOCTEST_TEST_CASE("embeddings, with repeated indices and a padding index") {
  const auto indices = [](const at::TensorOptions& o) { return ::torch::randint(0, 5, {6, 9}, o.dtype(at::kLong)); };
  check_module<nn::Embedding>(
      "Embedding", [] { return nn::Embedding(5, 4); }, indices);
  check_module<nn::Embedding>(
      "Embedding with padding", [] { return nn::Embedding(nn::EmbeddingOptions(5, 4).padding_idx(2)); }, indices);
}

namespace {

struct RecurrentImpl : nn::Module {
  nn::Linear step{nullptr};
  RecurrentImpl() : step(register_module("step", nn::Linear(4, 4))) {}
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor h = ::torch::tanh(step(x.select(1, 0)));
    for (int t = 1; t < 3; ++t) h = ::torch::tanh(step(h + x.select(1, t)));
    return h;
  }
};
TORCH_MODULE(Recurrent);

struct TiedImpl : nn::Module {
  nn::Embedding table{nullptr};
  at::Tensor position;
  TiedImpl() : table(register_module("table", nn::Embedding(6, 4))) {
    position = register_parameter("position", ::torch::randn({5, 4}));
  }
  at::Tensor forward(const at::Tensor& i) {
    return ::torch::matmul(::torch::tanh(table(i) + position), table->weight.t());
  }
};
TORCH_MODULE(Tied);

struct HandWrittenNormImpl : nn::Module {
  at::Tensor gain, bias;
  HandWrittenNormImpl() {
    gain = register_parameter("gain", ::torch::rand({6}));
    bias = register_parameter("bias", ::torch::rand({6}));
  }
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor centred = x - x.mean(-1, true);
    return centred / (centred.pow(2).mean(-1, true) + 1e-5).sqrt() * gain + bias;
  }
};
TORCH_MODULE(HandWrittenNorm);

struct NetworkImpl : nn::Module {
  nn::Conv2d first{nullptr}, second{nullptr};
  nn::GroupNorm norm{nullptr};
  nn::Linear last{nullptr};
  NetworkImpl()
      : first(register_module("first", nn::Conv2d(nn::Conv2dOptions(1, 6, 3).padding(1)))),
        second(register_module("second", nn::Conv2d(nn::Conv2dOptions(6, 6, 3).padding(1)))),
        norm(register_module("norm", nn::GroupNorm(2, 6))),
        last(register_module("last", nn::Linear(6 * 4 * 4, 3))) {}
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor h = first(x);
    ::torch::relu_(h);
    return last((h + ::torch::relu(norm(second(h)))).flatten(1));  // a residual connection, and one in place
  }
};
TORCH_MODULE(Network);

struct MixingImpl : nn::Module {
  nn::Linear layer{nullptr};
  MixingImpl() : layer(register_module("layer", nn::Linear(3, 3))) {}
  at::Tensor forward(const at::Tensor& x) { return layer(x - x.mean(0, true)); }
};
TORCH_MODULE(Mixing);

struct UnknownImpl : nn::Module {
  at::Tensor weight;
  UnknownImpl() { weight = register_parameter("weight", ::torch::randn({3, 4})); }
  at::Tensor forward(const at::Tensor& x) { return ::torch::matmul(x, ::torch::tanh(weight).t()); }
};
TORCH_MODULE(Unknown);

}  // namespace

DOCTEST_TEST_CASE("weights that are used several times, residuals, and what works in place") {
  check_module<Recurrent>(
      "recurrent", [] { return Recurrent(); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 3, 4}, o);
      });
  check_module<Tied>(
      "tied embedding", [] { return Tied(); },
      [](const at::TensorOptions& o) {
        return ::torch::randint(0, 6, {7, 5}, o.dtype(at::kLong));
      });
  check_module<HandWrittenNorm>(
      "hand-written LayerNorm", [] { return HandWrittenNorm(); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 5, 6}, o);
      });
  check_module<Network>(
      "network", [] { return Network(); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({9, 1, 4, 4}, o);
      });
}

DOCTEST_TEST_CASE("what has no rule is done one by one, and says why") {
  check_module<Unknown>(
      "function of a weight", [] { return Unknown(); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({6, 4}, o);
      },
      false);
  check_module<nn::ConvTranspose2d>(
      "transposed convolution", [] { return nn::ConvTranspose2d(nn::ConvTranspose2dOptions(2, 3, 2)); },
      [](const at::TensorOptions& o) {
        return ::torch::randn({4, 2, 3, 3}, o);
      },
      false);
  Unknown module;
  const outcome got = compare([&](const at::Tensor& x) { return module->forward(x); }, module->parameters(),
                              ::torch::randn({4, 4}), false);
  DOCTEST_CHECK(got.route.why_not == "aten::tanh: there is no rule for it");
}

DOCTEST_TEST_CASE("examples that mix are found by the check of the first batch") {
  oracle::for_each_device([](const at::Device& device) {
    Mixing module;
    module->to(device);
    const at::Tensor inputs = ::torch::randn({6, 3}, device),
                     targets = at::zeros({6}, inputs.options().dtype(at::kLong));
    per_example_gradients engine(module->parameters(), [&](const at::Tensor& x, const at::Tensor& y) {
      return weighed_loss(module->forward(x), y, false);
    });
    static_cast<void>(engine.squared_norms(inputs, targets));
    DOCTEST_CHECK(!engine.route().ghost);
    DOCTEST_CHECK(engine.route().why_not.find("examples mix") != std::string::npos);
  });
}

DOCTEST_TEST_CASE("norms of a softmax head, computed by hand") {
  oracle::for_each_device([](const at::Device& device) {
    // Known answers of a linear layer 2 -> 3 under softmax cross-entropy; the origin is a derivation by hand.
    nn::Linear layer(2, 3);
    layer->to(device, at::kDouble);
    {
      const at::NoGradGuard quiet;
      layer->weight.copy_(::torch::tensor({{.5, -.25}, {.1, .2}, {-.3, .4}}, at::kDouble));
      layer->bias.zero_();
    }
    const at::Tensor x = ::torch::tensor({{1., 2.}, {3., -1.}}, at::kDouble).to(device),
                     y = ::torch::tensor({0, 2}, at::kLong).to(device);
    per_example_gradients engine(layer->parameters(), [&](const at::Tensor& inputs, const at::Tensor& targets) {
      return example_loss::cross_entropy{}(layer->forward(inputs), targets);
    });
    const at::Tensor squares = engine.squared_norms(x, y), norms = squares.sum(1).sqrt();
    DOCTEST_CHECK(engine.route().ghost);
    DOCTEST_CHECK(squares[0][0].sqrt().item<double>() == doctest::Approx(2.1013470740).epsilon(1e-10));
    DOCTEST_CHECK(norms[0].item<double>() == doctest::Approx(2.3019103871).epsilon(1e-10));
    DOCTEST_CHECK(squares[1][0].sqrt().item<double>() == doctest::Approx(4.0000417796).epsilon(1e-10));
    DOCTEST_CHECK(norms[1].item<double>() == doctest::Approx(4.1952792115).epsilon(1e-10));
    DOCTEST_CHECK(std::min(1.0, 1 / norms[0].item<double>()) == doctest::Approx(0.4344217766).epsilon(1e-9));
    DOCTEST_CHECK(std::min(1.0, 1 / norms[1].item<double>()) == doctest::Approx(0.2383631576).epsilon(1e-9));
  });
}

DOCTEST_TEST_CASE("BatchNorm in training mode and losses of another shape are refused") {
  nn::BatchNorm1d norm(3);
  const at::Tensor x = ::torch::randn({5, 3}), y = at::zeros({5}, at::kLong);
  per_example_gradients mixed(norm->parameters(), [&](const at::Tensor& inputs, const at::Tensor& targets) {
    return weighed_loss(norm->forward(inputs), targets, false);
  });
  std::string said;
  try {
    static_cast<void>(mixed.squared_norms(x, y));
  } catch (const argument_error& error) {
    said = error.what();
  }
  DOCTEST_CHECK(said.find("use GroupNorm, LayerNorm or InstanceNorm") != std::string::npos);

  nn::Linear layer(3, 2);
  per_example_gradients mean(
      layer->parameters(), [&](const at::Tensor& inputs, const at::Tensor&) { return layer->forward(inputs).mean(); });
  DOCTEST_CHECK_THROWS_WITH_AS(
      static_cast<void>(mean.squared_norms(x, y)),
      "per_example_gradients: loss: has the shape (); wanted one number for each of the 5 examples", argument_error);
  DOCTEST_CHECK_THROWS_AS(per_example_gradients({}, nullptr), argument_error);
  DOCTEST_CHECK_THROWS_AS(per_example_gradients({layer->weight.detach()}, nullptr), argument_error);
}
