// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "common.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>
#include <utility>

#include <telltale/version.hpp>

namespace tool {
namespace {

std::string version_text(const std::string& program) { return program + " " + std::string(telltale::version); }

// A path may hold anything; a message is one line.
int complain(const std::string& program, std::string sentence, int code) {
  for (char& letter : sentence)
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\x7f') letter = '?';
  std::cerr << program << ": " << sentence << std::endl;
  return code;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// Unknown words are collected by the parser, so that they are refused here in the same words as everything else.
void refuse_unknown(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    const std::vector<std::string> unknown = command->remaining();
    if (unknown.empty()) continue;
    const std::string what = unknown.front().rfind('-', 0) == 0 ? "is no option of" : "is one argument too many for";
    throw usage_error(unknown.front(), what + " " + app.get_name() + " " + command->get_name() +
                                           suggestion(unknown.front(), option_names(*command)));
  }
  const std::vector<std::string> unknown = app.remaining();
  if (!unknown.empty() && unknown.front().rfind('-', 0) == 0)
    throw usage_error(unknown.front(), "is no option of " + app.get_name() + " itself" +
                                           suggestion(unknown.front(), option_names(app)) +
                                           " (options of a command follow its name)");
  if (!unknown.empty())
    throw usage_error(unknown.front(), "is no command; wanted " + one_of(command_names(app)) +
                                           suggestion(unknown.front(), command_names(app)));
}

// CLI11 writes "--out: 1 required TEXT missing" and the like: its first word is the option.
usage_error from_parser(const CLI::ParseError& error) {
  const std::string said = error.what();
  const std::string place = said.substr(0, said.find_first_of(": "));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (said.find("missing") != std::string::npos) return {place, "needs a value"};
    if (said.find("At Most") != std::string::npos) return {place, "is given more than once"};
    if (said.find("disallowed") != std::string::npos) return {place, "takes no value"};
  }
  return {"command line", said};
}

}  // namespace

command::command(program& state, const std::string& name, const std::string& purpose, const std::string& lesson)
    : state_(&state), parser_(state.parser->add_subcommand(name, purpose)) {
  parser_->group("Commands");
  parser_->footer(lesson);
  parser_->allow_extras();
  parser_->set_version_flag("--version", version_text(state.name), "Print the version and exit");
  parser_->add_flag("-q,--quiet", state.shared.quiet, "No progress and no summary; results and errors remain");
  option("--threads", "N", state.threads_text,
         "Use at most N threads, where a command can use several; results never depend on it");
}

command& command::word(const std::string& name, std::string& value, const std::string& meaning) {
  parser_->add_option(name, value, meaning)->type_name("");
  return *this;
}

command& command::words(const std::string& name, std::vector<std::string>& values, const std::string& meaning) {
  parser_->add_option(name, values, meaning)->type_name("");
  return *this;
}

command& command::option(const std::string& name, const std::string& form, std::string& value,
                         const std::string& meaning) {
  CLI::Option* const added = parser_->add_option(name, value, meaning)->type_name(form);
  if (!value.empty()) added->capture_default_str();
  return *this;
}

command& command::repeated(const std::string& name, const std::string& form, std::vector<std::string>& values,
                           const std::string& meaning) {
  parser_->add_option(name, values, meaning)->allow_extra_args(false)->type_name(form);
  return *this;
}

command& command::flag(const std::string& name, bool& given, const std::string& meaning) {
  parser_->add_flag(name, given, meaning);
  return *this;
}

void command::runs(std::function<int(const shared_options&)> work) {
  parser_->callback(
      [state = state_, work = std::move(work)] { state->action = [state, work] { return work(state->shared); }; });
}

int run(int argc, char** argv, const std::string& name, const std::string& purpose, const std::string& lesson,
        const std::vector<void (*)(program&)>& commands) {
  CLI::App app(purpose, name);
  program state;
  state.name = name;
  state.parser = &app;
  try {
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.allow_extras();
    app.set_version_flag("--version", version_text(name), "Print the version and exit");
    app.footer(lesson);
    for (const auto add : commands) add(state);
    app.parse(argc, argv);
    refuse_unknown(app);
    if (!state.action)
      throw usage_error("COMMAND",
                        "is missing; wanted " + one_of(command_names(app)) + " (" + name + " --help explains)");
    if (!state.threads_text.empty()) state.shared.threads = whole_number("--threads", state.threads_text, 1);
    const int code = state.action();
    std::cout.flush();
    if (!std::cout) throw usage_error("standard output", "cannot be written");
    return code;
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    return complain(name, from_parser(error).what(), user_error);
  } catch (const telltale::error& error) {
    return complain(name, error.what(), user_error);
  } catch (const std::filesystem::filesystem_error& error) {
    return complain(name, error.path1().string() + ": " + error.code().message(), user_error);
  } catch (const std::bad_alloc&) {
    return complain(name, "there is not enough memory", internal_error);
  } catch (const std::exception& error) {
    return complain(name, std::string("internal error: ") + error.what(), internal_error);
  }
}

}  // namespace tool
