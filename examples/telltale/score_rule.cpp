// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "score_rule.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <telltale/rule/false_positive_rate.hpp>

namespace tool {

origins score_inputs::places() const {
  origins places;
  places.from("signal", target_path)
      .from("scores", shadow_path)
      .from("keep", keep_path)
      .from("population", population_target_path)
      .from("population by target", population_target_path)
      .from("population by shadow models", population_shadow_path)
      .from("labelled records", known_path)
      .from("a", "--set a")
      .from("gamma", "--set gamma")
      .from("beta", "--set beta")
      .from("fpr", "--set fpr")
      .from("value", "--set floor");
  return places;
}

std::vector<std::unique_ptr<score_rule>> all_rules() {
  std::vector<std::unique_ptr<score_rule>> rules;
  rules.push_back(make_lira(true));
  rules.push_back(make_lira(false));
  rules.push_back(make_rmia(true));
  rules.push_back(make_rmia(false));
  rules.push_back(make_attack_p());
  rules.push_back(make_attack_r());
  rules.push_back(make_difficulty());
  rules.push_back(make_offset());
  rules.push_back(make_song_mittal());
  rules.push_back(make_privacy_risk());
  rules.push_back(make_qmia());
  return rules;
}

std::string listed(const std::vector<setting>& settings) {
  std::string text;
  for (const setting& each : settings) {
    const bool is_choice = each.range.find('|') != std::string::npos;
    text += (text.empty() ? "" : ", ") + each.key + (is_choice ? "=" + each.range : " (" + each.range + ")");
  }
  return text;
}

void apply(score_rule& rule, const std::vector<std::string>& given) {
  const std::vector<setting> settings = rule.settings();
  std::vector<std::string> seen;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    const std::string choices = "; wanted " + listed(settings);
    if (equals == std::string::npos) throw usage_error("--set", "'" + text + "' is not KEY=VALUE" + choices);
    const auto found =
        std::find_if(settings.begin(), settings.end(), [&](const setting& each) { return each.key == key; });
    if (found == settings.end()) throw usage_error("--set", rule.name() + " has no setting '" + key + "'" + choices);
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) throw usage_error("--set", key + " is set twice");
    seen.push_back(key);
    if (!found->take(value))
      throw usage_error("--set", "'" + value + "' is no " + key + " of " + rule.name() + "; wanted " + found->range);
  }
}

setting word_setting(std::string key, std::vector<std::string> words, std::string meaning, std::string& into) {
  std::string range;
  for (const std::string& word : words) range += (range.empty() ? "" : "|") + word;
  return {std::move(key), std::move(range), std::move(meaning),
          [words = std::move(words), &into](const std::string& text) {
            if (std::find(words.begin(), words.end(), text) == words.end()) return false;
            into = text;
            return true;
          }};
}

setting rate_setting(std::string meaning, double& into) {
  return {"fpr", "above 0 and below 1", std::move(meaning), [&into](const std::string& text) {
            return take_number(text, into, [](double v) { return v > 0 && v < 1; });
          }};
}

chosen_setting chosen_rate(double fpr) {
  return {"fpr", fpr == telltale::no_rate ? std::numeric_limits<double>::quiet_NaN() : fpr};
}

bool take_number(const std::string& text, double& value, const std::function<bool(double)>& accepts) {
  try {
    const double read = number("", text);
    if (!accepts(read)) return false;
    value = read;
    return true;
  } catch (const usage_error&) {
    return false;
  }
}

}  // namespace tool
