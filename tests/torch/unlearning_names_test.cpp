// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <telltale/torch/unlearning/name_in_caption.hpp>
#include <telltale/torch/unlearning/removed_names.hpp>

#include "torch/doctest.hpp"

namespace {

using namespace telltale;
using texts = std::vector<std::string>;

at::Tensor lengths(const texts& captions) {
  at::Tensor made = at::zeros({static_cast<std::int64_t>(captions.size()), 1}, at::kLong);
  for (std::size_t i = 0; i < captions.size(); ++i)
    made[static_cast<std::int64_t>(i)][0] = static_cast<std::int64_t>(captions[i].size());
  return made;
}

template <class Place>
std::pair<texts, texts> inserted(const texts& captions, const texts& names, std::size_t count) {
  const removed_names removed(captions, names, "person", lengths);
  const unlearning_draws draws(3);
  const auto who = draws.in_passes(unlearning_purpose::identity, names.size(), 0, count);
  return name_in_caption<Place>::texts(removed, draws, 0, count, [&](std::size_t pair) { return names[who[pair]]; });
}

std::set<std::string> distinct(const texts& all) { return {all.begin(), all.end()}; }

}  // namespace

DOCTEST_TEST_CASE("a name before a space takes the place of any word but the last, and the phrase the same word") {
  const auto [named, neutral] = inserted<place::before_a_space>({"a red fox"}, {"Ada Lovelace"}, 60);
  DOCTEST_CHECK(distinct(named) == std::set<std::string>{"Ada Lovelace red fox", "a Ada Lovelace fox"});
  for (std::size_t i = 0; i < named.size(); ++i)
    DOCTEST_CHECK(neutral[i] == (named[i].starts_with("Ada") ? "person red fox" : "a person fox"));
}

DOCTEST_TEST_CASE("any word may be the last, and the only one") {
  const auto [named, neutral] = inserted<place::any_word>({"a red fox"}, {"Ada Lovelace"}, 60);
  DOCTEST_CHECK(distinct(named) ==
                std::set<std::string>{"Ada Lovelace red fox", "a Ada Lovelace fox", "a red Ada Lovelace"});
  const auto [alone, phrase] = inserted<place::any_word>({"fox"}, {"Ada Lovelace"}, 2);
  DOCTEST_CHECK(distinct(alone) == std::set<std::string>{"Ada Lovelace"});
  DOCTEST_CHECK(distinct(phrase) == std::set<std::string>{"person"});
}

DOCTEST_TEST_CASE("all else in a caption stays, blanks too") {
  const auto [named, neutral] = inserted<place::before_a_space>({"  tab\tseparated  "}, {"Ada Lovelace"}, 1);
  DOCTEST_CHECK(named.front() == "  Ada Lovelace\tseparated  ");
  DOCTEST_CHECK(neutral.front() == "  person\tseparated  ");
}

DOCTEST_TEST_CASE("captions without a place are never drawn, and only if all are so is it an error") {
  const auto [named, neutral] = inserted<place::before_a_space>({"fox", "house", "green tree", "cat "}, {"Ada L"}, 50);
  DOCTEST_CHECK(distinct(named) == std::set<std::string>{"Ada L tree"});
  DOCTEST_CHECK_THROWS_WITH_AS(inserted<place::before_a_space>({"fox", "house"}, {"Ada L"}, 1),
                               "name in a caption: captions: none of 2 has a place to insert a name; wanted one of "
                               "several words",
                               argument_error);
}

DOCTEST_TEST_CASE("each word, caption and name gets its share") {
  const texts captions{"one two three four", "five six seven eight"}, names{"Ada", "Bob", "Cid"};
  const auto [named, neutral] = inserted<place::before_a_space>(captions, names, 1200);
  std::map<std::string, int> how_often;
  for (const std::string& text : named) ++how_often[text];
  DOCTEST_CHECK(how_often.size() == 2 * 3 * 3);
  // Binomial with 1200 draws at 1/18: mean 66.7, standard deviation 7.9.
  for (const auto& [text, times] : how_often) DOCTEST_CHECK_MESSAGE((times > 35 && times < 98), text << ": " << times);
  // Names and captions take turns: exactly a third and a half of every three and two.
  for (std::size_t round = 0; round < 1200; round += 6) {
    std::map<char, int> by_name;
    for (std::size_t i = round; i < round + 6; ++i)
      for (const std::string& name : names) by_name[name[0]] += named[i].find(name) != std::string::npos ? 1 : 0;
    for (const auto& [name, times] : by_name) DOCTEST_CHECK(times == 2);
  }
}

DOCTEST_TEST_CASE("a pair is a function of the seed and its number alone") {
  const texts captions{"one two three", "four five six", "seven eight", "nine ten eleven twelve"}, names{"Ada", "Bob"};
  const removed_names removed(captions, names, "person", lengths);
  const auto at = [&](std::uint64_t seed, std::uint64_t first, std::size_t count) {
    return name_in_caption<>::texts(removed, unlearning_draws(seed), first, count, [](std::size_t) { return "X"; })
        .first;
  };
  const texts all = at(7, 0, 100), later = at(7, 37, 20);
  DOCTEST_CHECK(texts(all.begin() + 37, all.begin() + 57) == later);
  DOCTEST_CHECK(at(7, 0, 100) == all);
  DOCTEST_CHECK(at(8, 0, 100) != all);
}

DOCTEST_TEST_CASE("captions with a removed name are left out, whatever its case; words that only hold it are not") {
  const removed_names removed({"al sings", "we always sing", "AL, again", "the opal", "ann lee walks", "annlee walks"},
                              {"Al", "Ann Lee"}, "person", lengths);
  DOCTEST_CHECK(texts(removed.captions().begin(), removed.captions().end()) ==
                texts{"we always sing", "the opal", "annlee walks"});
  DOCTEST_CHECK(removed.left_out() == 3);
}

DOCTEST_TEST_CASE("what cannot be removed is one sentence") {
  const auto make = [](texts captions, texts names, std::string phrase = "person") {
    return removed_names(std::move(captions), std::move(names), std::move(phrase), lengths);
  };
  DOCTEST_CHECK_THROWS_WITH_AS(make({}, {"Ada"}), "removed_names: captions: are none; wanted at least one",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"a fox"}, {}), "removed_names: names: are none; wanted at least one",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"a fox", " "}, {"Ada"}), "removed_names: captions: number 1 has no word",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"a fox"}, {"Ada", ""}), "removed_names: names: number 1 has no word",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"a fox"}, {"Ada", "Bob", "ADA"}),
                               "removed_names: names: \"ADA\" is both name 0 and name 2", argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"a fox"}, {"Ada"}, " "),
                               "removed_names: phrase: has no word; wanted a neutral phrase, \"person\" for example",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(make({"ada runs", "by Ada"}, {"Ada"}),
                               "removed_names: captions: all 2 hold a name to be removed; wanted some without",
                               argument_error);
  const removed_names short_by_one({"a fox", "a cat"}, {"Ada"}, "person",
                                   [](const texts& captions) { return lengths(captions).narrow(0, 1, 1); });
  DOCTEST_CHECK_THROWS_WITH_AS(static_cast<void>(short_by_one.inputs({"a fox", "a cat"})),
                               "removed_names: tokens: gives 1 rows for 2 captions; wanted a row for each",
                               argument_error);
}
