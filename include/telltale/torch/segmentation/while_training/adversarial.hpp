// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <locale>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/optim/adam.h>
#include <torch/serialize.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>
#include <telltale/torch/learner/convolutional.hpp>
#include <telltale/torch/segmentation/images_with_masks.hpp>
#include <telltale/torch/segmentation/while_training/plain.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

namespace telltale::while_training {

/// An attack network that learns beside its target, and what a checkpoint keeps of it: its weights and its optimiser.
class sparring_attack : public ::torch::nn::Module {
 public:
  /// It sees the maps of `classes` classes and the true masks, on the device of `options`.
  sparring_attack(std::int64_t classes, double learning_rate, std::uint64_t seed, const at::TensorOptions& options) {
    const detail::seeded_generators seeded(
        train::detail::number_for(seed, train::detail::purpose::initial_parameters, 1), at::kCPU);
    network_ = std::make_shared<learner::convolutional_network>(2 * classes, widths);
    network_->to(options.device(), c10::typeMetaToScalarType(options.dtype()));
    register_module("network", network_);
    optimiser_ =
        std::make_unique<::torch::optim::Adam>(network_->parameters(), ::torch::optim::AdamOptions(learning_rate));
  }

  /// Log-odds of membership, (n).
  [[nodiscard]] at::Tensor operator()(const at::Tensor& maps, const at::Tensor& masks,
                                      std::optional<std::int64_t> ignored) {
    const at::Tensor counts = ignored ? masks != *ignored : at::ones_like(masks, at::kBool);
    const at::Tensor truth = at::one_hot(masks.masked_fill(counts.logical_not(), 0), maps.size(1));
    const at::Tensor seen =
        truth.permute({0, 3, 1, 2}).to(maps.scalar_type()) * counts.unsqueeze(1).to(maps.scalar_type());
    return network_->forward(at::cat({at::softmax(maps, 1), seen}, 1)).reshape({-1});
  }

  /// One step towards telling the first `members` images of a batch from the others.
  void learn(const at::Tensor& maps, const at::Tensor& masks, std::int64_t members,
             std::optional<std::int64_t> ignored) {
    const c10::AutoGradMode with_gradients(true);
    at::Tensor target = at::zeros({maps.size(0)}, maps.options());
    target.narrow(0, 0, members).fill_(1);
    optimiser_->zero_grad();
    at::binary_cross_entropy_with_logits((*this)(maps, masks, ignored), target).backward();
    optimiser_->step();
  }

  /// Writes the network, and its optimiser beside it.
  void save(::torch::serialize::OutputArchive& archive) const override {
    ::torch::nn::Module::save(archive);
    ::torch::serialize::OutputArchive own(archive.compilation_unit());
    optimiser_->save(own);
    archive.write("optimiser", own);
  }
  /// Reads what `save` wrote.
  void load(::torch::serialize::InputArchive& archive) override {
    ::torch::nn::Module::load(archive);
    ::torch::serialize::InputArchive own;
    archive.read("optimiser", own);
    optimiser_->load(own);
  }

 private:
  static constexpr std::array<std::size_t, 2> widths{16, 32};

  std::shared_ptr<learner::convolutional_network> network_;
  std::unique_ptr<::torch::optim::Adam> optimiser_;
};

/// Adversarial regularisation, also called min-max: the network learns to segment while an attack network learns to
/// tell its images from reference images, and is fined for what the attack achieves.
///
/// Before every epoch the attack, a small convolutional network that sees softmax outputs and true masks (Type-II),
/// makes one pass over the training images, each batch beside as many of `reference`. Then every step minimises
///   mean loss + lambda mean_i m_i,   m_i the attack's probability that image i of the batch is a member.
/// The mean, where the publication has a sum over the batch, so that lambda does not depend on its size: its lambda of
/// 0.05 at a batch of 8 is 0.4 here.
/// `reference` is a set of its own that no attack is tested on: the published code takes the very images on which it
/// then evaluates the attack. A checkpoint keeps the attack and its optimiser. Cost: a pass of the network and of the
/// attack over members and references an epoch, and the attack's gradient in every step; about twice plain training.
/// Throws argument_error for a reference that is no data set or of other classes, channels or sizes, for a lambda below
/// 0 and a learning rate that is not positive. Reference: Nasr, Shokri and Houmansadr 2018, "Machine learning with
/// membership privacy using adversarial regularization", algorithm 1; Chobola, Usynin and Kaissis 2023.
struct adversarial : plain {
  static constexpr std::string_view name = "adversarial regularisation";

  images_with_masks reference;  ///< images that are not trained on, nor asked about by an attack
  double lambda = 1;            ///< weight of what the attack achieves, at least 0
  double learning_rate = 1e-3;  ///< of the attack's Adam

  /// `weight` is lambda, `rate` the attack's learning rate.
  explicit adversarial(images_with_masks reference_images, double weight = 1, double rate = 1e-3)
      : reference(std::move(reference_images)), lambda(weight), learning_rate(rate) {}

  /// The policy in words, with a fingerprint of the reference: a checkpoint of another is refused.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << name << ", lambda " << lambda << ", rate " << learning_rate << ", reference "
        << detail::fingerprint(reference.images, {}, {}) << " " << detail::fingerprint(reference.masks, {}, {});
    return out.str();
  }

  /// The attack of one training.
  class opponent {
   public:
    /// An attack network of its own, drawn by the seed of the training.
    opponent(const adversarial& policy, const images_with_masks& data, const training_terms& terms)
        : reference_(policy.reference),
          lambda_(policy.lambda),
          ignored_(data.ignored),
          batch_size_(terms.batch_size),
          seed_(terms.seed),
          attack_(std::make_shared<sparring_attack>(data.classes, policy.learning_rate, terms.seed, terms.options)) {}

    /// One pass of the attack over members and references, in an order drawn for (seed, epoch). Cost: a pass of the
    /// network over both, and a step of the attack a batch.
    void before_epoch(const map_function& network, const images_with_masks& data, std::size_t epoch) {
      using train::detail::number_for, train::detail::purpose;
      const auto order_of = [&](const images_with_masks& of, std::size_t which) {
        std::vector<std::int64_t> order(static_cast<std::size_t>(of.size()));
        std::iota(order.begin(), order.end(), 0);
        random_stream(number_for(seed_, purpose::order_of_records, which, epoch)).shuffle(order);
        return order;
      };
      const std::vector<std::int64_t> members = order_of(data, 1), others = order_of(reference_, 2);
      for (std::size_t first = 0; first < members.size(); first += batch_size_) {
        const auto mine = std::span(members).subspan(first, std::min(batch_size_, members.size() - first));
        std::vector<std::int64_t> theirs;
        for (std::size_t i = 0; i < mine.size(); ++i) theirs.push_back(others[(first + i) % others.size()]);
        const images_with_masks of_members = chosen(data, mine), of_others = chosen(reference_, theirs);
        const at::Tensor images = at::cat({of_members.images, of_others.images.to(of_members.images.options())});
        const at::Tensor masks = at::cat({of_members.masks, of_others.masks.to(of_members.masks.device())});
        const at::Tensor maps = network(images);
        attack_->learn(maps, masks.to(maps.device()), static_cast<std::int64_t>(mine.size()), ignored_);
      }
    }

    /// lambda times the mean probability of membership that the attack gives the images of a batch, with a graph.
    [[nodiscard]] at::Tensor added(const at::Tensor& maps, const at::Tensor& masks) {
      return lambda_ * at::sigmoid((*attack_)(maps, masks, ignored_)).mean();
    }

    /// The attack and its optimiser.
    [[nodiscard]] std::shared_ptr<::torch::nn::Module> state() const { return attack_; }

   private:
    images_with_masks reference_;
    double lambda_;
    std::optional<std::int64_t> ignored_;
    std::size_t batch_size_;
    std::uint64_t seed_;
    std::shared_ptr<sparring_attack> attack_;
  };

  /// The attack of one training. Throws argument_error for a reference or a setting that does not fit, as the class
  /// says.
  [[nodiscard]] opponent regulariser(const images_with_masks& data, const training_terms& terms) const {
    constexpr std::string_view function = "while_training::adversarial";
    detail::check(reference, function);
    if (reference.classes != data.classes || reference.ignored != data.ignored ||
        reference.images.sizes().slice(1) != data.images.sizes().slice(1))
      detail::refuse(function, "reference",
                     "has images of shape " + detail::shape_text(reference.images) + " and " +
                         std::to_string(reference.classes) + " classes; wanted those of the training images, " +
                         detail::shape_text(data.images) + " and " + std::to_string(data.classes));
    if (std::min(reference.images.size(2), reference.images.size(3)) < 4)
      detail::refuse(function, "reference",
                     "has images of shape " + detail::shape_text(reference.images) +
                         "; wanted at least 4 x 4 pixels, which the attack halves twice");
    if (!(lambda >= 0 && std::isfinite(lambda)))
      detail::refuse(function, "lambda", "is " + std::to_string(lambda) + "; wanted 0 or more");
    if (!(learning_rate > 0 && std::isfinite(learning_rate)))
      detail::refuse(function, "learning_rate", "is " + std::to_string(learning_rate) + "; wanted a positive number");
    return {*this, data, terms};
  }
};

}  // namespace telltale::while_training
