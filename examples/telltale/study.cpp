// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/io/csv_text.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/read_json.hpp>
#include <telltale/study/needed_shots.hpp>
#include <telltale/study/power_law.hpp>

#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

using telltale::report::detail::json_field;
namespace study_of = telltale::study;

struct study_options {
  std::string action, cells, policy, predict, coefficients, epsilon, delta, fpr, classes, confidence = "0.95", json;

  /// Options that belong to one action only, with what was given.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> of(const std::string& one) const {
    if (one == "fit") return {{"--cells", cells}, {"--policy", policy}, {"--predict", predict}};
    return {{"--coefficients", coefficients},
            {"--epsilon", epsilon},
            {"--delta", delta},
            {"--fpr", fpr},
            {"--classes", classes}};
  }
};

const std::vector<std::string> actions{"fit", "needed"};
const std::vector<std::string> policies{"likelihood", "drop", "floor"};

double confidence_of(const study_options& options) {
  const double confidence = number("--confidence", options.confidence);
  if (!(confidence > 0 && confidence < 1))
    throw usage_error("--confidence", "is " + options.confidence + "; wanted a value inside (0, 1)");
  return confidence;
}

/// The cells of a file, those of one FPR together, FPRs in the order of their first line.
std::vector<std::vector<study_of::cell>> load_cells(const std::string& path) {
  const telltale::io::csv_text table = telltale::io::read_csv_text(path);
  const auto column = [&](const char* name) {
    return origins().from("name", path).name_in([&] { return table.numbers(name); });
  };
  const auto shots = column("S"), classes = column("C"), fpr = column("fpr"), tpr = column("tpr"),
             positives = column("positives"), negatives = column("negatives");
  std::vector<std::vector<study_of::cell>> groups;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto check = [&](const char* name, double value, bool fine, const char* wanted) {
      if (!fine)
        throw telltale::file_error(path, "line " + std::to_string(table.lines[row]) + ", column '" + name + "': is " +
                                             text_of(value) + "; wanted " + wanted);
    };
    const auto is_count = [](double value) { return value >= 0 && value < 1e15 && value == std::floor(value); };
    check("S", shots[row], shots[row] > 0 && std::isfinite(shots[row]), "a positive number of examples per class");
    check("C", classes[row], classes[row] > 0 && std::isfinite(classes[row]), "a positive number of classes");
    check("fpr", fpr[row], fpr[row] > 0 && fpr[row] < 1, "a value inside (0, 1)");
    check("tpr", tpr[row], tpr[row] >= 0 && tpr[row] <= 1, "a value in [0, 1]");
    check("positives", positives[row], is_count(positives[row]) && positives[row] > 0, "a whole number of at least 1");
    check("negatives", negatives[row], is_count(negatives[row]), "a whole number");
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<study_of::cell>& each) {
      return each.front().fpr == fpr[row];
    });
    (group == groups.end() ? groups.emplace_back() : *group)
        .push_back({shots[row], classes[row], fpr[row], tpr[row], static_cast<std::uint64_t>(positives[row]),
                    static_cast<std::uint64_t>(negatives[row])});
  }
  if (groups.empty()) throw telltale::file_error(path, "holds no cell");
  return groups;
}

study_of::power_law_fit fitted(const study_options& options, const std::vector<study_of::cell>& cells) {
  const std::string place = options.cells + ", FPR " + text_of(cells.front().fpr);
  return origins().from("cells", place).name_in([&] {
    if (options.policy == "drop") return study_of::fit_power_law(cells, study_of::law_fit::dropped{});
    if (options.policy == "floor") return study_of::fit_power_law(cells, study_of::law_fit::floored{});
    return study_of::fit_power_law(cells, study_of::law_fit::likelihood{});
  });
}

telltale::report::json coefficient(const telltale::metric::estimate& got, double error) {
  telltale::report::json object = telltale::report::to_json(got);
  object["standard_error"] = telltale::report::number(error);
  return object;
}

telltale::report::json fields_of(const study_of::power_law_fit& fit, double confidence) {
  using telltale::report::json;
  const study_of::power_law& law = fit.law;
  json covariance = json::array();
  for (std::size_t row = 0; row < 3; ++row)
    covariance.push_back({law.covariance()[3 * row], law.covariance()[3 * row + 1], law.covariance()[3 * row + 2]});
  return {
      {"fpr", law.fpr()},
      {"intercept", coefficient(law.intercept(confidence), law.standard_error(0))},
      {"shots", coefficient(law.of_shots(confidence), law.standard_error(1))},
      {"classes", law.has_classes() ? coefficient(law.of_classes(confidence), law.standard_error(2)) : json(nullptr)},
      {"r2", fit.r2},
      {"residual", telltale::report::number(law.residual())},
      {"dispersion", fit.dispersion},
      {"cells", fit.cells},
      {"dropped", fit.dropped},
      {"floored", fit.floored},
      {"freedom", law.freedom()},
      {"covariance", covariance},
      {"measured_shots", law.shots_range()},
      {"measured_classes", law.classes_range()}};
}

std::string with_limits(const telltale::metric::estimate& got) {
  const auto digits = [](double value) { return text_of(std::round(value * 1e4) / 1e4); };
  return digits(got.value) + " [" + digits(got.low) + ", " + digits(got.high) + "]";
}

int fit(const study_options& options, const shared_options& shared) {
  required("--cells", options.cells, "a CSV file with the columns S, C, fpr, tpr, positives, negatives");
  study_options chosen = options;
  if (chosen.policy.empty()) chosen.policy = policies.front();
  checked_name("--policy", chosen.policy, "policy", policies);
  const double confidence = confidence_of(options);
  std::optional<std::pair<double, double>> where;
  if (!options.predict.empty()) {
    const std::vector<double> asked = numbers("--predict", options.predict);
    if (asked.size() != 2) throw usage_error("--predict", "'" + options.predict + "' is not S,C: two numbers");
    where = {asked[0], asked[1]};
  }
  refuse_overlap({{"--cells", options.cells}}, {{"--json", options.json}});
  const auto groups = load_cells(options.cells);
  text_output json(options.json);
  telltale::report::json fits = telltale::report::json::array();
  std::string text;
  for (const auto& cells : groups) {
    const study_of::power_law_fit found = fitted(chosen, cells);
    const study_of::power_law& law = found.law;
    telltale::report::json fields = fields_of(found, confidence);
    text += "FPR " + text_of(law.fpr()) + ": b0 " + with_limits(law.intercept(confidence)) + ", bS " +
            with_limits(law.of_shots(confidence)) +
            (law.has_classes() ? ", bC " + with_limits(law.of_classes(confidence)) : "") + "\n  R2 " +
            text_of(std::round(found.r2 * 1e4) / 1e4) + " over " + counted(found.cells, "cell") + ", " +
            std::to_string(found.dropped) + " dropped, " + std::to_string(found.floored) + " floored\n";
    if (where) {
      const auto [shots, classes] = *where;
      const study_of::law_prediction at =
          origins().from("shots", "--predict").from("classes", "--predict").name_in([&, s = shots, c = classes] {
            return law.predict(s, c, confidence);
          });
      fields["prediction"] = {{"S", shots},
                              {"C", classes},
                              {"tpr", telltale::report::to_json(at.tpr)},
                              {"new_cell", telltale::report::to_json(at.new_cell)},
                              {"extrapolated", at.extrapolated}};
      text += "  S = " + text_of(shots) + ", C = " + text_of(classes) + ": TPR " + with_limits(at.tpr) +
              (at.extrapolated ? ", outside the cells\n" : "\n");
    }
    fits.push_back(fields);
  }
  json.write(telltale::report::json_text({{"policy", chosen.policy}, {"confidence", confidence}, {"fits", fits}}));
  json.commit();
  if (!shared.quiet && !json.is_standard_output())
    std::cout << "log10(TPR - FPR) = b0 + bS log10 S + bC log10 C\n" << text;
  return done;
}

/// A coefficient, as `fit` writes it or as a bare number.
double value_of(const json_field& field) { return field.has("value") ? field["value"].number() : field.number(); }

std::array<double, 2> range_of(const json_field& field) {
  const std::vector<double> limits = field.numbers();
  if (limits.size() != 2) field.refuse("is no pair of numbers");
  return {limits[0], limits[1]};
}

study_of::power_law law_of(const json_field& got, const std::string& path) {
  return origins()
      .from("fpr", path)
      .from("coefficients", path)
      .from("covariance", path)
      .from("freedom", path)
      .from("range", path)
      .from("classes", path)
      .name_in([&] {
        const double fpr = got["fpr"].number(), intercept = value_of(got["intercept"]),
                     of_shots = value_of(got["shots"]);
        std::optional<double> of_classes;
        if (const json_field field = got["classes"]; field.has("value") || std::isfinite(field.number()))
          of_classes = value_of(field);
        if (!got.has("covariance"))
          return study_of::power_law::given(fpr, intercept, of_shots, of_classes,
                                            of_classes ? 1 : range_of(got["measured_classes"])[0]);
        const auto rows = got["covariance"].items([](const json_field& row) { return row.numbers(); });
        std::array<double, 9> covariance{};
        for (std::size_t k = 0; k < 9; ++k) {
          if (rows.size() != 3 || rows[k / 3].size() != 3) got["covariance"].refuse("is not 3 rows of 3 numbers");
          covariance[k] = rows[k / 3][k % 3];
        }
        return study_of::power_law::restored(fpr, {intercept, of_shots, of_classes.value_or(0)}, covariance,
                                             got["freedom"].number(), got["residual"].number(),
                                             range_of(got["measured_shots"]), range_of(got["measured_classes"]));
      });
}

/// The law at the FPR asked for, or the only one.
study_of::power_law load_law(const std::string& path, const std::string& fpr_text) {
  const telltale::io::mapped_file file(path);
  const auto bytes = file.bytes();
  telltale::report::json value;
  try {
    value = telltale::report::json::parse(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  } catch (const nlohmann::json::exception&) {
    throw telltale::file_error(path, "is no JSON; wanted what 'telltale study fit --json' writes");
  }
  const auto laws = json_field(value, path)["fits"].items([&](const json_field& each) { return law_of(each, path); });
  std::vector<std::string> known;
  for (const study_of::power_law& law : laws) known.push_back(text_of(law.fpr()));
  if (laws.empty()) throw telltale::file_error(path, "holds no fit");
  if (fpr_text.empty()) {
    if (laws.size() > 1) throw usage_error("--fpr", "is missing; " + path + " has " + one_of(known));
    return laws.front();
  }
  const double fpr = number("--fpr", fpr_text);
  for (const study_of::power_law& law : laws)
    if (law.fpr() == fpr) return law;
  throw usage_error("--fpr", "is " + fpr_text + "; " + path + " has " + one_of(known));
}

int needed(const study_options& options, const shared_options& shared) {
  required("--coefficients", options.coefficients, "what 'telltale study fit --json' wrote");
  required("--epsilon", options.epsilon, "the privacy whose bound the attack shall not exceed");
  required("--delta", options.delta, "a probability that is small against 1/records, such as 1e-5");
  const double epsilon = number("--epsilon", options.epsilon), delta = number("--delta", options.delta),
               confidence = confidence_of(options);
  refuse_overlap({{"--coefficients", options.coefficients}}, {{"--json", options.json}});
  const study_of::power_law law = load_law(options.coefficients, options.fpr);
  if (options.classes.empty() && law.has_classes())
    throw usage_error("--classes", "is missing; the law depends on the number of classes");
  const double classes = options.classes.empty() ? law.classes_range()[0] : number("--classes", options.classes);
  text_output json(options.json);
  const study_of::shots_needed found =
      origins()
          .from("epsilon", "--epsilon")
          .from("delta", "--delta")
          .from("classes", "--classes")
          .from("law", options.coefficients)
          .name_in([&] { return study_of::needed_shots(law, epsilon, delta, classes, confidence); });
  const double whole = std::ceil(found.shots.value);
  json.write(telltale::report::json_text({{"shots", telltale::report::number(whole)},
                                          {"solution", telltale::report::to_json(found.shots)},
                                          {"tpr_bound", found.tpr_bound},
                                          {"extrapolated", found.extrapolated},
                                          {"epsilon", epsilon},
                                          {"delta", delta},
                                          {"fpr", law.fpr()},
                                          {"classes", classes},
                                          {"confidence", confidence}}));
  json.commit();
  if (!shared.quiet && !json.is_standard_output()) {
    std::cout << text_of(whole) << " examples per class";
    if (!std::isnan(found.shots.low))
      std::cout << " (line: " << text_of(std::ceil(found.shots.low)) << " to " << text_of(std::ceil(found.shots.high))
                << ")";
    std::cout << " keep the TPR at FPR " << text_of(law.fpr()) << " at or below "
              << text_of(std::round(found.tpr_bound * 1e6) / 1e6) << "\n"
              << (found.extrapolated ? "an EXTRAPOLATION: no cell that was fitted lies there\n" : "");
  }
  return done;
}

int study(const study_options& options, const shared_options& shared) {
  required("ACTION", options.action, one_of(actions));
  checked_name("ACTION", options.action, "action", actions);
  for (const std::string& other : actions)
    if (other != options.action)
      for (const auto& [option, value] : options.of(other))
        if (!value.empty()) throw usage_error(option, "is no option of 'study " + options.action + "'");
  return options.action == "fit" ? fit(options, shared) : needed(options, shared);
}

constexpr const char* study_lesson =
    R"(How does an attack's success depend on the training set? Train models on S examples of
each of C classes, for several S and C, attack each (score, evaluate), and write one line
per cell and FPR:

  S,C,fpr,tpr,positives,negatives
  16,2,0.1,0.2051,20000,20000

positives and negatives are how many members and non-members the TPR rests on; 0 negatives
say that the threshold is known and not estimated.

fit     log10(TPR - FPR) = b0 + bS log10 S + bC log10 C, for each FPR apart. Where all cells
        have one C, bC is not fitted and the law holds for that C alone. --policy says what
        becomes of cells with TPR <= FPR, which have no logarithm:
          likelihood  nothing: true positives are binomial about the law (default)
          drop        left out and counted; ordinary least squares, as published
          floor       raised to half a member and counted; ordinary least squares
        --predict S,C adds what the law says there.
needed  the smallest S from which on the law stays below the largest TPR that (E, D)-
        differential privacy allows at that FPR: min(e^E f + D, 1 - e^-E (1 - D - f)).
        That this attack finds no more does NOT make a training private: another attack may
        find more, and single records may be far worse off than the average.

--json of fit: {"policy", "confidence", "fits": [{"fpr", "intercept", "shots", "classes" |
null, "r2", "residual", "dispersion", "cells", "dropped", "floored", "freedom",
"covariance", "measured_shots", "measured_classes", "prediction"}]}; it is the file that
--coefficients takes. A published law is {"fits": [{"fpr": 0.1, "intercept": 0.355,
"shots": -0.509, "classes": null, "measured_classes": [2, 2]}]}.
--json of needed: {"shots", "solution": {"value", "low", "high"}, "tpr_bound",
"extrapolated", "epsilon", "delta", "fpr", "classes", "confidence"}.

Example:
  telltale study fit --cells CELLS.csv --predict 1024,2 --json LAW.json
  telltale study needed --coefficients LAW.json --epsilon 1 --delta 1e-5 --fpr 0.1 --classes 2)";

}  // namespace

void add_study(program& state) {
  const auto options = std::make_shared<study_options>();
  command(state, "study", "Fit how success depends on examples per class, and find how many are needed", study_lesson)
      .word("ACTION", options->action, one_of(actions))
      .option("--cells", "CELLS.csv", options->cells, "fit: measured cells, S,C,fpr,tpr,positives,negatives")
      .option("--policy", "POLICY", options->policy, "fit: " + one_of(policies) + ", explained below")
      .option("--predict", "S,C", options->predict, "fit: what the law says at S examples of each of C classes")
      .option("--coefficients", "LAW.json", options->coefficients, "needed: what 'fit --json' wrote")
      .option("--epsilon", "E", options->epsilon, "needed: of the privacy whose bound shall not be exceeded")
      .option("--delta", "D", options->delta, "needed: the same")
      .option("--fpr", "F", options->fpr, "needed: which of the fits, where there are several")
      .option("--classes", "C", options->classes, "needed: number of classes, where the law depends on it")
      .option("--confidence", "P", options->confidence, "Of the intervals")
      .option("--json", "FILE", options->json, "Write the result as JSON; - is standard output")
      .runs([options](const shared_options& shared) { return study(*options, shared); });
}

}  // namespace tool
