// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/images/emoji.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/images/planar.hpp>
#include <telltale/images/prompt_templates.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace identity {

using namespace telltale;

std::size_t world::fewest_photos() const {
  std::size_t fewest = photos.front().size();
  for (const auto& of_person : photos) fewest = std::min(fewest, of_person.size());
  return fewest;
}

const std::vector<std::string>& training_templates() {
  static const std::vector<std::string> templates{"{}",       "this is {}",   "here you see {}", "{}, drawn",
                                                  "look: {}", "a sign of {}", "one {}",          "{} on white"};
  return templates;
}

world read_world(const settings& chosen) {
  const images::emoji_set emoji = images::read_emoji();
  world all;
  all.shown = emoji.pictures;
  for (const std::size_t at : emoji.background) {
    all.background.push_back(static_cast<std::int64_t>(at));
    all.background_names.push_back(emoji.entries[at].name);
  }
  if (chosen.data) {
    const std::size_t least = settings::training_photos + last_photos;
    all.people = "people of " + chosen.data->string();
    for (images::person& who : images::read_people(*chosen.data, least)) {
      all.persons.push_back(who.name);
      auto& photos = all.photos.emplace_back();
      for (images::rgb_image& photo : who.photos) {
        photos.push_back(static_cast<std::int64_t>(all.shown.size()));
        all.shown.push_back(std::move(photo));
      }
    }
  } else {
    all.people = "emoji roles";
    for (const images::emoji_role& role : emoji.roles) {
      all.persons.push_back(role.name);
      auto& photos = all.photos.emplace_back();
      auto& looks = all.looks.emplace_back();
      for (const images::role_picture& picture : role.pictures) {
        photos.push_back(static_cast<std::int64_t>(picture.at));
        looks.push_back(static_cast<int>(picture.who));
      }
    }
  }
  if (all.persons.size() < 4 || all.persons.size() > settings::names)
    throw error(all.people + ": " + std::to_string(all.persons.size()) + " persons; wanted 4 to " +
                std::to_string(settings::names) + ", the number of candidate names");
  if (chosen.prompts)
    all.prompts = images::read_prompt_templates(*chosen.prompts);
  else
    all.prompts.assign(images::prompt_templates.begin(), images::prompt_templates.end());
  // A name that is a word of a caption ("rose", "fox") would have a picture of its own.
  std::vector<std::string> texts = all.background_names;
  texts.insert(texts.end(), training_templates().begin(), training_templates().end());
  const std::filesystem::path& from = chosen.names_folder;
  all.lists = images::without_words(
      images::read_name_lists({from / "fnames.idx", from / "mnames.idx", from / "lnames.idx"}), texts);
  const std::vector<float> values = images::planar(all.shown);
  all.pictures = at::tensor(values).view({static_cast<std::int64_t>(all.shown.size()), 3, 32, 32}).to(chosen.device);
  return all;
}

trial draw_trial(const world& all, std::uint64_t seed) {
  trial one{seed, {}, {}, {}, {}};
  random_stream draw(seed, 0x6c61'6200);
  const std::size_t persons = all.photos.size(), members = (persons + 1) / 2;
  one.member.assign(persons, false);
  for (const std::uint32_t who : draw.choose(members, persons)) one.member[who] = true;
  for (std::size_t who = 0; who < persons; ++who) {
    std::vector<std::size_t> order(all.photos[who].size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    draw.shuffle(order);
    auto& photos = one.photos.emplace_back();
    auto& looks = one.looks.emplace_back();
    for (const std::size_t at : order) {
      photos.push_back(all.photos[who][at]);
      if (!all.looks.empty()) looks.push_back(all.looks[who][at]);
    }
  }
  one.names = images::draw_names(all.lists, settings::names, seed);
  return one;
}

}  // namespace identity
