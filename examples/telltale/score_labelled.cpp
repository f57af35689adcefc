// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <telltale/rule/per_class.hpp>
#include <telltale/rule/privacy_risk.hpp>
#include <telltale/rule/threshold.hpp>

#include "score_rule.hpp"

namespace tool {
namespace {

using cut_of_each = telltale::per_class<telltale::threshold<telltale::where::best_balanced_accuracy>>;
using risk_of_each = telltale::per_class<telltale::privacy_risk>;

/// A rule without settings that is fitted to the labelled records of each class.
template <class Rule>
class labelled final : public score_rule {
 public:
  labelled(std::string name, std::string meaning) : name_(std::move(name)), meaning_(std::move(meaning)) {}

  std::string name() const override { return name_; }
  std::string meaning() const override { return meaning_; }
  telltale::knowledge needs() const override { return Rule::needs; }
  telltale::knowledge holds() const override { return Rule::holds; }
  std::vector<std::string> presets() const override { return {"song_mittal_2021"}; }
  void use_preset(const std::string&) override {}
  std::vector<setting> settings() override { return {}; }
  std::vector<chosen_setting> chosen() const override { return {}; }

  telltale::evidence judge(const score_inputs& inputs) const override {
    return inputs.places().name_in([&] {
      const auto fitted = Rule{}.fit(telltale::labelled_records<>(inputs.known, inputs.known_members));
      telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut()};
      if constexpr (requires { fitted.floored(); }) result.floored = fitted.floored();
      fitted(inputs.target, result.values);
      return result;
    });
  }

 private:
  std::string name_, meaning_;
};

}  // namespace

std::unique_ptr<score_rule> make_song_mittal() {
  return std::make_unique<labelled<cut_of_each>>(
      "song-mittal", "1 where the score reaches its class's threshold of best balanced accuracy, else 0");
}

std::unique_ptr<score_rule> make_privacy_risk() {
  return std::make_unique<labelled<risk_of_each>>(
      "privacy-risk", "share of members among the labelled records of the class with such a score");
}

}  // namespace tool
