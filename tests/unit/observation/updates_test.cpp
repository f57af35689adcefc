// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/observation/updates.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/scorer/update_residual.hpp>

#include <doctest/doctest.h>

using namespace telltale;

namespace {

static_assert(Updates<updates<eigen<float>>> && Scorer<update_residual, updates<eigen<double>>>);

// Two subjects, two steps, three dimensions.
const std::vector<float> gradients{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const std::vector<float> first{0, 1, 0}, second{0.5F, 0, 0};
const std::vector<released_update<float>> released{{first, 4}, {second, 9}};
const std::vector<double> wanted{4, -1, -1, -3, 1, 2, 3, 9, -3.5, -5,  -6,  4,  5,  6,
                                 4, -7, -7, -9, 7, 8, 9, 9, -9.5, -11, -12, 10, 11, 12};

template <class Batch>
std::vector<double> rows_of(const Batch& batch) {
  std::vector<double> out(batch.subjects() * update_residual{}.width(batch));
  update_residual{}(batch, out);
  return out;
}

}  // namespace

TEST_CASE("a row holds the batch size, what is left of the update and the gradient, step by step") {
  const updates<eigen<float>> batch({gradients, 2, 2, 3}, released);
  CHECK(batch.subjects() == 2);
  CHECK(batch.steps() == 2);
  CHECK(batch.dimensions() == 3);
  CHECK(update_residual{}.width(batch) == 14);
  CHECK(rows_of(batch) == wanted);
}

TEST_CASE("the gradients may lie in any layout") {
  std::vector<float> turned(12);  // dimensions x steps x subjects
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t d = 0; d < 3; ++d) turned[d * 4 + s * 2 + i] = gradients[i * 6 + s * 3 + d];
  CHECK(rows_of(updates<eigen<float>>({turned.data(), 2, 2, 3, 1, 2, 4}, released)) == wanted);
}

TEST_CASE("updates that do not fit their gradients are refused") {
  const auto says = [](const std::string& what, const auto& call) {
    try {
      call();
      FAIL("accepted");
    } catch (const argument_error& e) {
      CHECK(std::string(e.what()) == what);
    }
  };
  const auto with = [&](const std::vector<released_update<float>>& of) {
    return [&] { (void)updates<eigen<float>>({gradients, 2, 2, 3}, of); };
  };
  const std::vector<float> nan{0, std::numeric_limits<float>::quiet_NaN(), 0}, two{1, 2};
  says("updates: released: has 1 elements; wanted 2", with({{first, 4}}));
  says("updates: released: step 1 has 2 numbers; the gradients have 3", with({{first, 4}, {two, 4}}));
  says("updates: released: step 1 is of a batch of 1; wanted at least 2", with({{first, 4}, {second, 1}}));
  says("updates: released: step 0 has a number that is not finite", with({{nan, 4}, {second, 4}}));
  std::vector<float> bad = gradients;
  bad[8] = std::numeric_limits<float>::infinity();
  says("update_residual: gradients: subject 1 has a gradient that is not finite", [&] {
    (void)rows_of(updates<eigen<float>>({bad, 2, 2, 3}, released));
  });
  std::vector<double> out(5);
  says("update_residual: out: has 5 elements; wanted 28", [&] {
    update_residual{}(updates<eigen<float>>({gradients, 2, 2, 3}, released), out);
  });
}
