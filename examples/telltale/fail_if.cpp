// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "fail_if.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <telltale/metric/tpr_at_fpr.hpp>

#include "errors.hpp"

namespace tool {
namespace {

constexpr const char* option = "--fail-if";

bool compares(double value, const std::string& comparison, double limit) {
  if (comparison == ">") return value > limit;
  if (comparison == ">=") return value >= limit;
  if (comparison == "<") return value < limit;
  return value <= limit;
}

}  // namespace

condition::condition(std::string text) : text_(std::move(text)) {
  text_.erase(std::remove(text_.begin(), text_.end(), ' '), text_.end());
  const std::size_t at = text_.find_first_of("<>");
  if (at == std::string::npos || at == 0)
    throw usage_error(option, "'" + text_ + "' is no condition; wanted METRIC OP NUMBER, as in 'tpr@0.01>0.05'");
  const std::size_t width = at + 1 < text_.size() && text_[at + 1] == '=' ? 2 : 1;
  comparison_ = text_.substr(at, width);
  metric_ = text_.substr(0, at);
  limit_ = number(option, text_.substr(at + width));
  if (metric_.rfind("tpr@", 0) == 0) {
    fpr_ = number(option, metric_.substr(4));
    if (!(fpr_ > 0 && fpr_ <= 1))
      throw usage_error(option, "'" + metric_ + "': an FPR is a fraction above 0, at most 1 (0.01 is 1 %)");
  } else {
    checked_name(option, metric_, "figure", {"auc", "advantage", "balanced_accuracy", "epsilon", "tpr@FPR"});
    if (metric_ == "tpr@FPR") throw usage_error(option, "write the FPR as a fraction, as in 'tpr@0.01>0.05'");
  }
}

double condition::measured(const condition_inputs& found) const {
  const auto& [curve, figures, epsilon] = found;
  if (metric_ == "auc") return figures.auc.value;
  if (metric_ == "advantage") return figures.advantage.value;
  if (metric_ == "balanced_accuracy") return figures.balanced_accuracy.value;
  if (metric_ == "epsilon") {
    if (epsilon.empty()) throw usage_error(option, "epsilon was not bounded; give --delta");
    if (epsilon.size() > 1)
      throw usage_error(option, "epsilon wants a single --epsilon-method: the largest of several bounds does not hold");
    return epsilon.front().low;
  }
  const telltale::metric::operating_point point =
      telltale::metric::tpr_at_fpr(curve, fpr_, figures.conventions.confidence);
  if (!point.resolvable)
    throw usage_error(option, metric_ + " cannot be resolved by " + counted(curve.negatives(), "non-member") +
                                  ": an FPR below " + text_of(1 / static_cast<double>(curve.negatives())) +
                                  " was not measured");
  return point.tpr.value;
}

std::optional<std::string> condition::holds(const condition_inputs& found) const {
  const double value = measured(found);
  if (!compares(value, comparison_, limit_)) return std::nullopt;
  return metric_ + " is " + text_of(value) + ", so " + text_ + " holds";
}

}  // namespace tool
