// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// A campaign of modules of the LibTorch wing over ranks, and the same in one process: the folders must be the same.
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/core/random.hpp>
#include <telltale/mpi.hpp>
#include <telltale/torch/campaign/module_work.hpp>

#include "oracle/folders.hpp"

namespace {

using namespace telltale;

constexpr std::size_t models = 7, records = 64;

train::tensor_dataset some_images() {
  random_stream random(1);
  at::Tensor inputs = at::empty({static_cast<std::int64_t>(records), 1, 6, 6}, at::kFloat);
  std::vector<int> labels;
  auto* const pixel = inputs.data_ptr<float>();
  for (std::size_t i = 0; i < records; ++i) {
    labels.push_back(static_cast<int>(random.below(3)));
    for (std::size_t p = 0; p < 36; ++p) pixel[i * 36 + p] = static_cast<float>(random.normal() + labels.back());
  }
  return {inputs, labels, 3};
}

// With dropout, whose draws come from torch's one generator of a process.
torch::nn::Sequential net(std::uint64_t) {
  return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, 3).padding(1)), torch::nn::ReLU(),
                               torch::nn::AvgPool2d(2), torch::nn::Flatten(), torch::nn::Dropout(0.2),
                               torch::nn::Linear(72, 3));
}

}  // namespace

int main(int argc, char** argv) {
  return mpi::run(argc, argv, [](const mpi::communicator& world) {
    torch::set_num_threads(1);
    const oracle::temporary_folder scratch;
    const auto plan = membership_plan::draw(4, models, records, plan_rule::fixed_size{records / 2});
    const module_work work(net, some_images(), plan, {.batch_size = 8, .epochs = 4, .seed = 4}, asked::mirrored{},
                           augment::mirror{});
    const campaign_identity identity = work.identity({{"net", "a convolution of 8"}});
    std::size_t done_here = 0;
    for (const unsigned threads : {1U, 2U}) {
      const std::string name = "ranks" + std::to_string(threads);
      mpi::ranked_store store(world, scratch / name, identity, plan);
      run_campaign(store, work,
                   campaign_options<mpi::over_ranks>{mpi::over_ranks(world, threads),
                                                     [&](std::size_t done, std::size_t) { done_here = done; }});
    }
    mpi::together(world, [&] {
      if (!world.is_root()) return;
      signal_store store(scratch / "alone", identity, plan);
      run_campaign(store, work);
      const auto expected = oracle::content_of(scratch / "alone");
      for (const char* const name : {"ranks1", "ranks2"})
        if (oracle::content_of(scratch / name) != expected) throw error(std::string(name) + " has other bytes");
      std::printf("%zu modules on %d ranks: %zu files and folders, as in one process\n", done_here, world.size(),
                  expected.size());
    });
    return 0;
  });
}
