// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/concepts.hpp>
#include <telltale/core/error.hpp>

namespace telltale {

namespace family {
/// The observations of training itself: mean gradients that were released, and the gradients of records at each step.
struct updates {};
}  // namespace family

/// What one step of training releases: the mean gradient of its batch, and how many records that mean is of.
template <class Scalar>
struct released_update {
  std::span<const Scalar> mean;  ///< the mean gradient, one number a parameter
  std::size_t batch_size;        ///< records that it is the mean of, at least 2
};

namespace req {
template <class Batch>
concept releases_updates = std::same_as<typename Batch::family, family::updates> && requires(const Batch& batch) {
  { batch.steps() } -> std::convertible_to<std::size_t>;
  { batch.dimensions() } -> std::convertible_to<std::size_t>;
  batch.gradients();
  batch.released(std::size_t{});
};
}  // namespace req

/// Any observation of released updates; scorers constrain on it.
///
/// Required, beside what `Observation` asks: `steps()`, the updates that were released; `dimensions()`, the numbers of
/// a gradient; `gradients()`, those of each subject, subjects x steps x dimensions; `released(step)`, the update of one
/// step.
template <class Batch>
concept Updates = Observation<Batch> && req::releases_updates<Batch>;

/// Updates of SGD that were released, and the gradient of each subject at the parameters before each of them.
///
/// Threat model: a server or a participant of federated learning, who sees parameters and updates of one or several
/// steps, and computes the gradients of the records he asks about himself. He need not know any other record of the
/// batch. It views the caller's arrays, float or double, and copies nothing.
/// Shapes: gradients subjects x steps x dimensions, released one update of `dimensions` numbers a step.
/// Throws argument_error when shapes disagree, a batch is of fewer than two records (its mean would be the gradient
/// itself) or a released number is not finite; gradients are checked as they are read.
/// Cost: one pass over the released updates.
template <class Backend>
class updates {
 public:
  static constexpr std::string_view name = "released updates";
  static constexpr access_to reveals = access_to::update;
  using backend = Backend;
  using family = telltale::family::updates;
  using scalar = typename Backend::scalar;

  /// Views the subjects' gradients and what each step released.
  updates(typename Backend::view gradients, std::span<const released_update<scalar>> released)
      : gradients_(gradients), released_(released) {
    detail::check_size("updates", "released", released.size(), gradients.queries());
    for (std::size_t step = 0; step < released.size(); ++step) {
      const released_update<scalar>& update = released[step];
      if (update.mean.size() != gradients.classes())
        detail::refuse("updates", "released",
                       of(step) + " has " + std::to_string(update.mean.size()) + " numbers; the gradients have " +
                           std::to_string(gradients.classes()));
      if (update.batch_size < 2)
        detail::refuse("updates", "released",
                       of(step) + " is of a batch of " + std::to_string(update.batch_size) + "; wanted at least 2");
      for (const scalar value : update.mean)
        if (!std::isfinite(value)) detail::refuse("updates", "released", of(step) + " has a number that is not finite");
    }
  }

  [[nodiscard]] std::size_t subjects() const noexcept { return gradients_.subjects(); }
  [[nodiscard]] std::size_t steps() const noexcept { return gradients_.queries(); }
  [[nodiscard]] std::size_t dimensions() const noexcept { return gradients_.classes(); }
  [[nodiscard]] typename Backend::view gradients() const noexcept { return gradients_; }
  [[nodiscard]] const released_update<scalar>& released(std::size_t step) const { return released_[step]; }

 private:
  [[nodiscard]] static std::string of(std::size_t step) { return "step " + std::to_string(step); }

  typename Backend::view gradients_;
  std::span<const released_update<scalar>> released_;
};

}  // namespace telltale
