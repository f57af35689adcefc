// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <telltale/mpi/over_ranks.hpp>
#include <telltale/mpi/ranked_store.hpp>

#include "oracle/folders.hpp"
#include "some_campaign.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::content_of;
using oracle::temporary_folder;

static_assert(SignalStore<mpi::ranked_store>);

namespace {

// Other ranks have no folder: what they are told must not matter.
std::filesystem::path folder_of(const temporary_folder& mine, const std::string& name) {
  return world().is_root() ? mine / name : std::filesystem::path("/no/such/folder");
}

mpi::ranked_store open(const std::filesystem::path& folder) {
  return {world(), folder, some_campaign::identity(), some_campaign::plan()};
}

std::map<std::string, std::string> expected(const temporary_folder& scratch) {
  if (!world().is_root()) return {};
  signal_store store(scratch / "one process", some_campaign::identity(), some_campaign::plan());
  run_campaign(store, some_campaign::work);
  return content_of(scratch / "one process");
}

void is_as_expected(const temporary_folder& scratch, const std::string& name) {
  if (world().is_root()) CHECK(content_of(scratch / name) == expected(scratch));
}

}  // namespace

TEST_CASE("a campaign over ranks gives the bytes of one process") {
  const temporary_folder scratch;
  for (const unsigned threads : {1U, 2U}) {
    const std::string name = "threads" + std::to_string(threads);
    auto store = open(folder_of(scratch, name));
    std::vector<std::size_t> told;
    run_campaign(store, some_campaign::work,
                 campaign_options<mpi::over_ranks>{mpi::over_ranks(world(), threads),
                                                   [&](std::size_t done, std::size_t) { told.push_back(done); }});
    CHECK(store.finished_models().size() == some_campaign::models);
    CHECK(told.size() == (world().is_root() ? some_campaign::models + 1 : 0));
    is_as_expected(scratch, name);
  }
}

TEST_CASE("groups over ranks give the bytes of one process") {
  const temporary_folder scratch;
  auto store = open(folder_of(scratch, "groups"));
  run_campaign_in_groups(
      store, 3,
      [](std::span<const std::size_t> models) {
        std::vector<std::vector<named_signal>> each;
        for (const std::size_t model : models) each.push_back(some_campaign::work(model));
        return each;
      },
      campaign_options<mpi::over_ranks>{mpi::over_ranks(world())});
  is_as_expected(scratch, "groups");
}

TEST_CASE("what was finished before a failure stays, and the rest is made afterwards") {
  const temporary_folder scratch;
  const campaign_options<mpi::over_ranks> options{mpi::over_ranks(world())};
  {
    auto store = open(folder_of(scratch, "resumed"));
    const auto failing = [](std::size_t model) {
      if (model == 4) throw std::runtime_error("out of memory");
      return some_campaign::work(model);
    };
    CHECK_THROWS_AS(run_campaign(store, failing, options), mpi::rank_error);
    const std::vector<std::size_t> finished = store.finished_models();
    CHECK(finished.size() >= 4);
    CHECK(finished.size() < some_campaign::models);
  }
  auto store = open(folder_of(scratch, "resumed"));
  const std::vector<std::size_t> before = store.finished_models();
  run_campaign(
      store,
      [&](std::size_t model) {
        CHECK(std::find(before.begin(), before.end(), model) == before.end());
        return some_campaign::work(model);
      },
      options);
  is_as_expected(scratch, "resumed");
  // The same object again has nothing left to do.
  run_campaign(
      store, [](std::size_t) -> std::vector<named_signal> { throw std::logic_error("is left"); }, options);
}

TEST_CASE("a signal that the store refuses ends the campaign on all ranks") {
  const temporary_folder scratch;
  auto store = open(folder_of(scratch, "refused"));
  const auto unlike = [](std::size_t model) {
    return std::vector<named_signal>{{"loss", std::vector<double>(model == 7 ? 2 : 3, 0.5)}};
  };
  try {
    run_campaign(store, unlike, campaign_options<mpi::over_ranks>{mpi::over_ranks(world())});
    FAIL("nothing was thrown");
  } catch (const mpi::rank_error& failure) {
    CHECK(failure.rank() == 0);
    CHECK(failure.reason().find("signal_store::put") == 0);
  }
}

TEST_CASE("ranks that mean different campaigns are refused on all ranks") {
  const temporary_folder scratch;
  const int last = world().size() - 1;
  const auto refusal = [&](campaign_identity identity, membership_plan plan) -> std::string {
    try {
      mpi::ranked_store store(world(), folder_of(scratch, "unlike"), identity, std::move(plan));
    } catch (const mpi::rank_error& failure) {
      return failure.what();
    }
    return "";
  };
  if (last == 0) return;  // a single rank agrees with itself
  const bool other = world().rank() == last;
  const std::string start = "rank " + std::to_string(last) + ": ranked_store: identity: is not that of the root's ";
  campaign_identity identity = some_campaign::identity();
  identity.data += other ? 1 : 0;
  CHECK(refusal(identity, some_campaign::plan()).find(start + "campaign, which was made with other data of hash") == 0);
  identity = some_campaign::identity();
  identity.settings["epochs"] = other ? 4 : 3;
  CHECK(refusal(identity, some_campaign::plan()) ==
        start + "campaign, which was made with setting /epochs 3; asked for 4");
  const membership_plan drawn = some_campaign::plan();
  std::vector<std::uint8_t> mask(drawn.mask().begin(), drawn.mask().end());
  mask.back() = static_cast<std::uint8_t>(mask.back() ^ (other ? 1 : 0));
  const membership_plan given(some_campaign::models, some_campaign::records, mask);
  CHECK(refusal(some_campaign::identity(), given) == start + "campaign, which was made with another membership plan");
  if (world().is_root()) CHECK_FALSE(std::filesystem::exists(scratch / "unlike"));
}

TEST_CASE("a folder that the root cannot use is refused on all ranks") {
  const temporary_folder scratch;
  if (world().is_root()) {
    std::filesystem::create_directory(scratch / "photos");
    oracle::write_bytes(scratch / "photos" / "me.jpg", "");
  }
  try {
    open(folder_of(scratch, "photos"));
    FAIL("nothing was thrown");
  } catch (const mpi::rank_error& failure) {
    CHECK(failure.rank() == 0);
    CHECK(failure.reason().find("holds 'me.jpg' but no manifest.json") != std::string::npos);
  }
}

TEST_CASE("only the root has files") {
  const temporary_folder scratch;
  auto store = open(folder_of(scratch, "files"));
  if (world().is_root())
    CHECK(store.at_root().folder() == scratch / "files");
  else
    CHECK_THROWS_AS((void)store.at_root(), argument_error);
}
