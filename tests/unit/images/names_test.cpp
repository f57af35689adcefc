// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/names.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::images;

namespace {

using texts = std::vector<std::string>;

// Small enough to draw them all; Kim is in both lists.
const name_lists small{{"Ann", "Kim", "Eve"}, {"Tom", "Kim", "Max"}, {"Fox", "Hill"}};

std::string first_of(const std::string& name) { return name.substr(0, name.find(' ')); }

template <class Action>
std::string said(const Action& action) {
  return message_of<argument_error>(action);
}

}  // namespace

TEST_CASE("drawn names are distinct, of both sexes alike, and a function of the seed") {
  const name_lists lists{
      {"Ann", "Bea", "Cat", "Dot"}, {"Ed", "Flo", "Gus", "Hal"}, {"Ash", "Bay", "Cox", "Dee", "Elk"}};
  const std::set<std::string> female(lists.female.begin(), lists.female.end());
  for (const std::size_t count : {0U, 1U, 7U, 10U, 40U}) {
    const texts names = draw_names(lists, count, 5);
    CHECK(names.size() == count);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == count);
    const auto of_women =
        std::count_if(names.begin(), names.end(), [&](const auto& n) { return female.contains(first_of(n)); });
    CHECK(static_cast<std::size_t>(of_women) == (count + 1) / 2);
    CHECK(draw_names(lists, count, 5) == names);
  }
  CHECK(draw_names(lists, 10, 5) != draw_names(lists, 10, 6));
  // Shuffled: the women do not come first.
  const texts forty = draw_names(lists, 40, 5);
  CHECK(std::count_if(forty.begin(), forty.begin() + 20, [&](const auto& n) { return female.contains(first_of(n)); }) <
        20);
}

// Four of the 20 names of a sex in each of 2,000 draws: a count is binomial with mean 400 and standard deviation 17.9.
TEST_CASE("every name is as likely as another") {
  const name_lists lists{
      {"Ann", "Bea", "Cat", "Dot"}, {"Ed", "Flo", "Gus", "Hal"}, {"Ash", "Bay", "Cox", "Dee", "Elk"}};
  std::map<std::string, int> times;
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    for (const std::string& name : draw_names(lists, 8, seed)) ++times[name];
  CHECK(times.size() == 40);
  for (const auto& each : times) {
    CAPTURE(each.first);
    CHECK(std::abs(each.second - 400) < 5 * 17.9);
  }
}

TEST_CASE("names that are taken are not drawn, in whatever spelling, and running out is said") {
  const texts all = draw_names(small, 10, 1);  // 6 + 6 whole names, of which "Kim Fox" and "Kim Hill" are in both
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 10);
  CHECK(said([] { static_cast<void>(draw_names(small, 12, 1)); }) ==
        "draw_names: lists: make only 4 male names that are still free; wanted 6");
  const texts taken{"ANN_FOX", "Eve  Hill"};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const texts rest = draw_names(small, 8, seed, taken);
    CHECK(std::count(rest.begin(), rest.end(), "Ann Fox") == 0);
    CHECK(std::count(rest.begin(), rest.end(), "Eve Hill") == 0);
  }
  CHECK(said([&] {
          static_cast<void>(draw_names(small, 2, 1, texts{"Jo Lee", "Al", "jo_lee"}));
        }) ==
        "draw_names: taken: name 2, 'jo_lee', is there twice; wanted names that differ in more than case and "
        "underscores");
  CHECK(said([&] {
          static_cast<void>(draw_names({{"Ann"}, {}, {"Fox"}}, 2, 1));
        }).starts_with("draw_names: lists: one is empty"));
}

TEST_CASE("candidates hold every true name once, in random order") {
  const texts own{"Jo Lee", "Ann Fox"};
  const texts candidates = candidate_names(own, 8, small, 3);
  CHECK(candidates.size() == 8);
  CHECK(std::set<std::string>(candidates.begin(), candidates.end()).size() == 8);
  const std::vector<int> places = places_of(own, candidates);
  CHECK(candidates[static_cast<std::size_t>(places[0])] == "Jo Lee");
  CHECK(candidates[static_cast<std::size_t>(places[1])] == "Ann Fox");
  std::set<int> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) seen.insert(places_of(own, candidate_names(own, 8, small, seed))[0]);
  CHECK(seen.size() > 5);
  CHECK(candidate_names(own, 2, small, 3).size() == 2);
  CHECK(said([&] { static_cast<void>(candidate_names(own, 1, small, 3)); }) ==
        "candidate_names: count: is 1; wanted at least the 2 true names");
  CHECK(said([&] { static_cast<void>(places_of(texts{"Jo Lea"}, candidates)); }) ==
        "places_of: names: 'Jo Lea' is not among the 8 candidates");
}

TEST_CASE("names that are words of captions are found, part by part and whatever the case") {
  const texts captions{"a red rose", "FOX face", "o'clock: half-past ten"};
  const texts names{"Rose Smith", "Jim Fox", "Ann Rosen", "Tom O'Clock", "May Past", "Ann Clock"};
  CHECK(names_that_are_words(names, captions) == texts{"Rose Smith", "Jim Fox", "Tom O'Clock", "May Past"});
  CHECK(names_that_are_words(names, {}).empty());
  const name_lists left = without_words({{"Ann", "Rose"}, {"Tom"}, {"Fox", "Hill"}}, captions);
  CHECK(left.female == texts{"Ann"});
  CHECK(left.male == texts{"Tom"});
  CHECK(left.last == texts{"Hill"});
}

TEST_CASE("a list is a name a line, and repeats, no name and no file are refused") {
  const temporary_folder folder;
  put(folder / "names", "Ann\r\n\n  Bea Lee \nCat");
  CHECK(read_name_list(folder / "names") == texts{"Ann", "Bea Lee", "Cat"});
  const auto refusal = [&](const std::string& text) {
    put(folder / "wrong", text);
    const std::string message = message_of<file_error>([&] { static_cast<void>(read_name_list(folder / "wrong")); });
    return message.substr(std::min(message.size(), (folder / "wrong").string().size() + 2));
  };
  CHECK(refusal("Ann\nBea Lee\n\nbea_lee\n") == "line 4: 'bea_lee' is there twice, first in line 2");
  CHECK(refusal(" \n") == "has no name; wanted one a line");
  CHECK(refusal("") == "has no name; wanted one a line");
  CHECK(message_of<file_error>([] { static_cast<void>(read_name_lists({.female = "/nowhere/f"})); }) ==
        "/nowhere/f: is not there; install it with `apt-get install rig`");
}

TEST_CASE("the lists of the package rig hold 1,000 names each") {
  INFO("this test needs the Debian package rig");
  const name_lists lists = read_name_lists();
  CHECK(lists.female.size() == 1000);
  CHECK(lists.male.size() == 1000);
  CHECK(lists.last.size() == 1000);
  CHECK(lists.last.front() == "Smith");
  CHECK(candidate_names(texts{"Jo Lee"}, 1000, lists, 42).size() == 1000);
}
