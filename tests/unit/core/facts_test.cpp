// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/anatomy.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/core/requirements.hpp>
#include <telltale/core/signals.hpp>

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("access is ordered by inclusion and parameters contain all") {
  CHECK(covers(access_to::logits, access_to::confidence));
  CHECK(covers(access_to::confidence, access_to::label));
  CHECK_FALSE(covers(access_to::label, access_to::confidence));
  CHECK_FALSE(covers(access_to::logits, access_to::embedding));
  for (const auto& [fact, name] : facts_by_name<access_to>) CHECK(covers(access_to::parameters, fact));
}

TEST_CASE("what is missing is always one fact with a name") {
  CHECK(missing(access_to::label, access_to::confidence) == access_to::confidence);
  CHECK(missing(access_to::logits, access_to::parameters) == access_to::parameters);
  CHECK(missing(access_to::logits, access_to::label) == access_to::nothing);
  const knowledge both = knowledge::shadow_models | knowledge::population;
  CHECK(missing(knowledge::nothing, both) == knowledge::population);
  CHECK(missing(knowledge::population, both) == knowledge::shadow_models);
  CHECK(missing(both, both) == knowledge::nothing);
}

TEST_CASE("facts in words name the largest that apply") {
  CHECK(to_string(access_to::nothing) == "nothing");
  CHECK(to_string(access_to::logits) == "logits");
  CHECK(to_string(access_to::label | access_to::embedding) == "label + embedding");
  CHECK(to_string(access_to::parameters) == "parameters");
  CHECK(to_string(knowledge::truth | knowledge::shadow_models) == "truth + shadow models");
}

TEST_CASE("evidence says member from its cut on and never when it only ranks") {
  const evidence cut{{1, 2, 3}, 2, 0}, ranking{{1, 2, 3}, ranking_only, 0};
  CHECK_FALSE(cut.says_member(0));
  CHECK(cut.says_member(1));
  CHECK_FALSE(cut.ranks_only());
  CHECK(ranking.ranks_only());
  CHECK_FALSE(ranking.says_member(2));
  CHECK_THROWS(static_cast<void>(cut.says_member(3)));
}

TEST_CASE("signals count their subjects by width") {
  const std::vector<double> values(6);
  CHECK(signals{values}.subjects() == 6);
  CHECK(signals{values, 3}.subjects() == 2);
}
