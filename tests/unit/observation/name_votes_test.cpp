// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/observation/name_votes.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using votes_of = name_votes<eigen<float>>;
static_assert(ZeroShot<votes_of> && ZeroShot<drawn_photos<eigen<float>>>);
static_assert(votes_of::reveals == access_to::label);
static_assert(!std::is_constructible_v<drawn_photos<eigen<float>>, votes_of, photo_draw>);

// Person p has 6 + p photos, strewn over the array.
const std::vector<int> owner{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 2}, true_name{3, 1, 2};

votes_of some_votes() { return {std::vector<int>(owner.size() * 2, 1), 2, owner, 4, true_name}; }

std::vector<std::uint32_t> photos(const auto& batch, std::size_t person) {
  const auto all = batch.photos_of(person);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("the photos of a person are found in any order of the array") {
  const votes_of votes = some_votes();
  CHECK(photos(votes, 0) == std::vector<std::uint32_t>{0, 3, 6, 9, 12, 15});
  CHECK(photos(votes, 1) == std::vector<std::uint32_t>{1, 4, 7, 10, 13, 16, 18});
  CHECK(photos(votes, 2).size() == 8);
}

TEST_CASE("votes that are none are refused") {
  const auto made = [](std::vector<int> chosen, std::size_t prompts) {
    static_cast<void>(votes_of(std::move(chosen), prompts, std::vector<int>{0, 0}, 3, std::vector<int>{2}));
  };
  CHECK_NOTHROW(made({0, 1, 2, 2}, 2));
  CHECK_THROWS_WITH_AS(made({0, 1, 2}, 2), "votes for names: chosen: has 3 elements; wanted 4", argument_error);
  CHECK_THROWS_WITH_AS(made({0, 1, 2, 3}, 2),
                       "votes for names: chosen: photo 1 was given name 3 under prompt 1; wanted 0 to 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(made({0, -1, 2, 1}, 2),
                       "votes for names: chosen: photo 0 was given name -1 under prompt 1; wanted 0 to 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(made({}, 0), "votes for names: prompts: is 0; wanted at least 1", argument_error);
}

TEST_CASE("a draw holds distinct photos of each person, and depends on nothing but seed, draw and person") {
  const votes_of votes = some_votes();
  for (std::uint32_t draw = 0; draw < 40; ++draw) {
    const drawn_photos drawn(votes, {.per_person = 4, .seed = 9, .draw = draw});
    for (std::size_t person = 0; person < 3; ++person) {
      std::vector<std::uint32_t> got = photos(drawn, person);
      REQUIRE(got.size() == 4);
      for (const std::uint32_t photo : got) CHECK(owner[photo] == int(person));
      std::sort(got.begin(), got.end());
      CHECK(std::unique(got.begin(), got.end()) == got.end());
      CHECK(drawn.true_name(person) == true_name[person]);
    }
  }
  // Another person beside them changes nobody's photos; another draw or seed does.
  std::vector<int> more_owner = owner, more_names = true_name;
  for (int i = 0; i < 5; ++i) more_owner.push_back(3);
  more_names.push_back(0);
  const votes_of more(std::vector<int>(more_owner.size() * 2, 1), 2, more_owner, 4, more_names);
  const photo_draw how{.per_person = 4, .seed = 9, .draw = 2};
  const drawn_photos before(votes, how), again(votes, how), beside(more, how), other(votes, {4, 9, 3}),
      seed(votes, {4, 8, 2});
  CHECK(photos(before, 1) == photos(again, 1));
  CHECK(photos(before, 1) == photos(beside, 1));
  const auto differs = [&](const auto& drawn) {
    return photos(before, 0) != photos(drawn, 0) || photos(before, 1) != photos(drawn, 1);
  };
  CHECK(differs(other));
  CHECK(differs(seed));
}

TEST_CASE("every photo of a person is drawn equally often") {
  const votes_of votes = some_votes();
  std::vector<int> drawn_times(owner.size());
  constexpr int draws = 4000;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    const drawn_photos drawn(votes, {.per_person = 3, .seed = 1, .draw = draw});
    for (std::size_t person = 0; person < 3; ++person)
      for (const std::uint32_t photo : drawn.photos_of(person)) ++drawn_times[photo];
  }
  for (std::size_t photo = 0; photo < owner.size(); ++photo) {
    const double share = 3.0 / (6 + owner[photo]), spread = std::sqrt(draws * share * (1 - share));
    CHECK(std::abs(drawn_times[photo] - draws * share) < 4 * spread);
  }
}

TEST_CASE("a person with too few photos is named") {
  const votes_of votes = some_votes();
  CHECK_NOTHROW(static_cast<void>(drawn_photos(votes, {.per_person = 6})));
  CHECK_THROWS_WITH_AS(static_cast<void>(drawn_photos(votes, {.per_person = 7})),
                       "votes on drawn photos: per_person: is 7, but person 0 has 6 photos", argument_error);
  CHECK_THROWS_WITH_AS(static_cast<void>(drawn_photos(votes, {.per_person = 0})),
                       "votes on drawn photos: per_person: is 0; wanted at least 1 photo", argument_error);
}
