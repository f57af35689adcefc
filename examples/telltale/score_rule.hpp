// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/signals.hpp>

#include "errors.hpp"

namespace tool {

/// Scores of several models, as float where every file holds native float32 (then they are read in place).
using model_scores = std::variant<telltale::per_model<float>, telltale::per_model<double>>;

/// Views of the arrays that a rule judges by, of shapes that agree. What a rule does not need is empty.
struct score_inputs {
  std::string target_path, shadow_path, keep_path, population_target_path, population_shadow_path;
  std::string known_path, known_members_path, labels_path, known_labels_path, features_path, population_features_path;
  telltale::signals target;  ///< with the classes of the records where they are given
  model_scores shadow, population_shadow;
  telltale::per_model<std::uint8_t> keep;
  std::span<const double> population_target;
  telltale::signals known;  ///< records whose membership is known
  std::span<const telltale::membership> known_members;
  std::span<const double> features, population_features;  ///< records x dimensions
  std::size_t dimensions = 0;

  [[nodiscard]] std::size_t records() const noexcept { return target.subjects(); }
  /// Which file or option each argument of the library's rules came from.
  [[nodiscard]] origins places() const;
};

/// One `key=value` that `--set` takes.
struct setting {
  std::string key;
  std::string range;                             ///< as shown to the user: "mean|median"
  std::string meaning;                           ///< for the help text
  std::function<bool(const std::string&)> take;  ///< false: the value is outside the range
};

/// A setting and its value as it is now; a number that is not set is NaN.
using chosen_setting = std::pair<std::string, std::variant<std::string, double>>;

/// A decision rule with its policies chosen at run time.
class score_rule {
 public:
  virtual ~score_rule() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  /// Formula and what larger numbers say, on one line.
  [[nodiscard]] virtual std::string meaning() const = 0;
  /// Taken from the library's type; it decides which files are asked for.
  [[nodiscard]] virtual telltale::knowledge needs() const = 0;
  /// The same of the subjects: truth asks for the classes of the records, record for their features.
  [[nodiscard]] virtual telltale::knowledge holds() const { return telltale::knowledge::nothing; }
  /// The first is the default.
  [[nodiscard]] virtual std::vector<std::string> presets() const = 0;
  virtual void use_preset(const std::string& name) = 0;
  [[nodiscard]] virtual std::vector<setting> settings() = 0;
  [[nodiscard]] virtual std::vector<chosen_setting> chosen() const = 0;
  [[nodiscard]] virtual telltale::evidence judge(const score_inputs& inputs) const = 0;
};

/// Every rule, with the settings of its first preset.
[[nodiscard]] std::vector<std::unique_ptr<score_rule>> all_rules();
[[nodiscard]] std::unique_ptr<score_rule> make_lira(bool online);
[[nodiscard]] std::unique_ptr<score_rule> make_rmia(bool online);
[[nodiscard]] std::unique_ptr<score_rule> make_attack_p();
[[nodiscard]] std::unique_ptr<score_rule> make_attack_r();
[[nodiscard]] std::unique_ptr<score_rule> make_difficulty();
[[nodiscard]] std::unique_ptr<score_rule> make_offset();
[[nodiscard]] std::unique_ptr<score_rule> make_song_mittal();
[[nodiscard]] std::unique_ptr<score_rule> make_privacy_risk();
[[nodiscard]] std::unique_ptr<score_rule> make_qmia();

/// "centre=mean|median, a (0 to 1)": what --set takes of a rule, on one line.
[[nodiscard]] std::string listed(const std::vector<setting>& settings);

/// Applies every `key=value` of the command line; an unknown key or a value out of range is refused with the list.
void apply(score_rule& rule, const std::vector<std::string>& given);

/// `fpr`, the rate that a verdict aims at; `telltale::no_rate` is unset, and NaN in `chosen`.
[[nodiscard]] setting rate_setting(std::string meaning, double& into);
[[nodiscard]] chosen_setting chosen_rate(double fpr);

/// A number for a setting: true and stored where `text` is one and `accepts` it.
bool take_number(const std::string& text, double& value, const std::function<bool(double)>& accepts);

/// One of two or more words for a setting.
[[nodiscard]] setting word_setting(std::string key, std::vector<std::string> words, std::string meaning,
                                   std::string& into);

}  // namespace tool
