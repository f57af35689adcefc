// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <telltale/metric/evaluation.hpp>
#include <telltale/metric/roc.hpp>

namespace tool {

/// A condition of `--fail-if`: METRIC OP NUMBER, METRIC being auc, advantage, balanced_accuracy or tpr@FPR.
class condition {
 public:
  /// Throws usage_error for a text that is not one.
  explicit condition(std::string text);

  /// "tpr@0.01 is 0.12, so tpr@0.01>0.05 holds" if it holds of these figures, else nothing.
  ///
  /// Throws usage_error for an FPR below 1/non-members: it was not measured, so a gate on it would always be open.
  [[nodiscard]] std::optional<std::string> holds(const telltale::metric::roc_curve& curve,
                                                 const telltale::metric::evaluation& figures) const;

 private:
  [[nodiscard]] double measured(const telltale::metric::roc_curve& curve,
                                const telltale::metric::evaluation& figures) const;

  std::string text_, metric_, comparison_;
  double fpr_ = 0, limit_ = 0;
};

}  // namespace tool
