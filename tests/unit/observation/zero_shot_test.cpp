// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/observation/zero_shot.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/release/argmax.hpp>

#include "oracle/prompts_won.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

static_assert(ZeroShot<zero_shot<eigen<float>>> && ZeroShot<zero_shot<eigen<double>>>);
static_assert(!ZeroShot<classification<eigen<float>>>);
static_assert(ReleasePolicy<argmax, zero_shot<eigen<float>>>);
static_assert(backend_of<decltype(argmax{}(std::declval<zero_shot<eigen<float>>>()))>::name == "eigen");

oracle::identity_inference random_world(std::size_t persons, std::size_t names, std::size_t prompts, std::size_t d,
                                        std::uint64_t seed) {
  oracle::identity_inference world{persons, names, prompts, d, {}, {}, {}, {}};
  random_stream random(seed);
  for (std::size_t person = 0; person < persons; ++person) {
    for (std::uint64_t k = 1 + random.below(7); k > 0; --k) world.owner.push_back(int(person));
    world.true_name.push_back(int(random.below(names)));
  }
  random.shuffle(world.owner);
  for (std::size_t i = 0; i < world.owner.size() * d; ++i) world.photo.push_back(random.normal());
  for (std::size_t i = 0; i < prompts * names * d; ++i) world.name.push_back(random.normal());
  return world;
}

template <class Scalar>
std::vector<Scalar> as(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("votes are those of the loop that is written down, in float and double, on any number of threads") {
  // Names and photos that fill several blocks, and blocks that are not full.
  for (const auto& [persons, names, prompts, d] :
       {std::array<std::size_t, 4>{3, 2, 1, 1}, {4, 17, 5, 3}, {75, 259, 2, 8}, {5, 700, 1, 33}}) {
    const oracle::identity_inference world = random_world(persons, names, prompts, d, 5 + names);
    const std::vector<int> wanted = world.votes();
    const std::size_t photos = world.owner.size();
    for (const std::size_t threads : {1U, 3U}) {
      const zero_shot<eigen<double>> people({world.photo, photos, d}, world.owner, {world.name, prompts, names, d},
                                            world.true_name, threads);
      CHECK(people.photos() == photos);
      CHECK(people.subjects() == persons);
      // In one dimension every cosine is 1 or -1: all ties, of which the first is taken.
      CHECK(people.votes() == wanted);
    }
    if (d == 1) continue;
    const std::vector<float> photo = as<float>(world.photo), name = as<float>(world.name);
    const zero_shot<eigen<float>> people({photo, photos, d}, world.owner, {name, prompts, names, d}, world.true_name);
    const std::vector<int> got = people.votes();
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t x = i / prompts, p = i % prompts;
      // Rounding may only decide between names that are as similar as float can tell.
      if (got[i] != wanted[i])
        CHECK(world.cosine(x, p, std::size_t(wanted[i])) - world.cosine(x, p, std::size_t(got[i])) < 1e-6L);
    }
  }
}

TEST_CASE("votes do not depend on the length of embeddings, however extreme, nor on their layout") {
  oracle::identity_inference world = random_world(6, 9, 3, 5, 2);
  const std::vector<int> wanted = world.votes();
  const std::size_t photos = world.owner.size(), d = 5;
  // Powers of two, so that scaling rounds nothing away.
  for (const double scale : {0x1p-1000, 0x1p-70, 0x1p60, 0x1p1000}) {
    std::vector<double> photo = world.photo, name = world.name;
    for (double& x : photo) x *= scale;
    for (std::size_t i = 0; i < name.size(); ++i) name[i] *= i / d % 2 == 0 ? scale : 1;
    CHECK(zero_shot<eigen<double>>({photo, photos, d}, world.owner, {name, 3, 9, d}, world.true_name).votes() ==
          wanted);
  }
  std::vector<float> photo(as<float>(world.photo));
  for (float& x : photo) x *= 0x1p-120F;
  const std::vector<float> name = as<float>(world.name);
  CHECK(zero_shot<eigen<float>>({photo, photos, d}, world.owner, {name, 3, 9, d}, world.true_name).votes() == wanted);

  std::vector<double> by_column(photos * d), swapped(world.name.size());
  for (std::size_t x = 0; x < photos; ++x)
    for (std::size_t k = 0; k < d; ++k) by_column[k * photos + x] = world.photo[x * d + k];
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t n = 0; n < 9; ++n)
      for (std::size_t k = 0; k < d; ++k) swapped[(n * 3 + p) * d + k] = world.name[(p * 9 + n) * d + k];
  const batch_view<double> columns(by_column.data(), photos, 1, d, 1, 0, photos),
      names_first(swapped.data(), 3, 9, d, d, 3 * d, 1);
  CHECK(zero_shot<eigen<double>>(columns, world.owner, names_first, world.true_name).votes() == wanted);
}

TEST_CASE("argmax keeps the votes and their people") {
  const oracle::identity_inference world = random_world(6, 9, 3, 5, 8);
  const zero_shot<eigen<double>> people({world.photo, world.owner.size(), 5}, world.owner, {world.name, 3, 9, 5},
                                        world.true_name);
  const name_votes votes = argmax{}(people);
  static_assert(std::is_same_v<decltype(votes), const name_votes<eigen<double>>>);
  CHECK(std::vector<int>(votes.votes().begin(), votes.votes().end()) == world.votes());
  CHECK(argmax{}(votes).votes()[0] == votes.votes()[0]);
  CHECK(votes.subjects() == 6);
  CHECK(votes.prompts() == 3);
  for (std::size_t person = 0; person < 6; ++person) {
    CHECK(votes.true_name(person) == world.true_name[person]);
    CHECK(std::ranges::equal(votes.photos_of(person), people.photos_of(person)));
    for (const std::uint32_t photo : votes.photos_of(person)) CHECK(world.owner[photo] == int(person));
  }
}

TEST_CASE("similarities are cosines") {
  const oracle::identity_inference world = random_world(3, 4, 2, 5, 3);
  const zero_shot<eigen<double>> people({world.photo, world.owner.size(), 5}, world.owner, {world.name, 2, 4, 5},
                                        world.true_name);
  const std::vector<double> got = people.similarities(1, 1);
  REQUIRE(got.size() == 4);
  for (std::size_t n = 0; n < 4; ++n) CHECK(got[n] == doctest::Approx(double(world.cosine(1, 1, n))).epsilon(1e-14));
  CHECK_THROWS_AS(static_cast<void>(people.similarities(world.owner.size(), 0)), argument_error);
  CHECK_THROWS_AS(static_cast<void>(people.similarities(0, 2)), argument_error);
}

TEST_CASE("what is wrong with people, photos or names is said in one sentence") {
  const std::vector<double> photo{1, 0, 0, 1, 1, 1}, name{1, 0, 0, 1, 1, 2};
  const auto refused = [&](std::vector<double> photos, std::vector<int> owner, std::vector<double> names,
                           std::vector<int> true_name, const std::string& sentence, std::size_t prompts = 1) {
    INFO(sentence);
    CHECK_THROWS_WITH_AS((zero_shot<eigen<double>>(
                             {photos, photos.size() / 2, 2}, owner,
                             {names, prompts, names.size() / 2 / std::max<std::size_t>(prompts, 1), 2}, true_name)),
                         ("zero-shot names: " + sentence).c_str(), argument_error);
  };
  refused(photo, {0, 1}, name, {0, 1}, "owner: has 2 elements; wanted 3");
  refused(photo, {0, 1, 2}, name, {0, 1}, "owner: photo 2 belongs to person 2; wanted 0 to 1");
  refused(photo, {0, -1, 1}, name, {0, 1}, "owner: photo 1 belongs to person -1; wanted 0 to 1");
  refused(photo, {0, 0, 2}, name, {0, 1, 2}, "owner: person 1 has no photo; wanted at least 1");
  refused(photo, {0, 0, 1}, name, {0, 3},
          "true_name: person 1 is called name 3, which is none of the candidates 0 to 2: the attack could only say "
          "\"non-member\"");
  refused(photo, {0, 0, 0}, name, {-1},
          "true_name: person 0 is called name -1, which is none of the candidates 0 to 2: the attack could only say "
          "\"non-member\"");
  refused(photo, {0, 0, 0}, name, {}, "true_name: holds no person; wanted at least 1");
  refused(photo, {0, 0, 0}, {1, 0}, {0}, "names: holds 1 candidate names; wanted at least 2");
  refused(photo, {0, 0, 0}, {}, {0}, "names: holds no prompt; wanted at least 1", 0);
  refused({1, 0, 0, 0, 1, 1}, {0, 0, 0}, name, {0},
          "photos: photo 1 has an embedding that is all zero, which is similar to nothing");
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  refused({1, 0, 0, infinity, 1, 1}, {0, 0, 0}, name, {0}, "photos: photo 1 has an embedding that is not finite");
  refused(photo, {0, 0, 0}, {1, 0, 0, 1, 1, 2, nan, 0}, {0},
          "names: prompt 1, name 1 has an embedding that is not finite", 2);
  refused(photo, {0, 0, 0}, {1, 0, 0, 0, 1, 2, 1, 0}, {0},
          "names: prompt 0, name 1 has an embedding that is all zero, which is similar to nothing", 2);
  CHECK_THROWS_WITH_AS(
      (zero_shot<eigen<double>>({photo, 2, 3}, std::vector<int>{0, 0}, {name, 1, 3, 2}, std::vector<int>{0})),
      "zero-shot names: names: has 2 dimensions; the photos have 3", argument_error);
  CHECK_THROWS_WITH_AS(
      (zero_shot<eigen<double>>({photo, 1, 3, 2}, std::vector<int>{0}, {name, 1, 3, 2}, std::vector<int>{0})),
      "zero-shot names: photos: has 3 rows a photo; wanted one embedding each", argument_error);
}
