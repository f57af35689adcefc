// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <telltale/rule/quantile_regression.hpp>
#include <telltale/scorer/given_features.hpp>

#include "score_rule.hpp"

namespace tool {
namespace {

namespace conditional = telltale::conditional;

// A score and its features, one row a record, as the rule takes them.
std::vector<double> rows_of(std::span<const double> scores, std::span<const double> features, std::size_t dimensions) {
  std::vector<double> rows;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    rows.push_back(scores[i]);
    for (std::size_t d = 0; d < dimensions; ++d) rows.push_back(features[i * dimensions + d]);
  }
  return rows;
}

class qmia final : public score_rule {
 public:
  std::string name() const override { return "qmia"; }
  std::string meaning() const override {
    return "how far the score lies above what a regression on features expects of a non-member";
  }
  telltale::knowledge needs() const override { return telltale::quantile_regression<>::needs; }
  telltale::knowledge holds() const override { return telltale::given_features::holds; }
  std::vector<std::string> presets() const override { return {"telltale"}; }
  void use_preset(const std::string&) override {}

  std::vector<setting> settings() override {
    return {word_setting("model", {"gaussian", "quantile"},
                         "-log P(a score at least as large), every rate; or score - quantile at 1 - fpr", model_),
            rate_setting("the false-positive rate that the verdict aims at; model=quantile needs it", fpr_)};
  }

  std::vector<chosen_setting> chosen() const override { return {{"model", model_}, chosen_rate(fpr_)}; }

  telltale::evidence judge(const score_inputs& inputs) const override {
    if (inputs.target.width != 1)
      throw usage_error(inputs.target_path,
                        "has " + std::to_string(inputs.target.width) + " values a record; this rule takes one");
    if (model_ == "quantile" && fpr_ == telltale::no_rate)
      throw usage_error("--set", "model=quantile needs fpr, the rate of its quantile");
    return inputs.places().from("signal", inputs.features_path).name_in([&] {
      return model_ == "gaussian" ? judge_by(inputs, conditional::linear_gaussian{fpr_})
                                  : judge_by(inputs, conditional::linear_quantile{fpr_});
    });
  }

 private:
  template <class Model>
  static telltale::evidence judge_by(const score_inputs& inputs, const Model& model) {
    const std::vector<double> known = rows_of(inputs.population_target, inputs.population_features, inputs.dimensions);
    const std::vector<double> asked = rows_of(inputs.target.values, inputs.features, inputs.dimensions);
    const std::size_t width = inputs.dimensions + 1;
    const auto fitted =
        telltale::quantile_regression(model).fit(telltale::population<>(telltale::signals{known, width, {}}));
    telltale::evidence result{std::vector<double>(inputs.records()), fitted.cut()};
    fitted(telltale::signals{asked, width, {}}, result.values);
    return result;
  }

  std::string model_ = "gaussian";
  double fpr_ = telltale::no_rate;
};

}  // namespace

std::unique_ptr<score_rule> make_qmia() { return std::make_unique<qmia>(); }

}  // namespace tool
