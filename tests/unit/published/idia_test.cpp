// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/published/idia.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/anatomy.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/name_votes.hpp>

#include <doctest/doctest.h>

using namespace telltale;

static_assert(
    std::is_same_v<published::idia, attack<prompts_won<ballot::strict_plurality>, threshold<where::at_least_tau>>>);
static_assert(anatomy_of<published::idia>().access == access_to::label);
static_assert(anatomy_of<published::idia>().owns == knowledge::identity);
static_assert(anatomy_of<published::idia, zero_shot<eigen<float>>>().observation == "zero-shot names");

TEST_CASE("verdicts fall in tau, exactly, and evidence does not move") {
  random_stream random(5);
  constexpr std::size_t persons = 300, prompts = 21, names = 3;
  std::vector<int> owner, chosen, true_name(persons, 1);
  for (std::size_t photo = 0; photo < persons * 5; ++photo) {
    owner.push_back(int(photo % persons));
    for (std::size_t p = 0; p < prompts; ++p) chosen.push_back(int(random.below(names)));
  }
  const name_votes<eigen<double>> votes(chosen, prompts, owner, names, true_name);
  const evidence published = telltale::published::idia{}(votes);
  CHECK(published.cut == 1);
  std::vector<bool> before(persons, true);
  std::size_t accused_before = persons;
  for (int tau = 1; tau <= 22; ++tau) {
    const evidence found = telltale::published::idia{{}, threshold{where::at_least_tau{double(tau)}}}(votes);
    CHECK(found.values == published.values);
    std::size_t accused = 0;
    for (std::size_t person = 0; person < persons; ++person) {
      CHECK((before[person] || !found.says_member(person)));
      CHECK(found.says_member(person) == (published.values[person] >= tau));
      before[person] = found.says_member(person);
      accused += before[person];
    }
    CHECK(accused <= accused_before);
    accused_before = accused;
  }
  CHECK(accused_before == 0);
}

TEST_CASE("a tau that everybody reaches is refused") {
  CHECK_THROWS_WITH_AS(where::at_least_tau{0}, "at_least_tau: tau: is 0.000000; wanted more than 0 prompts",
                       argument_error);
  CHECK_THROWS_AS(where::at_least_tau{-1}, argument_error);
  CHECK_THROWS_AS(where::at_least_tau{std::nan("")}, argument_error);
}

TEST_CASE("one and two photos a person are warned about") {
  CHECK(published::idia_caution(1).find("badly calibrated") == 0);
  CHECK(published::idia_caution(2).find("both agree") != std::string_view::npos);
  CHECK(published::idia_caution(3).empty());
}
