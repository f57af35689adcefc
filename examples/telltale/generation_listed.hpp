// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/anatomy.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/scorer/joined.hpp>

#include "generation.hpp"

// How an attack of the library becomes a line of the table that both tools print.
namespace tool {

inline std::vector<double> rows_of(const std::vector<double>& values, std::size_t width,
                                   std::span<const std::size_t> which) {
  std::vector<double> chosen;
  for (const std::size_t row : which)
    for (std::size_t k = 0; k < width; ++k) chosen.push_back(values[row * width + k]);
  return chosen;
}

/// A scorer that uses as many threads as it may.
template <class Scorer>
struct scorer_made {
  static Scorer with(std::size_t threads) {
    Scorer scorer;
    if constexpr (requires { scorer.threads; }) scorer.threads = threads;
    return scorer;
  }
};
template <class... Part>
struct scorer_made<telltale::joined<Part...>> {
  static telltale::joined<Part...> with(std::size_t threads) {
    return telltale::joined<Part...>(scorer_made<Part>::with(threads)...);
  }
};

/// The evidence on the tested records, by a rule that learned from the auxiliary ones.
template <class Attack>
telltale::evidence on_tested(const generation_records& records) {
  const Attack attack(scorer_made<typename Attack::scorer>::with(records.threads()), typename Attack::rule());
  const std::vector<double> values = attack.score(records.observed());
  const std::size_t width = values.size() / records.observed().subjects();
  const std::vector<double> known = rows_of(values, width, records.auxiliary()),
                            asked = rows_of(values, width, records.tested());
  return attack.judge(
      telltale::signals{asked, width}, records.tested().size(),
      telltale::owning(telltale::labelled_records<>(telltale::signals{known, width}, records.auxiliary_member())));
}

/// A line of the table: an attack of the library whose scorer gives numbers.
template <class Attack>
generation_attack listed(const std::string& name, std::string variant, std::vector<generation_part> needs) {
  return {name,
          std::move(variant),
          std::move(needs),
          telltale::report::in_words(telltale::anatomy_of<Attack, telltale::generation<generation_backend>>(),
                                     "Was this picture, with its caption, in the training set?"),
          std::string(name == "spread" ? telltale::published::picture_spread_citation
                                       : telltale::published::text_to_image_citation),
          false,
          on_tested<Attack>};
}

}  // namespace tool
