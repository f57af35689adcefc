// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <string>

#include <telltale/core/error.hpp>

namespace lab {

/// Parses the command line, then works; what is thrown becomes one sentence. The exit code is `work`'s, 2 for what the
/// user can mend, 1 for the rest.
template <class Work>
int run_command(CLI::App& app, const std::string& name, int argc, char** argv, const Work& work) {
  const auto say = [&](const std::exception& failure, int code) {
    std::cerr << name << ": " << failure.what() << "\n";
    return code;
  };
  try {
    app.parse(argc, argv);
    return work();
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    return say(wrong, 2);
  } catch (const telltale::error& wrong) {
    return say(wrong, 2);
  } catch (const std::exception& failure) {
    return say(failure, 1);
  }
}

}  // namespace lab
