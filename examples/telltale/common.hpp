// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "errors.hpp"

namespace tool {

/// What a process tells its caller. CLI11's own codes are never passed on.
enum exit_code : int { done = 0, internal_error = 1, user_error = 2, condition_holds = 3 };

/// Options that every command takes.
struct shared_options {
  bool quiet = false;       ///< no progress, no summary; results that were asked for and errors remain
  std::size_t threads = 0;  ///< at most this many; 0: as many as there are cores. Results do not depend on it
};

/// The command line as it was understood: what `main` runs once parsing is over.
struct program {
  shared_options shared;
  std::string threads_text;
  std::function<int()> action;  ///< returns an exit_code; set by the command that was named
};

/// Adds a sub-command with the options that all share, `--version` and a help text that ends with `lesson`.
CLI::App* add_command(CLI::App& app, program& state, const std::string& name, const std::string& purpose,
                      const std::string& lesson);

/// Adds an option that takes one text.
CLI::Option* add_text(CLI::App& command, const std::string& name, std::string& value, const std::string& meaning);

/// Adds an option that may be given several times, one text each.
CLI::Option* add_texts(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                       const std::string& meaning);

/// Parses, runs the command that was named and translates every failure into one line on stderr and an exit code.
int run(CLI::App& app, program& state, int argc, char** argv);

/// Each adds its command. One file a command; main.cpp lists them.
void add_demo(CLI::App& app, program& state);
void add_signals(CLI::App& app, program& state);
void add_score(CLI::App& app, program& state);
void add_evaluate(CLI::App& app, program& state);

}  // namespace tool
