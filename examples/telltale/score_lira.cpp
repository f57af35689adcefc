// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_lira.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace preset = telltale::preset;
namespace spread_floor = telltale::spread_floor;

using presets =
    policies<preset::lira, preset::carlini_2022, preset::carlini_2022_two_sided, preset::carlini_2022_fixed_variance,
             preset::carlini_2022_code, preset::carlini_2022_fixed_variance_code, preset::tensorflow_privacy_0_8_12,
             preset::tensorflow_privacy_0_8_12_fixed_variance, preset::leakpro_2026_06,
             preset::leakpro_2026_06_individual, preset::leakpro_2026_06_fixed_is_per_record,
             preset::leakpro_2026_08_two_sided, preset::sacro_ml_2_0_1_saturating, preset::sacro_ml_2_0_1_carlini,
             preset::sacro_ml_2_0_1_carlini_fixed_variance>;
using models = policies<telltale::models_used::all, telltale::models_used::smallest_number>;
using queries =
    policies<telltale::queries::averaged, telltale::queries::shared_covariance, telltale::queries::full_covariance>;

template <class... Policy>
std::vector<std::string> words_of(policies<Policy...>) {
  return {std::string(word(Policy{}))...};
}

template <class... Preset>
std::vector<std::string> names_of(policies<Preset...>) {
  return {std::string(Preset::name)...};
}

template <class Preset>
lira_settings settings_of() {
  return {std::string(word(Preset::centre)), std::string(word(Preset::spread)), std::string(word(Preset::queries)),
          std::string(word(Preset::models)), chosen_floor{Preset::floor},       chosen_tail{Preset::tail},
          chosen_missing{Preset::missing}};
}

template <class... Policy>
std::vector<std::string> words_of(const std::variant<Policy...>&) {
  return {std::string(word(Policy{}))...};
}

template <class Chosen>
std::string word_of(const Chosen& chosen) {
  return std::visit([](const auto& policy) { return std::string(word(policy)); }, chosen);
}

// One of the policies of a variant, by its word.
template <class... Policy>
setting variant_setting(std::string key, std::string meaning, std::variant<Policy...>& into) {
  std::string range;
  for (const std::string& each : words_of(into)) range += (range.empty() ? "" : "|") + each;
  return {std::move(key), std::move(range), std::move(meaning), [&into](const std::string& text) {
            return ((text == word(Policy{}) ? (into = Policy{}, true) : false) || ...);
          }};
}

template <class... Preset>
lira_settings settings_of(const std::string& name, policies<Preset...>) {
  lira_settings found;
  ((name == Preset::name ? void(found = settings_of<Preset>()) : void()), ...);
  return found;
}

struct floor_text {
  std::string operator()(spread_floor::none) const { return "none"; }
  std::string operator()(spread_floor::add floor) const { return "add:" + text_of(floor.value); }
  std::string operator()(spread_floor::at_least floor) const { return text_of(floor.value); }
  std::string operator()(spread_floor::relative floor) const { return "relative:" + text_of(floor.value); }
};

bool take_floor(const std::string& text, chosen_floor& into) {
  if (text == "none") {
    into.floor = spread_floor::none{};
    return true;
  }
  const std::size_t colon = text.find(':');
  double value = 0;
  if (!take_number(colon == std::string::npos ? text : text.substr(colon + 1), value, [](double v) { return v >= 0; }))
    return false;
  if (colon == std::string::npos)
    into.floor = spread_floor::at_least{value};
  else if (text.compare(0, colon, "add") == 0)
    into.floor = spread_floor::add{value};
  else if (text.compare(0, colon, "relative") == 0)
    into.floor = spread_floor::relative{value};
  else
    return false;
  return true;
}

class lira final : public score_rule {
 public:
  explicit lira(bool online) : online_(online) {}

  std::string name() const override { return online_ ? "lira-online" : "lira-offline"; }
  std::string meaning() const override {
    return online_ ? "log N(t; IN) - log N(t; OUT), mean over queries; >= 0 says member"
                   : "-log(1 - Phi(z)), z of t among OUT, mean over queries; ranks only";
  }
  telltale::knowledge needs() const override { return telltale::gaussian_likelihood_ratio<>::needs; }
  std::vector<std::string> presets() const override { return names_of(tool::presets{}); }
  void use_preset(const std::string& name) override { settings_ = settings_of(name, tool::presets{}); }

  std::vector<setting> settings() override {
    std::vector<setting> all{
        word_setting("centre", words_of(centres{}), "centre of each record's Gaussian", settings_.centre),
        word_setting("spread", words_of(spreads{}),
                     "its standard deviation (squares over n); pooled: one for all records", settings_.spread),
        {"floor", "none|VALUE|add:VALUE|relative:VALUE with VALUE >= 0",
         "spreads are raised to VALUE, have it added, or are raised to that share of the typical one",
         [this](const std::string& text) { return take_floor(text, settings_.floor); }},
        word_setting("queries", words_of(queries{}),
                     "the queries of a record: likelihoods averaged, or one Gaussian vector", settings_.queries),
        word_setting("models", words_of(models{}), "cut every record to the smallest number of models found or not",
                     settings_.models),
        variant_setting("missing", "records without models of a side: refused, or given the mean of the others or 0",
                        settings_.missing.missing)};
    if (!online_)
      all.push_back(variant_setting(
          "tail", "one-sided as published, two-sided (-log density of OUT), or as peers have it", settings_.tail.tail));
    return all;
  }

  std::vector<chosen_setting> chosen() const override {
    std::vector<chosen_setting> all{{"centre", settings_.centre},
                                    {"spread", settings_.spread},
                                    {"floor", std::visit(floor_text{}, settings_.floor.floor)},
                                    {"queries", settings_.queries},
                                    {"models", settings_.models},
                                    {"missing", word_of(settings_.missing.missing)}};
    if (!online_) all.emplace_back("tail", word_of(settings_.tail.tail));
    return all;
  }

  telltale::evidence judge(const score_inputs& inputs) const override {
    if (settings_.queries != word(telltale::queries::averaged{})) {
      if (settings_.spread != word(telltale::spread::per_record{}))
        throw usage_error("--set", "queries=" + settings_.queries + " takes the place of a spread; wanted spread=" +
                                       std::string(word(telltale::spread::per_record{})));
      if (settings_.missing.missing.index() != 0)
        throw usage_error("--set", "queries=" + settings_.queries + " fills in no record; wanted missing=refused");
    }
    return inputs.places()
        .reword("spread_floor::add, spread_floor::at_least or spread_floor::relative", "--set floor=VALUE")
        .reword("with spread::pooled_centred or spread::pooled_raw", "--set spread=pooled-centred or pooled-raw")
        .reword("accepted with --set", "accepted by --set")
        .reword("use a larger spread floor", "use a larger --set floor=VALUE")
        .reword("with queries::averaged or queries::shared_covariance",
                "with --set queries=averaged or queries=shared-covariance")
        .reword("accepted with queries::shared_covariance or queries::averaged",
                "accepted by --set queries=shared-covariance or queries=averaged")
        .reword("with queries::averaged", "with --set queries=averaged")
        .name_in([&] { return online_ ? judge_online(inputs, settings_) : judge_offline(inputs, settings_); });
  }

 private:
  bool online_;
  lira_settings settings_ = settings_of<preset::lira>();
};

}  // namespace

std::unique_ptr<score_rule> make_lira(bool online) { return std::make_unique<lira>(online); }

}  // namespace tool
