// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "shown.hpp"

namespace generator {

/// The core's part with what the wing says: its attacks and defences, and who runs on LibTorch too. Throws where the
/// stored part speaks of an attack that the catalogue no longer has.
shown_part joined(shown_part core, const shown_part& wing);

/// What is on one page.
struct page_parts {
  std::vector<shown_attack> attacks;
  std::vector<shown_defence> defences;
};

/// The entries of a page; throws where there are none.
page_parts parts_of(const shown_part& all, const std::string& page);

/// Every page, in the order of the entries.
std::vector<std::string> pages_of(const shown_part& all);

/// An anatomy in one sentence, for those who do not see the drawing.
std::string sentence(const shown_attack& attack);
std::string sentence(const shown_defence& defence);

/// Words with something between each two.
std::string listed(const std::vector<std::string>& words, const std::string& between = ", ");

/// What stands between `<!-- generated: WORDS -->` and `<!-- /generated -->`. `anatomy` is the way from the file to
/// docs/anatomy/, as "docs/anatomy/" or "". Words: "index" (attacks x release policies x backends), "defences",
/// "families", and of one page "anatomy PAGE" (drawing and parts), "type PAGE", "behind PAGE" (release policies).
/// Throws for other words, and for a page of nothing.
std::string markdown(const shown_part& all, const std::string& words, const std::string& anatomy);

}  // namespace generator
