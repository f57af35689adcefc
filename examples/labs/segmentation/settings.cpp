// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <sstream>

namespace segmentation_lab {

std::string settings::text() const {
  std::ostringstream words;
  words << "side " << side << ", classes " << classes << ", members " << members << ", test " << test << ", reference "
        << reference << ", width " << width << ", epochs " << epochs << ", pool " << pool_models << " and "
        << shadow_models << ", attack " << attack_epochs << ", stopped " << short_training << ' ' << longer_training
        << ' ' << patience << ", crops " << crop_epochs << ", min-max " << min_max << ", both ways " << both_ways
        << ", groups " << groups << ", atlas " << atlas_splits << " of " << atlas_epochs << ", poisoned";
  for (const poisoning& each : poisonings) words << ' ' << each.trigger << ' ' << each.share;
  const auto add = [&](const char* name, const auto& values) {
    words << ", " << name;
    for (const auto value : values) words << ' ' << value;
  };
  add("snapshots", snapshots);
  add("noise", noise_levels);
  add("private", private_noise);
  add("sizes", sizes);
  return words.str();
}

}  // namespace segmentation_lab
