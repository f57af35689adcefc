// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#define DOCTEST_CONFIG_IMPLEMENT
#include "world.hpp"

#include <telltale/mpi/run.hpp>

#include <doctest/doctest.h>

namespace {
const telltale::mpi::communicator* the_world = nullptr;
}

const telltale::mpi::communicator& world() { return *the_world; }

// Every rank runs every case, in the same order.
int main(int argc, char** argv) {
  return telltale::mpi::run(argc, argv, [&](const telltale::mpi::communicator& ranks) {
    the_world = &ranks;
    return doctest::Context(argc, argv).run();
  });
}
