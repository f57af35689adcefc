// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <telltale/campaign/store.hpp>
#include <telltale/io/npy.hpp>

#include "oracle/folders.hpp"

#include <doctest/doctest.h>

using oracle::bytes_of;
using oracle::temporary_folder;
using oracle::write_bytes;
using telltale::argument_error;
using telltale::campaign_identity;
using telltale::file_error;
using telltale::membership_plan;
using telltale::named_signal;
using telltale::signal_store;
namespace plan_rule = telltale::plan_rule;

namespace {

const campaign_identity identity{1, 77, {{"epochs", 40}, {"rate", 0.1}, {"layers", {64, 32}}}};

membership_plan plan(std::size_t models = 3, std::uint64_t seed = 1) {
  return membership_plan::draw(seed, models, 8, plan_rule::fixed_size{4});
}

std::vector<named_signal> signals_of(std::size_t model) {
  std::vector<float> margin(16);
  std::vector<double> loss(8);
  for (std::size_t i = 0; i < 16; ++i) margin[i] = static_cast<float>(model) + 0.1F * static_cast<float>(i);
  for (std::size_t i = 0; i < 8; ++i) loss[i] = -1.0 / static_cast<double>(model + i + 1);
  return {{"margin", margin, 2}, {"loss", loss}};
}

template <class Exception, class Act>
std::string message(Act&& act) {
  try {
    act();
  } catch (const Exception& refused) {
    return refused.what();
  }
  return "nothing was thrown";
}

std::string refusal(const std::filesystem::path& folder, const campaign_identity& asked, const membership_plan& drawn) {
  const auto before = oracle::content_of(folder);
  const std::string text = message<file_error>([&] { signal_store(folder, asked, drawn); });
  CHECK(oracle::content_of(folder) == before);
  return text;
}

void finish(signal_store& store) {
  for (std::size_t m = 0; m < store.plan().models(); ++m)
    if (!store.has(m)) store.put(m, signals_of(m));
}

}  // namespace

TEST_CASE("a finished store reads back as it was put") {
  const temporary_folder folder;
  {
    signal_store store(folder / "a" / std::string("b"), identity, plan());
    CHECK(store.finished() == 0);
    finish(store);
    CHECK(store.complete());
    const auto margin = store.scores("margin");
    CHECK(margin.models() == 3);
    CHECK(margin.records() == 8);
    CHECK(margin.queries() == 2);
    CHECK(margin.rows<float>().all()[2][15] == 2 + 0.1F * 15);
    CHECK(store.scores("loss").rows<double>().all()[1][0] == -0.5);
    CHECK_THROWS_AS((void)store.scores("entropy"), file_error);
  }
  const auto keep = telltale::load_keep(folder / "a" / std::string("b"));
  for (std::size_t m = 0; m < 3; ++m)
    CHECK(std::equal(keep.all()[m].begin(), keep.all()[m].end(), plan().keep(m).begin()));
}

TEST_CASE("a store continues where it was left and changes nothing when it is finished") {
  const temporary_folder folder;
  {
    signal_store store(folder.path(), identity, plan());
    store.put(2, signals_of(2));
  }
  CHECK_THROWS_WITH_AS((void)telltale::load_scores(folder / "loss"),
                       ((folder / "loss").string() + ": is of a campaign that has finished only 1 of 3 models").c_str(),
                       file_error);
  {
    signal_store store(folder.path(), identity, plan());
    CHECK(store.finished() == 1);
    CHECK(store.has(2));
    CHECK_FALSE(store.has(0));
    finish(store);
  }
  const auto before = oracle::content_of(folder.path());
  CHECK(signal_store(folder.path(), identity, plan()).complete());
  CHECK(oracle::content_of(folder.path()) == before);
}

TEST_CASE("order and grouping leave no trace in the bytes") {
  const temporary_folder ascending, descending, grouped;
  const std::vector<std::size_t> pair = {2, 0};
  {
    signal_store a(ascending.path(), identity, plan()), b(descending.path(), identity, plan()),
        c(grouped.path(), identity, plan());
    finish(a);
    for (const std::size_t m : std::vector<std::size_t>{2, 1, 0}) {
      auto signals = signals_of(m);
      std::swap(signals[0], signals[1]);
      b.put(m, signals);
    }
    const auto two = signals_of(2), none = signals_of(0);
    const std::vector<std::span<const named_signal>> each = {two, none};
    c.put_group(pair, each);
    finish(c);
  }
  const auto content = oracle::content_of(ascending.path());
  CHECK(content.count("margin/model_0002.npy") == 1);
  CHECK(content.count("keep.npy") == 1);
  CHECK(oracle::content_of(descending.path()) == content);
  CHECK(oracle::content_of(grouped.path()) == content);
}

TEST_CASE("another campaign's folder is refused and left as it was") {
  const temporary_folder folder;
  { signal_store(folder.path(), identity, plan()).put(0, signals_of(0)); }
  const std::string name = folder.path().string() + ": ";
  campaign_identity other = identity;
  other.seed = 2;
  CHECK(refusal(folder.path(), other, plan()) == name + "was made with seed 1; asked for 2");
  other = identity;
  other.data = 78;
  CHECK(refusal(folder.path(), other, plan()) ==
        name + "was made with other data of hash 000000000000004d; asked for 000000000000004e");
  other = identity;
  other.settings["epochs"] = 41;
  CHECK(refusal(folder.path(), other, plan()) == name + "was made with setting /epochs 40; asked for 41");
  other = identity;
  other.settings["layers"][1] = 33;
  CHECK(refusal(folder.path(), other, plan()) == name + "was made with setting /layers/1 32; asked for 33");
  other = identity;
  other.settings["decay"] = 0.5;
  CHECK(refusal(folder.path(), other, plan()) == name + "was made with setting /decay none; asked for 0.5");
  other = identity;
  other.settings.erase("rate");
  CHECK(refusal(folder.path(), other, plan()) == name + "was made with setting /rate 0.1; asked for none");
  CHECK(refusal(folder.path(), identity, plan(4)) == name + "was made with a number of models of 3; asked for 4");
  CHECK(refusal(folder.path(), identity, membership_plan::draw(1, 3, 8, plan_rule::independent{})) ==
        name + "was made with the membership plan 'fixed size'; asked for 'independent'");
  CHECK(refusal(folder.path(), identity, plan(3, 2)) ==
        name + "was made with another membership plan than the one asked for");
}

TEST_CASE("a store of another version is reused when finished and refused when not") {
  const temporary_folder folder;
  const auto age = [&] {
    auto old = telltale::read_manifest(folder.path());
    old.made_by = "telltale 0.0.1";
    telltale::write_manifest(folder.path(), old);
  };
  { signal_store(folder.path(), identity, plan()).put(0, signals_of(0)); }
  age();
  CHECK(refusal(folder.path(), identity, plan()).find("is unfinished and was made by telltale 0.0.1") !=
        std::string::npos);
  auto young = telltale::read_manifest(folder.path());
  young.made_by = telltale::manifest().made_by;
  telltale::write_manifest(folder.path(), young);
  {
    signal_store store(folder.path(), identity, plan());
    finish(store);
  }
  age();
  CHECK(signal_store(folder.path(), identity, plan()).complete());
}

TEST_CASE("a damaged file is refused by name and a missing one is made again") {
  const temporary_folder folder;
  {
    signal_store store(folder.path(), identity, plan());
    finish(store);
  }
  const auto whole = oracle::content_of(folder.path());
  for (const std::string file : {"margin/model_0001.npy", "loss/model_0002.npy", "keep.npy"}) {
    CAPTURE(file);
    const auto path = folder / file;
    std::string bytes = bytes_of(path);
    bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
    write_bytes(path, bytes);
    CHECK(refusal(folder.path(), identity, plan()).rfind(path.string() + ": is damaged: its hash is ", 0) == 0);
    write_bytes(path, bytes.substr(0, bytes.size() / 2));
    CHECK(refusal(folder.path(), identity, plan()).rfind(path.string() + ": is damaged: its hash is ", 0) == 0);
    write_bytes(path, "");
    CHECK(refusal(folder.path(), identity, plan()).rfind(path.string() + ": is damaged: its hash is ", 0) == 0);
    std::filesystem::remove(path);
    {
      signal_store store(folder.path(), identity, plan());
      CHECK(store.finished() == (file == "keep.npy" ? 3 : 2));
      finish(store);
    }
    CHECK(oracle::content_of(folder.path()) == whole);
  }
  std::filesystem::remove(folder / "keep.npy");
  CHECK(message<file_error>([&] {
          signal_store(folder.path(), identity, plan(3, 2));
        }).find("another membership plan") != std::string::npos);
}

TEST_CASE("a manifest that is none is refused by name") {
  const temporary_folder folder;
  { signal_store(folder.path(), identity, plan()).put(0, signals_of(0)); }
  const auto path = folder / "manifest.json";
  const std::string good = bytes_of(path);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string bad = good;
    const auto at = bad.find(from);
    REQUIRE(at != std::string::npos);
    bad.replace(at, from.size(), to);
    return bad;
  };
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[1]"), good.substr(0, good.size() / 2),
        with("\"schema\": 1", "\"schema\": 2"), with("\"models\": 3", "\"models\": -3"),
        with("\"seed\": 1", "\"seed\": 1.5"), with("\"name\": \"loss\"", "\"name\": \"../loss\""),
        with("\"model\": 0", "\"model\": 3"), with("000000000000004d", "000000000000004")}) {
    write_bytes(path, bad);
    CHECK(refusal(folder.path(), identity, plan()).rfind(path.string() + ": ", 0) == 0);
  }
  write_bytes(path, with("\"schema\": 1", "\"schema\": 2"));
  CHECK(refusal(folder.path(), identity, plan()) == path.string() + ": has schema 2; this version reads schema 1");
}

TEST_CASE("folders that are no store are refused and left as they were") {
  const temporary_folder folder;
  write_bytes(folder / "letter.txt", "dear");
  CHECK(refusal(folder.path(), identity, plan()).find("holds 'letter.txt' but no manifest.json") != std::string::npos);
  std::filesystem::remove(folder / "letter.txt");
  // The community's layout: a user's own scores and mask.
  telltale::io::write_npy(folder / "keep.npy", std::vector<std::uint8_t>{0, 1}, {1, 2});
  CHECK(refusal(folder.path(), identity, plan()).find("holds 'keep.npy' but no manifest.json") != std::string::npos);
  std::filesystem::remove(folder / "keep.npy");
  write_bytes(folder / "file", "");
  CHECK(message<file_error>([&] {
          signal_store(folder / "file", identity, plan());
        }).rfind((folder / "file").string() + ": ", 0) == 0);
  if (::geteuid() != 0) {
    std::filesystem::create_directory(folder / "closed");
    std::filesystem::permissions(folder / "closed",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK(message<file_error>([&] {
            signal_store(folder / "closed", identity, plan());
          }).rfind((folder / "closed").string() + ": ", 0) == 0);
  }
  CHECK(message<file_error>([&] { signal_store("/proc/telltale", identity, plan()); }).rfind("/proc/telltale: ", 0) ==
        0);
}

TEST_CASE("what a killed process was writing is removed") {
  const temporary_folder folder;
  { signal_store(folder.path(), identity, plan()).put(0, signals_of(0)); }
  const auto before = oracle::content_of(folder.path());
  write_bytes(folder / ".telltale-1-0.tmp", "half");
  write_bytes(folder / "loss/.telltale-1-1.tmp", "half");
  signal_store(folder.path(), identity, plan());
  CHECK(oracle::content_of(folder.path()) == before);
}

TEST_CASE("one store at a time holds the folder") {
  const temporary_folder folder;
  signal_store store(folder.path(), identity, plan());
  const std::string busy = folder.path().string() + ": is in use by another campaign that is still running";
  CHECK(message<file_error>([&] { signal_store(folder.path(), identity, plan()); }) == busy);
  signal_store moved = std::move(store);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(message<file_error>([&] { signal_store(folder.path(), identity, plan()); }) == busy ? 7 : 8);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 7);
  finish(moved);
  CHECK(moved.complete());
}

TEST_CASE("signals that cannot be stored are refused and their model stays unfinished") {
  const temporary_folder folder;
  signal_store store(folder.path(), identity, plan());
  const auto put = [&](std::size_t model, std::vector<named_signal> signals) {
    return message<argument_error>([&] { store.put(model, signals); });
  };
  const std::vector<float> one = {1};
  CHECK(put(0, {}) == "signal_store::put: signals: is empty");
  CHECK(put(0, {{"../up", one}}) ==
        "named_signal: name: is '../up'; wanted 1 to 64 lower-case letters, digits, '_' and '-'");
  CHECK(put(0, {{"", one}}).find("named_signal: name: is ''") == 0);
  CHECK(put(0, {{"a", one}, {"a", one}}) == "signal_store::put: signals: has 'a' twice");
  CHECK(put(0, {{"a", std::vector<float>{}}}) == "named_signal: a: has 0 values for a width of 1");
  CHECK(put(0, {{"a", std::vector<float>{1, 2, 3}, 2}}) == "named_signal: a: has 3 values for a width of 2");
  CHECK(put(0, {{"a", std::vector<float>{1, std::numeric_limits<float>::quiet_NaN()}}})
            .find("named_signal: a: element 1 is ") == 0);
  CHECK(put(0, {{"a", std::vector<double>{std::numeric_limits<double>::infinity()}}}).find("element 0 is inf") !=
        std::string::npos);
  CHECK(put(3, signals_of(0)) == "signal_store::put: model: is 3 of 3 models");
  CHECK(store.finished() == 0);
  store.put(0, signals_of(0));
  CHECK(put(0, signals_of(0)) == "signal_store::put: model: 0 is finished already");
  CHECK(put(1, {signals_of(1)[0]}) ==
        "signal_store::put: signals: of model 1 are margin float32 (8, 2); other models have loss float64 (8,), margin "
        "float32 (8, 2)");
  CHECK_FALSE(store.has(1));
  campaign_identity bad = identity;
  bad.settings = 3;
  CHECK(message<argument_error>([&] { signal_store(folder / "x", bad, plan()); }) ==
        "signal_store: settings: is a JSON number; wanted an object");
  bad.settings = {{"name", "\xff"}};
  CHECK_THROWS_AS(signal_store(folder / "x", bad, plan()), argument_error);
}
