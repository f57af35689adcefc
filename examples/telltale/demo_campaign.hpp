// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include <telltale/campaign/store.hpp>

#include "demo_data.hpp"

namespace tool {

struct demo_settings {
  std::size_t models = 65, hidden = 64;
  std::uint64_t seed = 1;
  unsigned threads = 0;
  bool quiet = false;
};

/// The names of the stored signals: of the pool, of the population, behind the release policy argmax, and of models
/// before their first step.
namespace stored {
inline const std::string margin = "logit-margin", loss = "loss", confidence = "confidence", correctness = "correctness",
                         gradient = "gradient-norm", population = "population-", argmax = "argmax-",
                         untrained = "untrained-";
}  // namespace stored

/// Opens or makes the campaign's folder, and trains and asks the models that it does not have.
telltale::signal_store run_demo_campaign(const std::filesystem::path& folder, const demo_data& data,
                                         const demo_settings& settings);

}  // namespace tool
