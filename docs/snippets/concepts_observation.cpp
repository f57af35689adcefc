// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/concepts/observation.md.
#include <cstddef>
#include <span>
#include <string_view>

#include <telltale/telltale.hpp>

using namespace telltale;

/// A language model was given the first half of each text: how many tokens of the other half it then wrote itself.
struct completions {
  static constexpr std::string_view name = "completions";
  static constexpr auto reveals = access_to::generation;
  using backend = eigen<double>;

  std::size_t subjects() const { return matching.size(); }

  std::span<const int> matching;
};
static_assert(Observation<completions>);

struct longest_match {
  static constexpr std::string_view name = "tokens that were written as in the text";
  static constexpr auto needs = access_to::generation;
  static constexpr auto holds = knowledge::record;

  void operator()(const completions& batch, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = batch.matching[i];
  }
};
static_assert(Scorer<longest_match, completions>);

evidence memorised(std::span<const int> matching) {
  const completions target{matching};
  const evidence found = compose(longest_match{}, threshold{where::given{50}})(target);
  return found;
}
