// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "shadow_signals.hpp"

#include <cmath>
#include <filesystem>
#include <utility>

#include "errors.hpp"

namespace tool {
namespace {

const std::string margin = "logit-margin", population = "population-";

// Without a difference of nearly equal numbers, whatever the margin.
double log_probability(double m) { return m < 0 ? m - std::log1p(std::exp(m)) : -std::log1p(std::exp(-m)); }

double probability(double m) {
  const double small = std::exp(-std::abs(m));
  return (m < 0 ? small : 1) / (1 + small);
}

[[noreturn]] void refuse_extent(const std::string& path, std::size_t got, std::size_t wanted, const std::string& noun,
                                const std::string& others) {
  throw usage_error(path, "has " + counted(got, noun) + "; " + others + " " + std::to_string(wanted));
}

}  // namespace

shadow_signals::shadow_signals(std::string folder, std::size_t records)
    : folder_(std::move(folder)), keep_(telltale::load_keep(std::filesystem::path(folder_) / "keep.npy")) {
  if (keep_.all()[0].size() != records)
    refuse_extent(folder_ + "/keep.npy", keep_.all()[0].size(), records, "record",
                  "members and non-members together are");
}

std::optional<std::string> shadow_signals::path_of(const std::string& name) const {
  const std::filesystem::path folder(folder_), own = folder / name, lira = folder / "scores.npy";
  if (std::filesystem::is_directory(own)) return own.string();
  if (name == margin && std::filesystem::exists(lira)) return lira.string();
  return std::nullopt;
}

std::optional<std::vector<std::vector<double>>> shadow_signals::load(const std::string& name, std::size_t records,
                                                                     std::size_t width) {
  const std::optional<std::string> path = path_of(name);
  if (!path) {
    const bool of_population = name.rfind(population, 0) == 0;
    const std::string signal = of_population ? name.substr(population.size()) : name;
    if (signal != "loss" && signal != "confidence") return std::nullopt;
    auto margins = load((of_population ? population : "") + margin, records, width);
    if (margins)
      for (std::vector<double>& row : *margins)
        for (double& value : row) value = signal == "loss" ? log_probability(value) : probability(value);
    return margins;
  }
  const telltale::stored_scores stored = telltale::load_scores(*path);
  if (stored.models() != models()) refuse_extent(*path, stored.models(), models(), "model", folder_ + "/keep.npy has");
  if (stored.records() != records)
    refuse_extent(*path, stored.records(), records, "record",
                  name.rfind(population, 0) == 0 ? "the population has" : "members and non-members together are");
  if (stored.queries() != width)
    throw usage_error(
        *path, "has " + counted(stored.queries(), "value") + " a record; the model gives " + std::to_string(width));
  std::vector<std::vector<double>> values;
  stored.visit([&](const auto& rows) {
    for (const auto& row : rows.all()) values.emplace_back(row.begin(), row.end());
  });
  return values;
}

std::optional<telltale::per_model<double>> shadow_signals::rows(const std::string& name, std::size_t records,
                                                                std::size_t width) {
  auto known = loaded_.find(name);
  if (known == loaded_.end()) {
    std::optional<loaded_signal> signal;
    if (auto values = load(name, records, width)) {
      signal.emplace().values = std::move(*values);
      for (const std::vector<double>& row : signal->values) signal->rows.emplace_back(row);
    }
    known = loaded_.emplace(name, std::move(signal)).first;
  }
  if (!known->second) return std::nullopt;
  return telltale::per_model<double>(known->second->rows);
}

std::vector<telltale::membership> shadow_signals::members_of(std::size_t model) const {
  std::vector<telltale::membership> member;
  for (const std::uint8_t in : keep_.all()[model])
    member.push_back(in != 0 ? telltale::membership::in : telltale::membership::out);
  return member;
}

}  // namespace tool
