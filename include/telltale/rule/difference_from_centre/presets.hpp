// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string_view>

#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/rule/gaussian_likelihood_ratio/centre.hpp>

namespace telltale {

/// Which models a record's signal is compared with.
///
/// A policy says which centres it takes (`in`, `out`) and joins them: `policy(centre IN, centre OUT)`.
namespace reference {

/// The models that did not see the record.
struct out {
  static constexpr std::string_view name = "OUT";
  static constexpr bool takes_in = false, takes_out = true;

  [[nodiscard]] static constexpr double join(double, double centre_out) noexcept { return centre_out; }
};

/// The models that saw it.
struct in {
  static constexpr std::string_view name = "IN";
  static constexpr bool takes_in = true, takes_out = false;

  [[nodiscard]] static constexpr double join(double centre_in, double) noexcept { return centre_in; }
};

/// Halfway between the centres of both.
struct midpoint {
  static constexpr std::string_view name = "midpoint of IN and OUT";
  static constexpr bool takes_in = true, takes_out = true;

  [[nodiscard]] static constexpr double join(double centre_in, double centre_out) noexcept {
    return (centre_in + centre_out) / 2;
  }
};

}  // namespace reference

/// What becomes of a record that no model on a side that is asked for saw, or that every model saw.
namespace absent {

/// It is refused, by number.
struct refused {
  static constexpr std::string_view name = "refused";
  static constexpr bool fills = false;
};

/// Its centre is the mean of the other records' centres of the same query, and it is counted.
struct column_mean {
  static constexpr std::string_view name = "column mean";
  static constexpr bool fills = true;
};

}  // namespace absent

namespace req {

template <class Preset>
concept chooses_its_reference = requires {
  { Preset::reference.takes_in } -> std::convertible_to<bool>;
  { Preset::reference.takes_out } -> std::convertible_to<bool>;
  { Preset::reference.join(1.0, 1.0) } -> std::convertible_to<double>;
};

template <class Preset>
concept chooses_the_centre_of_a_side = requires {
  { Preset::centre.from_values } -> std::convertible_to<bool>;
};

template <class Preset>
concept says_what_becomes_of_the_absent = requires {
  { Preset::absent.fills } -> std::convertible_to<bool>;
};

template <class Preset>
concept names_a_cut = requires {
  { Preset::cut } -> std::convertible_to<double>;
};

}  // namespace req

/// A named choice of reference, centre, what becomes of a missing side, and cut.
template <class Preset>
concept OffsetPreset =
    req::names_itself<Preset> && req::chooses_its_reference<Preset> && req::chooses_the_centre_of_a_side<Preset> &&
    req::says_what_becomes_of_the_absent<Preset> && req::names_a_cut<Preset>;

namespace preset {

/// Watson et al. 2022, difficulty calibration: the mean of the models that did not see the record; ranking only.
struct watson_2022 {
  static constexpr std::string_view name = "watson_2022";
  static constexpr reference::out reference{};
  static constexpr centre::mean centre{};
  static constexpr absent::refused absent{};
  static constexpr double cut = ranking_only;
};

/// Sablayrolles et al. 2019, a threshold of each record: halfway between the means of both sides, cut 0.
struct sablayrolles_2019 : watson_2022 {
  static constexpr std::string_view name = "sablayrolles_2019";
  static constexpr reference::midpoint reference{};
  static constexpr double cut = 0;
};

/// TensorFlow Privacy, `compute_score_offset` with its defaults: medians of both sides, and column means where a side
/// has no model. It leaves the cut to its caller. From the source, not run.
struct tensorflow_privacy_offset : watson_2022 {
  static constexpr std::string_view name = "tensorflow_privacy_offset";
  static constexpr reference::midpoint reference{};
  static constexpr centre::median centre{};
  static constexpr absent::column_mean absent{};
};

}  // namespace preset
}  // namespace telltale
