// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>

#include <telltale/core/adversary.hpp>
#include <telltale/core/detail/joined_text.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/labelled.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/learner/feature_perceptron.hpp>
#include <telltale/torch/rule/learned_features/scaling.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>

namespace telltale {

namespace req {

template <class Candidate>
concept learns_log_odds_of_features =
    requires(const Candidate& learner, const at::Tensor& inputs, std::span<const membership> member) {
      { learner.fit(inputs, member).log_odds(inputs) } -> std::convertible_to<at::Tensor>;
    };

}  // namespace req

/// Fits features with known membership, and then gives log-odds of subjects.
///
/// Required: `name`; and `fit(inputs, member)`, which returns what gives `log_odds(inputs)`, one number a subject, of
/// inputs (a tensor, subjects first).
template <class Candidate>
concept FeatureLearner = req::names_itself<Candidate> && req::learns_log_odds_of_features<Candidate>;

namespace detail {

inline constexpr std::string_view learned_features_prefix = "learned ";

/// Refuses features that are no float32 or float64 tensor of subjects with at least one further extent, or not finite.
inline void check_features(std::string_view function, std::string_view argument, const at::Tensor& values) {
  if (!values.defined() || values.dim() < 2 || values.numel() == 0)
    refuse(function, argument,
           (values.defined() ? "has the shape " + shape_text(values) : std::string("is undefined")) +
               "; wanted (subjects, columns) or (subjects, channels, height, width), none of them 0");
  if (values.scalar_type() != at::kFloat && values.scalar_type() != at::kDouble)
    refuse(function, argument, std::string("holds ") + at::toString(values.scalar_type()) + "; wanted Float or Double");
  check_finite_tensor(function, argument, values);
}

}  // namespace detail

/// What a learner made of labelled features, ready to judge subjects.
template <class Fitted, class Scaling>
class fitted_learned_features {
 public:
  /// Made by `learned_features::fit`; of `labelled` it keeps the shape of a subject.
  fitted_learned_features(Scaling scaling, Fitted model, at::Tensor labelled)
      : scaling_(std::move(scaling)), model_(std::move(model)), shape_(labelled.sizes().slice(1).vec()) {}

  /// Log-odds of membership of every subject, from features of the shape that the labelled records have. One number a
  /// subject comes to the host. Throws `argument_error` if the shape differs or a value is not finite.
  void operator()(const features<libtorch>& signal, std::span<double> evidence) const {
    detail::check_features(function, "signal", signal.values);
    if (signal.values.sizes().slice(1) != at::IntArrayRef(shape_))
      detail::refuse(function, "signal",
                     "has the shape " + detail::shape_text(signal.values) +
                         "; the labelled records have another behind the first extent");
    detail::check_size(function, "evidence", evidence.size(), static_cast<std::size_t>(signal.values.size(0)));
    libtorch::copy(model_.log_odds(scaling_(signal.values)), evidence);
    detail::check_finite(function, "evidence", evidence);
  }

  /// A membership as likely as not, at the prior that the learner assumes: the share of members among the labelled
  /// records, or one half where it balances them.
  [[nodiscard]] static constexpr double cut() noexcept { return 0; }

  /// What the learner fitted.
  [[nodiscard]] const Fitted& model() const noexcept { return model_; }
  /// What becomes of features before the network sees them.
  [[nodiscard]] const Scaling& scaling() const noexcept { return scaling_; }

 private:
  static constexpr std::string_view function = "learned_features";

  Scaling scaling_;
  Fitted model_;
  std::vector<std::int64_t> shape_;
};

/// `learned` for features: a network that was taught to tell members from non-members by tensors (images, maps,
/// embeddings) of records whose membership the adversary knows.
///
/// Threat model: labelled records, mostly from a shadow model, as features of one shape on the device of the network.
/// Formula: E = f(s(x)), f the log-odds that `Model` gives and s the scaling that `Scaling` learned from the labelled
/// records, those that are held out for stopping included: their membership is not looked at. Range: any real, larger
/// means member, cut 0: as likely as not, at the prior that the learner assumes.
/// Cost: the learner's. Throws argument_error as `fit` and the fitted rule say. Reference: Shokri, Stronati, Song and
/// Shmatikov 2017, "Membership inference attacks against machine learning models", whose attack model this is for
/// tensors.
template <FeatureLearner Model = learner::feature_perceptron<>, FeatureScaling Scaling = scaling::each_channel>
class learned_features {
 public:
  static constexpr std::string_view name = detail::joined_text<detail::learned_features_prefix, Model::name>::value;
  static constexpr knowledge needs = knowledge::labelled_records;

  /// Takes the settings that the learner has by itself.
  learned_features() = default;
  /// Takes a learner of chosen settings.
  explicit learned_features(Model chosen) : model(std::move(chosen)) {}

  /// The learner, with its settings.
  Model model{};

  /// Throws `argument_error` if there are no members or no non-members, if labels and features differ in number, if
  /// features are not float32 or float64, not finite or of fewer than two dimensions, and what scaling and learner
  /// throw.
  [[nodiscard]] auto fit(const labelled_records<features<libtorch>>& owned) const {
    constexpr std::string_view function = "learned_features";
    const at::Tensor& values = owned.records.values;
    detail::check_features(function, detail::labelled_argument, values);
    detail::check_size(function, detail::labelled_argument, static_cast<std::size_t>(values.size(0)),
                       owned.member.size());
    (void)detail::members_of(function, owned.member);
    auto scaled = Scaling::learn(function, detail::labelled_argument, values);
    auto fitted = model.fit(scaled(values), owned.member);
    return fitted_learned_features<decltype(fitted), decltype(scaled)>(std::move(scaled), std::move(fitted), values);
  }
};

}  // namespace telltale
