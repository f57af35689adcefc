// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <telltale/core/error.hpp>

namespace telltale::train {

/// Stochastic gradient descent with momentum: v <- momentum v + g, theta <- theta - learning_rate v.
///
/// Reference: Polyak 1964; the form without dampening that torch.optim.SGD has.
struct momentum_sgd {
  double learning_rate = 0.01;  ///< step along v, above 0
  double momentum = 0.9;        ///< in [0, 1); 0 is plain gradient descent
};

/// Adam: m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2,
/// theta <- theta - learning_rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).
///
/// Reference: Kingma and Ba 2015, algorithm 1.
struct adam {
  double learning_rate = 1e-3;  ///< step size, above 0
  double beta1 = 0.9;           ///< in [0, 1)
  double beta2 = 0.999;         ///< in [0, 1)
  double epsilon = 1e-8;        ///< keeps the divisor from 0, above 0
};

/// For softmax regression with weight decay, whose loss has one minimum: goes there, over all records at once, however
/// the parameters start (at 0, so that the seed plays no part).
///
/// It minimises F = mean cross-entropy + weight_decay / 2 ||theta||^2 and ends when ||gradient of F||^2 <= 2
/// weight_decay tolerance F. F being strongly convex, the minimum F* is then proven to satisfy F - F* <= tolerance F;
/// mostly F is five times closer, and theta is within ||gradient|| / weight_decay of its minimum. With features of mean
/// squared norm 1, float gets to 1e-4 from a weight_decay of 1e-4 on and to 1e-5 from 1e-3 on. Beyond, rounding can end
/// the descent first: trained::reached is then false.
///
/// A step is one of limited-memory BFGS with the two latest steps. Its first inverse Hessian is that of a softmax
/// regression with equally uncertain records, (a M + weight_decay)^-1, with a = mean(1 - ||p||^2) / (classes - 1) of
/// the head's own records and M the leading 16 directions of the second moments of all records in the data set, IN or
/// not, found once. The line search finds the step's length without another product. Usual are 7 to 20 steps at a
/// weight_decay of 1e-3 and up to 60 at 1e-4: give `epochs` room. Cost of a step: 2 multiply-adds per weight and IN
/// record.
///
/// Reference: Liu and Nocedal 1989 (limited memory); Bohning 1992, "Multinomial logistic regression algorithm" (one
/// matrix of the records' second moments for every Hessian).
struct quasi_newton {
  double tolerance = 1e-4;  ///< in (0, 1): largest share of the loss that may be left to gain
};

/// A batch size that means all records, however many there are.
inline constexpr std::size_t full_batch = std::numeric_limits<std::size_t>::max();

/// How the learning rate moves over the epochs. `cosine`: learning_rate (1 + cos(pi e / epochs)) / 2 in epoch
/// e = 0, 1, ... (Loshchilov and Hutter 2017, equation 5, without restarts).
enum class schedule {
  constant,  ///< the learning rate stays what the optimiser has
  cosine     ///< it falls along half a cosine
};

/// Stop as soon as at least `accuracy` of the model's own records are classified correctly by the parameters of that
/// moment, looked at after every `check_every` epochs. A check ends at the first error too many, so one that fails
/// early costs little.
struct stopping {
  double accuracy = 0.99;       ///< in (0, 1]
  std::size_t check_every = 1;  ///< epochs, at least 1
};

/// How a model is trained: it minimises the mean cross-entropy of its records plus weight_decay / 2 times the squared
/// norm of all parameters (biases too; the decay is part of the gradient, as in torch.optim).
struct recipe {
  /// How a step is made from a gradient, with its learning rate.
  std::variant<momentum_sgd, adam, quasi_newton> optimiser = momentum_sgd{};
  double weight_decay = 0;      ///< >= 0; above 0 for quasi_newton
  std::size_t batch_size = 32;  ///< records a step, at least 1; a larger one than the set means the full batch
  std::size_t epochs = 60;      ///< at most this many passes (steps of quasi_newton), at least 1
  /// How the learning rate moves from epoch to epoch; `constant` for quasi_newton.
  train::schedule learning_rates = schedule::constant;
  std::optional<stopping> stop = std::nullopt;  ///< none: all epochs are run
  std::uint64_t seed = 1;                       ///< of the initial parameters and of the order of the records
};

/// Throws argument_error naming the first member of the recipe that is out of its range.
inline void check(const recipe& chosen) {
  const auto demand = [](bool holds, std::string_view member, double got, std::string_view wanted) {
    if (!holds)
      telltale::detail::refuse("train::recipe", member,
                               "is " + std::to_string(got) + "; wanted " + std::string(wanted));
  };
  const auto finite_positive = [](double x) { return std::isfinite(x) && x > 0; };
  const auto fraction = [](double x) { return x >= 0 && x < 1; };
  if (const auto* sgd = std::get_if<momentum_sgd>(&chosen.optimiser)) {
    demand(finite_positive(sgd->learning_rate), "learning_rate", sgd->learning_rate, "a finite number above 0");
    demand(fraction(sgd->momentum), "momentum", sgd->momentum, "at least 0 and below 1");
  } else if (const auto* a = std::get_if<adam>(&chosen.optimiser)) {
    demand(finite_positive(a->learning_rate), "learning_rate", a->learning_rate, "a finite number above 0");
    demand(fraction(a->beta1), "beta1", a->beta1, "at least 0 and below 1");
    demand(fraction(a->beta2), "beta2", a->beta2, "at least 0 and below 1");
    demand(finite_positive(a->epsilon), "epsilon", a->epsilon, "a finite number above 0");
  } else {
    const double tolerance = std::get<quasi_newton>(chosen.optimiser).tolerance;
    demand(tolerance > 0 && fraction(tolerance), "tolerance", tolerance, "above 0 and below 1");
    demand(chosen.weight_decay != 0, "weight_decay", 0,
           "a number above 0: without decay the loss that quasi_newton minimises need not have a minimum");
    if (chosen.learning_rates != schedule::constant)
      telltale::detail::refuse("train::recipe", "learning_rates", "has a schedule; quasi_newton has no learning rate");
    if (chosen.stop)
      telltale::detail::refuse("train::recipe", "stop", "is set; quasi_newton ends at the minimum, see its tolerance");
  }
  demand(std::isfinite(chosen.weight_decay) && chosen.weight_decay >= 0, "weight_decay", chosen.weight_decay,
         "a finite number of at least 0");
  demand(chosen.batch_size > 0, "batch_size", 0, "at least 1");
  demand(chosen.epochs > 0, "epochs", 0, "at least 1");
  if (chosen.stop) {
    demand(chosen.stop->accuracy > 0 && chosen.stop->accuracy <= 1, "stop.accuracy", chosen.stop->accuracy,
           "above 0 and at most 1");
    demand(chosen.stop->check_every > 0, "stop.check_every", 0, "at least 1");
  }
}

/// The factor on the learning rate in epoch `epoch` (from 0) of `epochs`.
[[nodiscard]] inline double rate_factor(schedule chosen, std::size_t epoch, std::size_t epochs) noexcept {
  if (chosen == schedule::constant) return 1;
  return (1 + std::cos(std::numbers::pi * static_cast<double>(epoch) / static_cast<double>(epochs))) / 2;
}

}  // namespace telltale::train
