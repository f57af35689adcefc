// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/presets.hpp>

namespace telltale {

namespace req {

template <class Preset>
concept names_a_cut = requires {
  { Preset::cut } -> std::convertible_to<double>;
};

}  // namespace req

/// A named choice of policies for `difference_from_centre`. Where IN and OUT are both modelled, the reference is the
/// midpoint of their centres.
///
/// Required: `name`; `hypotheses`, which models are asked; `centre`, what is taken of a record's scores; `missing`,
/// what a record without models of a hypothesis takes; `cut`.
template <class Preset>
concept OffsetPreset =
    req::names_itself<Preset> && req::chooses_its_hypotheses<Preset> && req::chooses_a_centre<Preset> &&
    req::chooses_what_is_missing<Preset> && req::names_a_cut<Preset>;

namespace preset {

/// Watson et al. 2022, difficulty calibration: the mean of the models that did not see the record; ranking only.
struct watson_2022 {
  static constexpr std::string_view name = "watson_2022";
  static constexpr hypotheses::out_only hypotheses{};
  static constexpr centre::mean centre{};
  static constexpr missing_models::refused missing{};
  static constexpr double cut = ranking_only;
};

/// Sablayrolles et al. 2019, a threshold of each record: halfway between the means of both sides, cut 0.
struct sablayrolles_2019 : watson_2022 {
  static constexpr std::string_view name = "sablayrolles_2019";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr double cut = 0;
};

/// compute_score_offset of TensorFlow Privacy 0.8.12 (0.9.0 no longer has it) with its defaults: medians of both sides,
/// column means where a side has no model. `in_only` of it is the option "in", `offline` the option "out". It leaves
/// the cut to its caller.
struct tensorflow_privacy_0_8_12_offset : watson_2022 {
  static constexpr std::string_view name = "tensorflow_privacy_0_8_12_offset";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr centre::median centre{};
  static constexpr missing_models::column_mean missing{};
};

}  // namespace preset
}  // namespace telltale
