// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/transpose.hpp>

namespace telltale {

/// How an array stores the answers of a classifier. It changes the arithmetic, not what the answers reveal.
enum class stored_as { logits, log_probabilities, probabilities };

/// A block of rows of class scores, packed so that eight rows lie side by side: group g holds [class][row] in order.
///
/// SIMD then runs across records whatever the layout of the user's array, and a block stays in 24 KiB. It is scratch: a
/// release policy rewrites it in place, and primitives may overwrite an entry as long as they put it back.
template <class Scalar>
class tile {
 public:
  static constexpr std::size_t lanes = 8;
  static constexpr std::size_t most_rows = 256;

  explicit tile(std::size_t classes)
      : classes_(classes),
        capacity_(std::clamp<std::size_t>(
            24 * 1024 / (std::max<std::size_t>(classes, 1) * sizeof(Scalar)) / lanes * lanes, lanes, most_rows)),
        values_((capacity_ + lanes) * classes) {}

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t groups() const noexcept { return (rows_ + lanes - 1) / lanes; }
  [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
  /// The row of the whole batch that this block begins with.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] stored_as form() const noexcept { return form_; }
  void now_stores(stored_as form) noexcept { form_ = form; }

  [[nodiscard]] Scalar* group(std::size_t g) const noexcept { return data() + g * lanes * classes_; }
  /// Room for one more group, so that a primitive can keep intermediate values without allocating.
  [[nodiscard]] Scalar* spare() const noexcept { return data() + capacity_ * classes_; }
  [[nodiscard]] Scalar& at(std::size_t row, std::size_t c) const noexcept {
    return data()[(row / lanes * classes_ + c) * lanes + row % lanes];
  }

  /// Copies `count` rows from `first` on; rows of padding repeat the last one. Throws argument_error on a value that is
  /// not finite (minus infinity is a legal log-probability) and on probabilities that are none.
  void load(const batch_view<Scalar>& from, std::size_t first, std::size_t count, stored_as form, Scalar floor) {
    first_ = first;
    rows_ = count;
    form_ = form;
    const std::size_t step = from.class_stride();
    for (std::size_t g = 0; g < groups(); ++g) {
      const Scalar* row[lanes];
      for (std::size_t lane = 0; lane < lanes; ++lane)
        row[lane] = from.row(first + std::min(g * lanes + lane, rows_ - 1));
      Scalar* const to = group(g);
      if (step == 1) {
        detail::interleave_eight_rows(row, classes_, to);
      } else {
        for (std::size_t c = 0; c < classes_; ++c)
          for (std::size_t lane = 0; lane < lanes; ++lane) to[c * lanes + lane] = row[lane][c * step];
      }
      if (form == stored_as::logits)
        check_logits(g);
      else
        check_probabilities(g, form);
      if (form == stored_as::probabilities && floor > 0)
        for (std::size_t i = 0; i < lanes * classes_; ++i) to[i] = std::max(to[i], floor);
    }
  }

 private:
  using pack = Eigen::Array<Scalar, int(lanes), 1>;

  [[nodiscard]] Scalar* data() const noexcept { return const_cast<Scalar*>(values_.data()); }

  void check_logits(std::size_t g) const {
    const Scalar* const z = group(g);
    pack zero = pack::Zero();
    for (std::size_t c = 0; c < classes_; ++c) zero += Eigen::Map<const pack>(z + c * lanes) * Scalar(0);
    if ((zero == Scalar(0)).all()) return;  // x * 0 is NaN for infinity and NaN
    for (std::size_t lane = 0; lane < lanes; ++lane)
      for (std::size_t c = 0; c < classes_; ++c)
        if (!std::isfinite(z[c * lanes + lane]))
          refuse(g, lane,
                 "has a logit of " + std::to_string(z[c * lanes + lane]) + " for class " + std::to_string(c) +
                     "; logits must be finite");
  }

  void check_probabilities(std::size_t g, stored_as form) const {
    const Scalar* const p = group(g);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      double sum = 0;
      bool legal = true;
      for (std::size_t c = 0; c < classes_; ++c) {
        const double x = p[c * lanes + lane], probability = form == stored_as::probabilities ? x : std::exp(x);
        legal = legal && probability >= 0 && probability <= 1 + 1e-4;
        sum += probability;
      }
      if (!legal || !(std::abs(sum - 1) <= 1e-4))
        refuse(g, lane,
               (legal ? "has probabilities that sum to " + std::to_string(sum)
                      : std::string("has a value that is no probability")) +
                   "; wanted values in [0, 1] that sum to 1 within 1e-4 (logits are another form)");
    }
  }

  [[noreturn]] void refuse(std::size_t g, std::size_t lane, const std::string& reason) const {
    detail::refuse("classification", "answers",
                   "row " + std::to_string(first_ + std::min(g * lanes + lane, rows_ - 1)) + " " + reason);
  }

  std::size_t classes_, capacity_, rows_ = 0, first_ = 0;
  stored_as form_ = stored_as::logits;
  std::vector<Scalar> values_;
};

/// A block of rows of which only the predicted label is known.
class label_tile {
 public:
  label_tile(std::span<const int> predicted, std::size_t first) noexcept : predicted_(predicted), first_(first) {}

  [[nodiscard]] std::size_t rows() const noexcept { return predicted_.size(); }
  [[nodiscard]] std::size_t first() const noexcept { return first_; }
  [[nodiscard]] int label(std::size_t row) const noexcept { return predicted_[row]; }

 private:
  std::span<const int> predicted_;
  std::size_t first_;
};

}  // namespace telltale
