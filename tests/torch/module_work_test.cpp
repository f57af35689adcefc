// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/scorer/confidence.hpp>
#include <telltale/scorer/logit_margin.hpp>
#include <telltale/scorer/loss.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/campaign/module_work.hpp>

#include "oracle/folders.hpp"
#include "oracle/rule_inputs.hpp"
#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;
using oracle::content_of;
using oracle::has;
using oracle::refusal;
using oracle::temporary_folder;

namespace {

constexpr std::size_t models = 6, records = 64;

train::tensor_dataset some_images(std::uint64_t seed, const at::Device& device = at::kCPU) {
  random_stream random(seed);
  at::Tensor inputs = at::empty({static_cast<std::int64_t>(records), 1, 6, 6}, at::kFloat);
  std::vector<int> labels;
  auto* const pixel = inputs.data_ptr<float>();
  for (std::size_t i = 0; i < records; ++i) {
    labels.push_back(static_cast<int>(random.below(3)));
    for (std::size_t p = 0; p < 36; ++p) pixel[i * 36 + p] = static_cast<float>(random.normal() + labels.back());
  }
  return {inputs.to(device), labels, 3};
}

torch::nn::Sequential net(std::uint64_t) {
  return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, 3).padding(1)), torch::nn::ReLU(),
                               torch::nn::AvgPool2d(2), torch::nn::Flatten(), torch::nn::Dropout(0.2),
                               torch::nn::Linear(72, 3));
}

membership_plan a_plan() { return membership_plan::draw(4, models, records, plan_rule::fixed_size{records / 2}); }

auto a_work(const at::Device& device = at::kCPU) {
  module_work work(net, some_images(1, device), a_plan(), {.batch_size = 8, .epochs = 4, .seed = 4}, asked::mirrored{},
                   augment::both{augment::mirror{}, augment::shift{1}}, logit_margin{}, loss{});
  work.also_ask("population-", some_images(2, device));
  return work;
}

signal_store open(const std::filesystem::path& folder, const at::Device& device = at::kCPU) {
  return {folder, a_work(device).identity({{"net", "a convolution of 8"}}), a_plan()};
}

void run(const std::filesystem::path& folder, unsigned threads = 1, const at::Device& device = at::kCPU) {
  signal_store store = open(folder, device);
  run_campaign(store, a_work(device), campaign_options<>{{threads}, {}});
}

constexpr const char* victim_folder = "TELLTALE_TEST_VICTIM";

// This program once more, running the campaign in `folder` alone: a fork of a process in which torch has threads would
// hang in the first of its parallel loops.
pid_t start_victim(const std::filesystem::path& folder) {
  ::setenv(victim_folder, folder.c_str(), 1);
  std::string self = std::filesystem::read_symlink("/proc/self/exe").string(), skipped = "--no-skip",
              only = "--test-case=the campaign that is killed";
  char* arguments[] = {self.data(), skipped.data(), only.data(), nullptr};
  posix_spawn_file_actions_t silence;
  ::posix_spawn_file_actions_init(&silence);
  ::posix_spawn_file_actions_addopen(&silence, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, self.c_str(), &silence, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&silence);
  DOCTEST_REQUIRE(failure == 0);
  return child;
}

}  // namespace

DOCTEST_TEST_CASE("the campaign that is killed" * doctest::skip()) {
  const char* const folder = std::getenv(victim_folder);
  DOCTEST_REQUIRE(folder != nullptr);
  run(folder);
}

DOCTEST_TEST_CASE("a campaign of modules killed by SIGKILL and resumed ends with the same bytes") {
  const temporary_folder folder;
  run(folder / "whole");
  const auto expected = content_of(folder / "whole");
  const auto path = folder / "killed";
  std::size_t kills = 0;
  for (const char* const file : {"logit-margin/model_0000.npy", "logit-margin/model_0002.npy", "loss/model_0004.npy"}) {
    const pid_t child = start_victim(path);
    int status = 0;
    while (!std::filesystem::exists(path / file) && ::waitpid(child, &status, WNOHANG) == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    ::kill(child, SIGKILL);
    if (status == 0) ::waitpid(child, &status, 0);
    kills += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
  }
  // A child that ended before it was killed would prove nothing.
  DOCTEST_CHECK(kills == 3);
  {
    const signal_store store = open(path);
    DOCTEST_MESSAGE(store.finished(), " of ", models, " models were finished");
    DOCTEST_CHECK(store.finished() >= 2);
    DOCTEST_CHECK(store.finished() < models);
  }
  run(path);
  DOCTEST_CHECK(content_of(path) == expected);
}

DOCTEST_TEST_CASE("a campaign of modules gives the same bytes for every number of threads and after an exception") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const temporary_folder folder;
    run(folder / "one", 1, device);
    const auto expected = content_of(folder / "one");
    run(folder / "three", 3, device);
    DOCTEST_CHECK(content_of(folder / "three") == expected);
    {
      signal_store store = open(folder / "failed", device);
      const auto work = a_work(device);
      const auto failing = [&](std::size_t model) {
        if (model == 3) throw std::runtime_error("out of memory");
        return work(model);
      };
      DOCTEST_CHECK_THROWS_WITH_AS(run_campaign(store, failing), "out of memory", std::runtime_error);
      DOCTEST_CHECK(store.finished() == 3);
    }
    run(folder / "failed", 1, device);
    DOCTEST_CHECK(content_of(folder / "failed") == expected);
  });
}

DOCTEST_TEST_CASE("signals are what the scorers say of each query, and the plan decides who is trained on what") {
  oracle::for_each_device([](const at::Device& device) {
    const oracle::deterministic_kernels same_bytes;
    const auto data = some_images(1, device), population = some_images(2, device);
    const train::recipe recipe{.batch_size = 8, .epochs = 4, .seed = 4};
    const augment::both augmentation{augment::mirror{}, augment::shift{1}};
    auto trained = train::train_module(net, data, a_plan().keep(2), recipe, 2, augmentation);
    const auto signals = a_work(device)(2);
    DOCTEST_REQUIRE(signals.size() == 5);
    const auto values = [&](std::size_t s) { return std::get<std::vector<double>>(signals[s].values); };
    DOCTEST_CHECK(signals[0].name == "training-accuracy");
    DOCTEST_CHECK(values(0) == std::vector<double>{trained.accuracy});
    const at::NoGradGuard without_gradients;
    std::size_t at_signal = 1;
    for (const auto* asked_about : {&data, &population}) {
      const std::string prefix = asked_about == &data ? "" : "population-";
      const at::Tensor logits = at::stack({trained.model->forward(asked_about->inputs()),
                                           trained.model->forward(asked_about->inputs().flip({3}))},
                                          1)
                                    .to(at::kDouble);
      const auto y = asked_about->labels().reshape({-1, 1, 1}).expand({-1, 2, 1});
      const at::Tensor of_class = logits.gather(2, y).squeeze(2);
      const at::Tensor others = logits.scatter(2, y, -std::numeric_limits<double>::infinity()).logsumexp(2);
      for (const auto& [name, expected] :
           {std::pair{"logit-margin", of_class - others}, std::pair{"loss", of_class - logits.logsumexp(2)}}) {
        DOCTEST_CHECK(signals[at_signal].name == prefix + name);
        DOCTEST_CHECK(signals[at_signal].width == 2);
        const auto got = values(at_signal++);
        DOCTEST_CHECK(got.size() == 2 * records);
        const at::Tensor flat = expected.reshape({-1});
        double furthest = 0;
        for (std::size_t i = 0; i < got.size(); ++i)
          furthest = std::max(furthest, std::abs(got[i] - flat[static_cast<std::int64_t>(i)].item<double>()));
        DOCTEST_CHECK(furthest < 1e-5);
      }
    }
  });
}

DOCTEST_TEST_CASE("the logit margin of each record once is what is stored unless more is asked for") {
  const module_work work(net, some_images(1), a_plan(), {.epochs = 1});
  const auto signals = work(0);
  DOCTEST_REQUIRE(signals.size() == 2);
  DOCTEST_CHECK(signals[1].name == "logit-margin");
  DOCTEST_CHECK(signals[1].width == 1);
  static_assert(ModelWork<decltype(work)>);
}

DOCTEST_TEST_CASE("modules that draw random numbers even when they are asked give the same answers again") {
  oracle::for_each_device([](const at::Device& device) {
    const auto noisy = [](std::uint64_t) {
      return torch::nn::Sequential(torch::nn::Flatten(), torch::nn::Functional([](const at::Tensor& x) {
                                     return x + 0.1 * torch::randn_like(x);
                                   }),
                                   torch::nn::Linear(36, 3));
    };
    const module_work work(noisy, some_images(1, device), a_plan(), {.epochs = 2});
    torch::manual_seed(1);
    const auto first = work(1);
    torch::manual_seed(2);
    const auto second = work(1);
    for (std::size_t s = 0; s < first.size(); ++s) DOCTEST_CHECK(first[s].values == second[s].values);
  });
}

DOCTEST_TEST_CASE("a folder that was made otherwise is refused") {
  const temporary_folder folder;
  const auto data = some_images(1);
  const train::recipe recipe{.epochs = 1};
  const auto store = [&](const auto& work, const char* what = "net") {
    return refusal([&] { signal_store(folder.path(), work.identity({{"net", what}}), a_plan()); });
  };
  const module_work work(net, data, a_plan(), recipe);
  DOCTEST_CHECK(store(work) == "nothing was thrown");
  const auto message = [&](const auto& other, const char* what = "net") {
    try {
      signal_store(folder.path(), other.identity({{"net", what}}), a_plan());
    } catch (const file_error& refused) {
      return std::string(refused.what());
    }
    return std::string();
  };
  DOCTEST_CHECK(message(work).empty());
  DOCTEST_CHECK(has(message(work, "another"), "/module/net"));
  DOCTEST_CHECK(has(message(module_work(net, data, a_plan(), {.epochs = 2})), "/recipe/epochs 1; asked for 2"));
  DOCTEST_CHECK(
      has(message(module_work(net, data, a_plan(), {.optimiser = train::adam{}, .epochs = 1})), "/recipe/optimiser"));
  DOCTEST_CHECK(has(message(module_work(net, data, a_plan(), recipe, asked::mirrored{})), "/queries"));
  DOCTEST_CHECK(
      has(message(module_work(net, data, a_plan(), recipe, asked::as_given{}, augment::shift{3})), "/augmentation"));
  DOCTEST_CHECK(has(message(module_work(net, some_images(2), a_plan(), recipe)), "other data"));
  DOCTEST_CHECK(has(message(module_work(net, data, a_plan(), {.epochs = 1, .seed = 2})), "seed 1; asked for 2"));
  // Another number of threads may sum a convolution's gradient in another order.
  const int threads = torch::get_num_threads();
  torch::set_num_threads(threads + 1);
  DOCTEST_CHECK(has(message(work), "/torch/threads"));
  torch::set_num_threads(threads);
  DOCTEST_CHECK(message(work).empty());
}

DOCTEST_TEST_CASE("work that cannot be done is refused by name") {
  const auto data = some_images(1);
  const auto small = membership_plan::draw(4, models, 10, plan_rule::independent{});
  DOCTEST_CHECK(has(refusal([&] { module_work(net, data, small, {}); }),
                    "module_work: plan: is of 10 records; the data have 64"));
  DOCTEST_CHECK(has(refusal([&] { module_work(net, data, a_plan(), {.batch_size = 0}); }), "batch_size"));
  module_work work(net, data, a_plan(), {.epochs = 1});
  DOCTEST_CHECK(has(refusal([&] {
                      work.also_ask("more-", {data.inputs(), data.truth(), 4});
                    }),
                    "records: has 4 classes; the data have 3"));
  // Finite where it is trained, not finite where it is asked: the record is named as the user numbers it.
  at::Tensor far = at::zeros({300, 1, 6, 6});
  far[290] = 3e38;
  const auto steep = [](std::uint64_t) {
    torch::nn::Sequential layers(torch::nn::Flatten(), torch::nn::Linear(36, 3));
    layers->parameters()[0].set_data(at::full({3, 36}, 1e6F));
    return layers;
  };
  module_work asked_too_much(steep, data, a_plan(), {.epochs = 1});
  asked_too_much.also_ask("far-", {far, std::vector<int>(300, 0), 3});
  DOCTEST_CHECK(has(refusal([&] { (void)asked_too_much(1); }), "answers of model 1: record 290"));
}
