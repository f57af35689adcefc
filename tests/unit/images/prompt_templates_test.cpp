// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/images/prompt_templates.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../io/temporary.hpp"

#include <doctest/doctest.h>

using telltale::argument_error;
using telltale::file_error;
using namespace telltale::images;

namespace {

using texts = std::vector<std::string>;

}  // namespace

// The publication has 21 kinds, of which 17 end in the name and one is the name alone.
TEST_CASE("the 21 templates are distinct and of the publication's kinds") {
  CHECK(std::set<std::string_view>(prompt_templates.begin(), prompt_templates.end()).size() == 21);
  CHECK(std::count(prompt_templates.begin(), prompt_templates.end(), "{}") == 1);
  CHECK(std::count_if(prompt_templates.begin(), prompt_templates.end(),
                      [](auto text) { return text.ends_with("{}"); }) == 17);
  for (const std::string_view prompt : prompt_templates)
    CHECK(filled(prompt, "Ann Lee").find("Ann Lee") != std::string::npos);
}

TEST_CASE("a name goes where {} is, template by template") {
  CHECK(filled("{} at a party", "Ann") == "Ann at a party");
  CHECK(filled("{}", "A{}B") == "A{}B");
  CHECK(filled(std::vector<std::string>{"{}", "x {}"}, texts{"Ann", "Bea"}) == texts{"Ann", "Bea", "x Ann", "x Bea"});
  CHECK(filled(prompt_templates, texts{"Ann", "Bea"}).size() == 42);
  CHECK(message_of<argument_error>([] { static_cast<void>(filled("a photo", "Ann")); }) ==
        "filled: prompt: 'a photo'; wanted {} in it exactly once");
  CHECK(message_of<argument_error>([] {
          static_cast<void>(filled("{} and {}", "Ann"));
        }).starts_with("filled: prompt: "));
}

TEST_CASE("a file of templates is one a line, each with one place") {
  const temporary_folder folder;
  const auto refusal = [&](const std::string& text) {
    put(folder / "prompts", text);
    const std::string message =
        message_of<file_error>([&] { static_cast<void>(read_prompt_templates(folder / "prompts")); });
    return message.substr(std::min(message.size(), (folder / "prompts").string().size() + 2));
  };
  CHECK(refusal(" ein Foto von {}\r\n\n{}\n").empty());
  CHECK(read_prompt_templates(folder / "prompts") == texts{"ein Foto von {}", "{}"});
  CHECK(refusal("{}\na photo of\n") == "line 2: 'a photo of'; wanted {} in it exactly once");
  CHECK(refusal("{} {}") == "line 1: '{} {}'; wanted {} in it exactly once");
  CHECK(refusal("\n") == "has no template; wanted one a line, {} where the name goes");
  CHECK(message_of<file_error>([&] {
          static_cast<void>(read_prompt_templates(folder / "none"));
        }).ends_with("none: does not exist"));
}
