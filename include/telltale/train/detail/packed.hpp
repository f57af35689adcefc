// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/train/data.hpp>
#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/softmax.hpp>
#include <telltale/train/detail/streams.hpp>
#include <telltale/train/detail/update.hpp>
#include <telltale/train/trained.hpp>

namespace telltale::train::detail {

/// Trains one model at a time on its own rows, gathered for each mini-batch. One per thread: everything a step needs is
/// allocated here, once.
template <class Scalar>
class packed_trainer {
 public:
  packed_trainer(const dataset_view<Scalar>& data, const network_shape& shape, const recipe& chosen)
      : data_(data),
        shape_(shape),
        recipe_(chosen),
        capacity_(std::min(chosen.batch_size, data.records())),
        batch_(as_index(capacity_ * shape.inputs())),
        activations_(shape, capacity_),
        parameters_(as_index(shape.parameters())),
        state_(chosen, shape.parameters()) {
    for (std::size_t l = 0; l + 1 < shape.layers().size(); ++l)
      deltas_.emplace_back(as_index(capacity_ * shape.layers()[l].outputs));
  }

  trained<Scalar> operator()(std::span<const std::uint8_t> keep, std::size_t model) {
    start(keep, model);
    random_stream order(recipe_.seed, stream_for(purpose::order_of_records, model));
    const std::size_t allowed = recipe_.stop ? errors_allowed(recipe_.stop->accuracy, mine_.size()) : 0;
    std::size_t epoch = 0;
    bool reached = !recipe_.stop;
    while (epoch < recipe_.epochs) {
      const double loss = run_epoch(order, rate_factor(recipe_.learning_rates, epoch, recipe_.epochs));
      check_converges(loss, model, ++epoch);
      if (is_check(recipe_, epoch) && evaluate(allowed).finished) {
        reached = true;
        break;
      }
    }
    const evaluation last = evaluate(mine_.size());
    check_converges(last.loss, model, epoch);
    const double records = static_cast<double>(mine_.size());
    return {basic_network<Scalar>(shape_, std::vector<Scalar>(parameters_.begin(), parameters_.end())),
            static_cast<double>(last.correct) / records, last.loss / records, epoch,
            reached || (recipe_.stop && mine_.size() - last.correct <= allowed)};
  }

  /// The mean loss of records [first, first + count) of `order` and its gradient, added to what `gradient()` holds.
  double add_gradient(std::span<const std::uint32_t> records) {
    const rows_of<Scalar> x = gather(records);
    activations_.forward(x, parameters_.data(), shape_);
    const Scalar weight = Scalar{1} / static_cast<Scalar>(records.size());
    const double loss = softmax_gradient(
                            activations_.logits(), records.size(), shape_.classes(),
                            [&](std::size_t r) { return static_cast<std::size_t>(data_.labels()[records[r]]); }, weight)
                            .loss;
    const auto& layers = shape_.layers();
    const Scalar* delta = activations_.logits();
    for (std::size_t l = layers.size() - 1; l > 0; --l) {
      const Scalar* const below = activations_[l - 1];
      add_layer_gradient(const_rows_of<Scalar>(below, x.rows(), as_index(layers[l].inputs)), delta, layers[l],
                         state_.gradient());
      backward_layer(delta, records.size(), parameters_.data(), layers[l], below, deltas_[l - 1].data());
      delta = deltas_[l - 1].data();
    }
    add_layer_gradient(x, delta, layers[0], state_.gradient());
    return loss;
  }

  /// Puts the model at its initial parameters, with the records of its mask.
  void start(std::span<const std::uint8_t> keep, std::size_t model) {
    const auto initial = basic_network<Scalar>::initial(shape_, recipe_.seed, model);
    std::copy(initial.parameters().begin(), initial.parameters().end(), parameters_.begin());
    state_.reset(parameters_);
    mine_.clear();
    for (std::size_t i = 0; i < keep.size(); ++i)
      if (keep[i]) mine_.push_back(static_cast<std::uint32_t>(i));
  }

  [[nodiscard]] scratch<Scalar>& parameters() noexcept { return parameters_; }
  [[nodiscard]] Scalar* gradient() noexcept { return state_.gradient(); }

 private:
  struct evaluation {
    double loss = 0;
    std::size_t correct = 0;
    bool finished = false;
  };

  double run_epoch(random_stream& order, double factor) {
    order_ = mine_;
    order.shuffle(order_);
    double loss = 0;
    for (std::size_t first = 0; first < order_.size(); first += capacity_) {
      const std::size_t count = std::min(capacity_, order_.size() - first);
      loss += add_gradient(std::span<const std::uint32_t>(order_).subspan(first, count));
      state_.apply(parameters_, factor);
    }
    return loss;
  }

  // Ends at the first error too many.
  evaluation evaluate(std::size_t allowed) {
    evaluation result;
    std::size_t seen = 0;
    while (seen < mine_.size()) {
      const auto records =
          std::span<const std::uint32_t>(mine_).subspan(seen, std::min(capacity_, mine_.size() - seen));
      activations_.forward(gather(records), parameters_.data(), shape_);
      const batch_outcome outcome = softmax_gradient(
          activations_.logits(), records.size(), shape_.classes(),
          [&](std::size_t r) { return static_cast<std::size_t>(data_.labels()[records[r]]); }, Scalar{1});
      result.loss += outcome.loss;
      result.correct += outcome.correct;
      seen += records.size();
      if (seen - result.correct > allowed) return result;
    }
    result.finished = true;
    return result;
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
  std::size_t capacity_;
  std::vector<std::uint32_t> mine_, order_;
  scratch<Scalar> batch_;
  activations<Scalar> activations_;
  std::vector<scratch<Scalar>> deltas_;
  scratch<Scalar> parameters_;
  optimiser_state<Scalar> state_;
};

}  // namespace telltale::train::detail
