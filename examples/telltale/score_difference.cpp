// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <telltale/rule/difference_from_centre.hpp>

#include "score_lira.hpp"
#include "score_rule.hpp"

namespace tool {
namespace {

namespace preset = telltale::preset;

using centres_of_a_side = policies<telltale::centre::mean, telltale::centre::median>;
using missing_or_not = policies<telltale::missing_models::refused, telltale::missing_models::column_mean>;

template <class Preset, class Centre, class Missing>
struct chosen_offset : Preset {
  static constexpr Centre centre{};
  static constexpr Missing missing{};
};

/// `Published` first, then its variations: what the rule is fitted to, and the cut, are those of the first.
template <class Published, class... Variation>
class difference final : public score_rule {
 public:
  difference(std::string name, std::string meaning) : name_(std::move(name)), meaning_(std::move(meaning)) {}

  std::string name() const override { return name_; }
  std::string meaning() const override { return meaning_; }
  telltale::knowledge needs() const override { return telltale::difference_from_centre<Published>::needs; }
  std::vector<std::string> presets() const override {
    return {std::string(Published::name), std::string(Variation::name)...};
  }
  void use_preset(const std::string& name) override {
    take<Published>();
    [[maybe_unused]] const auto take_if = [&]<class Preset>(Preset) {
      if (name == Preset::name) take<Preset>();
    };
    (take_if(Variation{}), ...);
  }

  std::vector<setting> settings() override {
    return {word_setting("centre", {"mean", "median"}, "of the scores under the models of a side", centre_),
            word_setting("missing", {"refused", "column-mean"},
                         "a record without models of a side: refused, or given the mean of the others", missing_)};
  }

  std::vector<chosen_setting> chosen() const override { return {{"centre", centre_}, {"missing", missing_}}; }

  telltale::evidence judge(const score_inputs& inputs) const override {
    return inputs.places()
        .reword("accepted with missing_models::column_mean", "accepted with --set missing=column-mean")
        .name_in([&] {
          return with_policy(centres_of_a_side{}, centre_, [&](auto centre) {
            return with_policy(missing_or_not{}, missing_, [&](auto missing) {
              return judge_by<chosen_offset<Published, decltype(centre), decltype(missing)>>(inputs);
            });
          });
        });
  }

 private:
  template <class Preset>
  void take() {
    centre_ = tool::word(Preset::centre);
    missing_ = tool::word(Preset::missing);
    cut_ = Preset::cut;
  }

  template <class Preset>
  telltale::evidence judge_by(const score_inputs& inputs) const {
    return std::visit(
        [&]<class Scalar>(telltale::per_model<Scalar> scores) {
          const auto fitted =
              telltale::difference_from_centre<Preset>{}.fit(telltale::shadow_models<Scalar>(scores, inputs.keep));
          telltale::evidence result{std::vector<double>(inputs.records()), cut_};
          result.filled = fitted.filled();
          fitted(inputs.target, result.values);
          return result;
        },
        inputs.shadow);
  }

  std::string name_, meaning_;
  std::string centre_{tool::word(Published::centre)}, missing_{tool::word(Published::missing)};
  double cut_ = Published::cut;
};

}  // namespace

std::unique_ptr<score_rule> make_difficulty() {
  return std::make_unique<difference<preset::watson_2022>>(
      "difficulty", "the record's score less the centre of its scores under OUT models");
}

std::unique_ptr<score_rule> make_offset() {
  return std::make_unique<difference<preset::sablayrolles_2019, preset::tensorflow_privacy_0_8_12_offset>>(
      "offset", "the record's score less the midpoint of its centres under IN and OUT models");
}

}  // namespace tool
