// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdio>
#include <filesystem>
#include <string>

#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/together.hpp>

namespace telltale::mpi {

/// The body of an MPI program's `main`: starts MPI, calls `program(world)` on every rank, ends MPI, and returns what
/// the program returned.
///
///     int main(int argc, char** argv) {
///       return telltale::mpi::run(argc, argv, [&](const telltale::mpi::communicator& world) { ...; return 0; });
///     }
///
/// A rank_error, which all ranks throw, is printed once, to standard error, and makes every rank return 2. Any other
/// exception is that of one rank alone, for which the others might wait for ever: it is printed with its rank, and all
/// ranks are ended by MPI_Abort with status 1. Throws nothing. MPI is started for communication by one thread
/// (MPI_THREAD_FUNNELED).
template <std::invocable<const communicator&> Program>
[[nodiscard]] int run(int& argc, char**& argv, const Program& program) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  const std::string name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "telltale";
  const auto print = [&](const std::string& message) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), message.c_str());
    std::fflush(stderr);
  };
  int status = 2;
  {
    const communicator world;
    try {
      if (provided < MPI_THREAD_FUNNELED) throw error("this MPI library does not allow threads beside its own");
      status = program(world);
    } catch (const rank_error& failure) {
      if (world.is_root()) print(failure.what());
    } catch (...) {
      print("rank " + std::to_string(world.rank()) + ": " + detail::message_in_flight());
      MPI_Abort(MPI_COMM_WORLD, 1);
    }
  }
  MPI_Finalize();
  return status;
}

}  // namespace telltale::mpi
