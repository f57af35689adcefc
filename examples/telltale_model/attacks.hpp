// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/backend/tile.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/signals.hpp>
#include <telltale/report/audit.hpp>

#include "shadow_signals.hpp"

namespace tool {

/// What a target answered to some records, and their classes.
struct answered_records {
  at::Tensor answers;
  std::span<const int> labels;
};

/// A target as its attackers see it, and what they own of the world.
struct audited_target {
  telltale::stored_as form;
  answered_records attacked;  ///< members first
  std::span<const telltale::membership> member;
  const answered_records* population = nullptr;  ///< null: the adversary has none
  shadow_signals* shadows = nullptr;             ///< null: the adversary has none
};

/// An attack with its figures, and its evidence on every attacked record.
struct audited_attack {
  telltale::report::attack_result entry;
  std::vector<double> evidence;
};

/// An attack that could not run, and why: "needs population (--population)".
struct attack_not_run {
  std::string name, why;
};

/// What was tried.
struct attack_results {
  std::vector<audited_attack> ran;
  std::vector<attack_not_run> not_run;
};

inline constexpr std::string_view gradient_norm_name = "gradient norm";

/// Measures the evidence of one attack.
[[nodiscard]] audited_attack measured(std::string_view name, std::string_view citation, const telltale::anatomy& parts,
                                      telltale::evidence judged, std::span<const telltale::membership> member);

/// Runs every published attack on a model's answers that the adversary's knowledge allows, and the loss as it ranks
/// records without a threshold, which needs nothing. Attacks on the parameters are not among them.
///
/// An attack that refuses these data (a class without labelled members, a spread of zero) is listed as not run.
[[nodiscard]] attack_results run_published(const audited_target& target);

/// "lira-online": the name of an attack as a file is called.
[[nodiscard]] std::string file_stem(std::string_view name);

/// The stems of all attacks that could run.
[[nodiscard]] std::vector<std::string> file_stems();

}  // namespace tool
