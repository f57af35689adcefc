// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/script.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/torch/model/script_model.hpp>

/// A small convolutional network as a TorchScript module, made and trained in C++.
///
/// C++ cannot script a torch::nn module. What it can: give an empty TorchScript module parameters, and define forward
/// in the language of TorchScript. The parameters are tensors that train as any others do.
namespace lesson {

inline constexpr const char* cnn_forward = R"(
def forward(self, x):
    x = torch.max_pool2d(torch.relu(torch.conv2d(x, self.filters1, self.bias1, [1, 1], [1, 1])), [2, 2])
    x = torch.max_pool2d(torch.relu(torch.conv2d(x, self.filters2, self.bias2, [1, 1], [1, 1])), [2, 2])
    x = torch.relu(torch.linear(torch.flatten(x, 1), self.hidden, self.bias3))
    return torch.linear(x, self.output, self.bias4)
)";

/// For images of 1 x 28 x 28 pixels in [0, 1]; initial weights are uniform, of variance 2 / inputs (He et al. 2015).
inline telltale::script_model make_cnn(std::uint64_t seed) {
  torch::jit::Module module("FashionCNN");
  std::uint64_t stream = 0;
  const auto weights = [&](const std::string& name, std::vector<std::int64_t> shape, const std::string& bias) {
    telltale::random_stream draw(seed, stream++);
    const std::int64_t outputs = shape.front();
    at::Tensor values = at::empty(shape);
    const std::int64_t inputs = values.numel() / outputs;
    for (std::int64_t i = 0; i < values.numel(); ++i)
      values.data_ptr<float>()[i] = static_cast<float>((2 * draw.uniform() - 1) * std::sqrt(6.0 / double(inputs)));
    module.register_parameter(name, values.requires_grad_(true), false);
    module.register_parameter(bias, at::zeros({outputs}).requires_grad_(true), false);
  };
  weights("filters1", {16, 1, 3, 3}, "bias1");
  weights("filters2", {32, 16, 3, 3}, "bias2");
  weights("hidden", {64, 32 * 7 * 7}, "bias3");
  weights("output", {10, 64}, "bias4");
  module.define(cnn_forward);
  return telltale::script_model(module);
}

/// Trains by Adam on batches of 64, `epochs` times through all records in an order of its own.
inline void train_cnn(telltale::script_model& model, const at::Tensor& images, const at::Tensor& labels,
                      std::size_t epochs, std::uint64_t seed) {
  torch::optim::Adam optimiser(model.parameters(), torch::optim::AdamOptions(1e-3));
  std::vector<std::int64_t> order(static_cast<std::size_t>(images.size(0)));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    telltale::random_stream(seed, epoch).shuffle(order);
    const at::Tensor all = at::tensor(order);
    for (const at::Tensor& rows : all.split(64)) {
      optimiser.zero_grad();
      const at::Tensor answers = model(images.index_select(0, rows));
      torch::nn::functional::cross_entropy(answers, labels.index_select(0, rows)).backward();
      optimiser.step();
    }
  }
}

}  // namespace lesson
