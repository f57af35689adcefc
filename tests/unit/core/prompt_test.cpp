// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/prompt.hpp>

#include <doctest/doctest.h>

using namespace telltale;

static_assert(is_template("{}") && is_template("a {} b"));
static_assert(!is_template("") && !is_template("{") && !is_template("{}{}") && !is_template("{} and {}"));

TEST_CASE("a template takes a name, once") {
  CHECK(filled("{} at a party", "Ann") == "Ann at a party");
  CHECK(filled("{}", "A{}B") == "A{}B");
  CHECK_THROWS_WITH_AS(static_cast<void>(filled("a photo", "Ann")),
                       "filled: prompt: 'a photo'; wanted {} in it exactly once", argument_error);
  CHECK_THROWS_AS(static_cast<void>(filled("{} and {}", "Ann")), argument_error);
}
