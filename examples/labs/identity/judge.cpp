// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/random.hpp>
#include <telltale/torch/image_text/info_nce.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "removal.hpp"

namespace identity {

using namespace telltale;

background_halves halves(const world& all, const trial& one) {
  background_halves both;
  random_stream draw(one.seed, 0x6861'6c66);
  for (std::size_t i = 0; i < all.background.size(); ++i) {
    const bool edits = i % 2 == 0;
    const std::string& pattern = training_templates()[draw.below(training_templates().size())];
    (edits ? both.editing : both.measuring).push_back(filled(pattern, all.background_names[i]));
    (edits ? both.editing_pictures : both.measuring_pictures).push_back(all.background[i]);
  }
  return both;
}

void utility(const tower& image, const tower& text, const world& all, double& naming, double& retrieval) {
  const at::Device device = all.pictures.device();
  const auto tokens = [&](const std::vector<std::string>& captions) { return trigram_tokens{}(captions).to(device); };
  const at::Tensor pictures = answers_of(image, all.pictures.index_select(0, at::tensor(all.background).to(device)));
  const at::Tensor names = prompt_embeddings(text, tokens, training_templates(), all.background_names);
  naming = top_1(pictures, unit_rows(names).mean(0));
  retrieval = top_1(names[0], pictures);
}

namespace {

// One person's prompts won.
prompts_won_table column(const prompts_won_table& won, std::size_t who) {
  prompts_won_table one;
  for (const std::vector<double>& draw : won) one.push_back({draw[who]});
  return one;
}

}  // namespace

void confusion(const name_votes<libtorch>& known, const world& all, const trial& one, std::size_t who,
               const std::string& title, results& out) {
  std::map<int, std::size_t> votes;
  for (const std::uint32_t photo : known.photos_of(who))
    for (std::size_t p = 0; p < known.prompts(); ++p) ++votes[known.votes()[photo * known.prompts() + p]];
  std::vector<std::pair<std::size_t, int>> most;
  for (const auto& [name, count] : votes) most.emplace_back(count, name);
  std::sort(most.rbegin(), most.rend());
  most.resize(std::min<std::size_t>(most.size(), 5));
  std::vector<std::string> lines;
  for (const auto& [count, name] : most) {
    const auto place = static_cast<std::size_t>(name);
    const std::string whose = place == who             ? "the true name"
                              : place >= one.persons() ? "a name of nobody"
                              : one.member[place]      ? "another member"
                                                       : "another person, no member";
    lines.push_back(one.names[place] + " (" + whose + "): " + std::to_string(count) + " of " +
                    std::to_string(known.photos_of(who).size() * known.prompts()));
  }
  out.confusion.emplace_back("the photos of the " + all.persons[who] + " get " + title, lines);
}

void judge(const tower& image, const tower& text, const world& all, const trial& one, const before_removal& before,
           const std::vector<std::size_t>& removed, const std::string& title, bool with_confusion, results& out) {
  const double place = static_cast<double>(removed.size());
  const std::vector<int> own = own_names(one);
  const asked answers = ask(image, text, all, one, before.photos);
  const name_votes<libtorch> known = votes(answers, own, settings::names);
  const auto after = won(known, before.per_person, one.seed);
  double unlearned = 0, failed = 0, wrongly = 0, unchanged = 0, recalled = 0;
  for (std::size_t who = 0; who < one.persons(); ++who) {
    const bool gone = std::find(removed.begin(), removed.end(), who) != removed.end();
    const std::string group = gone ? ", removed" : one.member[who] ? ", kept members" : ", others";
    out.rates[title + group + ", before"][place].add(column(before.won, who), {one.member[who]});
    out.rates[title + group + ", after"][place].add(column(after, who), {one.member[who]});
    const bool found = before.won.front()[who] >= 1, still = after.front()[who] >= 1;
    if (gone)
      ++(still ? failed : unlearned);
    else
      ++(found == still ? unchanged : found ? wrongly : recalled);
  }
  const auto count = [&](const std::string& what, double value) {
    out.numbers[title + ": " + what][place].push_back(value);
  };
  count("correctly unlearned", unlearned);
  count("failed to unlearn", failed);
  count("wrongly unlearned", wrongly);
  count("unchanged", unchanged);
  count("newly recalled", recalled);
  double naming = 0, retrieval = 0;
  utility(image, text, all, naming, retrieval);
  count("zero-shot, before", before.naming);
  count("zero-shot, after", naming);
  count("retrieval, before", before.retrieval);
  count("retrieval, after", retrieval);
  if (with_confusion) confusion(known, all, one, removed.front(), "after " + title, out);
}

}  // namespace identity
