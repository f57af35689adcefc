// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/rule/threshold.hpp>

#include "score_rule.hpp"

namespace tool {
namespace {

using quantile = telltale::where::population_quantile;

class attack_p final : public score_rule {
 public:
  std::string name() const override { return "attack-p"; }
  std::string meaning() const override { return "share of the population strictly below the record"; }
  telltale::knowledge needs() const override { return telltale::threshold<quantile>::needs; }
  std::vector<std::string> presets() const override { return {"telltale"}; }
  void use_preset(const std::string&) override { where_ = {}; }

  std::vector<setting> settings() override {
    return {rate_setting("the cut is 1 - fpr: the false-positive rate that the verdict aims at", where_.fpr)};
  }

  std::vector<chosen_setting> chosen() const override { return {chosen_rate(where_.fpr)}; }

  telltale::evidence judge(const score_inputs& inputs) const override {
    return inputs.places().name_in([&] {
      const telltale::population others(telltale::signals{inputs.population_target, 1, {}});
      const auto fitted = telltale::threshold<quantile>(where_).fit(others);
      telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut(), 0};
      fitted(inputs.target, result.values);
      return result;
    });
  }

 private:
  quantile where_;
};

}  // namespace

std::unique_ptr<score_rule> make_attack_p() { return std::make_unique<attack_p>(); }

}  // namespace tool
