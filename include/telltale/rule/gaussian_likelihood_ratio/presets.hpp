// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <telltale/core/requirements.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/centre.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/missing_models.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/models_used.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/queries.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/spread_floor.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/tail.hpp>
#include <telltale/rule/hypotheses.hpp>

namespace telltale {

namespace req {

template <class Preset>
concept chooses_its_hypotheses = requires {
  { Preset::hypotheses.in } -> std::convertible_to<bool>;
  { Preset::hypotheses.out } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_centre = requires {
  { Preset::centre.from_values } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_spread = requires {
  { Preset::spread.own } -> std::convertible_to<bool>;
  { Preset::spread.out_takes_in } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_a_spread_floor = requires {
  { Preset::floor.needs_typical } -> std::convertible_to<bool>;
  { Preset::floor(1.0, 1.0) } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_a_tail = requires {
  { Preset::tail(1.0, 1.0) } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_how_queries_are_judged = requires {
  { Preset::queries.joint } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_which_models_are_used = requires {
  { Preset::models.cuts } -> std::convertible_to<bool>;
};

template <class Preset>
concept chooses_what_is_missing = requires {
  { Preset::missing.fills } -> std::convertible_to<bool>;
  { Preset::missing.least(true) } -> std::convertible_to<std::size_t>;
};

// A covariance of the queries takes the place of the spread, and no column of it can be filled from other records.
template <class Preset>
concept leaves_the_spread_to_the_covariance =
    !Preset::queries.joint || (std::same_as<std::remove_const_t<decltype(Preset::spread)>, spread::per_record> &&
                               !Preset::missing.fills && requires(joint_distance distance) {
                                 { Preset::tail(distance) } -> std::convertible_to<double>;
                                 { Preset::queries.own() } -> std::convertible_to<bool>;
                               });

}  // namespace req

/// A named set of policies for `gaussian_likelihood_ratio`.
///
/// Required: `name`; `hypotheses`, which of IN and OUT are modelled; `centre`, where a record's Gaussian lies;
/// `spread`, how wide it is; `floor`, what happens to a spread that is tiny; `tail`, what the offline form reports of a
/// distance; `queries`, how several are judged together; `models`, which of a record's models are used; `missing`, what
/// a record without models of a hypothesis takes.
template <class Preset>
concept GaussianPreset =
    req::names_itself<Preset> && req::chooses_its_hypotheses<Preset> && req::chooses_a_centre<Preset> &&
    req::chooses_a_spread<Preset> && req::chooses_a_spread_floor<Preset> && req::chooses_a_tail<Preset> &&
    req::chooses_how_queries_are_judged<Preset> && req::chooses_which_models_are_used<Preset> &&
    req::chooses_what_is_missing<Preset> && req::leaves_the_spread_to_the_covariance<Preset>;

namespace preset {

/// Ours: mean and population standard deviation of each record, no floor, one-sided tail, queries averaged.
struct lira {
  static constexpr std::string_view name = "telltale";
  static constexpr hypotheses::in_and_out hypotheses{};
  static constexpr centre::mean centre{};
  static constexpr spread::per_record spread{};
  static constexpr spread_floor::none floor{};
  static constexpr tail::log_survival tail{};
  static constexpr queries::averaged queries{};
  static constexpr models_used::all models{};
  static constexpr missing_models::refused missing{};
};

/// Carlini et al. 2022 with their code's numbers: median centre, 1e-30 added to the standard deviation about the mean.
/// All models are used, and offline it is the paper's one-sided test; `carlini_2022_code` does neither.
struct carlini_2022 : lira {
  static constexpr std::string_view name = "carlini_2022";
  static constexpr centre::median centre{};
  static constexpr spread_floor::add floor{1e-30};
};

/// The two-sided tail in place of the paper's one-sided one: minus the log density of OUT, by which a record that every
/// model finds *harder* than usual also counts as a member. Online it equals `carlini_2022`.
struct carlini_2022_two_sided : carlini_2022 {
  static constexpr std::string_view name = "carlini_2022_two_sided";
  static constexpr tail::density tail{};
};

/// Carlini et al. 2022 with a fixed variance, advised below 64 models: pooled after centring, one spread for IN and
/// one for OUT.
struct carlini_2022_fixed_variance : carlini_2022 {
  static constexpr std::string_view name = "carlini_2022_fixed_variance";
  static constexpr spread::pooled_centred spread{};
};

/// What the code released with Carlini et al. 2022 computes (tensorflow/privacy, research/mi_lira_2021/plot.py): the
/// two-sided tail offline, and every record cut to the smallest number of IN and of OUT models.
struct carlini_2022_code : carlini_2022_two_sided {
  static constexpr std::string_view name = "carlini_2022_code";
  static constexpr models_used::smallest_number models{};
};

/// The fixed variance as released: the standard deviation of all IN entries, without centring, for IN and OUT alike
/// (a slip: OUT was meant to have its own; offline it is that of all OUT entries).
struct carlini_2022_fixed_variance_code : carlini_2022_code {
  static constexpr std::string_view name = "carlini_2022_fixed_variance_code";
  static constexpr spread::pooled_raw_of_in spread{};
};

/// compute_score_lira of TensorFlow Privacy 0.8.12 (0.9.0 no longer has it) with its defaults; `in_only` of it is the
/// option "in", `offline` the option "out", a centre::mean its median_or_mean. Evidence is minus its score.
struct tensorflow_privacy_0_8_12 : carlini_2022_two_sided {
  static constexpr std::string_view name = "tensorflow_privacy_0_8_12";
  static constexpr missing_models::column_mean missing{};
};

/// The same with fix_variance.
struct tensorflow_privacy_0_8_12_fixed_variance : tensorflow_privacy_0_8_12 {
  static constexpr std::string_view name = "tensorflow_privacy_0_8_12_fixed_variance";
  static constexpr spread::pooled_residuals spread{};
};

/// LeakPro's LiRA as it was from February to August 2026, var_calculation "carlini": mean centre, 1e-30 added, below 64
/// models the spread of all entries without centring, offline the log of the cumulative distribution.
struct leakpro_2026_06 : lira {
  static constexpr std::string_view name = "leakpro_2026_06";
  static constexpr spread::own_from_64_models spread{};
  static constexpr spread_floor::add floor{1e-30};
  static constexpr tail::log_cumulative tail{};
};

/// var_calculation "individual_carlini": the number of scores of each record and side decides.
struct leakpro_2026_06_individual : leakpro_2026_06 {
  static constexpr std::string_view name = "leakpro_2026_06_individual";
  static constexpr spread::own_from_32_scores spread{};
};

/// var_calculation "fixed", which is not: each record is given the spread of its own scores, whatever their number.
struct leakpro_2026_06_fixed_is_per_record : leakpro_2026_06 {
  static constexpr std::string_view name = "leakpro_2026_06_fixed_is_per_record";
  static constexpr spread::per_record spread{};
};

/// LeakPro after its change of August 2026: offline the two-sided density, as before February.
struct leakpro_2026_08_two_sided : leakpro_2026_06 {
  static constexpr std::string_view name = "leakpro_2026_08_two_sided";
  static constexpr tail::density tail{};
};

/// SACRO-ML 2.0.1: mean centre, 1e-16 added, mode "offline" Phi(z), which is 1 for the surest members; a record without
/// models of a side is centred at 0 with spread 0.
struct sacro_ml_2_0_1_saturating : lira {
  static constexpr std::string_view name = "sacro_ml_2_0_1_saturating";
  static constexpr spread_floor::add floor{1e-16};
  static constexpr tail::saturating_cumulative tail{};
  static constexpr missing_models::zero missing{};
};

/// Modes "offline-carlini" and "online-carlini".
struct sacro_ml_2_0_1_carlini : sacro_ml_2_0_1_saturating {
  static constexpr std::string_view name = "sacro_ml_2_0_1_carlini";
  static constexpr tail::density tail{};
};

/// The same modes with fix_variance: the spread of all entries, without centring.
struct sacro_ml_2_0_1_carlini_fixed_variance : sacro_ml_2_0_1_carlini {
  static constexpr std::string_view name = "sacro_ml_2_0_1_carlini_fixed_variance";
  static constexpr spread::pooled_raw spread{};
};

}  // namespace preset
}  // namespace telltale
