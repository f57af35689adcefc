// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/bring_your_own_photos.md.
#include <telltale/images/captioned_folder.hpp>
#include <telltale/images/composed.hpp>
#include <telltale/images/duplicates.hpp>
#include <telltale/images/emoji.hpp>
#include <telltale/images/emoji_cutouts.hpp>
#include <telltale/images/masked_folder.hpp>
#include <telltale/images/names.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/images/planar.hpp>
#include <telltale/images/prompt_templates.hpp>

using namespace telltale;

std::vector<float> photos_of_people() {
  const auto people = images::read_people("people", 8, {.side = 32});  // at least 8 photos each
  const auto values = images::planar(people[0].photos);                // photos x 3 x 32 x 32 floats in [-1, 1]
  return values;
}

std::size_t pictures_without_repeats() {
  const auto background = images::read_captioned("pictures", {.side = 32});
  const auto found = images::distinct(background.pictures);  // found.kept, found.groups, found.repeats()
  return found.kept.size();
}

std::vector<std::string> texts(const std::vector<images::person>& people,
                               const images::captioned_pictures& background) {
  std::vector<std::string> truth;
  for (const images::person& who : people) truth.push_back(who.name);
  const auto lists = images::without_words(images::read_name_lists(), background.captions);  // apt-get install rig
  const auto candidates = images::candidate_names(truth, 1000, lists, 42);  // hold every true name, shuffled
  const auto places = images::places_of(truth, candidates);
  const auto texts = images::filled(images::prompt_templates, candidates);  // 21 x 1,000, for your text encoder
  return places.empty() ? std::vector<std::string>{} : texts;
}

std::size_t emoji_instead() {
  const auto emoji = images::read_emoji();  // apt-get install fonts-noto-color-emoji unicode-data
  return emoji.roles.size();
}

std::size_t with_masks() {
  const auto own = images::read_masked("photos", "masks", {.side = 64, .classes = 5, .ignored = 255});
  const auto set = images::read_emoji_cutouts();  // or read_cutouts("folder of transparent PNG images")
  const auto made = images::compose(set.cutouts, {.side = 32});
  return own.pictures.size() + made.pictures.size();
}
