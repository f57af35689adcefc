// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace telltale {

/// How the scores of the several queries (augmentations) of one record are judged together.
///
/// A policy says `joint`; if true, the queries of a record are one Gaussian vector, and `own()` says whether every
/// record has a covariance of its own.
namespace queries {

/// Each query has a Gaussian of its own, and their log likelihoods are averaged: as published. Queries of one record
/// are alike, so the average takes their common noise for w independent observations divided by w.
struct averaged {
  static constexpr std::string_view name = "averaged";
  static constexpr bool joint = false;
};

/// One covariance for all records, pooled after centring each, and one for each hypothesis. For few models.
struct shared_covariance {
  static constexpr std::string_view name = "shared covariance";
  static constexpr bool joint = true;

  [[nodiscard]] static constexpr bool own() noexcept { return false; }
};

/// A covariance of each record and hypothesis, about the mean and over n. It takes more models than queries, and many
/// more to be of use.
struct full_covariance {
  static constexpr std::string_view name = "full covariance";
  static constexpr bool joint = true;

  [[nodiscard]] static constexpr bool own() noexcept { return true; }
};

}  // namespace queries
}  // namespace telltale
