// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>
#include <telltale/io/mapped_file.hpp>

#include <string>
#include <utility>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using telltale::io::mapped_file;

TEST_CASE("a mapped file shows the bytes of the file and survives a move") {
  const temporary_folder folder;
  put(folder / "a", "loss and margin");
  mapped_file first(folder / "a");
  const std::byte* const where = first.bytes().data();
  mapped_file second(std::move(first));
  CHECK(second.bytes().data() == where);
  CHECK(std::string(reinterpret_cast<const char*>(where), second.bytes().size()) == "loss and margin");
  CHECK(second.path() == folder / "a");
  put(folder / "b", "x");
  second = mapped_file(folder / "b");
  CHECK(second.bytes().size() == 1);
}

TEST_CASE("a mapped file that is replaced by a rename keeps its old content") {
  const temporary_folder folder;
  put(folder / "a", "old");
  const mapped_file mapped(folder / "a");
  put(folder / "b", "newer");
  std::filesystem::rename(folder / "b", folder / "a");
  CHECK(std::string(reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size()) == "old");
}

TEST_CASE("an empty file maps to no bytes") {
  const temporary_folder folder;
  put(folder / "empty", "");
  CHECK(mapped_file(folder / "empty").bytes().empty());
}

TEST_CASE("what cannot be mapped is refused by name") {
  const temporary_folder folder;
  const auto refusal = [](const std::filesystem::path& path) {
    return message_of<file_error>([&] { static_cast<void>(mapped_file(path)); });
  };
  CHECK(refusal(folder / "nothing") == (folder / "nothing").string() + ": does not exist");
  CHECK(refusal(folder.path()) == folder.path().string() + ": is a folder; wanted a file");
  CHECK(refusal("") == "'': does not exist");
  put(folder / "file", "x");
  CHECK(refusal(folder / "file/below").find("file/below: cannot be opened: ") != std::string::npos);
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(refusal(folder / "pipe").find("pipe: is not a regular file") != std::string::npos);
  if (::geteuid() != 0) {  // nothing is unreadable for root
    REQUIRE(::chmod((folder / "file").c_str(), 0) == 0);
    CHECK(refusal(folder / "file").find("file: cannot be opened: ") != std::string::npos);
  }
}
