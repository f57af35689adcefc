// expects: hands_over_what_each_piece_makes
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/campaign/campaign.hpp>

// It calls the work, and hands over nothing of what comes back.
struct fire_and_forget {
  template <class Work>
  void for_each(std::size_t pieces, const Work& work) const {
    for (std::size_t piece = 0; piece < pieces; ++piece) work(piece);
  }
};

telltale::campaign_options<fire_and_forget> options;
