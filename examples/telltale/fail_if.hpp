// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <telltale/metric/epsilon/bound.hpp>
#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>

namespace tool {

/// What a condition is decided by.
struct condition_inputs {
  const telltale::metric::roc_curve& curve;
  const telltale::metric::evaluation& figures;
  const std::vector<telltale::metric::epsilon::bound>& epsilon;
};

/// A condition of `--fail-if`: METRIC OP NUMBER, METRIC being auc, advantage, balanced_accuracy, tpr@FPR or epsilon.
class condition {
 public:
  /// Throws usage_error for a text that is not one.
  explicit condition(std::string text);

  /// "tpr@0.01 is 0.12, so tpr@0.01>0.05 holds" if it holds of these figures, else nothing.
  ///
  /// Throws usage_error for an FPR below 1/non-members, or epsilon without a bound: it was not measured, so a gate on
  /// it would always be open.
  [[nodiscard]] std::optional<std::string> holds(const condition_inputs& found) const;

 private:
  [[nodiscard]] double measured(const condition_inputs& found) const;

  std::string text_, metric_, comparison_;
  double fpr_ = 0, limit_ = 0;
};

}  // namespace tool
