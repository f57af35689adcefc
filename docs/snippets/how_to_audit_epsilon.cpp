// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/audit_epsilon.md.
#include <telltale/telltale.hpp>
namespace epsilon = telltale::metric::epsilon;

epsilon::bound audited(std::span<const double> scores, std::span<const telltale::membership> member) {
  const epsilon::bound found =
      epsilon::lower_bound<epsilon::one_run>(scores, member, epsilon::strategy::bonferroni{}, 1e-5, 0.95);
  // found.low, .guarantee, .threshold, .counts (TP, FN, FP, TN), .strategy, .searched
  return found;
}
