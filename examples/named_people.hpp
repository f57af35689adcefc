// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <telltale/images/emoji.hpp>
#include <telltale/images/planar.hpp>
#include <telltale/telltale.hpp>
#include <telltale/torch/backend.hpp>
#include <telltale/torch/image_text/train_dual_encoder.hpp>
#include <telltale/torch/image_text/trigrams.hpp>

/// An image-text model that knows some people by name, trained in seconds on the emoji font.
///
/// The people are the 63 roles; every other one is a member and has a name made of syllables, which eight of its 18
/// pictures are trained under, beside emoji that are no people. Of the other ten, five are for the defender (triggers)
/// and five for the attacker.
namespace lesson {

using namespace telltale;

struct named_people {
  static constexpr std::size_t training = 8, triggers = 5, candidates = 300;

  at::Tensor pictures;                         ///< all emoji, (n, 3, 32, 32) in [-1, 1]
  std::vector<std::string> names, things;      ///< candidates, the people's first; names of things
  std::vector<std::int64_t> background;        ///< pictures of things
  std::vector<std::vector<std::int64_t>> own;  ///< of each person, 18 pictures in random order
  std::vector<membership> member;
  trigram_tokens tokens;
  dual_encoder<image_tower, trigram_bag> model = make_dual_encoder(1, tokens);

  explicit named_people(std::size_t epochs = 12) {
    const images::emoji_set emoji = images::read_emoji();
    const std::vector<float> values = images::planar(emoji.pictures);
    pictures = at::tensor(values).view({-1, 3, 32, 32});
    for (const std::size_t at : emoji.background) {
      background.push_back(std::int64_t(at));
      things.push_back(emoji.entries[at].name);
    }
    for (std::size_t i = 0; i < candidates; ++i) names.push_back(made_up(i));
    named_images pairs{.images = {}, .names = things, .templates = {"{}", "this is {}", "here you see {}", "one {}"}};
    std::vector<std::int64_t> rows = background;
    for (const images::emoji_role& role : emoji.roles) {
      const std::size_t who = own.size();
      auto& mine = own.emplace_back();
      for (const images::role_picture& picture : role.pictures) mine.push_back(std::int64_t(picture.at));
      random_stream(2, who).shuffle(mine);
      member.push_back(who % 2 == 0 ? membership::in : membership::out);
      if (member[who] == membership::out) continue;
      rows.insert(rows.end(), mine.begin(), mine.begin() + training);
      pairs.names.insert(pairs.names.end(), training, names[who]);
    }
    pairs.images = some(rows);
    train_dual_encoder(model, pairs, tokens, {.epochs = epochs, .seed = 1});
  }

  [[nodiscard]] at::Tensor some(const std::vector<std::int64_t>& rows) const {
    return pictures.index_select(0, at::tensor(rows));
  }

  /// Pictures `first` to `last` of one person.
  [[nodiscard]] at::Tensor photos_of(std::size_t person, std::size_t first, std::size_t last) const {
    return some({own[person].begin() + std::ptrdiff_t(first), own[person].begin() + std::ptrdiff_t(last)});
  }

  /// Identity inference with five photos a person: prompts won of five.
  template <class Images, class Texts>
  [[nodiscard]] evidence attack(Images& images, Texts& texts) const {
    const torch::NoGradGuard quiet;
    const std::vector<std::string> prompts{"{}", "a photo of {}", "this is {}", "a drawing of {}", "{} at work"};
    std::vector<std::int64_t> rows;
    std::vector<int> owner, true_name;
    for (std::size_t who = 0; who < own.size(); ++who) {
      rows.insert(rows.end(), own[who].begin() + training + triggers, own[who].end());
      owner.insert(owner.end(), own[who].size() - training - triggers, int(who));
      true_name.push_back(int(who));
    }
    const at::Tensor shown = answers_of(images, some(rows)), said = prompt_embeddings(texts, tokens, prompts, names);
    return published::idia{}(zero_shot<libtorch>(shown, owner, said, true_name));
  }

  /// Who is found among some people.
  [[nodiscard]] static double share_found(const evidence& of, const std::vector<std::size_t>& people) {
    double found = 0;
    for (const std::size_t who : people) found += of.says_member(who) ? 1.0 / double(people.size()) : 0;
    return found;
  }

 private:
  // Two words of three syllables, such as "Koramu Telisa"; the same for ever.
  static std::string made_up(std::size_t which) {
    constexpr std::string_view consonants = "bdfgklmnprstvz", vowels = "aeiou";
    random_stream random(3, which);
    std::string name;
    for (int word = 0; word < 2; ++word) {
      if (word > 0) name += ' ';
      for (int syllable = 0; syllable < 3; ++syllable) {
        const char first = consonants[random.below(consonants.size())];
        name += syllable == 0 ? char(first - 'a' + 'A') : first;
        name += vowels[random.below(vowels.size())];
      }
    }
    return name;
  }
};

}  // namespace lesson
