// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/npy.hpp>

namespace telltale {

/// One row of numbers a model, in stored arrays: mapped where the file holds `Scalar`s as they are, converted where
/// not.
///
/// Copies share the mappings. Spans stay valid as long as the rows or a copy of them live.
/// Memory: 16 bytes a model where mapped, the values where converted.
template <class Scalar>
class model_rows {
 public:
  /// How many rows there are.
  [[nodiscard]] std::size_t models() const noexcept { return rows_.size(); }

  /// All models, as `shadow_models` and `population` take them.
  [[nodiscard]] per_model<Scalar> all() const noexcept { return rows_; }

  /// All models but one: the shadows of a model that serves as target. No value is copied.
  [[nodiscard]] std::vector<std::span<const Scalar>> without(std::size_t model) const {
    check(model);
    std::vector<std::span<const Scalar>> others(rows_);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(model));
    return others;
  }

  /// Some models, for instance a plan's `shadows_of(target)`. No value is copied.
  [[nodiscard]] std::vector<std::span<const Scalar>> some(std::span<const std::size_t> models) const {
    std::vector<std::span<const Scalar>> chosen;
    for (const std::size_t model : models) {
      check(model);
      chosen.push_back(rows_[model]);
    }
    return chosen;
  }

  /// Appends an array that holds `models` rows of equal length.
  void append(const io::npy_array& array, std::size_t models) {
    std::span<const Scalar> values;
    if (array.holds<Scalar>()) {
      mapped_.push_back(array);
      values = array.view<Scalar>();
    } else {
      converted_.push_back(std::make_shared<const std::vector<Scalar>>(array.to_vector<Scalar>()));
      values = *converted_.back();
    }
    for (std::size_t m = 0; m < models; ++m)
      rows_.push_back(values.subspan(m * (values.size() / models), values.size() / models));
  }

 private:
  void check(std::size_t model) const {
    if (model >= rows_.size())
      detail::refuse("model_rows", "model",
                     "is " + std::to_string(model) + "; wanted less than " + std::to_string(rows_.size()));
  }

  std::vector<io::npy_array> mapped_;
  std::vector<std::shared_ptr<const std::vector<Scalar>>> converted_;
  std::vector<std::span<const Scalar>> rows_;
};

}  // namespace telltale
