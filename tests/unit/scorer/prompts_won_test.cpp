// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/scorer/prompts_won.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/metric/interval/clopper_pearson.hpp>
#include <telltale/observation/name_votes.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/release/argmax.hpp>

#include "oracle/prompts_won.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using votes_of = name_votes<eigen<double>>;

static_assert(Scorer<prompts_won<>, votes_of> && Scorer<prompts_won<ballot::first_mode>, zero_shot<eigen<float>>> &&
              Scorer<prompts_won<>, drawn_photos<eigen<double>>>);
static_assert(!Scorer<prompts_won<>, classification<eigen<double>>>);

// Prompts that name `n` wins when the photos of one person vote so under one prompt.
template <class Ballot>
double won(std::vector<int> votes, int n) {
  const std::vector<int> owner(votes.size(), 0), name{n};
  std::vector<double> out(1);
  prompts_won<Ballot>{}(votes_of(std::move(votes), 1, owner, 10, name), out);
  return out[0];
}

std::vector<double> counts(const auto& batch) { return published::idia{}(batch).values; }

}  // namespace

TEST_CASE("a tie for first place is lost under strict plurality") {
  using ballot::strict_plurality;
  CHECK(won<strict_plurality>({4}, 4) == 1);
  CHECK(won<strict_plurality>({4}, 5) == 0);
  CHECK(won<strict_plurality>({4, 4, 7}, 4) == 1);
  CHECK(won<strict_plurality>({7, 4, 9, 4, 1}, 4) == 1);  // two of five: a plurality, no majority
  CHECK(won<strict_plurality>({4, 7}, 4) == 0);
  CHECK(won<strict_plurality>({4, 4, 7, 7, 1}, 4) == 0);
  CHECK(won<strict_plurality>({7, 1, 7, 4, 4}, 7) == 0);
  CHECK(won<strict_plurality>({4, 4, 7, 7, 7}, 4) == 0);
  CHECK(won<strict_plurality>({0, 1, 2, 3, 4, 5, 6}, 0) == 0);
}

TEST_CASE("the first name of a tie wins under the first mode, where strict plurality gives it to nobody") {
  using ballot::first_mode;
  CHECK(won<first_mode>({4, 7}, 4) == 1);
  CHECK(won<first_mode>({7, 4}, 4) == 1);
  CHECK(won<first_mode>({4, 7}, 7) == 0);
  CHECK(won<first_mode>({4, 4, 7, 7, 1}, 4) == 1);
  CHECK(won<first_mode>({4, 4, 7, 7, 1}, 7) == 0);
  CHECK(won<first_mode>({4, 4, 7, 7, 1}, 1) == 0);
  CHECK(won<first_mode>({4, 7, 7}, 4) == 0);
  CHECK(won<first_mode>({4, 7, 7}, 7) == 1);
  CHECK(won<first_mode>({4, 7, 7}, 5) == 0);
}

TEST_CASE("prompts won are those of the slow count, with both ballots, from embeddings and from draws") {
  // Few names and photos, so that ties are common.
  random_stream random(4);
  constexpr std::size_t persons = 40, names = 4, prompts = 7;
  std::vector<int> owner, chosen, true_name;
  std::vector<std::vector<std::size_t>> photos(persons);
  for (std::size_t person = 0; person < persons; ++person) {
    true_name.push_back(int(random.below(names)));
    for (std::uint64_t k = 2 + random.below(5); k > 0; --k) owner.push_back(int(person));
  }
  random.shuffle(owner);
  for (std::size_t photo = 0; photo < owner.size(); ++photo) {
    photos[std::size_t(owner[photo])].push_back(photo);
    for (std::size_t p = 0; p < prompts; ++p) chosen.push_back(int(random.below(names)));
  }
  const votes_of votes(chosen, prompts, owner, names, true_name);
  std::vector<double> strict(persons), first(persons), drawn(persons);
  prompts_won<>{}(votes, strict);
  prompts_won<ballot::first_mode>{}(votes, first);
  const drawn_photos draw(votes, {.per_person = 2, .seed = 3, .draw = 1});
  prompts_won<>{}(draw, drawn);
  bool differ = false;
  for (std::size_t person = 0; person < persons; ++person) {
    CHECK(strict[person] == oracle::prompts_won(chosen, prompts, photos[person], true_name[person]));
    CHECK(first[person] == oracle::prompts_won(chosen, prompts, photos[person], true_name[person], true));
    CHECK(strict[person] <= first[person]);
    differ |= strict[person] != first[person];
    const auto two = draw.photos_of(person);
    CHECK(drawn[person] == oracle::prompts_won(chosen, prompts, {two.begin(), two.end()}, true_name[person]));
  }
  CHECK(differ);
  std::vector<double> small(persons - 1);
  CHECK_THROWS_WITH_AS(prompts_won<>{}(votes, small), "prompts_won: out: has 39 elements; wanted 40", argument_error);
}

TEST_CASE("IDIA finds those whose name lies at their face, and nobody else") {
  // Each person has a direction; the names of members lie near it, those of others anywhere.
  constexpr std::size_t persons = 30, members = 15, names = 100, prompts = 5, each = 6, d = 64;
  random_stream random(12);
  std::vector<double> faces, photo, name;
  std::vector<int> owner, true_name;
  for (std::size_t i = 0; i < persons * d; ++i) faces.push_back(random.normal());
  for (std::size_t person = 0; person < persons; ++person) {
    true_name.push_back(int(3 * person + 1));
    for (std::size_t k = 0; k < each; ++k) {
      owner.push_back(int(person));
      for (std::size_t i = 0; i < d; ++i) photo.push_back(faces[person * d + i] + 0.5 * random.normal());
    }
  }
  for (std::size_t i = 0; i < prompts * names * d; ++i) {
    const std::size_t n = i / d % names, person = (n - 1) / 3;
    const bool known = n % 3 == 1 && person < members;
    name.push_back(random.normal() + (known ? faces[person * d + i % d] : 0));
  }
  const zero_shot<eigen<double>> people({photo, owner.size(), d}, owner, {name, prompts, names, d}, true_name);
  const evidence found = published::idia{}(people);
  CHECK(found.cut == 1);
  for (std::size_t person = 0; person < persons; ++person) CHECK(found.says_member(person) == (person < members));
  CHECK(found.values[0] == prompts);
  CHECK(counts(argmax{}(people)) == found.values);
}

TEST_CASE("independent guesses from one photo accuse as many as the closed form says") {
  // 1 - (1 - 1/N)^21 is 0.1903 for N = 100 and 0.0208 for N = 1,000; from three photos on strict plurality leaves
  // few of them, where the first mode leaves about as many as one photo does.
  for (const int names : {100, 1000}) {
    constexpr std::size_t persons = 20000, prompts = 21, each = 3;
    random_stream random{std::uint64_t(names)};
    std::vector<int> owner, chosen, true_name(persons);
    for (int& name : true_name) name = int(random.below(std::uint64_t(names)));
    for (std::size_t photo = 0; photo < persons * each; ++photo) {
      owner.push_back(int(photo / each));
      for (std::size_t p = 0; p < prompts; ++p) chosen.push_back(int(random.below(std::uint64_t(names))));
    }
    const votes_of votes(std::move(chosen), prompts, owner, std::size_t(names), true_name);
    const auto accused = [&](const auto& attack_of, std::size_t photos) {
      const evidence found = attack_of(drawn_photos(votes, {.per_person = photos}));
      double share = 0;
      for (std::size_t person = 0; person < persons; ++person) share += found.says_member(person);
      return share / persons;
    };
    const double expected = 1 - std::pow(1 - 1.0 / names, 21), spread = std::sqrt(expected * (1 - expected) / persons);
    CHECK(expected == doctest::Approx(names == 100 ? 0.1903 : 0.0208).epsilon(0.002));
    CHECK(std::abs(accused(published::idia{}, 1) - expected) < 4 * spread);
    // With three photos a prompt is won only where at least two name the person: 3/N^2 - 2/N^3 of the prompts.
    const double at_three = 1 - std::pow(1 - 3.0 / (names * names) + 2.0 / std::pow(names, 3), 21);
    CHECK(std::abs(accused(published::idia{}, 3) - at_three) < 4 * std::sqrt(at_three / persons));
    CHECK(accused(published::idia_with<ballot::first_mode>{}, 3) > 0.5 * expected);
  }
}

TEST_CASE("people whom no name belongs to are accused at the rate of chance") {
  // Random embeddings with names of their own under each prompt, so that answers to different prompts are independent;
  // one photo a person. Persons share the names, hence the intervals are of persons for given names.
  constexpr std::size_t persons = 3000, names = 50, prompts = 21, d = 24;
  random_stream random(77);
  std::vector<float> photo(persons * d), name(prompts * names * d);
  for (float& x : photo) x = static_cast<float>(random.normal());
  for (float& x : name) x = static_cast<float>(random.normal());
  std::vector<int> owner(persons), true_name(persons);
  for (std::size_t person = 0; person < persons; ++person) {
    owner[person] = int(person);
    true_name[person] = int(random.below(names));
  }
  const zero_shot<eigen<float>> people({photo, persons, d}, owner, {name, prompts, names, d}, true_name);
  const evidence found = published::idia{}(people);
  std::uint64_t accused = 0;
  for (std::size_t person = 0; person < persons; ++person) accused += found.says_member(person);
  const metric::estimate share = metric::interval::clopper_pearson::of(accused, persons, 0.999);
  CHECK(share.low < 1 - std::pow(1 - 1.0 / names, prompts));
  CHECK(share.high > 1 - std::pow(1 - 1.0 / names, prompts));
}
