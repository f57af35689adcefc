// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "law.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace lab {

using namespace telltale;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

measured_cells only(const measured_cells& all, purpose why) {
  measured_cells some;
  for (const measured_cell& each : all)
    if (each.plan.why == why) some.push_back(each);
  return some;
}

const attack_outcome* find_attack(const cell_outcome& got, const std::string& name, std::size_t models) {
  const attack_outcome* most = nullptr;
  for (const attack_outcome& each : got.attacks) {
    if (each.name != name || (models > 0 && each.models != models)) continue;
    if (most == nullptr || each.models > most->models) most = &each;
  }
  return most;
}

study::cell law_cell(const planned_cell& plan, const rate& measured) {
  const double t = measured.tpr.value, spread = (measured.tpr.high - measured.tpr.low) / (2 * 1.959964);
  const double worth = t * (1 - t) / (spread * spread), all = static_cast<double>(measured.positives);
  const double rests_on = std::isfinite(worth) && worth > 0 ? std::clamp(worth, 1.0, all) : all;
  return {static_cast<double>(plan.cell.shots),
          static_cast<double>(plan.cell.classes),
          measured.fpr,
          t,
          static_cast<std::uint64_t>(std::llround(rests_on)),
          0};
}

std::vector<study::cell> law_cells(const measured_cells& of, const std::string& attack, std::size_t k) {
  std::vector<study::cell> cells;
  for (const measured_cell& each : of)
    if (const attack_outcome* found = find_attack(each.got, attack))
      cells.push_back(law_cell(each.plan, found->rates[k]));
  return cells;
}

fitted_law fit_law(const measured_cells& of, const std::string& attack, std::size_t k) {
  fitted_law law{attack, cell_fprs[k], {}, {}, {}, {}};
  const std::vector<study::cell> cells = law_cells(of, attack, k);
  const auto fit = [&](const auto& policy) -> std::optional<study::power_law_fit> {
    try {
      return study::fit_power_law(cells, policy);
    } catch (const argument_error& why) {
      law.failure = why.what();
      return std::nullopt;
    }
  };
  law.floored = fit(study::law_fit::floored{});
  law.dropped = fit(study::law_fit::dropped{});
  law.likelihood = fit(study::law_fit::likelihood{});
  return law;
}

std::vector<foretold_cell> foretell(const fitted_law& law, const measured_cells& of) {
  std::vector<foretold_cell> cells;
  if (!law.likelihood) return cells;
  for (const measured_cell& each : of) {
    const attack_outcome* found = find_attack(each.got, law.attack);
    if (found == nullptr) continue;
    const auto at =
        std::find_if(found->rates.begin(), found->rates.end(), [&](const rate& one) { return one.fpr == law.fpr; });
    const study::cell measured = law_cell(each.plan, *at);
    const auto line = law.likelihood->law.predict(measured.shots, measured.classes);
    const metric::estimate one_more = law.dropped ? law.dropped->law.predict(measured.shots, measured.classes).new_cell
                                                  : metric::estimate{nan, nan, nan};
    cells.push_back({measured, at->tpr, line, one_more});
  }
  return cells;
}

double foretold_cell::error() const {
  return measured.excess() > 0 ? std::log10(measured.excess() / (line.tpr.value - measured.fpr)) : nan;
}

double r2_of(const std::vector<foretold_cell>& cells) {
  std::vector<double> y, error;
  for (const foretold_cell& each : cells)
    if (each.measured.excess() > 0) {
      y.push_back(std::log10(each.measured.excess()));
      error.push_back(each.error());
    }
  if (y.size() < 3) return nan;
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  double left = 0, all = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    left += error[i] * error[i];
    all += (y[i] - mean) * (y[i] - mean);
  }
  return 1 - left / all;
}

}  // namespace lab
