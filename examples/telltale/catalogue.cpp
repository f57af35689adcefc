// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <telltale/core/facts.hpp>
#include <telltale/published/catalogue.hpp>
#include <telltale/report/json.hpp>

#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

struct catalogue_options {
  std::string access, knowledge, json;
};

/// What the command line calls a fact: "labelled-records".
std::string word_of(std::string_view fact) {
  std::string word(fact);
  std::replace(word.begin(), word.end(), ' ', '-');
  return word;
}

template <class Kind>
std::vector<std::string> fact_words() {
  std::vector<std::string> words;
  for (const auto& [fact, name] : telltale::facts_by_name<Kind>) words.push_back(word_of(name));
  return words;
}

/// The union of the facts that a list with commas names; all of them where nothing is given.
template <class Kind>
Kind facts_of(const std::string& option, const std::string& kind, const std::string& text) {
  Kind facts = Kind::nothing;
  const auto add = [&](const std::string& word) {
    for (const auto& [fact, name] : telltale::facts_by_name<Kind>)
      if (word.empty() || word_of(name) == word) facts = facts | fact;
  };
  if (text.empty()) add("");
  for (std::size_t from = 0; !text.empty() && from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    add(checked_name(option, text.substr(from, comma - from), kind, fact_words<Kind>()));
    from = comma + 1;
  }
  return facts;
}

int catalogue(const catalogue_options& options, const shared_options& shared) {
  using telltale::report::json;
  const auto reveals = facts_of<telltale::access_to>("--access", "access", options.access);
  const auto owns = facts_of<telltale::knowledge>("--knowledge", "knowledge", options.knowledge);
  refuse_overlap({}, {{"--json", options.json}});
  text_output output(options.json);
  std::string text;
  json all = json::array();
  telltale::published::for_each_allowed(reveals, owns, [&](const auto& listed) {
    const telltale::anatomy& parts = listed.parts;
    text += std::string(listed.name) + "\n  access     " + to_string(parts.access) + "\n  knowledge  " +
            to_string(parts.owns) + "\n  scorer     " + std::string(parts.scorer) + "\n  rule       " +
            std::string(parts.rule) + "\n  published  " + std::string(listed.citation) + "\n";
    all.push_back({{"name", listed.name},
                   {"access", to_string(parts.access)},
                   {"knowledge", to_string(parts.owns)},
                   {"scorer", parts.scorer},
                   {"rule", parts.rule},
                   {"citation", listed.citation}});
  });
  output.write(telltale::report::json_text(all));
  output.commit();
  if (!shared.quiet && !output.is_standard_output())
    std::cout << (text.empty() ? "No published attack is allowed by so little.\n" : text);
  return done;
}

std::string catalogue_lesson() {
  const auto joined = [](const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  };
  return "An attack needs a target that reveals enough and an adversary who knows enough. Facts\n"
         "are given as a list with commas; what is not given is not restricted.\n\n"
         "  ACCESS     " +
         joined(fact_words<telltale::access_to>()) +
         "\n             (label < confidence < logits; parameters contain all)\n  KNOWLEDGE  " +
         joined(fact_words<telltale::knowledge>()) +
         "\n\n--json writes a list of name, access, knowledge, scorer, rule and citation.\n\n"
         "Example: what a service that returns probabilities allows one who has no model of his own\n"
         "  telltale catalogue --access confidence --knowledge truth,population";
}

}  // namespace

void add_catalogue(program& state) {
  const auto options = std::make_shared<catalogue_options>();
  command(state, "catalogue", "List the published attacks that a target and an adversary allow", catalogue_lesson())
      .option("--access", "ACCESS", options->access, "What the target reveals")
      .option("--knowledge", "KNOWLEDGE", options->knowledge, "What the adversary knows, of the subject and the world")
      .option("--json", "FILE", options->json, "Write the list as JSON; - is standard output")
      .runs([options](const shared_options& shared) { return catalogue(*options, shared); });
}

}  // namespace tool
