// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "markdown.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "targets.hpp"

namespace generator {
namespace {

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += cell.empty() ? " |" : " " + cell + " |";
  return text + "\n";
}

// `left` columns of text, then `centred` ones.
std::string rule_below(std::size_t left, std::size_t centred) {
  std::string text = "|";
  for (std::size_t i = 0; i < left; ++i) text += "---|";
  for (std::size_t i = 0; i < centred; ++i) text += ":-:|";
  return text + "\n";
}

std::string link(const std::string& name, const std::string& page, const std::string& anatomy) {
  return "[" + name + "](" + anatomy + page + ".md)";
}

std::string code(const std::string& text) { return "`" + text + "`"; }

std::string known(const shown_attack& attack) {
  if (attack.subject.empty()) return attack.world;
  return attack.world.empty() ? attack.subject : attack.subject + "; " + attack.world;
}

std::string index_of_attacks(const shown_part& all, const std::string& anatomy) {
  std::vector<std::string> head{"attack", "the target reveals", "the adversary knows of the subject; owns", "runs on"};
  head.insert(head.end(), all.policies.begin(), all.policies.end());
  std::string text = "Behind a release policy: " + std::string(mark::stopped) +
                     " stopped by type, the attack no longer compiles; " + mark::rewritten +
                     " it compiles, on numbers that the policy has changed, and what is left of it is for an audit to "
                     "measure; " +
                     mark::untouched +
                     " it compiles, and what it reads is left as it was; empty: the policy does not apply to such "
                     "answers.\n\n";
  text += row(head) + rule_below(4, all.policies.size());
  for (const std::string_view target : order_of_targets) {
    std::vector<std::string> group(head.size());
    group.front() = "**asked of " + std::string(target) + "**";
    text += row(group);
    for (const shown_attack& attack : all.attacks) {
      if (attack.asked_of != target) continue;
      std::vector<std::string> cells{link(attack.name, attack.page, anatomy), attack.access, known(attack),
                                     listed(attack.backends)};
      cells.insert(cells.end(), attack.behind.begin(), attack.behind.end());
      text += row(cells);
    }
  }
  return text;
}

// How many of the attacks that can be asked behind a release policy no longer compile.
std::string stopped_by_type(const shown_part& all, const shown_defence& defence) {
  const auto at = std::find(all.policies.begin(), all.policies.end(), defence.name);
  if (at == all.policies.end()) return "";
  const auto k = static_cast<std::size_t>(at - all.policies.begin());
  std::size_t stopped = 0, asked = 0;
  for (const shown_attack& attack : all.attacks) {
    stopped += attack.behind.at(k) == mark::stopped;
    asked += attack.behind.at(k) != mark::no_release;
  }
  return std::to_string(stopped) + " of " + std::to_string(asked);
}

std::string index_of_defences(const shown_part& all, const std::string& anatomy) {
  std::string text =
      row({"defence", "kind", "what goes in", "acts on", "what comes out", "runs on", "attacks stopped by type"}) +
      rule_below(6, 1);
  for (const shown_defence& defence : all.defences)
    text += row({link(defence.name, defence.page, anatomy), defence.kind, defence.before, defence.parts.front().second,
                 defence.after, listed(defence.backends), stopped_by_type(all, defence)});
  return text;
}

std::string families(const shown_part& all, const std::string& anatomy) {
  std::string text = row({"asked of", "attacks"}) + rule_below(2, 0);
  const auto links = [&](const auto& entries, const auto& belongs) {
    std::vector<std::string> made;
    for (const auto& entry : entries)
      if (belongs(entry)) made.push_back(link(entry.name, entry.page, anatomy));
    return listed(made);
  };
  for (const std::string_view target : order_of_targets)
    text += row({std::string(target), links(all.attacks, [&](const auto& a) { return a.asked_of == target; })});
  text += "\n" + row({"kind", "defences"}) + rule_below(2, 0);
  for (const char* kind : {"release", "training", "unlearning", "influence"})
    text += row({kind, links(all.defences, [&](const auto& d) { return d.kind == kind; })});
  return text;
}

// One value where all entries agree, otherwise each value with the entries that have it.
template <class Entry>
std::string common(const std::vector<Entry>& entries, const std::function<std::string(const Entry&)>& value,
                   const std::function<std::string(const Entry&)>& name) {
  std::vector<std::string> values, lines;
  for (const Entry& entry : entries)
    if (std::find(values.begin(), values.end(), value(entry)) == values.end()) values.push_back(value(entry));
  if (values.size() == 1) return values.front().empty() ? "nothing" : values.front();
  for (const std::string& one : values) {
    std::vector<std::string> who;
    for (const Entry& entry : entries)
      if (value(entry) == one) who.push_back(name(entry));
    lines.push_back((one.empty() ? "nothing" : one) + " (" + listed(who) + ")");
  }
  return listed(lines, "<br>");
}

std::string parts(const std::vector<shown_attack>& attacks) {
  const auto said = [&](std::string (*value)(const shown_attack&)) {
    return common<shown_attack>(attacks, value, [](const shown_attack& attack) { return attack.name; });
  };
  return row({"part", ""}) + rule_below(2, 0) +
         row({"question", said([](const shown_attack& a) { return a.question; })}) +
         row({"asked of", said([](const shown_attack& a) { return a.asked_of; })}) +
         row({"access", said([](const shown_attack& a) { return a.access; })}) +
         row({"knowledge of the subject", said([](const shown_attack& a) { return a.subject; })}) +
         row({"knowledge of the world", said([](const shown_attack& a) { return a.world; })}) +
         row({"observation", said([](const shown_attack& a) { return a.observation; })}) +
         row({"scorer", said([](const shown_attack& a) { return a.scorer; })}) +
         row({"rule", said([](const shown_attack& a) { return a.rule; })}) +
         row({"backend", said([](const shown_attack& a) { return listed(a.backends); })});
}

std::string parts(const std::vector<shown_defence>& defences) {
  const auto name = [](const shown_defence& defence) { return defence.name; };
  const auto said = [&](const std::function<std::string(const shown_defence&)>& value) {
    return common<shown_defence>(defences, value, name);
  };
  std::string text = row({"part", ""}) + rule_below(2, 0) +
                     row({"question", said([](const shown_defence& d) { return d.question; })}) +
                     row({"kind", said([](const shown_defence& d) { return d.kind; })}) +
                     row({"what goes in", said([](const shown_defence& d) { return d.before; })});
  for (std::size_t i = 0; i < defences.front().parts.size(); ++i)
    text += row({defences.front().parts[i].first, said([i](const shown_defence& d) { return d.parts.at(i).second; })});
  return text + row({"what comes out", said([](const shown_defence& d) { return d.after; })}) +
         row({"backend", said([](const shown_defence& d) { return listed(d.backends); })});
}

std::string behind_releases(const shown_part& all, const std::vector<shown_attack>& attacks) {
  std::string text;
  for (std::size_t k = 0; k < all.policies.size(); ++k) {
    const std::string each = common<shown_attack>(
        attacks,
        [k](const shown_attack& attack) -> std::string {
          const std::string& mark = attack.behind.at(k);
          return mark == mark::stopped     ? "stopped by type"
                 : mark == mark::rewritten ? "compiles, on changed numbers"
                 : mark == mark::untouched ? "compiles, unchanged"
                                           : "does not apply";
        },
        [](const shown_attack& attack) { return attack.name; });
    text += row({all.policies[k], each});
  }
  return row({"behind", "the attack"}) + rule_below(2, 0) + text;
}

std::string anatomy_part(const shown_part& all, const std::string& page) {
  const page_parts entries = parts_of(all, page);
  const bool attack = !entries.attacks.empty();
  const std::string drawn = attack ? sentence(entries.attacks.front()) : sentence(entries.defences.front());
  return "![" + drawn + "](drawings/" + page + ".svg)\n\n" +
         (attack ? parts(entries.attacks) : parts(entries.defences));
}

std::string type_part(const shown_part& all, const std::string& page) {
  const page_parts entries = parts_of(all, page);
  std::string text;
  for (const shown_attack& attack : entries.attacks)
    text += "- " + code(attack.alias) + " = " + code(attack.composition) + "\n";
  for (const shown_defence& defence : entries.defences) text += "- " + defence.name + ": " + code(defence.type) + "\n";
  return text;
}

}  // namespace

std::string markdown(const shown_part& all, const std::string& words, const std::string& anatomy) {
  if (words == "index") return index_of_attacks(all, anatomy);
  if (words == "defences") return index_of_defences(all, anatomy);
  if (words == "families") return families(all, anatomy);
  const std::size_t space = words.find(' ');
  const std::string what = words.substr(0, space), page = space == std::string::npos ? "" : words.substr(space + 1);
  if (what == "anatomy") return anatomy_part(all, page);
  if (what == "type") return type_part(all, page);
  if (what == "behind") return behind_releases(all, parts_of(all, page).attacks);
  throw std::runtime_error("'generated: " + words + "' is nothing that is generated here");
}

}  // namespace generator
