// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "markdown.hpp"

namespace generator {

shown_part joined(shown_part core, const shown_part& wing) {
  if (core.policies != wing.policies) throw std::runtime_error("the wing's part knows other release policies");
  std::vector<std::string> unknown = wing.too;
  for (shown_attack& attack : core.attacks)
    if (std::erase(unknown, attack.alias) > 0) attack.backends.emplace_back("torch");
  for (shown_defence& defence : core.defences)
    if (std::erase(unknown, defence.name) > 0) defence.backends.emplace_back("torch");
  if (!unknown.empty())
    throw std::runtime_error("the wing's part speaks of " + unknown.front() + ", which is not there");
  core.attacks.insert(core.attacks.end(), wing.attacks.begin(), wing.attacks.end());
  core.defences.insert(core.defences.end(), wing.defences.begin(), wing.defences.end());
  return core;
}

page_parts parts_of(const shown_part& all, const std::string& page) {
  page_parts found;
  for (const shown_attack& attack : all.attacks)
    if (attack.page == page) found.attacks.push_back(attack);
  for (const shown_defence& defence : all.defences)
    if (defence.page == page) found.defences.push_back(defence);
  if (found.attacks.empty() && found.defences.empty())
    throw std::runtime_error("nothing that is published has a page called " + page);
  return found;
}

std::vector<std::string> pages_of(const shown_part& all) {
  std::vector<std::string> pages;
  const auto add = [&](const std::string& page) {
    if (std::find(pages.begin(), pages.end(), page) == pages.end()) pages.push_back(page);
  };
  for (const shown_attack& attack : all.attacks) add(attack.page);
  for (const shown_defence& defence : all.defences) add(defence.page);
  return pages;
}

std::string sentence(const shown_attack& attack) {
  std::string text = "Asked of " + attack.asked_of + "; access " + attack.access + "; observation " +
                     attack.observation + "; scorer " + attack.scorer;
  if (!attack.known_to_scorer.empty()) text += ", which needs " + attack.known_to_scorer;
  text += "; rule " + attack.rule;
  if (!attack.known_to_rule.empty()) text += ", which needs " + attack.known_to_rule;
  if (!attack.world.empty()) text += ", for an adversary who owns " + attack.world;
  return text + "; backend " + listed(attack.backends, " or ") + ".";
}

std::string sentence(const shown_defence& defence) {
  std::string text = "Goes in: " + defence.before + "; " + defence.name + ", a policy of " + defence.kind;
  for (const auto& [part, value] : defence.parts) text += "; " + part + ": " + value;
  return text + "; comes out: " + defence.after + ".";
}

std::string listed(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace generator
