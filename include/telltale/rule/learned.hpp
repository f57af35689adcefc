// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/labelled.hpp>
#include <telltale/rule/learned/logistic_regression.hpp>
#include <telltale/rule/learned/perceptron.hpp>
#include <telltale/rule/learned/scaling.hpp>

namespace telltale {

namespace req {

template <class Candidate>
concept learns_log_odds =
    requires(const Candidate& learner, std::span<const double> inputs, std::span<const membership> member,
             std::span<double> out) { learner.fit(inputs, member).log_odds(inputs, out); };

}  // namespace req

/// A model that can be taught to tell members from non-members.
///
/// Required: `name`; `fit(inputs, member)`, from standardised inputs (records x columns, row by row) with known
/// membership; of what it returns `log_odds(inputs, out)`, the log-odds of membership of each row.
template <class Candidate>
concept Learner = req::names_itself<Candidate> && req::learns_log_odds<Candidate>;

namespace detail {
inline constexpr std::string_view learned_prefix = "learned ";
}  // namespace detail

/// What a learner made of labelled records, ready to judge subjects.
template <class Fitted>
class fitted_learned {
 public:
  /// From the scaling of each column and the fitted model behind it.
  fitted_learned(detail::column_scaling scaling, Fitted model)
      : scaling_(std::move(scaling)), model_(std::move(model)) {}

  /// Log-odds of membership of every subject, from as many values as the labelled records have.
  ///
  /// Throws `argument_error` if the width differs or a value is not finite.
  void operator()(const signals& signal, std::span<double> evidence) const {
    if (signal.width != scaling_.width())
      detail::refuse(function, "signal",
                     "has " + std::to_string(signal.width) + " values a subject; the labelled records have " +
                         std::to_string(scaling_.width()));
    detail::check_size(function, "signal", signal.values.size(), evidence.size() * signal.width);
    detail::check_finite(function, "signal", signal.values);
    model_.log_odds(scaling_(signal), evidence);
    detail::check_finite(function, "evidence", evidence);
  }

  /// A membership as likely as not, at the share of members among the labelled records.
  [[nodiscard]] static constexpr double cut() noexcept { return 0; }

  /// The fitted model, which takes standardised rows.
  [[nodiscard]] const Fitted& model() const noexcept { return model_; }
  /// Mean and deviation of each column among the labelled records.
  [[nodiscard]] const detail::column_scaling& scaling() const noexcept { return scaling_; }

 private:
  template <Learner>
  friend class learned;
  static constexpr std::string_view function = "learned";

  detail::column_scaling scaling_;
  Fitted model_;
};

/// A model that was taught to tell members from non-members by records of which the adversary knows it.
///
/// Threat model: labelled records, as a shadow model scores what it was trained on and what it was not. The signal may
/// have any number of values a subject (posteriors, several scores); each is standardised by its mean and deviation
/// among the labelled records.
/// Formula: E = log-odds of membership by the fitted model.
/// Range: any real, in nats; cut 0: the published verdict, "likelier member than not", for the prior that the labelled
/// records have.
///
/// Cost: the learner's.
/// Reference: Shokri, Stronati, Song, Shmatikov, "Membership Inference Attacks against Machine Learning Models", S&P
/// 2017; Salem, Zhang, Humbert, Berrang, Fritz, Backes, "ML-Leaks", NDSS 2019.
template <Learner Model = learner::perceptron>
class learned {
 public:
  static constexpr std::string_view name = detail::joined_text<detail::learned_prefix, Model::name>::value;
  static constexpr knowledge needs = knowledge::labelled_records;

  constexpr learned() = default;
  /// With a learner that has settings of its own.
  constexpr explicit learned(Model chosen) : model(std::move(chosen)) {}

  /// What is taught.
  [[no_unique_address]] Model model{};

  /// Throws `argument_error` if there are no members or no non-members, if labels and signal differ in number, if a
  /// value is not finite or a column constant, and what the learner throws.
  [[nodiscard]] auto fit(const labelled_records<signals>& owned) const {
    using fitted = decltype(model.fit(std::span<const double>(), owned.member));
    constexpr std::string_view function = fitted_learned<fitted>::function;
    (void)detail::members_of(function, owned);
    detail::column_scaling scaling(function, detail::labelled_argument, owned.records);
    const std::vector<double> inputs = scaling(owned.records);
    fitted model_of = model.fit(std::span<const double>(inputs), owned.member);
    return fitted_learned<fitted>(std::move(scaling), std::move(model_of));
  }
};

}  // namespace telltale
