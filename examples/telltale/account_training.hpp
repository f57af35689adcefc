// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <telltale/accounting/mechanism.hpp>
#include <telltale/report/json.hpp>

#include "common.hpp"
#include "errors.hpp"

namespace tool {

/// What `account` and `calibrate` have in common: a training as texts, and who accounts for it.
struct training_options {
  std::string sigma, rate, steps, delta, accountant = "pld", error = "0.01", json;
  std::vector<std::string> then;

  /// Adds the options to a command; `unsolved` is said of sigma, rate and steps.
  void add_to(command& to, const std::string& unsolved);
  /// The mechanisms of `--then`, each a list such as sigma=1.2,rate=0.01,steps=500.
  [[nodiscard]] std::vector<telltale::accounting::mechanism> others() const;
  /// Which option each argument of the library came from.
  [[nodiscard]] origins names() const;
};

inline constexpr const char* neighbouring = "one record added or removed";

/// An epsilon, what the accountant says beside it as JSON fields, and how it is to be read.
struct account_answer {
  double epsilon = 0;
  telltale::report::json fields;
  std::string words;
};

/// The accountant of that name, chosen at run time.
struct chosen_accountant {
  std::string name;
  double error;  ///< of the privacy loss distribution

  explicit chosen_accountant(const training_options& options);

  [[nodiscard]] account_answer epsilon(const telltale::accounting::composition& mechanisms, double delta) const;
};

}  // namespace tool
