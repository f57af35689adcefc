// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/labelled.hpp>
#include <telltale/rule/shadow_layout.hpp>

namespace telltale {

/// The share of members in each bin of the signal's size, ready to look records up.
class fitted_privacy_risk {
 public:
  /// Evidence of every subject: the risk of its bin, a probability. A value beyond the labelled ones takes the bin at
  /// that end. Throws `argument_error` if a value is not finite or is not of the labelled records' sign.
  void operator()(const signals& signal, std::span<double> evidence) const {
    detail::check_one_value(function, "signal", signal);
    detail::check_size(function, "evidence", evidence.size(), signal.values.size());
    check_sign("signal", signal.values, positive_);
    for (std::size_t i = 0; i < evidence.size(); ++i) evidence[i] = risks_[bin_of(std::abs(signal.values[i]))];
  }

  [[nodiscard]] static constexpr double cut() noexcept { return ranking_only; }

  /// Labelled records whose value the floor raised.
  [[nodiscard]] std::size_t floored() const noexcept { return floored_; }

  /// Ends of the bins: bin k reaches from edges()[k] up to but not including edges()[k + 1], the last one including it.
  [[nodiscard]] std::span<const double> edges() const noexcept { return edges_; }
  /// The risk of each bin, in [0, 1].
  [[nodiscard]] std::span<const double> risks() const noexcept { return risks_; }

 private:
  friend class privacy_risk;
  static constexpr std::string_view function = "privacy_risk";

  [[nodiscard]] std::size_t bin_of(double size) const {
    const auto above = std::upper_bound(edges_.begin(), edges_.end(), size) - edges_.begin();
    return static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(edges_.size()) - 2));
  }

  static void check_sign(std::string_view argument, std::span<const double> values, bool positive) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (positive ? values[i] < 0 : values[i] > 0)
        detail::refuse(function, argument,
                       "element " + std::to_string(i) + " is " + std::to_string(values[i]) +
                           "; the labelled records have values of the other sign, and sizes are compared");
  }

  std::vector<double> edges_, risks_;
  std::size_t floored_ = 0;
  bool positive_ = false;
};

/// How likely a record with a signal of that size is a member, by a histogram of labelled records: the privacy risk
/// score.
///
/// Threat model: records of which membership is known (of a shadow model).
/// Formula: with sizes v = max(|signal|, floor), the signal being of one sign (loss, confidence, an entropy), in `bins`
/// bins of equal width in log v from the least to the largest,
///   E = h_in / (h_in + h_out), the shares of members and of non-members in the record's bin; of the nearest bin that
/// has records where that one is empty, the smaller of two at one distance.
/// Range: [0, 1], at most `bins` different values; ranking only. Published per class: `per_class<privacy_risk>`.
///
/// Cost: O(n log bins).
/// Reference: Song and Mittal, "Systematic Evaluation of Privacy Risks of Machine Learning Models", USENIX Security
/// 2021, as their code computes it (from its source, not run), except that the outer edges are the extremes themselves,
/// which their powers of ten can miss by rounding.
class privacy_risk {
 public:
  static constexpr std::string_view name = "privacy risk score";
  static constexpr knowledge needs = knowledge::labelled_records;

  std::size_t bins = 5;
  /// What a smaller size counts as, since 0 has no logarithm; the labelled records it raises are counted.
  double floor = 1e-10;

  /// Throws `argument_error` if there is no bin, if the floor is not positive, if there are no members or no
  /// non-members, or if the signal has several values a subject, one that is not finite, or both signs.
  [[nodiscard]] fitted_privacy_risk fit(const labelled_records<signals>& owned) const {
    constexpr std::string_view function = fitted_privacy_risk::function;
    if (bins == 0) detail::refuse(function, "bins", "is 0; wanted at least 1");
    if (!(floor > 0 && std::isfinite(floor)))
      detail::refuse(function, "floor", "is " + std::to_string(floor) + "; wanted a positive number");
    detail::check_one_value(function, detail::labelled_argument, owned.records);
    const double members = static_cast<double>(detail::members_of(function, owned)),
                 others = static_cast<double>(owned.member.size()) - members;
    const std::span<const double> values = owned.records.values;
    fitted_privacy_risk fitted;
    fitted.positive_ = std::any_of(values.begin(), values.end(), [](double v) { return v > 0; });
    fitted.check_sign(detail::labelled_argument, values, fitted.positive_);
    std::vector<double> sizes;
    for (const double value : values) {
      fitted.floored_ += static_cast<std::size_t>(std::abs(value) < floor);
      sizes.push_back(std::max(std::abs(value), floor));
    }
    const auto [least, largest] = std::minmax_element(sizes.begin(), sizes.end());
    const double from = std::log10(*least), to = std::log10(*largest);
    fitted.edges_.push_back(*least);
    for (std::size_t k = 1; k < bins; ++k) {
      const double edge = std::pow(10, from + (to - from) * static_cast<double>(k) / static_cast<double>(bins));
      fitted.edges_.push_back(std::clamp(edge, *least, *largest));  // rounding alone can leave it outside
    }
    fitted.edges_.push_back(*largest);
    std::vector<double> in(bins, 0.0), out(bins, 0.0);
    for (std::size_t i = 0; i < sizes.size(); ++i)
      (owned.member[i] == membership::in ? in : out)[fitted.bin_of(sizes[i])] += 1;
    for (std::size_t k = 0; k < bins; ++k) {
      const std::size_t found = nearest_filled(in, out, k);
      const double h_in = in[found] / members, h_out = out[found] / others;
      fitted.risks_.push_back(h_in / (h_in + h_out));
    }
    return fitted;
  }

 private:
  [[nodiscard]] static std::size_t nearest_filled(const std::vector<double>& in, const std::vector<double>& out,
                                                  std::size_t bin) {
    for (std::size_t away = 0;; ++away) {
      if (away <= bin && in[bin - away] + out[bin - away] > 0) return bin - away;
      if (bin + away < in.size() && in[bin + away] + out[bin + away] > 0) return bin + away;
    }
  }
};

}  // namespace telltale
