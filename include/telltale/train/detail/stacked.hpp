// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/stacked_softmax.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/detail/update.hpp>
#include <telltale/train/strategy.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::train::detail {

/// Trains a group of linear heads as one: column c * size + g of the stacked layer is class c of model g, so that the
/// softmax runs across models in vector registers. One per thread.
template <class Scalar>
class stacked_trainer {
 public:
  stacked_trainer(const dataset_view<Scalar>& data, const network_shape& shape, const recipe& chosen)
      : data_(data),
        shape_(shape),
        recipe_(chosen),
        size_(group_size),
        layer_{shape.inputs(), shape.classes() * size_, 0},
        capacity_(std::min(chosen.batch_size, data.records())),
        is_full_batch_(capacity_ == data.records()),
        batch_(as_index(is_full_batch_ ? 0 : capacity_ * shape.inputs())),
        logits_(as_index(capacity_ * layer_.outputs)),
        weights_(as_index(capacity_ * size_)),
        keep_(as_index(data.records() * size_)),
        parameters_(as_index(layer_.size())),
        state_(chosen, layer_.size()),
        softmax_(shape.classes(), size_, capacity_),
        order_(data.records()) {}

  /// `deliver(model, trained&&)` is called for each model of the group as soon as it is finished.
  template <class Deliver>
  void operator()(keep_masks keep, const model_group& group, const Deliver& deliver) {
    start(keep, group);
    // One order for all models and groups: whoever trains beside a model does not change its batches.
    random_stream order(recipe_.seed, stream_for(purpose::shared_order, 0));
    for (std::size_t epoch = 0; epoch < recipe_.epochs && !active_.empty();) {
      run_epoch(order, rate_factor(recipe_.learning_rates, epoch, recipe_.epochs));
      ++epoch;
      for (const std::size_t g : active_) check_converges(loss_[g], group.first + g, epoch);
      const bool last = epoch == recipe_.epochs;
      if (is_check(recipe_, epoch) || last) finish_those_who_may(group, epoch, last, deliver);
    }
  }

 private:
  void start(keep_masks keep, const model_group& group) {
    parameters_.setZero();
    keep_.setZero();
    own_.assign(size_, 0);
    allowed_.assign(size_, 0);
    active_.clear();
    for (const std::size_t model : group.models) {
      const std::size_t g = model - group.first;
      active_.push_back(g);
      for (std::size_t i = 0; i < data_.records(); ++i) {
        keep_[as_index(i * size_ + g)] = static_cast<Scalar>(keep[model][i]);
        own_[g] += keep[model][i];
      }
      if (recipe_.stop) allowed_[g] = errors_allowed(recipe_.stop->accuracy, own_[g]);
      const auto initial = basic_network<Scalar>::initial(shape_, recipe_.seed, model);
      for (std::size_t i = 0; i < shape_.parameters(); ++i)
        parameters_[as_index(i * size_ + g)] = initial.parameters()[i];
    }
    state_.reset(parameters_);
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
  }

  void run_epoch(random_stream& order, double factor) {
    loss_.assign(size_, 0);
    if (!is_full_batch_) order.shuffle(order_);
    for (std::size_t first = 0; first < order_.size(); first += capacity_) {
      const auto records =
          std::span<const std::uint32_t>(order_).subspan(first, std::min(capacity_, order_.size() - first));
      weigh(records);
      if (is_full_batch_)
        step(data_.features().matrix(), records, factor);
      else
        step(gather(records), records, factor);
    }
  }

  template <class Input>
  void step(const Input& x, std::span<const std::uint32_t> records, double factor) {
    forward_layer(x, parameters_.data(), layer_, false, logits_.data());
    softmax_.gradient(logits_.data(), records, data_.labels(), weights_.data(), loss_);
    add_layer_gradient(x, logits_.data(), layer_, state_.gradient());
    state_.apply(parameters_, factor);
  }

  // The weight of a record in a model's gradient: 1 / (the model's own records in the batch), or 0.
  void weigh(std::span<const std::uint32_t> records) {
    scratch<Scalar> in_batch = scratch<Scalar>::Zero(as_index(size_));
    for (std::size_t r = 0; r < records.size(); ++r)
      in_batch += keep_.segment(as_index(records[r] * size_), as_index(size_));
    const scratch<Scalar> share = in_batch.max(Scalar{1}).inverse();
    for (std::size_t r = 0; r < records.size(); ++r)
      weights_.segment(as_index(r * size_), as_index(size_)) =
          keep_.segment(as_index(records[r] * size_), as_index(size_)) * share;
  }

  // Ends at the first record where every active model has made an error too many; false then.
  bool evaluate(bool to_the_end) {
    loss_.assign(size_, 0);
    wrong_.assign(size_, 0);
    for (std::size_t first = 0; first < data_.records(); first += capacity_) {
      const std::size_t count = std::min(capacity_, data_.records() - first);
      forward_layer(data_.features().rows(first, count).matrix(), parameters_.data(), layer_, false, logits_.data());
      softmax_.judge(logits_.data(), data_.labels().subspan(first, count), keep_.data() + first * size_, loss_, wrong_);
      if (!to_the_end &&
          std::none_of(active_.begin(), active_.end(), [&](std::size_t g) { return wrong_[g] <= allowed_[g]; }))
        return false;
    }
    return true;
  }

  template <class Deliver>
  void finish_those_who_may(const model_group& group, std::size_t epoch, bool last, const Deliver& deliver) {
    if (!evaluate(last)) return;
    std::vector<std::size_t> still;
    for (const std::size_t g : active_) {
      const bool reached = wrong_[g] <= allowed_[g];
      if (!reached && !last) {
        still.push_back(g);
        continue;
      }
      check_converges(loss_[g], group.first + g, epoch);
      const double records = static_cast<double>(own_[g]);
      std::vector<Scalar> parameters(shape_.parameters());
      for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] = parameters_[as_index(i * size_ + g)];
      deliver(group.first + g, trained<Scalar>{basic_network<Scalar>(shape_, std::move(parameters)),
                                               static_cast<double>(own_[g] - wrong_[g]) / records, loss_[g] / records,
                                               epoch, reached || !recipe_.stop});
      // A finished model rests: no record moves it, and nobody looks at its column again.
      for (std::size_t i = 0; i < data_.records(); ++i) keep_[as_index(i * size_ + g)] = 0;
    }
    active_ = still;
  }

  rows_of<Scalar> gather(std::span<const std::uint32_t> records) {
    const std::size_t width = shape_.inputs();
    for (std::size_t r = 0; r < records.size(); ++r)
      std::copy_n(data_.features().row(records[r]), width, batch_.data() + r * width);
    return {batch_.data(), as_index(records.size()), as_index(width)};
  }

  const dataset_view<Scalar>& data_;
  const network_shape& shape_;
  const recipe& recipe_;
  std::size_t size_;
  layer_shape layer_;
  std::size_t capacity_;
  bool is_full_batch_;
  scratch<Scalar> batch_, logits_, weights_, keep_, parameters_;
  optimiser_state<Scalar> state_;
  stacked_softmax<Scalar> softmax_;
  std::vector<std::uint32_t> order_;
  std::vector<std::size_t> active_, own_, allowed_, wrong_;
  std::vector<double> loss_;
};

}  // namespace telltale::train::detail
