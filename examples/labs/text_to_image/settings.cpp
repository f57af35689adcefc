// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <sstream>

namespace text_to_image {

std::string settings::text() const {
  std::ostringstream words;
  words << "side " << side << ", r " << pictures << ", sampling " << sampling_steps << ", embedder " << embedder_epochs
        << ", draws " << auxiliary_draws << ", at " << diffusion_steps << " and " << sequence_steps << ", private "
        << private_steps;
  const auto add = [&](const char* name, const auto& values) {
    words << ", " << name;
    for (const auto value : values) words << ' ' << value;
  };
  add("diffusion", diffusion_lengths);
  add("sequence", sequence_lengths);
  add("sampled", sampling_sweep);
  add("pictures", pictures_sweep);
  add("guided", guidance_sweep);
  return words.str();
}

}  // namespace text_to_image
