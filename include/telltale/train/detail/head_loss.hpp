// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <telltale/train/detail/layers.hpp>
#include <telltale/train/detail/narrow_product.hpp>
#include <telltale/train/detail/softmax_on_line.hpp>
#include <telltale/train/detail/wide_rows.hpp>

namespace telltale::train::detail {

/// The mean cross-entropy of a head's records along a line of logits, Z + t D, and what a line search asks of it. A
/// step along the line costs no product.
template <class Scalar>
class head_loss {
 public:
  /// At a point of the line: the mean loss and its first two derivatives in t.
  struct point {
    double loss = 0, slope = 0, curvature = 0;
  };

  /// All logits 0. `labels`: of each record. Matrices have as many rows as narrow_product asks for.
  void start(std::vector<int> labels, std::size_t classes) {
    labels_ = std::move(labels);
    const auto rows = as_index(rounded_up(records(), narrow_rows)), columns = as_index(classes);
    logits_.setZero(rows, columns);
    direction_.setZero(rows, columns);
    probabilities_.resize(rows, columns);
    for (scratch<Scalar>* each : {&top_, &total_, &slope_, &square_}) each->resize(rows);
    own_logits_.setZero(as_index(records()));
    own_direction_.setZero(as_index(records()));
  }
  [[nodiscard]] std::size_t records() const noexcept { return labels_.size(); }

  /// Z and D, for products to be written to; tell it afterwards.
  [[nodiscard]] class_columns<Scalar>& logits() noexcept { return logits_; }
  [[nodiscard]] class_columns<Scalar>& direction() noexcept { return direction_; }
  void logits_are_new() { pick(logits_, own_logits_); }
  void direction_is_new() { pick(direction_, own_direction_); }

  /// Leaves the probabilities of the point behind.
  [[nodiscard]] point at(double t) {
    const auto step = static_cast<Scalar>(t);
    softmax_on_line(
        logits_.data(), direction_.data(), step, static_cast<std::size_t>(logits_.rows()),
        static_cast<std::size_t>(logits_.cols()),
        softmax_results<Scalar>{probabilities_.data(), top_.data(), total_.data(), slope_.data(), square_.data()});
    // Rows beyond the records hold no record: left out here, and 0 in what a product sees, see residuals.
    const Eigen::Index count = as_index(records());
    top_.head(count) += total_.head(count).log() - own_logits_ - step * own_direction_;
    square_ -= slope_.square();
    slope_.head(count) -= own_direction_;
    const auto mean = [&](const scratch<Scalar>& each) {
      return each.head(count).template cast<double>().sum() / static_cast<double>(count);
    };
    return {mean(top_), mean(slope_), mean(square_)};
  }

  /// Moves the line's origin to the point looked at last, `t`.
  void move(double t) {
    logits_ += static_cast<Scalar>(t) * direction_;
    own_logits_ += static_cast<Scalar>(t) * own_direction_;
  }

  /// mean(1 - ||p||^2) / (classes - 1) at the point looked at last: what the Hessian is in proportion to, on average.
  [[nodiscard]] double spread() const {
    const auto squares = probabilities_.topRows(as_index(records())).squaredNorm();
    return std::max(0.0, 1 - static_cast<double>(squares) / static_cast<double>(records())) /
           static_cast<double>(logits_.cols() - 1);
  }

  /// (p - e_y) / n of the point looked at last, in place of its probabilities.
  [[nodiscard]] const class_columns<Scalar>& residuals() {
    const Eigen::Index count = as_index(records());
    probabilities_.bottomRows(probabilities_.rows() - count).setZero();
    for (std::size_t i = 0; i < labels_.size(); ++i) probabilities_(as_index(i), labels_[i]) -= 1;
    probabilities_ /= static_cast<Scalar>(count);
    return probabilities_;
  }

  /// Records whose first largest logit is that of their label.
  [[nodiscard]] std::size_t correct() const {
    std::size_t count = 0;
    for (Eigen::Index i = 0; i < as_index(records()); ++i) {
      Eigen::Index largest = 0;
      for (Eigen::Index c = 1; c < logits_.cols(); ++c)
        if (logits_(i, c) > logits_(i, largest)) largest = c;
      count += largest == labels_[static_cast<std::size_t>(i)];
    }
    return count;
  }

 private:
  void pick(const class_columns<Scalar>& from, scratch<Scalar>& own) const {
    for (std::size_t i = 0; i < labels_.size(); ++i) own[as_index(i)] = from(as_index(i), labels_[i]);
  }

  std::vector<int> labels_;
  class_columns<Scalar> logits_, direction_, probabilities_;
  scratch<Scalar> own_logits_, own_direction_, top_, total_, slope_, square_;
};

}  // namespace telltale::train::detail
