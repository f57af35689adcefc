// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <sstream>
#include <string>

#include <telltale/report/progress.hpp>

#include <doctest/doctest.h>

using telltale::progress_line;
using telltale::progress_text;

TEST_CASE("progress says how far how fast and how long") {
  CHECK(progress_text("models", 0, 64, 0, 0) == "models: 0 of 64");
  CHECK(progress_text("models", 12, 64, 0, 4) == "models: 12 of 64, 3.0 a second, 00:17 left");
  CHECK(progress_text("models", 64, 64, 0, 10) == "models: 64 of 64, 6.4 a second");
  CHECK(progress_text("models", 1, 64, 0, 100) == "models: 1 of 64, 100.0 s each, 1:45:00 left");
}

TEST_CASE("what was done before is not counted into the rate") {
  CHECK(progress_text("models", 50, 64, 50, 3) == "models: 50 of 64");
  CHECK(progress_text("models", 52, 64, 50, 1) == "models: 52 of 64, 2.0 a second, 00:06 left");
}

TEST_CASE("a progress line is drawn erased and silent where it is not shown") {
  std::ostringstream shown, silent;
  {
    progress_line line("models", shown, true), none("models", silent, false);
    const std::function<void(std::size_t, std::size_t)> callback = std::ref(line);
    callback(0, 2);
    none(0, 2);
    line(1, 2);  // too soon after the first to be drawn
    line(2, 2);
    none(2, 2);
  }
  CHECK(shown.str().rfind("\r\033[Kmodels: 0 of 2\r\033[Kmodels: 2 of 2", 0) == 0);
  CHECK(shown.str().find("1 of 2") == std::string::npos);
  CHECK(shown.str().substr(shown.str().size() - 4) == "\r\033[K");
  CHECK(silent.str().empty());
}
