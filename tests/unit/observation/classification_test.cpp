// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/logit_margin.hpp>

#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using of_float = classification<eigen<float>>;

const std::vector<int> two{0, 1};

void refuses(const std::vector<float>& answers, const std::vector<int>& truth, stored_as form, const char* message) {
  std::vector<double> out(truth.size());
  const std::size_t classes = answers.size() / truth.size();
  CHECK_THROWS_WITH_AS(logit_margin{}(of_float({answers, truth.size(), classes}, truth, form), out), message,
                       argument_error);
}

}  // namespace

TEST_CASE("shapes and labels are checked when a batch is made") {
  const std::vector<float> z(6);
  const std::vector<int> three{0, 0, 0}, large{0, 3}, negative{-1, 0};
  CHECK_THROWS_WITH_AS(of_float({z, 2, 3}, three), "classification: truth: has 3 elements; wanted 2", argument_error);
  CHECK_THROWS_WITH_AS(of_float({z, 2, 3}, large), "classification: truth: record 1 has label 3; wanted 0 to 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(of_float({z, 2, 3}, negative), "classification: truth: record 0 has label -1; wanted 0 to 2",
                       argument_error);
  CHECK_THROWS_WITH_AS(of_float({std::span(z).first(2), 2, 1}, two),
                       "classification: answers: has 1 classes; wanted at least 2", argument_error);
  CHECK_THROWS_WITH_AS(batch_view<float>(z, 2, 4), "batch_view: values: has 6 elements; wanted 8", argument_error);
  const std::vector<int> predicted{1, 2, 0};
  CHECK_THROWS_WITH_AS((classification<eigen<float>, access_to::label>(predicted, two)),
                       "classification: predicted: has 3 elements; wanted 2", argument_error);
  std::vector<double> out(3);
  CHECK_THROWS_WITH_AS(logit_margin{}(of_float({z, 2, 3}, two), out), "classification: out: has 3 elements; wanted 2",
                       argument_error);
}

TEST_CASE("answers are checked as they are read") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  refuses({0, 1, 2, 3, nan, 5}, two, stored_as::logits,
          "classification: answers: row 1 has a logit of nan for class 1; logits must be finite");
  refuses({0, 1, infinity, 3, 4, 5}, two, stored_as::logits,
          "classification: answers: row 0 has a logit of inf for class 2; logits must be finite");
  const char* const wanted = "; wanted probabilities in [0, 1] that sum to 1 within 1e-4 (logits are another form)";
  using namespace std::string_literals;
  refuses({.5F, .5F, .3F, .3F}, two, stored_as::probabilities,
          ("classification: answers: row 1 sums to 0.600000"s + wanted).c_str());
  refuses({.5F, .5F, 1.5F, -.5F}, two, stored_as::probabilities,
          ("classification: answers: row 1 has a negative probability"s + wanted).c_str());
  refuses({.5F, .5F, nan, .5F}, two, stored_as::probabilities,
          ("classification: answers: row 1 sums to nan"s + wanted).c_str());
  refuses({-.693147F, -.693147F, nan, -1}, two, stored_as::log_probabilities,
          ("classification: answers: row 1 sums to nan"s + wanted).c_str());
  refuses({-.693147F, -.693147F, 50, -infinity}, two, stored_as::log_probabilities,
          ("classification: answers: row 1 sums to 51.000000"s + wanted).c_str());
}

TEST_CASE("a value that is not finite is found wherever it lies in a batch") {
  for (const std::size_t k : {2u, 3u, 5u, 8u})
    for (const std::size_t at : {0u, 6u, 7u, 8u, 100u, 255u, 256u, 299u}) {
      std::vector<float> z(300 * k, 1.0F), huge(300 * k, 3e38F);
      const std::vector<int> y(300, 1);
      z[at * k + k - 1] = -std::numeric_limits<float>::infinity();
      refuses(z, y, stored_as::logits,
              ("classification: answers: row " + std::to_string(at) + " has a logit of -inf for class " +
               std::to_string(k - 1) + "; logits must be finite")
                  .c_str());
      std::vector<double> out(300);
      CHECK_NOTHROW(logit_margin{}(of_float({huge, 300, k}, y), out));  // only their sum is infinite
    }
}

TEST_CASE("a probability of 0 or 1 is refused by name and not floored") {
  const char* const wanted =
      "classification: answers: row 1 gives a score of inf: a probability is exactly 0 or 1; store logits, or name a "
      "floor: floored(batch, 1e-6)";
  refuses({.5F, .25F, .25F, 0, 1, 0}, two, stored_as::probabilities, wanted);
  refuses({.5F, .5F, 0, 1}, two, stored_as::probabilities, wanted);
  // A zero that no score meets is legal: the true class and one other carry everything.
  const std::vector<float> p{.5F, .5F, 0};
  const std::vector<int> y{0};
  CHECK(scored::by(logit_margin{}, of_float({p, 1, 3}, y, stored_as::probabilities))[0] == doctest::Approx(0));
}

TEST_CASE("a batch may be empty") {
  const std::vector<float> z;
  const std::vector<int> y;
  CHECK(scored::by(logit_margin{}, of_float({z, 0, 10}, y)).empty());
}
