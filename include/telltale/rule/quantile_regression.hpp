// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/learned/scaling.hpp>
#include <telltale/rule/quantile_regression/linear_gaussian.hpp>
#include <telltale/rule/quantile_regression/linear_quantile.hpp>

namespace telltale {

namespace req {

template <class Model>
concept fits_scores_given_features =
    requires(const Model& model, const Eigen::VectorXd& scores, const Eigen::MatrixXd& features,
             std::span<const double> of_one) { model.fit(scores, features).evidence(1.0, of_one, 1.0); };

}  // namespace req

/// A model of how the scores of non-members are distributed given their features.
///
/// Required: `name`; `fit(scores, features)`, from standardised scores and features with a column of ones; of what it
/// returns `evidence(score, features, unit)`, the evidence of one record, `unit` being what one standardised score is
/// worth, and `cut()`.
template <class Candidate>
concept ConditionalModel = req::names_itself<Candidate> && req::fits_scores_given_features<Candidate>;

/// How far a record's score lies above what its features let expect of a non-member.
template <class Fitted>
class fitted_quantile_regression {
 public:
  /// From the scaling of score and features and the fitted model behind it.
  fitted_quantile_regression(detail::column_scaling scaling, Fitted model)
      : scaling_(std::move(scaling)), model_(std::move(model)) {}

  /// Evidence of every subject from its score and its features, in the population's order of columns.
  ///
  /// Throws `argument_error` if the width differs from the population's or a value is not finite.
  void operator()(const signals& signal, std::span<double> evidence) const {
    const std::size_t width = scaling_.width();
    if (signal.width != width)
      detail::refuse(function, "signal",
                     "has " + std::to_string(signal.width) + " values a subject; the population has " +
                         std::to_string(width) + ", a score and its features");
    detail::check_size(function, "signal", signal.values.size(), evidence.size() * width);
    detail::check_finite(function, "signal", signal.values);
    const std::vector<double> rows = scaling_(signal);
    for (std::size_t i = 0; i < evidence.size(); ++i)
      evidence[i] =
          model_.evidence(rows[i * width], std::span(rows).subspan(i * width + 1, width - 1), scaling_.deviation()[0]);
    detail::check_finite(function, "evidence", evidence);
  }

  [[nodiscard]] double cut() const noexcept { return model_.cut(); }
  /// The fitted model, which takes standardised rows.
  [[nodiscard]] const Fitted& model() const noexcept { return model_; }
  /// Mean and deviation of score and features in the population.
  [[nodiscard]] const detail::column_scaling& scaling() const noexcept { return scaling_; }

 private:
  template <ConditionalModel>
  friend class quantile_regression;
  static constexpr std::string_view function = "quantile_regression";

  detail::column_scaling scaling_;
  Fitted model_;
};

/// A threshold of each record's own, learned from a population without a single shadow model: what a non-member with
/// the record's features mostly scores.
///
/// Threat model: a population that the target never saw, and features of it and of the records that the adversary
/// chooses (the record itself, or what another network makes of it). Signals have the score first and the features
/// after it, in the population as in the subjects: `joined<logit_margin, given_features>`.
/// Formula: with t the score and x the features, both standardised by the population,
///   linear_gaussian  E = -log P(score >= t | x) of a Gaussian with linear mean and log deviation; every rate;
///   linear_quantile  E = t - q(x) of a linear quantile at 1 - fpr (pinball loss), cut 0; one rate.
/// The paper lets a neural network predict; here what is predicted is linear in the features that are given.
/// Range: at least 0, in nats, of the Gaussian; any real, in the unit of the score, of the quantile.
///
/// Cost: O(Z d^2) an iteration for Z records of the population.
/// Reference: Bertran, Tang, Kearns, Morgenstern, Roth, Wu, "Scalable Membership Inference Attacks via Quantile
/// Regression", NeurIPS 2023.
template <ConditionalModel Model = conditional::linear_gaussian>
class quantile_regression {
 public:
  static constexpr std::string_view name = Model::name;
  static constexpr knowledge needs = knowledge::population;

  constexpr quantile_regression() = default;
  /// With a model that has settings of its own.
  constexpr explicit quantile_regression(Model chosen) : model(std::move(chosen)) {}

  /// What is fitted to the population.
  [[no_unique_address]] Model model{};

  /// Throws `argument_error` if the population has no features, fewer records than two a coefficient, a value that is
  /// not finite, a column that is constant, features that are collinear, and what the model throws.
  template <class Scalar>
  [[nodiscard]] auto fit(const population<signals, Scalar>& owned) const {
    using fitted = decltype(model.fit(Eigen::VectorXd(), Eigen::MatrixXd()));
    constexpr std::string_view function = fitted_quantile_regression<fitted>::function, argument = "population";
    const signals& known = owned.by_target;
    if (known.width < 2)
      detail::refuse(function, argument,
                     "has " + std::to_string(known.width) + " values a record; wanted a score and its features");
    const std::size_t records = known.subjects();
    detail::check_size(function, argument, known.values.size(), records * known.width);
    detail::check_finite(function, argument, known.values);
    if (records < 2 * known.width)
      detail::refuse(function, argument,
                     "has " + std::to_string(records) + " records for " + std::to_string(known.width) +
                         " coefficients; wanted at least two records a coefficient");
    detail::column_scaling scaling(function, argument, known);
    const std::vector<double> rows = scaling(known);
    const auto n = static_cast<Eigen::Index>(records), width = static_cast<Eigen::Index>(known.width);
    const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> table(rows.data(), n,
                                                                                                         width);
    Eigen::MatrixXd features = table;  // the score's column becomes the intercept's
    features.col(0).setOnes();
    const Eigen::VectorXd pivots = Eigen::LDLT<Eigen::MatrixXd>(features.transpose() * features).vectorD();
    if (!(pivots.minCoeff() > 1e-10 * pivots.maxCoeff()))
      detail::refuse(function, argument, "has features that are collinear; leave one out");
    fitted model_of = model.fit(Eigen::VectorXd(table.col(0)), features);
    return fitted_quantile_regression<fitted>(std::move(scaling), std::move(model_of));
  }
};

}  // namespace telltale
