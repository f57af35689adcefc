// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <telltale/mpi/over_ranks.hpp>

#include "world.hpp"

#include <doctest/doctest.h>

using telltale::mpi::over_ranks;
using telltale::mpi::packer;
using telltale::mpi::rank_error;
using telltale::mpi::unpacker;

static_assert(telltale::Executor<over_ranks>);

namespace {

std::string made_of(std::size_t piece) { return std::string(piece * 1000, static_cast<char>('a' + piece % 26)); }

/// The sum over the ranks, on the root.
int sum_of(int mine) {
  packer pack;
  pack(mine);
  int sum = 0;
  for (const auto& bytes : world().gather(std::move(pack).take())) {
    int one = 0;
    unpacker{bytes}(one);
    sum += one;
  }
  return sum;
}

}  // namespace

TEST_CASE("every piece is made once on some rank and taken once on the root") {
  for (const unsigned threads : {1U, 3U, 0U})
    for (const std::size_t pieces : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{57}}) {
      std::atomic<int> made{0};
      std::vector<int> taken(pieces);
      const auto caller = std::this_thread::get_id();
      over_ranks(world(), threads)
          .for_each(
              pieces,
              [&](std::size_t piece) {
                ++made;
                return made_of(piece);
              },
              [&](std::size_t piece, const std::string& text) {
                CHECK(std::this_thread::get_id() == caller);
                CHECK(text == made_of(piece));
                ++taken[piece];
              });
      CHECK(taken == std::vector<int>(pieces, world().is_root() ? 1 : 0));
      const int all = sum_of(made);
      if (world().is_root()) CHECK(all == static_cast<int>(pieces));
    }
}

TEST_CASE("pieces are spread: no rank is left out while there is work") {
  int made = 0;
  over_ranks(world()).for_each(
      std::size_t(3 * world().size()),
      [&](std::size_t piece) {
        ++made;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return piece;
      },
      [](std::size_t, std::size_t) {});
  CHECK(made > 0);
}

TEST_CASE("a piece that throws ends the work on all ranks with the message of the lowest") {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::size_t> taken;
    const auto make = [](std::size_t piece) {
      // The lowest failing piece is also the last to fail.
      if (piece == 3) std::this_thread::sleep_for(std::chrono::milliseconds(30));
      if (piece >= 3 && piece < 9) throw std::runtime_error("piece " + std::to_string(piece));
      return piece;
    };
    try {
      over_ranks(world(), 2).for_each(100000, make, [&](std::size_t piece, std::size_t) { taken.push_back(piece); });
      FAIL("nothing was thrown");
    } catch (const rank_error& failure) {
      CHECK(failure.reason() == "piece 3");
      CHECK(failure.rank() < world().size());
    }
    CHECK(taken.size() < 1000);
    if (world().is_root()) CHECK(taken.size() >= 3);
  }
}

TEST_CASE("what cannot be taken ends the work on all ranks") {
  CHECK_THROWS_WITH_AS(over_ranks(world()).for_each(
                           100000, [](std::size_t piece) { return piece; },
                           [](std::size_t piece, std::size_t) {
                             if (piece == 5) throw std::runtime_error("no space left");
                           }),
                       "rank 0: no space left", rank_error);
}
