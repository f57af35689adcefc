// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <telltale/images/names.hpp>
#include <telltale/published/removal_mark.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

#include "removal.hpp"

namespace identity {

using namespace telltale;

void mark(const tower& text, const world& all, const trial& one, const std::vector<std::size_t>& removed,
          const std::string& title, results& out) {
  const double place = static_cast<double>(removed.size());
  const at::Device device = all.pictures.device();
  const auto tokens = [&](const std::vector<std::string>& captions) { return trigram_tokens{}(captions).to(device); };
  const std::vector<std::string> phrase{std::string(neutral_phrase)};
  const at::Tensor neutral = prompt_embeddings(text, tokens, all.prompts, phrase).squeeze(1);
  const auto similarity = [&](const std::vector<std::string>& names) {
    const at::Tensor asked = prompt_embeddings(text, tokens, all.prompts, names);
    return published::removal_mark{}(compared_texts<libtorch>(asked, neutral)).values;
  };
  // Names of nobody set the threshold, so that no name whose holder is in question does.
  const std::vector<std::string> fresh =
      images::draw_names(all.lists, settings::names, one.seed + 1'000'000, one.names);
  const std::vector<double> of_fresh = similarity(fresh), of_candidates = similarity(one.names);
  const double cut =
      std::nextafter(*std::max_element(of_fresh.begin(), of_fresh.end()), std::numeric_limits<double>::infinity());
  std::vector<bool> gone(one.names.size());
  for (const std::size_t who : removed) gone[who] = true;
  double least = 1, most = -1;
  for (std::size_t i = 0; i < gone.size(); ++i)
    gone[i] ? least = std::min(least, of_candidates[i]) : most = std::max(most, of_candidates[i]);
  // Every seed has a threshold of its own, which becomes 0 here.
  prompts_won_table beyond(1, of_candidates);
  for (double& value : beyond.front()) value -= cut;
  out.rates["mark: " + title][place].add(beyond, gone, 0);
  out.numbers["mark: " + title + ", least removed"][place].push_back(least);
  out.numbers["mark: " + title + ", most other"][place].push_back(most);
}

}  // namespace identity
