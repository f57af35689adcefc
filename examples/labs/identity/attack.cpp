// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "attack.hpp"

#include <telltale/published/idia.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

#include <algorithm>

namespace identity {

using namespace telltale;

std::vector<std::vector<std::int64_t>> attack_photos(const trial& one, const arm& what) {
  std::vector<std::vector<std::int64_t>> all(one.persons());
  for (std::size_t who = 0; who < one.persons(); ++who) {
    const std::vector<std::int64_t> training = training_photos_of(one, what, who);
    for (const std::int64_t photo : one.photos[who])
      if (std::find(training.begin(), training.end(), photo) == training.end()) all[who].push_back(photo);
  }
  return all;
}

std::vector<std::vector<std::int64_t>> last_photos_of(const trial& one) {
  std::vector<std::vector<std::int64_t>> all;
  for (const auto& photos : one.photos) all.emplace_back(photos.end() - last_photos, photos.end());
  return all;
}

asked ask(const tower& image, const tower& text, const world& all, const trial& one,
          const std::vector<std::vector<std::int64_t>>& photos) {
  asked got;
  for (std::size_t who = 0; who < photos.size(); ++who)
    for (const std::int64_t photo : photos[who]) {
      got.owner.push_back(static_cast<int>(who));
      got.photo.push_back(photo);
    }
  const at::Device device = all.pictures.device();
  got.photos = answers_of(image, all.pictures.index_select(0, at::tensor(got.photo).to(device)));
  const auto tokens = [&](const std::vector<std::string>& captions) { return trigram_tokens{}(captions).to(device); };
  got.names = prompt_embeddings(text, tokens, all.prompts, one.names);
  return got;
}

name_votes<libtorch> votes(const asked& answers, const std::vector<int>& true_name, std::size_t names) {
  const zero_shot<libtorch> similar(answers.photos, answers.owner,
                                    answers.names.narrow(1, 0, static_cast<std::int64_t>(names)), true_name);
  return argmax{}(similar);
}

prompts_won_table won(const name_votes<libtorch>& all, std::size_t per_person, std::uint64_t seed) {
  prompts_won_table draws;
  for (std::uint32_t draw = 0; draw < settings::draws; ++draw)
    draws.push_back(published::idia{}(drawn_photos(all, {per_person, seed, draw})).values);
  return draws;
}

std::vector<int> own_names(const trial& one) {
  std::vector<int> names(one.persons());
  for (std::size_t who = 0; who < names.size(); ++who) names[who] = static_cast<int>(who);
  return names;
}

}  // namespace identity
