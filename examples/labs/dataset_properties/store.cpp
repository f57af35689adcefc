// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "store.hpp"

#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/io/atomic_file.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/report/read_json.hpp>
#include <telltale/report/svg/scale.hpp>

namespace lab {

using namespace telltale;
using report::json;
using report::detail::estimate_of;
using report::detail::json_field;

namespace {

json to_json(const std::vector<rate>& rates) {
  json all = json::array();
  for (const rate& each : rates)
    all.push_back({{"fpr", each.fpr},
                   {"tpr", report::to_json(each.tpr)},
                   {"positives", each.positives},
                   {"negatives", each.negatives}});
  return all;
}

// All that decides how a model is trained, beside its records: a cell of another recipe is another cell.
std::string text_of(const train::recipe& recipe) {
  const auto number = [](double value) { return report::svg::tick_label(value); };
  const std::string optimiser = std::visit(
      [&](const auto& one) -> std::string {
        using type = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<type, train::quasi_newton>)
          return "quasi-Newton to " + number(one.tolerance);
        else if constexpr (std::is_same_v<type, train::adam>)
          return "Adam at " + number(one.learning_rate);
        else
          return "momentum SGD at " + number(one.learning_rate);
      },
      recipe.optimiser);
  return optimiser + ", weight decay " + number(recipe.weight_decay) + ", batches of " +
         (recipe.batch_size == train::full_batch ? "all" : std::to_string(recipe.batch_size)) + ", at most " +
         std::to_string(recipe.epochs) + " epochs";
}

std::vector<rate> rates_of(const json_field& got) {
  return got.items([](const json_field& each) -> rate {
    return {each["fpr"].number(), estimate_of(each["tpr"]), each["positives"].count(), each["negatives"].count()};
  });
}

cell_outcome outcome_of(const json_field& got) {
  cell_outcome out;
  out.attacks = got["attacks"].items([](const json_field& each) -> attack_outcome {
    return {each["name"].text(),     each["models"].count(),       estimate_of(each["auc"]),
            rates_of(each["rates"]), rates_of(each["null_rates"]), estimate_of(each["null_auc"])};
  });
  out.predictors = got["predictors"].items([](const json_field& each) -> predictor_outcome {
    return {each["name"].text(),
            {estimate_of(each["measured"]), estimate_of(each["reliability"]), estimate_of(each["corrected"])},
            each["records"].count(),
            each["left_out"].count()};
  });
  out.train_accuracy = got["train_accuracy"].number();
  out.test_accuracy = got["test_accuracy"].number();
  out.gradient_norm = got["gradient_norm"].number();
  out.vulnerability_quantiles = got["vulnerability_quantiles"].numbers();
  out.training_seconds = got["training_seconds"].number();
  out.attack_seconds = got["attack_seconds"].number();
  out.records = got["records"].count();
  out.null_records = got["null_records"].count();
  out.population_records = got["population_records"].count();
  out.test_records = got["test_records"].count();
  return out;
}

std::filesystem::path file_of(const std::filesystem::path& folder, const planned_cell& asked) {
  return folder / (asked.key() + ".json");
}

}  // namespace

json to_json(const cell_outcome& got) {
  json attacks = json::array(), predictors = json::array(), quantiles = json::array();
  for (const attack_outcome& each : got.attacks)
    attacks.push_back({{"name", each.name},
                       {"models", each.models},
                       {"auc", report::to_json(each.auc)},
                       {"rates", to_json(each.rates)},
                       {"null_rates", to_json(each.null_rates)},
                       {"null_auc", report::to_json(each.null_auc)}});
  for (const predictor_outcome& each : got.predictors)
    predictors.push_back({{"name", each.name},
                          {"measured", report::to_json(each.correlation.measured)},
                          {"reliability", report::to_json(each.correlation.reliability)},
                          {"corrected", report::to_json(each.correlation.corrected)},
                          {"records", each.records},
                          {"left_out", each.left_out}});
  for (const double each : got.vulnerability_quantiles) quantiles.push_back(report::number(each));
  return {{"attacks", std::move(attacks)},
          {"predictors", std::move(predictors)},
          {"train_accuracy", report::number(got.train_accuracy)},
          {"test_accuracy", report::number(got.test_accuracy)},
          {"gradient_norm", report::number(got.gradient_norm)},
          {"vulnerability_quantiles", std::move(quantiles)},
          {"training_seconds", report::number(got.training_seconds)},
          {"attack_seconds", report::number(got.attack_seconds)},
          {"records", got.records},
          {"null_records", got.null_records},
          {"population_records", got.population_records},
          {"test_records", got.test_records}};
}

std::optional<cell_outcome> load_cell(const std::filesystem::path& folder, const planned_cell& asked,
                                      const std::string& fingerprint) {
  const std::filesystem::path path = file_of(folder, asked);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  const io::mapped_file file(path);
  const auto bytes = file.bytes();
  json value;
  try {
    value = json::parse(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  } catch (const nlohmann::json::exception&) {
    throw file_error(path.string(), "is no JSON; delete it, and the cell is measured again");
  }
  const json_field all(value, path.string());
  if (all["features"].text() != fingerprint || !all.has("training") ||
      all["training"].text() != text_of(asked.cell.recipe))
    return std::nullopt;
  return outcome_of(all["outcome"]);
}

void save_cell(const std::filesystem::path& folder, const planned_cell& measured, const std::string& fingerprint,
               const cell_outcome& got) {
  const json all{{"cell", measured.key()},
                 {"features", fingerprint},
                 {"training", text_of(measured.cell.recipe)},
                 {"outcome", to_json(got)}};
  io::write_atomically(file_of(folder, measured), [&](std::ostream& file) { file << report::json_text(all); });
}

}  // namespace lab
