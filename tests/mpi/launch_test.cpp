// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole programs, started as a user starts them: how they end when a rank fails.
#include <sys/wait.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <telltale/campaign/campaign.hpp>

#include "oracle/folders.hpp"
#include "some_campaign.hpp"

#include <doctest/doctest.h>

using oracle::content_of;
using oracle::temporary_folder;

namespace {

struct outcome {
  int code = -1;
  std::string said;

  [[nodiscard]] std::size_t times(const std::string& text) const {
    std::size_t count = 0;
    for (std::size_t at = said.find(text); at != std::string::npos; at = said.find(text, at + 1)) ++count;
    return count;
  }
};

/// Starts the program on some ranks; one that hangs is ended after a minute, with code 124.
outcome launched(int ranks, const std::filesystem::path& folder, const std::string& words) {
  const std::string command = "timeout -k 5 60 " TELLTALE_MPIEXEC " " TELLTALE_NUMPROC_FLAG " " +
                              std::to_string(ranks) + " " TELLTALE_PROGRAM " '" + folder.string() + "' " + words +
                              " 2>&1";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  outcome got;
  char part[4096];
  for (std::size_t read; (read = std::fread(part, 1, sizeof part, pipe)) > 0;) got.said.append(part, read);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) got.code = WEXITSTATUS(status);
  return got;
}

std::map<std::string, std::string> expected() {
  const temporary_folder folder;
  telltale::signal_store store(folder / "one", some_campaign::identity(), some_campaign::plan());
  run_campaign(store, some_campaign::work);
  return content_of(folder / "one");
}

}  // namespace

TEST_CASE("a campaign whose rank is killed continues when it is run again, on another number of ranks") {
  for (const int ranks : {1, 2, 4}) {
    const temporary_folder folder;
    const outcome killed = launched(ranks, folder / "campaign", "die 6");
    INFO(killed.said);
    CHECK(killed.code != 0);
    CHECK(killed.code != 124);
    const auto left = content_of(folder / "campaign");
    CHECK(left.count("loss/model_0006.npy") == 0);
    CHECK(left.count("manifest.json") == 1);
    const outcome again = launched(ranks == 2 ? 3 : 2, folder / "campaign", "nothing 0");
    INFO(again.said);
    CHECK(again.code == 0);
    CHECK(content_of(folder / "campaign") == expected());
  }
}

TEST_CASE("a piece that throws on one rank ends all ranks with its message, once") {
  for (const int ranks : {1, 3}) {
    const temporary_folder folder;
    const outcome failed = launched(ranks, folder / "campaign", "throw 6");
    INFO(failed.said);
    CHECK(failed.code == 2);
    CHECK(failed.times("out of memory") == 1);
    CHECK(failed.times("program: rank ") == 1);
  }
}

TEST_CASE("a rank that leaves the others by an exception of its own ends them") {
  const temporary_folder folder;
  const outcome left = launched(3, folder / "campaign", "leave 1");
  INFO(left.said);
  CHECK(left.code != 0);
  CHECK(left.code != 124);
  CHECK(left.times("program: rank 1: left the others") == 1);
}

TEST_CASE("more ranks than models") {
  const temporary_folder folder;
  const outcome got = launched(static_cast<int>(some_campaign::models) + 2, folder / "campaign", "nothing 0");
  INFO(got.said);
  CHECK(got.code == 0);
  CHECK(content_of(folder / "campaign") == expected());
}
