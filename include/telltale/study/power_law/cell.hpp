// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <telltale/core/error.hpp>
#include <telltale/study/score_law.hpp>

namespace telltale::study {

/// One measurement of a study: the TPR at an FPR of an attack on models trained with S examples of each of C classes.
///
/// `positives` and `negatives` say how many members the TPR and how many non-members its threshold rest on; no
/// negatives means that the threshold is known, not estimated.
struct cell {
  double shots = 0,             ///< S, examples of each class
      classes = 0,              ///< C, how many classes
      fpr = 0,                  ///< in (0, 1)
      tpr = 0;                  ///< in [0, 1]
  std::uint64_t positives = 0,  ///< members behind the TPR
      negatives = 0;            ///< non-members behind the threshold; 0: it is known

  /// What a power law is about: TPR - FPR, which may be negative.
  [[nodiscard]] double excess() const noexcept { return tpr - fpr; }
  friend bool operator==(const cell&, const cell&) = default;
};

}  // namespace telltale::study

namespace telltale::detail {

/// Cells of one FPR, with sound numbers.
inline void check_cells(std::string_view function, std::span<const study::cell> cells) {
  if (cells.empty()) refuse(function, "cells", "has no cell");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const study::cell& each = cells[i];
    const auto check = [&](std::string_view what, double value, bool fine, std::string_view wanted) {
      if (!fine)
        refuse(function, "cells",
               "cell " + std::to_string(i) + " has " + std::string(what) + " " + std::to_string(value) + "; wanted " +
                   std::string(wanted));
    };
    check("shots", each.shots, each.shots > 0 && std::isfinite(each.shots), "a positive number");
    check("classes", each.classes, each.classes > 0 && std::isfinite(each.classes), "a positive number");
    check("fpr", each.fpr, each.fpr > 0 && each.fpr < 1, "a value inside (0, 1)");
    check("tpr", each.tpr, each.tpr >= 0 && each.tpr <= 1, "a value in [0, 1]");
    check("positives", static_cast<double>(each.positives), each.positives > 0, "at least 1");
    check("fpr", each.fpr, each.fpr == cells[0].fpr, "that of cell 0, " + std::to_string(cells[0].fpr));
  }
}

}  // namespace telltale::detail
