// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <telltale/io/atomic_file.hpp>

#include <csignal>
#include <ostream>
#include <stdexcept>
#include <string>

#include "temporary.hpp"

#include <doctest/doctest.h>

using telltale::file_error;
using telltale::io::atomic_file;
using telltale::io::write_atomically;

namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  write_atomically(path, [&](std::ostream& out) { out << text; });
}

std::string refusal(const std::filesystem::path& path) {
  return message_of<file_error>([&] { write_text(path, "text"); });
}

::mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("an atomic write makes and replaces a file and leaves nothing else") {
  const temporary_folder folder;
  write_text(folder / "a", "first");
  CHECK(content_of(folder / "a") == "first");
  write_text(folder / "a", "second, and longer than any buffer: " + std::string(200000, 'x'));
  CHECK(content_of(folder / "a").size() == 36 + 200000);
  CHECK(folder.files() == 1);
}

TEST_CASE("small and large pieces keep their order in an atomic write") {
  const temporary_folder folder;
  std::string wanted;
  write_atomically(folder / "a", [&](std::ostream& out) {
    for (std::size_t i = 0; i < 400; ++i) {
      const std::string piece(i * i % 9973 * (i % 50 == 0 ? 40 : 1), static_cast<char>('a' + i % 26));
      wanted += piece + '-';
      out << piece;
      out.put('-');
      if (i % 100 == 0) out.flush();
    }
  });
  CHECK(content_of(folder / "a") == wanted);
}

TEST_CASE("an exception in the middle of a write leaves the old file and no temporary one") {
  const temporary_folder folder;
  write_text(folder / "a", "old");
  CHECK_THROWS_AS(write_atomically(folder / "a",
                                   [](std::ostream& out) {
                                     out << std::string(200000, 'x');
                                     throw std::runtime_error("stop");
                                   }),
                  std::runtime_error);
  CHECK_THROWS_AS(write_atomically(folder / "a", [](std::ostream& out) { out.setstate(std::ios::failbit); }),
                  file_error);
  CHECK(content_of(folder / "a") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a full disk leaves the old file and names it") {
  const temporary_folder folder;
  write_text(folder / "a", "old");
  ::rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const ::rlimit tight{100000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const std::string message = message_of<file_error>([&] {
    write_atomically(folder / "a", [](std::ostream& out) {
      for (int i = 0; i < 100000; ++i) out << "0123456789";
    });
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  static_cast<void>(std::signal(SIGXFSZ, handler));
  CHECK(message.find((folder / "a").string() + ": cannot be written: ") == 0);
  CHECK(content_of(folder / "a") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("an atomic file that is not committed never appears") {
  const temporary_folder folder;
  {
    atomic_file file(folder / "a");
    file.write(bytes_of("bytes"));
    CHECK(folder.files() == 1);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("two writers of one file do not disturb each other") {
  const temporary_folder folder;
  atomic_file first(folder / "a");
  atomic_file second(folder / "a");
  first.write(bytes_of("first"));
  second.write(bytes_of("second"));
  second.commit();
  CHECK(content_of(folder / "a") == "second");
  first.commit();
  CHECK(content_of(folder / "a") == "first");
}

TEST_CASE("an atomic write follows the umask and keeps the permissions of what it replaces") {
  const temporary_folder folder;
  const ::mode_t mask = ::umask(027);
  write_text(folder / "a", "x");
  ::umask(mask);
  CHECK(mode_of(folder / "a") == 0640);
  REQUIRE(::chmod((folder / "a").c_str(), 0604) == 0);
  write_text(folder / "a", "y");
  CHECK(mode_of(folder / "a") == 0604);
}

TEST_CASE("an atomic write through a symbolic link replaces the file and keeps the link") {
  const temporary_folder folder;
  std::filesystem::create_directory(folder / "elsewhere");
  put(folder / "elsewhere/file", "old");
  std::filesystem::create_symlink("elsewhere/file", folder / "link");
  write_text(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(content_of(folder / "elsewhere/file") == "new");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  CHECK(refusal(folder / "dangling").find("dangling: is a symbolic link that leads nowhere") != std::string::npos);
}

TEST_CASE("a file in the current folder needs no folder in its name") {
  const temporary_folder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_text("here", "x");
  std::filesystem::current_path(before);
  CHECK(content_of(folder / "here") == "x");
}

TEST_CASE("places that cannot be written are refused by name") {
  const temporary_folder folder;
  CHECK(refusal(folder / "missing/a") ==
        (folder / "missing/a").string() + ": cannot be written: its folder does not exist");
  put(folder / "file", "x");
  CHECK(refusal(folder / "file/a").find("file/a: cannot be written: ") != std::string::npos);
  CHECK(refusal(folder.path()) == folder.path().string() + ": is a folder; wanted the name of a file");
  CHECK(refusal("") == "'': does not name a file");
  // Even root may not: a rename would put a file in place of the device, and /proc takes none.
  CHECK(refusal("/dev/null") == "/dev/null: is not a regular file, so it cannot be replaced");
  CHECK(refusal("/proc/telltale").find("/proc/telltale: cannot be written") == 0);
  if (::geteuid() != 0) {
    REQUIRE(::chmod((folder / "file").c_str(), 0400) == 0);
    CHECK(refusal(folder / "file").find("file: cannot be replaced: ") != std::string::npos);
    REQUIRE(::chmod(folder.path().c_str(), 0500) == 0);
    CHECK(refusal(folder / "new").find("new: cannot be written: ") != std::string::npos);
    REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
  }
}
