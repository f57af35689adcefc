// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/train/shape.hpp>

namespace telltale::train {

/// How many small models share the arithmetic.
///
/// - `packed`: each model trains on its own records, gathered for each mini-batch; threads carry the models.
/// - `stacked`: groups of models share each batch, drawn from all records, and their weights lie side by side in one
///   matrix, so that one product serves the group; a 0/1 mask silences a model on the records it does not train on. The
///   gradient of a model is the mean over its own records of the batch (zero where it has none there: momentum and
///   decay go on). A batch of B records thus holds about B/2 of a model's own. For linear heads only.
/// - `automatic`: by the shape, see resolve.
///
/// With the full batch both descend the same function and agree to rounding; with mini-batches they are two draws of
/// the same method.
enum class strategy {
  automatic,  ///< one of the others, by the shape: see `resolve`
  packed,     ///< each model trains on its own records
  stacked     ///< models side by side share each batch
};

/// The strategy that `automatic` stands for: stacked for linear heads of at most 5 classes, otherwise packed.
///
/// Measured with benchmarks/train_bench.cpp (half of the records IN, 38 to 784 features, 64 to 4,000 records, full
/// batch and batches of 64): stacked does 1.5 to 2.3 times the useful work of packed a second at 2 classes, 1.05 to 1.7
/// times at 5, 0.65 to 1.03 times at 10 and half at 100. Narrow outputs starve a matrix product; from about 10 on, the
/// wasted OUT half weighs more. The number of records, features and models plays no part, so that neither a larger nor
/// a resumed campaign changes its mind. Throws argument_error when `stacked` is asked for a shape with hidden layers.
[[nodiscard]] inline strategy resolve(strategy asked, const network_shape& shape) {
  if (asked == strategy::stacked && !shape.is_linear())
    telltale::detail::refuse("train_many", "strategy",
                             "is stacked, which is for linear heads; hidden layers need packed");
  if (asked != strategy::automatic) return asked;
  return shape.is_linear() && shape.classes() <= 5 ? strategy::stacked : strategy::packed;
}

namespace detail {

/// Models stacked side by side. A constant, and groups are cut by the model's number, so that a model's place does not
/// depend on which others are trained; the vacant places of a last group cost as much as taken ones. 32 is at most a
/// tenth faster and pads more.
inline constexpr std::size_t group_size = 16;

struct model_group {
  std::size_t first;                ///< number of the model in column 0
  std::vector<std::size_t> models;  ///< those to train, ascending
};

[[nodiscard]] inline std::vector<model_group> groups_of(std::vector<std::size_t> which, std::size_t size) {
  std::sort(which.begin(), which.end());
  std::vector<model_group> groups;
  for (const std::size_t m : which) {
    const std::size_t first = m / size * size;
    if (groups.empty() || groups.back().first != first) groups.push_back({first, {}});
    groups.back().models.push_back(m);
  }
  return groups;
}

}  // namespace detail
}  // namespace telltale::train
