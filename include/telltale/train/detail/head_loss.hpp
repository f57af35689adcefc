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
#include <telltale/train/detail/wide_rows.hpp>

namespace telltale::train::detail {

/// The mean cross-entropy of a head's records along a line of logits, Z + t D, and what a line search asks of it. A
/// step along the line costs no product, and every loop runs over the records of a class.
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
    probabilities_.setZero(rows, columns);
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
    point sum;
    for (Eigen::Index first = 0; first < as_index(records()); first += block) {
      const Eigen::Index count = std::min(block, as_index(records()) - first);
      auto top = top_.head(count);
      auto total = total_.head(count);
      auto slope = slope_.head(count);
      auto square = square_.head(count);
      for (Eigen::Index c = 0; c < logits_.cols(); ++c) {
        auto z = cells(probabilities_, c, first, count);
        z = cells(logits_, c, first, count) + step * cells(direction_, c, first, count);
        if (c == 0)
          top = z;
        else
          top = top.max(z);
      }
      total.setZero();
      slope.setZero();
      square.setZero();
      for (Eigen::Index c = 0; c < logits_.cols(); ++c) {
        auto p = cells(probabilities_, c, first, count);
        const auto d = cells(direction_, c, first, count);
        p = (p - top).exp();
        total += p;
        slope += p * d;
        square += p * d.square();
      }
      const auto own = own_logits_.segment(first, count);
      const auto own_slope = own_direction_.segment(first, count);
      sum.loss += (total.log() + top - own - step * own_slope).template cast<double>().sum();
      total = total.inverse();
      slope *= total;
      sum.slope += (slope - own_slope).template cast<double>().sum();
      sum.curvature += (square * total - slope.square()).template cast<double>().sum();
      for (Eigen::Index c = 0; c < logits_.cols(); ++c) cells(probabilities_, c, first, count) *= total;
    }
    const auto count = static_cast<double>(records());
    return {sum.loss / count, sum.slope / count, sum.curvature / count};
  }

  /// Moves the line's origin to the point looked at last, `t`.
  void move(double t) {
    logits_ += static_cast<Scalar>(t) * direction_;
    own_logits_ += static_cast<Scalar>(t) * own_direction_;
  }

  /// mean(1 - ||p||^2) / (classes - 1) at the point looked at last: what the Hessian is in proportion to, on average.
  [[nodiscard]] double spread() const {
    const double squares = static_cast<double>(probabilities_.squaredNorm());
    return std::max(0.0, 1 - squares / static_cast<double>(labels_.size())) / static_cast<double>(logits_.cols() - 1);
  }

  /// (p - e_y) / n of the point looked at last, in place of its probabilities.
  [[nodiscard]] const class_columns<Scalar>& residuals() {
    for (std::size_t i = 0; i < labels_.size(); ++i) probabilities_(as_index(i), labels_[i]) -= 1;
    probabilities_ /= static_cast<Scalar>(labels_.size());
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
  static constexpr Eigen::Index block = 256;
  using strip = Eigen::Array<Scalar, block, 1>;

  template <class Matrix>
  static auto cells(Matrix& of, Eigen::Index column, Eigen::Index first, Eigen::Index count) {
    return of.col(column).segment(first, count).array();
  }

  void pick(const class_columns<Scalar>& from, scratch<Scalar>& own) const {
    for (std::size_t i = 0; i < labels_.size(); ++i) own[as_index(i)] = from(as_index(i), labels_[i]);
  }

  std::vector<int> labels_;
  class_columns<Scalar> logits_, direction_, probabilities_;
  scratch<Scalar> own_logits_, own_direction_;
  strip top_, total_, slope_, square_;
};

}  // namespace telltale::train::detail
