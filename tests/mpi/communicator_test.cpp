// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/together.hpp>

#include "world.hpp"

#include <doctest/doctest.h>

using telltale::named_signal;
using telltale::mpi::packer;
using telltale::mpi::rank_error;
using telltale::mpi::together;
using telltale::mpi::unpacker;

namespace {

std::vector<std::byte> bytes_of(std::size_t count, int seed) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>((i * 7 + std::size_t(seed)) & 255);
  return bytes;
}

}  // namespace

TEST_CASE("broadcast gives every rank the bytes of one") {
  for (int from = 0; from < world().size(); ++from)
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{3000000}}) {
      auto bytes = world().rank() == from ? bytes_of(count, from) : bytes_of(17, 200);
      world().broadcast(bytes, from);
      CHECK(bytes == bytes_of(count, from));
    }
}

TEST_CASE("gather brings the bytes of every rank to the root in order") {
  const auto all = world().gather(bytes_of(std::size_t(world().rank()) * 100000, world().rank()));
  if (!world().is_root()) {
    CHECK(all.empty());
    return;
  }
  REQUIRE(all.size() == std::size_t(world().size()));
  for (int rank = 0; rank < world().size(); ++rank)
    CHECK(all[std::size_t(rank)] == bytes_of(std::size_t(rank) * 100000, rank));
}

TEST_CASE("a signal arrives as it was sent, bit for bit") {
  const std::vector<double> doubles{-0.0, 5e-324, 1.0 / 3, std::numeric_limits<double>::max()};
  const std::vector<float> floats{-0.0F, 1e-45F, 1.0F / 3};
  const std::vector<std::vector<named_signal>> sent{
      {{"loss", doubles}, {"margin", floats, 3}}, {}, {{"empty", std::vector<float>{}}}};
  packer pack;
  pack(sent);
  const std::vector<std::byte> bytes = std::move(pack).take();
  std::vector<std::vector<named_signal>> got;
  unpacker{bytes}(got);
  REQUIRE(got.size() == 3);
  REQUIRE(got[0].size() == 2);
  CHECK(got[1].empty());
  CHECK(got[0][0].name == "loss");
  const auto& values = std::get<std::vector<double>>(got[0][0].values);
  REQUIRE(values.size() == doubles.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(std::bit_cast<std::uint64_t>(values[i]) == std::bit_cast<std::uint64_t>(doubles[i]));
  CHECK(got[0][1].width == 3);
  CHECK(std::bit_cast<std::uint32_t>(std::get<std::vector<float>>(got[0][1].values)[0]) == 0x80000000U);
  CHECK(std::get<std::vector<float>>(got[0][1].values) == floats);
  CHECK(std::get<std::vector<float>>(got[2][0].values).empty());
}

TEST_CASE("what fails on one rank is thrown on all") {
  int called = 0;
  together(world(), [&] { ++called; });
  CHECK(called == 1);
  const int last = world().size() - 1;
  CHECK_THROWS_WITH_AS(together(world(),
                                [&] {
                                  if (world().rank() == last) throw std::runtime_error("no such file");
                                }),
                       ("rank " + std::to_string(last) + ": no such file").c_str(), rank_error);
  // Of several the lowest rank's, and not only what derives from std::exception.
  CHECK_THROWS_WITH_AS(together(world(),
                                [] {
                                  if (world().rank() > 0) throw std::runtime_error("later");
                                  throw 7;
                                }),
                       "rank 0: an exception that is no std::exception", rank_error);
}
