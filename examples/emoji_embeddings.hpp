// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <telltale/images/emoji.hpp>
#include <telltale/telltale.hpp>

/// An image-text model without training: what one that memorised its members by heart would answer.
///
/// The people are the 63 roles of the emoji font. A picture's embedding is its 16 x 16 pixels less the mean picture.
/// Every other role is a member: under prompt p its name stands for the mean of two of its six genderless pictures,
/// two others for each prompt. The name of anybody else, and of nobody, is "a person" (the mean of all roles) with
/// half of a picture that has nothing to do with it. The photos that the adversary owns are the twelve of men and
/// women, which stand for no name.
namespace lesson {

using namespace telltale;

struct memorised_people {
  static constexpr std::size_t side = 16, d = 3 * side * side, photos_each = 12, prompts = 5, candidates = 100;

  std::vector<float> photos, names;
  std::vector<int> owner, true_name;
  std::vector<membership> member;
  std::vector<std::string> name_of;

  memorised_people() {
    const images::emoji_set emoji = images::read_emoji({.side = side});
    std::vector<float> mean(d), person(d);
    for (const std::size_t at : emoji.background) add(mean, emoji.pictures[at], 1.0F / float(emoji.background.size()));
    const auto embedded = [&](std::size_t at) {
      std::vector<float> pixels(d);
      add(pixels, emoji.pictures[at], 1);
      for (std::size_t k = 0; k < d; ++k) pixels[k] -= mean[k];
      return pixels;
    };
    // The first six pictures of a role are those of "person", the others of "man" and "woman".
    std::vector<std::vector<float>> known;
    for (const images::emoji_role& role : emoji.roles) {
      name_of.push_back(role.name);
      for (std::size_t i = 0; i < role.pictures.size(); ++i) {
        const std::vector<float> one = embedded(role.pictures[i].at);
        if (i < 6) {
          known.push_back(one);
          for (std::size_t k = 0; k < d; ++k) person[k] += one[k] / float(6 * emoji.roles.size());
        } else {
          photos.insert(photos.end(), one.begin(), one.end());
          owner.push_back(int(name_of.size()) - 1);
        }
      }
    }
    random_stream random(1);
    for (std::size_t i = 0; i < name_of.size(); ++i) {
      true_name.push_back(int(i));
      member.push_back(i % 2 == 0 ? membership::in : membership::out);
    }
    for (std::size_t p = 0; p < prompts; ++p)
      for (std::size_t n = 0; n < candidates; ++n) {
        const std::vector<float> other = embedded(emoji.background[random.below(emoji.background.size())]);
        for (std::size_t k = 0; k < d; ++k)
          names.push_back(n < name_of.size() && member[n] == membership::in
                              ? known[6 * n + p][k] + known[6 * n + p + 1][k]
                              : person[k] + other[k] / 2);
      }
  }

  /// What the adversary asks of the model.
  [[nodiscard]] zero_shot<eigen<float>> observed() const {
    return {{photos, owner.size(), d}, owner, {names, prompts, candidates, d}, true_name};
  }

 private:
  static void add(std::vector<float>& to, const images::rgb_image& picture, float weight) {
    for (std::size_t k = 0; k < d; ++k) to[k] += weight * float(picture.bytes()[k]);
  }
};

}  // namespace lesson
