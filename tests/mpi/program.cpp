// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// program FOLDER WHAT MODEL: a campaign in which the model's work does WHAT on the rank that it comes to: "nothing",
// "throw" or "die". "leave": rank MODEL throws by itself before the campaign.
#include <chrono>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>

#include <telltale/mpi/over_ranks.hpp>
#include <telltale/mpi/ranked_store.hpp>
#include <telltale/mpi/run.hpp>

#include "some_campaign.hpp"

int main(int argc, char** argv) {
  using namespace telltale;
  return mpi::run(argc, argv, [&](const mpi::communicator& world) {
    const std::string what = argv[2];
    const std::size_t chosen = std::stoul(argv[3]);
    if (what == "leave" && world.rank() == static_cast<int>(chosen)) throw std::runtime_error("left the others");
    mpi::ranked_store store(world, argv[1], some_campaign::identity(), some_campaign::plan());
    run_campaign(
        store,
        [&](std::size_t model) {
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          if (model == chosen && what == "throw") throw std::runtime_error("out of memory");
          if (model == chosen && what == "die") ::raise(SIGKILL);
          return some_campaign::work(model);
        },
        campaign_options<mpi::over_ranks>{mpi::over_ranks(world)});
    return 0;
  });
}
