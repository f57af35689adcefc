// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/error.hpp>
#include <telltale/scorer/gradient_norm.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/train/train_module.hpp>
#include <telltale/train/standardise.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>
#include <utility>

#include "attack.hpp"
#include "cache.hpp"
#include "networks.hpp"
#include "pool.hpp"

namespace lab {
namespace {

using namespace telltale;
namespace nn = ::torch::nn;

constexpr std::int64_t hidden = 64, maps = 32;
// To ask a network about 1,000 images takes as long as to train it on 32 for 20 epochs.
constexpr std::size_t most_others = 300;

// What comes before the fully connected layer: no parameter of it depends on the size of the images.
void add_convolutions(nn::Sequential& net) {
  std::int64_t channels = 1;
  for (const std::int64_t next : {std::int64_t{16}, maps}) {
    net->push_back(nn::Conv2d(nn::Conv2dOptions(channels, next, 3).padding(1)));
    net->push_back(nn::ReLU());
    net->push_back(nn::MaxPool2d(2));
    channels = next;
  }
  net->push_back(nn::Flatten());
}

void add_tail(nn::Sequential& net, std::int64_t side, std::size_t classes) {
  net->push_back(nn::Linear(maps * (side / 4) * (side / 4), hidden));
  net->push_back(nn::ReLU());
  net->push_back(nn::Linear(hidden, static_cast<std::int64_t>(classes)));
}

nn::Sequential whole(std::int64_t side, std::size_t classes) {
  nn::Sequential net;
  add_convolutions(net);
  add_tail(net, side, classes);
  return net;
}

// Puts numbers into some parameters of a network, one after the other.
void put(std::span<const float> numbers, std::span<const at::Tensor> parameters) {
  const at::NoGradGuard without_gradients;
  std::size_t at = 0;
  for (const at::Tensor& parameter : parameters) {
    const auto count = static_cast<std::size_t>(parameter.numel());
    const std::vector<float> some(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                                  numbers.begin() + static_cast<std::ptrdiff_t>(at + count));
    parameter.copy_(at::tensor(some).view(parameter.sizes()));
    at += count;
  }
}

std::vector<float> numbers_of(std::span<const at::Tensor> tensors) {
  std::vector<float> numbers;
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor flat = tensor.detach().to(at::kCPU, at::kFloat).contiguous().flatten();
    numbers.insert(numbers.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  }
  return numbers;
}

at::Tensor tensor_of(const std::vector<float>& values, std::size_t records, std::int64_t side, const at::Device& to) {
  return at::tensor(values).view({static_cast<std::int64_t>(records), 1, side, side}).to(to);
}

double share_right(nn::Sequential& net, const at::Tensor& inputs, std::span<const int> labels) {
  const at::Tensor right =
      answers_of(net, inputs).argmax(1).eq(telltale::detail::label_tensor(labels).to(inputs.device()));
  return right.to(at::kDouble).mean().item<double>();
}

void margins_of(nn::Sequential& net, const at::Tensor& inputs, std::span<const int> labels, std::span<float> out) {
  std::vector<double> margins(labels.size());
  logit_margin{}(classification<libtorch>(answers_of(net, inputs), labels), margins);
  std::transform(margins.begin(), margins.end(), out.begin(), [](double m) { return static_cast<float>(m); });
}

// The norm of the gradient of what training minimises: mean loss of a model's own records, and its weight decay.
double objective_gradient(nn::Sequential& net, const train::tensor_dataset& data, std::span<const std::uint8_t> keep,
                          double weight_decay) {
  std::vector<std::int64_t> own;
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (keep[i] != 0) own.push_back(static_cast<std::int64_t>(i));
  const at::Tensor index = at::tensor(own).to(data.inputs().device());
  const at::Tensor loss =
      at::cross_entropy_loss(net->forward(data.inputs().index_select(0, index)), data.labels().index_select(0, index));
  const std::vector<at::Tensor> parameters = net->parameters();
  const auto gradients = ::torch::autograd::grad({loss}, parameters);
  double squares = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    squares += (gradients[p] + weight_decay * parameters[p].detach()).square().sum().item<double>();
  return std::sqrt(squares);
}

class torch_arm : public network_arm {
 public:
  torch_arm(const data_set& images, std::uint64_t seed, const std::filesystem::path& cache, const std::string& device)
      : side_(static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(images.dimensions))))),
        device_(device) {
    if (static_cast<std::size_t>(side_ * side_) != images.dimensions || side_ < 4)
      throw error(images.name + ": has " + std::to_string(images.dimensions) +
                  " numbers a record; wanted square images of at least 4 x 4");
    // What the models see: one mean for each pixel and one scale, of the images that pre-train.
    const std::vector<float> own = images.rows_of(images.network), others = images.rows_of(images.study);
    const train::features_view<float> own_view(own, images.network.size(), images.dimensions);
    const train::standardiser<float> standardise(own_view);
    study_.name = images.name;
    study_.dimensions = images.dimensions;
    study_.classes = images.classes;
    study_.labels = images.labels_of(images.study);
    study_.values = standardise({others, images.study.size(), images.dimensions});
    pretrain(images, standardise(own_view), seed, cache);
  }

  [[nodiscard]] double accuracy() const override { return kept_.accuracy; }
  [[nodiscard]] std::string fingerprint() const override {
    return hash_text(hash_of(kept_.values, hash_of(study_.values)));
  }

  [[nodiscard]] cell_outcome measure(const cell_settings& settings, tuned layers) const override {
    cell_settings mine = settings;
    mine.others = most_others;
    return measure_cell(study_, mine,
                        [&](const dealt_records& dealt, const membership_plan& plan, const train::recipe& recipe) {
                          return train_pool(dealt, plan, recipe, layers);
                        });
  }

 private:
  void pretrain(const data_set& images, const std::vector<float>& inputs, std::uint64_t seed,
                const std::filesystem::path& cache) {
    train::recipe recipe;
    recipe.optimiser = train::adam{2e-3};
    recipe.learning_rates = train::schedule::cosine;
    recipe.batch_size = 64;
    recipe.epochs = 2;
    recipe.seed = seed;
    std::ostringstream made_from;
    made_from << "network of " << images.name << ", version 1\n"
              << "data and split " << hash_text(hash_of(study_.values, hash_of(inputs, hash_of(study_.labels)))) << "\n"
              << "convolutions 3 x 3 of 16 and " << maps << ", linear " << hidden << ", " << images.classes
              << " classes, seed " << seed << "\n"
              << "adam 0.002 cosine, batches of 64, epochs 2\n";
    const std::filesystem::path stem = cache / (images.name + "-network-" + std::to_string(seed));
    if (std::optional<kept_numbers> kept = read_kept(stem, made_from.str())) {
      kept_ = std::move(*kept);
      return;
    }
    const train::tensor_dataset data(tensor_of(inputs, images.network.size(), side_, device_),
                                     images.labels_of(images.network), images.classes);
    const std::vector<std::uint8_t> all(data.records(), 1);
    auto trained = train::train_module([&](std::uint64_t) { return whole(side_, images.classes); }, data, all, recipe);
    kept_.values = numbers_of(trained.model->parameters());
    kept_.columns = kept_.values.size();
    kept_.accuracy =
        share_right(trained.model, tensor_of(study_.values, study_.records(), side_, device_), study_.labels);
    keep(stem, made_from.str(), kept_);
  }

  // Images, or what the pre-trained convolutions make of them: all that a model of these layers is ever shown.
  [[nodiscard]] at::Tensor inputs_of(const records_of_role& records, tuned layers) const {
    const at::Tensor images = tensor_of(records.features, records.size(), side_, device_);
    if (layers == tuned::all) return images;
    nn::Sequential convolutions;
    add_convolutions(convolutions);
    convolutions->to(device_);
    put(kept_.values, convolutions->parameters());
    const at::NoGradGuard without_gradients;
    return convolutions->forward(images);
  }

  // A network as pre-training left it, but for a head of its own.
  [[nodiscard]] nn::Sequential fresh(tuned layers, std::size_t classes) const {
    nn::Sequential net;
    if (layers == tuned::all) add_convolutions(net);
    const std::size_t before = net->parameters().size();
    add_tail(net, side_, classes);
    std::vector<at::Tensor> taken = net->parameters();
    taken.resize(taken.size() - 2);
    std::size_t skipped = 0;
    if (before == 0) {
      nn::Sequential convolutions;
      add_convolutions(convolutions);
      for (const at::Tensor& parameter : convolutions->parameters())
        skipped += static_cast<std::size_t>(parameter.numel());
    }
    put(std::span(kept_.values).subspan(skipped), taken);
    return net;
  }

  [[nodiscard]] trained_pool train_pool(const dealt_records& dealt, const membership_plan& plan,
                                        const train::recipe& recipe, tuned layers) const {
    const auto begun = std::chrono::steady_clock::now();
    // Small networks are trained side by side, not each by all cores.
    const int threads_found = at::get_num_threads();
    at::set_num_threads(1);
    const train::tensor_dataset pool(inputs_of(dealt.pool, layers), dealt.pool.labels, dealt.classes);
    const at::Tensor null = inputs_of(dealt.null, layers), population = inputs_of(dealt.population, layers),
                     test = inputs_of(dealt.test, layers);
    trained_pool found(dealt, plan.models());
    telltale::detail::in_parallel(plan.models(), device_.is_cpu() ? 0 : 1, [&] {
      return [&](std::size_t m) {
        at::set_num_threads(1);
        auto trained = train::train_module([&](std::uint64_t) { return fresh(layers, dealt.classes); }, pool,
                                           plan.keep(m), recipe, m);
        nn::Sequential& net = trained.model;
        margins_of(net, pool.inputs(), dealt.pool.labels, trained_pool::row(found.margins, m, dealt.pool));
        margins_of(net, null, dealt.null.labels, trained_pool::row(found.null_margins, m, dealt.null));
        margins_of(net, population, dealt.population.labels, trained_pool::row(found.population, m, dealt.population));
        found.train_accuracy[m] = trained.accuracy;
        found.test_accuracy[m] = share_right(net, test, dealt.test.labels);
        found.objective_gradients[m] = objective_gradient(net, pool, plan.keep(m), recipe.weight_decay);
        if (!measures_predictors(m)) return;
        std::vector<double> negated(dealt.pool.size());
        gradient_norm{}(model_gradients(net, pool.inputs(), dealt.pool.labels), negated);
        std::transform(negated.begin(), negated.end(),
                       trained_pool::row(found.gradient_norms, m / 2, dealt.pool).begin(),
                       [](double norm) { return static_cast<float>(-norm); });
      };
    });
    at::set_num_threads(threads_found);
    found.training_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return found;
  }

  std::int64_t side_;
  at::Device device_;
  feature_table study_;  // images as the networks see them
  kept_numbers kept_;    // the parameters of the pre-trained network
};

}  // namespace

bool with_networks() { return true; }

void check_device(const std::string& device) {
  if (device != "cpu" && !(device.starts_with("cuda") && ::torch::cuda::is_available()))
    throw error("--device: '" + device + "' is not there; wanted cpu");
}

std::unique_ptr<network_arm> make_network_arm(const data_set& images, std::uint64_t seed,
                                              const std::filesystem::path& cache, const std::string& device) {
  check_device(device);
  return std::make_unique<torch_arm>(images, seed, cache, device);
}

}  // namespace lab
