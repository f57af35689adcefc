// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/removal_mark.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/core/random.hpp>
#include <telltale/core/signals.hpp>

#include <doctest/doctest.h>

using namespace telltale;

static_assert(anatomy_of<published::removal_mark>().access == access_to::embedding);
static_assert(anatomy_of<published::removal_mark>().owns == knowledge::identity);
static_assert(Scorer<similarity_to_neutral, compared_texts<eigen<float>>>);

TEST_CASE("cosines are by hand, whatever the lengths, and their mean is over prompts") {
  // Two prompts, three names, d = 2.
  const std::vector<double> names{1, 0, 3,  4, 0, -2,    // prompt 0
                                  5, 5, -1, 0, 0, 0.5};  // prompt 1
  const std::vector<double> neutral{2, 0, 0, 7};
  const compared_texts<eigen<double>> texts({names, 2, 3, 2}, {neutral, 2, 2});
  const evidence found = published::removal_mark{}(texts);
  REQUIRE(found.values.size() == 3);
  CHECK(found.values[0] == doctest::Approx((1 + std::sqrt(0.5)) / 2).epsilon(1e-12));
  CHECK(found.values[1] == doctest::Approx(0.6 / 2).epsilon(1e-12));
  CHECK(found.values[2] == doctest::Approx(0.5).epsilon(1e-12));
  CHECK(found.cut == ranking_only);
  const evidence judged = compose(similarity_to_neutral{}, threshold{where::given{0.8}})(texts);
  CHECK(judged.says_member(0));
  CHECK_FALSE(judged.says_member(1));
}

TEST_CASE("it agrees with the naive loop on random embeddings") {
  random_stream random(3);
  constexpr std::size_t prompts = 4, count = 37, d = 19;
  std::vector<float> names(prompts * count * d), neutral(prompts * d);
  for (float& value : names) value = static_cast<float>(random.normal());
  for (float& value : neutral) value = static_cast<float>(random.normal());
  const evidence found =
      published::removal_mark{}(compared_texts<eigen<float>>({names, prompts, count, d}, {neutral, prompts, d}));
  for (std::size_t i = 0; i < count; ++i) {
    double mean = 0;
    for (std::size_t p = 0; p < prompts; ++p) {
      double both = 0, one = 0, other = 0;
      for (std::size_t k = 0; k < d; ++k) {
        const double a = names[(p * count + i) * d + k], b = neutral[p * d + k];
        both += a * b;
        one += a * a;
        other += b * b;
      }
      mean += both / std::sqrt(one * other) / prompts;
    }
    CHECK(found.values[i] == doctest::Approx(mean).epsilon(1e-12));
  }
}

TEST_CASE("texts that do not fit are one sentence") {
  const std::vector<double> names{1, 0, 3, 4}, neutral{2, 0}, zero{0, 0}, nan{1, std::nan("")};
  using texts = compared_texts<eigen<double>>;
  CHECK_THROWS_WITH_AS(texts({names, 1, 2, 2}, {names, 2, 2}),
                       "compared texts: neutral: is 2 x 2; wanted an embedding for each prompt of the names, 1 x 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(texts({names, 1, 2, 2}, {zero, 1, 2}),
                       "compared texts: neutral: prompt 0 has an embedding that is all zero, which is similar to "
                       "nothing",
                       argument_error);
  CHECK_THROWS_WITH_AS(texts({nan, 1, 1, 2}, {neutral, 1, 2}),
                       "compared texts: names: prompt 0, name 0 has an embedding that is not finite", argument_error);
  CHECK_THROWS_WITH_AS(texts({std::span<const double>(), 0, 0, 2}, {neutral, 1, 2}),
                       "compared texts: names: holds no prompt or no name; wanted at least one of either",
                       argument_error);
  const texts good({names, 1, 2, 2}, {neutral, 1, 2});
  CHECK_THROWS_AS(static_cast<void>(good.similarities(1)), argument_error);
}
