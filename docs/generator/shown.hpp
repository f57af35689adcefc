// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

/// What the pages show: the anatomy of every published composition as text, of which tables and drawings are made.
namespace generator {

/// Marks of the index: what becomes of an attack behind a release policy. The compiler decides which.
namespace mark {
inline constexpr const char* stopped = "✗";    ///< runs on the answers as they are, does not compile on what is left
inline constexpr const char* rewritten = "~";  ///< compiles, on answers whose numbers the policy has changed
inline constexpr const char* untouched = "=";  ///< compiles, and the policy leaves what the attack reads as it was
inline constexpr const char* no_release = "";  ///< the policy does not apply to answers of this kind
}  // namespace mark

/// An attack. `page` is the stem of its page's file; several attacks can share one.
struct shown_attack {
  std::string asked_of, name, alias, composition, page, question;
  std::string access, subject, world;          ///< what is revealed; what is known of the subject; what else is owned
  std::string known_to_scorer, known_to_rule;  ///< which part asks for what is known of the subject
  std::string observation, scorer, rule, signal;
  std::vector<std::string> backends;
  std::vector<std::string> behind;  ///< a mark for each release policy, in the order of `shown_part::policies`
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(shown_attack, asked_of, name, alias, composition, page, question, access, subject,
                                   world, known_to_scorer, known_to_rule, observation, scorer, rule, signal, backends,
                                   behind)

/// A defence, or the influence of an adversary on training: what goes in, the policy with its parts, what comes out.
struct shown_defence {
  std::string kind, name, type, page, question, before, after;
  std::vector<std::pair<std::string, std::string>> parts;
  std::vector<std::string> backends;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(shown_defence, kind, name, type, page, question, before, after, parts, backends)

/// What one program can say: that of the core of the attacks in the catalogue, on Eigen; that of the LibTorch wing of
/// its own attacks and of which attacks of the catalogue run on LibTorch too.
struct shown_part {
  std::vector<std::string> policies;  ///< names of the release policies
  std::vector<shown_attack> attacks;
  std::vector<shown_defence> defences;
  std::vector<std::string> too;  ///< what of the core runs on LibTorch: attacks by alias, policies by name
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(shown_part, policies, attacks, defences, too)

}  // namespace generator
