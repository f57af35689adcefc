// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <telltale/metric/verdict_rates.hpp>
#include <telltale/report/format.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/section.hpp>

namespace telltale::report {

/// {"value", "low", "high", "standard_deviation"}, the last null with one draw.
[[nodiscard]] inline json to_json(const metric::drawn_rate& got) {
  json object = to_json(got.mean);
  object["standard_deviation"] = number(got.standard_deviation);
  return object;
}

namespace detail {

template <class Rate>
[[nodiscard]] json rate_or_null(const std::optional<Rate>& got) {
  return got ? to_json(*got) : json(nullptr);
}

template <class Rates>
[[nodiscard]] json rates_in_json(const Rates& got) {
  return {{"tpr", rate_or_null(got.tpr)},
          {"fnr", rate_or_null(got.fnr)},
          {"fpr", rate_or_null(got.fpr)},
          {"tnr", rate_or_null(got.tnr)},
          {"accuracy", to_json(got.accuracy)}};
}

}  // namespace detail

/// {"tpr", "fnr", "fpr", "tnr", "accuracy", "true_positives", "false_positives"}; the rate of a class that is not there
/// is null.
[[nodiscard]] inline json to_json(const metric::verdict_rates& got) {
  json object = detail::rates_in_json(got);
  object["true_positives"] = got.true_positives;
  object["false_positives"] = got.false_positives;
  return object;
}

/// {"tpr", "fnr", "fpr", "tnr", "accuracy", "members", "nonmembers", "rests_on"}: means over draws. Each draw's own
/// rates are `draws[d]`.
[[nodiscard]] inline json to_json(const metric::drawn_rates& got) {
  json object = detail::rates_in_json(got);
  object["members"] = got.draws.front().members;
  object["nonmembers"] = got.draws.front().nonmembers;
  object["rests_on"] = got.rests_on();
  return object;
}

/// The rates as a section: means with intervals in percent, standard deviation between draws, range of the draws.
[[nodiscard]] inline section section_of(const metric::drawn_rates& got) {
  section made{"Rates", "", {{{"mean, %", "over draws"}, {"deviation", "of draws, %"}}, {}}, {got.rests_on()}};
  const auto add = [&](const std::string& name, const metric::drawn_rate& rate) {
    made.content.rows.push_back(
        {name, {{percent(rate.mean.value), interval_percent(rate.mean)}, {percent(rate.standard_deviation)}}, ""});
  };
  for (const auto& [name, rate] : {std::pair("TPR", &got.tpr), {"FNR", &got.fnr}, {"FPR", &got.fpr}, {"TNR", &got.tnr}})
    if (*rate) add(name, **rate);
  add("accuracy", got.accuracy);
  made.meaning = got.tpr ? "Of the members " + percent(got.tpr->mean.value) + " % are found" : "No member is known";
  made.meaning += got.fpr
                      ? ", and " + percent(got.fpr->mean.value) + " % of the others are accused; with so few others " +
                            "the share could be " + percent(got.fpr->mean.high) + " %."
                      : "; nobody else was asked about, so that nothing is known of false accusations.";
  made.notes.push_back("Each interval is an exact one of a proportion, with the mean number of hits rounded outwards");
  return made;
}

}  // namespace telltale::report
