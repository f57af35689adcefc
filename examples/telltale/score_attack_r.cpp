// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <variant>
#include <vector>

#include <telltale/rule/reference_quantile.hpp>

#include "score_rule.hpp"

namespace tool {
namespace {

namespace estimate = telltale::estimate;

class attack_r final : public score_rule {
 public:
  std::string name() const override { return "attack-r"; }
  std::string meaning() const override {
    return "share of the OUT models with a score at most the record's, counted or by a Gaussian";
  }
  telltale::knowledge needs() const override { return telltale::reference_quantile<>::needs; }
  std::vector<std::string> presets() const override { return {"telltale"}; }
  void use_preset(const std::string&) override {}

  std::vector<setting> settings() override {
    return {
        word_setting("estimate", {"empirical", "gaussian"}, "how the OUT scores' distribution is estimated", estimate_),
        rate_setting("the cut is 1 - fpr: the false-positive rate that the verdict aims at", fpr_)};
  }

  std::vector<chosen_setting> chosen() const override { return {{"estimate", estimate_}, chosen_rate(fpr_)}; }

  telltale::evidence judge(const score_inputs& inputs) const override {
    return inputs.places().name_in([&] {
      return estimate_ == "empirical" ? judge_by<estimate::empirical>(inputs) : judge_by<estimate::gaussian>(inputs);
    });
  }

 private:
  template <class Estimate>
  telltale::evidence judge_by(const score_inputs& inputs) const {
    return std::visit(
        [&]<class Scalar>(telltale::per_model<Scalar> scores) {
          const auto fitted =
              telltale::reference_quantile<Estimate>{fpr_}.fit(telltale::shadow_models<Scalar>(scores, inputs.keep));
          telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut()};
          fitted(inputs.target, result.values);
          return result;
        },
        inputs.shadow);
  }

  std::string estimate_ = "empirical";
  double fpr_ = telltale::no_rate;
};

}  // namespace

std::unique_ptr<score_rule> make_attack_r() { return std::make_unique<attack_r>(); }

}  // namespace tool
