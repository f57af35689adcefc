// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include <telltale/core/random.hpp>

#include <doctest/doctest.h>

using telltale::philox;
using telltale::random_stream;

// Origin: the known-answer vectors kat_vectors of the Random123 distribution, lines "philox4x32 10".
static_assert(philox::rounds({0, 0, 0, 0}, 0, 0) == philox::block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox::rounds({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffff, 0xffffffff) ==
              philox::block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox::rounds({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0) ==
              philox::block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
static_assert(std::uniform_random_bit_generator<random_stream>);

TEST_CASE("seed, stream and index each change the block") {
  const auto base = philox::at(1, 2, 3);
  CHECK(base == philox::at(1, 2, 3));
  CHECK(base != philox::at(2, 2, 3));
  CHECK(base != philox::at(1, 3, 3));
  CHECK(base != philox::at(1, 2, 4));
  CHECK(philox::at(1, 2, 3) != philox::at(1, 3, 2));
}

TEST_CASE("uniform numbers have the moments of the uniform law") {
  random_stream random(7);
  const int n = 200000;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    sum += u;
    squares += u * u;
  }
  // Five standard errors: sd(u) = sqrt(1/12), sd(u^2) = sqrt(4/45).
  CHECK(std::abs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(squares / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
}

TEST_CASE("normal numbers have the first four moments of the normal law") {
  random_stream random(7, 1);
  const int n = 200000;
  double m[4] = {};
  for (int i = 0; i < n; ++i) {
    const double z = random.normal();
    double power = z;
    for (double& moment : m) {
      moment += power / n;
      power *= z;
    }
  }
  CHECK(std::abs(m[0]) < 5 * std::sqrt(1.0 / n));
  CHECK(std::abs(m[1] - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::abs(m[2]) < 5 * std::sqrt(15.0 / n));
  CHECK(std::abs(m[3] - 3) < 5 * std::sqrt(96.0 / n));
}

TEST_CASE("bounded integers reach every value about equally often") {
  random_stream random(3);
  int counts[7] = {};
  const int n = 70000;
  for (int i = 0; i < n; ++i) ++counts[random.below(7)];
  double chi2 = 0;
  for (int c : counts) chi2 += std::pow(c - n / 7.0, 2) / (n / 7.0);
  CHECK(chi2 < 27.9);  // 1e-4 quantile of chi-square with 6 degrees of freedom
  CHECK_THROWS_AS(random.below(0), telltale::argument_error);
}

TEST_CASE("choose draws without replacement and refuses more than there are") {
  random_stream random(5);
  const auto chosen = random.choose(50, 100);
  CHECK(std::set<std::uint32_t>(chosen.begin(), chosen.end()).size() == 50);
  CHECK(*std::max_element(chosen.begin(), chosen.end()) < 100);
  CHECK_THROWS_WITH_AS(random.choose(3, 2), "random_stream::choose: count: is 3; wanted at most 2",
                       telltale::argument_error);
}
