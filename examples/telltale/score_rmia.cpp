// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/rule/relative_likelihood.hpp>

#include "score_rule.hpp"

namespace tool {
namespace {

namespace preset = telltale::preset;

constexpr std::string_view word(telltale::marginal::halves) { return "halves"; }
constexpr std::string_view word(telltale::marginal::all_models_plus_1e_6) { return "all-models-plus-1e-6"; }
constexpr std::string_view word(telltale::marginal::zero_padded_largest) { return "zero-padded-largest"; }

struct rmia_settings {
  double a = preset::rmia::a, gamma = preset::rmia::gamma, beta = telltale::ranking_only;
  std::string tie = "strict", marginal = "halves", scores = "probabilities";
};

template <class Preset>
rmia_settings settings_of() {
  rmia_settings settings;
  settings.a = Preset::a;
  settings.gamma = Preset::gamma;
  settings.marginal = word(Preset::marginal);
  return settings;
}

template <bool Online, class Tie, class Marginal>
struct chosen_policies : preset::rmia {
  static constexpr std::conditional_t<Online, telltale::hypotheses::in_and_out, telltale::hypotheses::out_only>
      hypotheses{};
  static constexpr Tie tie{};
  static constexpr Marginal marginal{};
};

template <class Preset, class Scalar, class PopulationScalar>
telltale::evidence judge_by(const rmia_settings& settings, const telltale::signals& target,
                            const telltale::shadow_models<Scalar>& shadow,
                            const telltale::population<telltale::signals, PopulationScalar>& others) {
  const auto fitted =
      telltale::relative_likelihood<Preset>{settings.a, settings.gamma, settings.beta}.fit(shadow, others);
  telltale::evidence result{std::vector<double>(target.subjects()), fitted.cut(), 0};
  fitted(target, result.values);
  return result;
}

template <class Preset>
telltale::evidence judge_probabilities(const score_inputs& inputs, const rmia_settings& settings) {
  return std::visit(
      [&]<class Scalar, class Other>(telltale::per_model<Scalar> scores, telltale::per_model<Other> by_shadow) {
        const telltale::signals by_target{inputs.population_target, 1, {}};
        return judge_by<Preset>(settings, inputs.target, telltale::shadow_models<Scalar>(scores, inputs.keep),
                                telltale::population<telltale::signals, Other>(by_target, by_shadow));
      },
      inputs.shadow, inputs.population_shadow);
}

// p = 1 / (1 + e^-margin) in double, where a stored float32 probability would long have become 1.
template <class Scalar>
void to_probabilities(std::span<const Scalar> margins, std::span<double> out, const std::string& path,
                      const std::string& model, std::size_t first) {
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const double margin = static_cast<double>(margins[i]), small = std::exp(-std::abs(margin));
    out[i] = (margin < 0 ? small : 1) / (1 + small);
    if (!std::isfinite(margin) || out[i] == 0)
      throw usage_error(path, model + "record " + std::to_string(first + i) + " has a margin of " +
                                  std::to_string(margin) + "; wanted finite margins above -745");
  }
}

std::vector<double> to_probabilities(std::span<const double> margins, const std::string& path) {
  std::vector<double> out(margins.size());
  to_probabilities(margins, std::span(out), path, "", 0);
  return out;
}

/// Rows of doubles, one a model, as the library takes them.
struct probability_rows {
  std::vector<std::vector<double>> values;
  std::vector<std::span<const double>> rows;

  void fill(const model_scores& margins, std::size_t first, std::size_t count, const std::string& path) {
    std::visit(
        [&](auto models) {
          values.resize(models.size());
          rows.resize(models.size());
          for (std::size_t m = 0; m < models.size(); ++m) {
            values[m].resize(count);
            to_probabilities(models[m].subspan(first, count), std::span(values[m]), path,
                             "model " + std::to_string(m) + ": ", first);
            rows[m] = values[m];
          }
        },
        margins);
  }
};

// Blocks of records are judged apart, and the library would name a record by its place in its block.
template <class Wanted>
void check_models(const score_inputs& inputs, const Wanted& wanted) {
  const std::size_t models = inputs.keep.size();
  std::vector<std::uint32_t> in(inputs.records());
  for (const std::span<const std::uint8_t> keep : inputs.keep)
    for (std::size_t i = 0; i < in.size(); ++i) in[i] += keep[i];
  for (std::size_t i = 0; i < in.size(); ++i)
    if (const std::size_t out = models - in[i]; out < wanted.out || in[i] < wanted.in)
      throw usage_error(inputs.keep_path, "record " + std::to_string(i) + " has " + std::to_string(in[i]) + " IN and " +
                                              std::to_string(out) + " OUT models; wanted at least 1" +
                                              (wanted.in > 0 ? " of each" : " OUT"));
}

// The scores are turned into probabilities in blocks of records, so that memory does not grow with records x models.
template <bool Online, class Preset>
telltale::evidence judge_margins(const score_inputs& inputs, const rmia_settings& settings) {
  if (inputs.target.width != 1)
    throw usage_error(inputs.target_path,
                      "has " + std::to_string(inputs.target.width) + " values a record; this rule takes one");
  if constexpr (!Preset::marginal.sorts) check_models(inputs, Preset::marginal.wanted(Online));
  const std::vector<double> target = to_probabilities(inputs.target.values, inputs.target_path);
  const std::vector<double> by_target = to_probabilities(inputs.population_target, inputs.population_target_path);
  probability_rows by_shadow, block;
  by_shadow.fill(inputs.population_shadow, 0, by_target.size(), inputs.population_shadow_path);
  const telltale::population<telltale::signals, double> others(telltale::signals{by_target, 1, {}}, by_shadow.rows);
  const std::size_t models = inputs.keep.size();
  const std::size_t most = std::max<std::size_t>(1024, (std::size_t{1} << 21) / models);
  telltale::evidence result{std::vector<double>(target.size()), settings.beta, 0};
  for (std::size_t first = 0; first < target.size(); first += most) {
    const std::size_t count = std::min(most, target.size() - first);
    block.fill(inputs.shadow, first, count, inputs.shadow_path);
    std::vector<std::span<const std::uint8_t>> keep;
    for (const std::span<const std::uint8_t> all : inputs.keep) keep.push_back(all.subspan(first, count));
    const telltale::signals part_of_target{std::span(target).subspan(first, count), 1, {}};
    const telltale::evidence part =
        judge_by<Preset>(settings, part_of_target, telltale::shadow_models<double>(block.rows, keep), others);
    std::copy(part.values.begin(), part.values.end(), result.values.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return result;
}

template <bool Online, class Tie, class Marginal>
telltale::evidence judge_marginal(const score_inputs& inputs, const rmia_settings& settings) {
  using chosen = chosen_policies<Online, Tie, Marginal>;
  return settings.scores == "margins" ? judge_margins<Online, chosen>(inputs, settings)
                                      : judge_probabilities<chosen>(inputs, settings);
}

template <bool Online, class Marginal>
telltale::evidence judge_marginal(const score_inputs& inputs, const rmia_settings& settings) {
  return settings.tie == "strict" ? judge_marginal<Online, telltale::tie::strict, Marginal>(inputs, settings)
                                  : judge_marginal<Online, telltale::tie::at_least, Marginal>(inputs, settings);
}

template <bool Online>
telltale::evidence judge_online_or_not(const score_inputs& inputs, const rmia_settings& settings) {
  using namespace telltale::marginal;
  if (settings.marginal == word(halves{})) return judge_marginal<Online, halves>(inputs, settings);
  if constexpr (!Online)
    if (settings.marginal == word(zero_padded_largest{}))
      return judge_marginal<Online, zero_padded_largest>(inputs, settings);
  return judge_marginal<Online, all_models_plus_1e_6>(inputs, settings);
}

class rmia final : public score_rule {
 public:
  explicit rmia(bool online) : online_(online) {}

  std::string name() const override { return online_ ? "rmia-online" : "rmia-offline"; }
  std::string meaning() const override {
    return std::string("share of the population that the record beats by gamma; p(x) from ") +
           (online_ ? "IN and OUT" : "OUT") + " models";
  }
  telltale::knowledge needs() const override { return telltale::relative_likelihood<>::needs; }
  std::vector<std::string> presets() const override {
    std::vector<std::string> all{std::string(preset::rmia::name), std::string(preset::rmia_leakpro_2026_06::name)};
    if (!online_) all.emplace_back(preset::rmia_privacy_meter_2025_04_zero_padded::name);
    return all;
  }
  void use_preset(const std::string& name) override {
    if (name == preset::rmia_leakpro_2026_06::name)
      settings_ = settings_of<preset::rmia_leakpro_2026_06>();
    else if (name == preset::rmia_privacy_meter_2025_04_zero_padded::name)
      settings_ = settings_of<preset::rmia_privacy_meter_2025_04_zero_padded>();
    else
      settings_ = {};
  }

  std::vector<setting> settings() override {
    const auto numeric = [](std::string key, std::string range, std::string meaning, double& into, auto accepts) {
      return setting{std::move(key), std::move(range), std::move(meaning),
                     [&into, accepts](const std::string& text) { return take_number(text, into, accepts); }};
    };
    return {numeric("a", "0 to 1", "slope of p_in = a p_out + 1 - a", settings_.a,
                    [](double v) { return v >= 0 && v <= 1; }),
            numeric("gamma", "a number > 0", "how many times likelier a record must be", settings_.gamma,
                    [](double v) { return v > 0; }),
            word_setting("tie", {"strict", "at-least"}, "whether a ratio of exactly gamma counts: no, or yes",
                         settings_.tie),
            word_setting("marginal", marginals(), "p(x): how IN and OUT are averaged", settings_.marginal),
            numeric("beta", "0 to 1", "the cut: evidence >= beta says member", settings_.beta,
                    [](double v) { return v >= 0 && v <= 1; }),
            word_setting("scores", {"probabilities", "margins"}, "what all four score files hold", settings_.scores)};
  }

  std::vector<chosen_setting> chosen() const override {
    constexpr double unset = std::numeric_limits<double>::quiet_NaN();
    return {{"a", settings_.a},
            {"gamma", settings_.gamma},
            {"tie", settings_.tie},
            {"marginal", settings_.marginal},
            {"beta", settings_.beta == telltale::ranking_only ? unset : settings_.beta},
            {"scores", settings_.scores}};
  }

  telltale::evidence judge(const score_inputs& inputs) const override {
    return inputs.places()
        .reword("wanted a probability in (0, 1]",
                "wanted a probability in (0, 1] (logit margins need --set scores=margins)")
        .name_in([&] {
          return online_ ? judge_online_or_not<true>(inputs, settings_) : judge_online_or_not<false>(inputs, settings_);
        });
  }

 private:
  std::vector<std::string> marginals() const {
    std::vector<std::string> all{std::string(word(telltale::marginal::halves{})),
                                 std::string(word(telltale::marginal::all_models_plus_1e_6{}))};
    if (!online_) all.emplace_back(word(telltale::marginal::zero_padded_largest{}));
    return all;
  }

  bool online_;
  rmia_settings settings_;
};

}  // namespace

std::unique_ptr<score_rule> make_rmia(bool online) { return std::make_unique<rmia>(online); }

}  // namespace tool
