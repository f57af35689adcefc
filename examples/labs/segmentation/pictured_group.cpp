// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "pictured_group.hpp"

#include <telltale/scorer/loss.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/train/train_module.hpp>

#include <algorithm>
#include <span>

#include "train.hpp"

namespace segmentation_lab {

using namespace telltale;

namespace {

/// Three levels of two convolutions with group norm and ReLU, maximum pooling between them; the mean of the last and a
/// linear layer.
class classifier_module : public ::torch::nn::Module {
 public:
  classifier_module(std::int64_t channels, std::int64_t width, std::int64_t groups) {
    for (std::int64_t level = 0; level < 3; ++level) {
      const std::int64_t to = width << level;
      for (const std::int64_t from : {channels, to}) {
        levels_->push_back(::torch::nn::Conv2d(::torch::nn::Conv2dOptions(from, to, 3).padding(1)));
        levels_->push_back(::torch::nn::GroupNorm(::torch::nn::GroupNormOptions(to / 3, to)));
        levels_->push_back(::torch::nn::ReLU());
      }
      if (level < 2) levels_->push_back(::torch::nn::MaxPool2d(2));
      channels = to;
    }
    register_module("levels", levels_);
    leave_ = register_module("leave", ::torch::nn::Linear(channels, groups));
  }

  [[nodiscard]] at::Tensor forward(const at::Tensor& images) {
    return leave_->forward(levels_->forward(images).mean({2, 3}));
  }

 private:
  ::torch::nn::Sequential levels_;
  ::torch::nn::Linear leave_{nullptr};
};
using classifier = ::torch::nn::ModuleHolder<classifier_module>;

}  // namespace

answers train_on_groups(const settings& chosen, const world& in, std::uint64_t seed, const lab::talker& say) {
  say("epochs", 0, 1);
  const auto groups = static_cast<std::int64_t>(*std::max_element(in.asked_groups.begin(), in.asked_groups.end())) + 1;
  const at::Tensor& images = in.asked.images.images;
  const train::recipe recipe{.optimiser = train::adam{.learning_rate = 2e-3},
                             .batch_size = settings::batch,
                             .epochs = chosen.epochs,
                             .learning_rates = train::schedule::cosine,
                             .seed = seed};
  const double begun = processor_seconds();
  auto trained = train::train_module([&](std::uint64_t) { return classifier(images.size(1), chosen.width, groups); },
                                     train::tensor_dataset(images, in.asked_groups, static_cast<std::size_t>(groups)),
                                     in.asked.keep[0], recipe);
  answers made;
  made.facts["seconds"] = processor_seconds() - begun;
  made.facts["accuracy, members"] = trained.accuracy;
  made.epochs = {chosen.epochs};
  made.maps = answers_of(trained.model, images, {.batch_size = 64}).view({1, images.size(0), groups, 1, 1});
  double right = 0, others = 0;
  const at::Tensor predicted = made.maps.view({images.size(0), groups}).argmax(1).contiguous();
  for (std::size_t i = 0; i < in.asked_groups.size(); ++i) {
    if (in.asked.keep[0][i]) continue;
    right += predicted.data_ptr<std::int64_t>()[i] == in.asked_groups[i];
    others += 1;
  }
  made.facts["accuracy, others"] = right / others;
  return made;
}

std::vector<double> group_scores(const answers& of, const world& in) {
  const at::Tensor logits = of.maps[0].flatten(1).contiguous();
  const classification<libtorch> batch(logits, in.asked_groups);
  std::vector<double> scores(in.asked_groups.size());
  loss{}(batch, std::span<double>(scores));
  return scores;
}

}  // namespace segmentation_lab
