// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "errors.hpp"

// Only common.cpp includes CLI11, which costs a translation unit more than most commands do.
namespace CLI {
class App;
}

namespace tool {

/// What a process tells its caller. CLI11's own codes are never passed on.
enum exit_code : int { done = 0, internal_error = 1, user_error = 2, condition_holds = 3 };

/// Options that every command takes.
struct shared_options {
  bool quiet = false;       ///< no progress, no summary; results that were asked for and errors remain
  std::size_t threads = 0;  ///< at most this many; 0: as many as there are cores. Results do not depend on it
};

/// The command line: what it may hold, and once it is parsed, what it asks for.
struct program {
  std::string name;  ///< of the executable, as messages begin: "telltale"
  CLI::App* parser = nullptr;
  shared_options shared;
  std::string threads_text;
  std::function<int()> action;  ///< returns an exit_code; set by the command that was named
};

/// A command and its options. Every value is a text, so that what is wrong with it is said in this tool's words; it
/// must outlive the parsing. A value that is not empty is the default, and shown as such.
class command {
 public:
  /// Adds a command with the options that all share, `--version` and a help text that ends with `lesson`.
  command(program& state, const std::string& name, const std::string& purpose, const std::string& lesson);

  /// An argument without a name.
  command& word(const std::string& name, std::string& value, const std::string& meaning);
  /// Any number of arguments without a name.
  command& words(const std::string& name, std::vector<std::string>& values, const std::string& meaning);
  /// An option that may be given once; `form` is what its value looks like: "FILE".
  command& option(const std::string& name, const std::string& form, std::string& value, const std::string& meaning);
  /// An option that may be given several times, one value each.
  command& repeated(const std::string& name, const std::string& form, std::vector<std::string>& values,
                    const std::string& meaning);
  /// An option without a value: true where it is given.
  command& flag(const std::string& name, bool& given, const std::string& meaning);
  /// What the command does when it is named; returns an exit_code.
  void runs(std::function<int(const shared_options&)> work);

 private:
  program* state_;
  CLI::App* parser_;
};

/// Parses, runs the command that was named and translates every failure into one line on stderr, which begins with the
/// executable's `name`, and an exit code.
int run(int argc, char** argv, const std::string& name, const std::string& purpose, const std::string& lesson,
        const std::vector<void (*)(program&)>& commands);

/// Each adds its command. One file a command; main.cpp lists them.
void add_demo(program& state);
void add_signals(program& state);
void add_score(program& state);
void add_evaluate(program& state);
void add_merge(program& state);
void add_identity(program& state);
void add_generation(program& state);
void add_segmentation(program& state);
void add_account(program& state);
void add_calibrate(program& state);
void add_catalogue(program& state);
void add_study(program& state);

}  // namespace tool
