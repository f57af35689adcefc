// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "data_set.hpp"
#include "table.hpp"

namespace lab {

/// What the heads see of a record.
enum class features {
  learned,  ///< the last hidden layer of a perceptron trained on the records for the network
  random,   ///< the same layer of the same perceptron before its first step
  raw       ///< the record itself: pixels or attributes
};

/// "learned", "random" or "raw".
[[nodiscard]] const char* name_of(features kind);

/// The study's records as a table of features.
///
/// The perceptron has hidden layers of 128 and 64; Adam trains it for 2,500 steps of 64 records (some seconds of one
/// core for images), and it never sees a record of the table. `seed` draws its weights and the order of its records.
///
/// Learned features are kept in `cache`, which is made where it is missing: NAME.npy, and NAME.txt with what they were
/// made from (data, split, network, training) and a hash of them. Where that is something else, or the values are
/// damaged, they are made anew and replace what was there. The other kinds take a second and are not kept.
/// Throws telltale::file_error where the cache cannot be written, telltale::error where no column differs enough.
[[nodiscard]] feature_table make_features(const data_set& data, features kind, std::uint64_t seed,
                                          const std::filesystem::path& cache);

}  // namespace lab
