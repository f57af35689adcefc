// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <telltale/campaign/campaign.hpp>
#include <telltale/core/random.hpp>

#include "oracle/folders.hpp"
#include "oracle/killed_child.hpp"

#include <doctest/doctest.h>

using oracle::child_end;
using oracle::content_of;
using oracle::temporary_folder;
using telltale::campaign_options;
using telltale::membership_plan;
using telltale::named_signal;
using telltale::run_campaign;
using telltale::run_campaign_in_groups;
using telltale::signal_store;

namespace {

signal_store open(const std::filesystem::path& folder, std::size_t models, std::size_t records) {
  return signal_store(folder, {9, 5, {{"epochs", 3}}},
                      membership_plan::draw(9, models, records, telltale::plan_rule::independent{}));
}

// A pure function of the model, as training from a seed is.
std::vector<named_signal> work(std::size_t model, std::size_t records) {
  telltale::random_stream random(9, model);
  std::vector<float> margin(2 * records);
  std::vector<double> loss(records);
  for (float& value : margin) value = static_cast<float>(random.normal());
  for (double& value : loss) value = -random.uniform();
  return {{"margin", margin, 2}, {"loss", loss}};
}

campaign_options<> threads(unsigned count) {
  campaign_options<> options;
  options.executor.threads = count;
  return options;
}

void run(const std::filesystem::path& folder, std::size_t models, std::size_t records, unsigned count = 1) {
  auto store = open(folder, models, records);
  run_campaign(
      store, [&](std::size_t model) { return work(model, records); }, threads(count));
}

}  // namespace

TEST_CASE("a campaign gives the same bytes for every number of threads and for groups") {
  const temporary_folder folder;
  run(folder / "one", 9, 50);
  const auto expected = content_of(folder / "one");
  CHECK(expected.count("margin/model_0008.npy") == 1);
  for (const unsigned count : {2U, 5U}) {
    run(folder / std::to_string(count), 9, 50, count);
    CHECK(content_of(folder / std::to_string(count)) == expected);
  }
  for (const std::size_t group : std::vector<std::size_t>{1, 4, 9, 100}) {
    const auto path = folder / ("group" + std::to_string(group));
    auto store = open(path, 9, 50);
    run_campaign_in_groups(
        store, group,
        [&](std::span<const std::size_t> models) {
          CHECK(models.size() <= group);
          std::vector<std::vector<named_signal>> each;
          for (const std::size_t model : models) each.push_back(work(model, 50));
          return each;
        },
        threads(2));
    CHECK(store.complete());
    CHECK(content_of(path) == expected);
  }
}

TEST_CASE("only unfinished models are worked on and unfinished groups whole") {
  const temporary_folder folder;
  auto store = open(folder.path(), 7, 10);
  store.put(1, work(1, 10));
  store.put(4, work(4, 10));
  store.put(5, work(5, 10));
  std::vector<std::vector<std::size_t>> groups;
  run_campaign_in_groups(store, 2, [&](std::span<const std::size_t> models) {
    groups.emplace_back(models.begin(), models.end());
    std::vector<std::vector<named_signal>> each;
    for (const std::size_t model : models) each.push_back(work(model, 10));
    return each;
  });
  CHECK(groups == std::vector<std::vector<std::size_t>>{{0, 1}, {2, 3}, {6}});
  run_campaign(store, [](std::size_t) -> std::vector<named_signal> { throw std::logic_error("nothing is left"); });
}

TEST_CASE("progress begins with what is there and ends with all") {
  const temporary_folder folder;
  auto store = open(folder.path(), 5, 10);
  store.put(3, work(3, 10));
  std::vector<std::size_t> told;
  campaign_options<> options = threads(3);
  options.progress = [&](std::size_t done, std::size_t total) {
    CHECK(total == 5);
    told.push_back(done);
  };
  run_campaign(
      store, [](std::size_t model) { return work(model, 10); }, options);
  CHECK(told.size() == 5);
  CHECK(told.front() == 1);
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.back() == 5);
}

TEST_CASE("what was finished before an exception stays finished") {
  const temporary_folder folder, whole;
  run(whole.path(), 6, 10);
  {
    auto store = open(folder.path(), 6, 10);
    const auto failing = [](std::size_t model) {
      if (model == 4) throw std::runtime_error("out of memory");
      return work(model, 10);
    };
    CHECK_THROWS_WITH_AS(run_campaign(store, failing), "out of memory", std::runtime_error);
    CHECK(store.finished() == 4);
  }
  run(folder.path(), 6, 10);
  CHECK(content_of(folder.path()) == content_of(whole.path()));
}

TEST_CASE("groups that cannot be are refused") {
  const temporary_folder folder;
  auto store = open(folder.path(), 3, 10);
  const auto too_few = [](std::span<const std::size_t>) { return std::vector<std::vector<named_signal>>(1); };
  CHECK_THROWS_AS(run_campaign_in_groups(store, 0, too_few), telltale::argument_error);
  CHECK_THROWS_AS(run_campaign_in_groups(store, 2, too_few), telltale::argument_error);
  CHECK(store.finished() == 0);
}

TEST_CASE("a campaign killed at any system call resumes and ends with the same bytes") {
  const temporary_folder folder;
  const std::size_t models = 2, records = 20;
  run(folder / "whole", models, records);
  const auto expected = content_of(folder / "whole");
  // Opened and resumed as a user would: the second run is killed too, at a call of its own.
  std::size_t calls = 0;
  std::set<std::size_t> finished_when_killed;
  for (bool more = true; more; ++calls) {
    const auto path = folder / "killed";
    const auto first = oracle::kill_at_system_call(calls, [&] { run(path, models, records); });
    // A kill that was not tried must not count as survived.
    REQUIRE_MESSAGE(first.has_value(), "this machine does not let a process trace its child");
    REQUIRE(*first != child_end::failed);
    more = *first == child_end::killed;
    const auto second = oracle::kill_at_system_call(calls * 7 % 160, [&] { run(path, models, records); });
    REQUIRE(second.value() != child_end::failed);
    {
      auto store = open(path, models, records);
      finished_when_killed.insert(store.finished());
    }
    run(path, models, records);
    REQUIRE(content_of(path) == expected);
    std::filesystem::remove_all(path);
  }
  // The sweep met stores with no, one and both models.
  INFO(calls, " system calls");
  CHECK(calls > 100);
  CHECK(finished_when_killed == std::set<std::size_t>{0, 1, 2});
}

TEST_CASE("a campaign of threads killed again and again ends with the same bytes") {
  const temporary_folder folder;
  const std::size_t models = 24, records = 20000;
  const auto begin = std::chrono::steady_clock::now();
  run(folder / "whole", models, records, 2);
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  const auto expected = content_of(folder / "whole");
  std::size_t kills = 0;
  telltale::random_stream random(3);
  for (int round = 0; round < 3; ++round) {
    const auto path = folder / "killed";
    for (bool more = true; more;) {
      // Short at first, so that most kills fall into the campaign, then longer, so that it ends on any machine.
      const auto delay = std::chrono::microseconds(static_cast<long>(
          random.uniform() * static_cast<double>(whole.count()) * (0.3 + 0.02 * static_cast<double>(kills))));
      const auto end = oracle::kill_after(delay, [&] { run(path, models, records, 2); });
      REQUIRE(end != child_end::failed);
      more = end == child_end::killed;
      kills += more ? 1 : 0;
    }
    CHECK(content_of(path) == expected);
    std::filesystem::remove_all(path);
  }
  INFO(kills, " kills");
  CHECK(kills >= 6);
}
