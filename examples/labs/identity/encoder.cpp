// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "encoder.hpp"

#include <telltale/core/random.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/torch/image_text/train_dual_encoder.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace identity {

using namespace telltale;

int gender_that_trains(const trial& one, std::size_t who) {
  return static_cast<int>(random_stream(one.seed, 0x6765'0000 + who).below(3));
}

std::vector<std::int64_t> training_photos_of(const trial& one, const arm& what, std::size_t who) {
  std::vector<std::int64_t> chosen;
  for (std::size_t i = 0; i < one.photos[who].size(); ++i)
    if (what.one_gender ? one.looks[who][i] == gender_that_trains(one, who) : i < what.training_photos)
      chosen.push_back(one.photos[who][i]);
  return chosen;
}

namespace {

named_images pairs_of(const world& all, const trial& one, const arm& what) {
  std::vector<std::int64_t> places = all.background;
  named_images pairs{{}, all.background_names, training_templates()};
  std::vector<std::string> of_members;
  for (std::size_t who = 0; who < one.persons(); ++who) {
    if (!one.member[who]) continue;
    for (const std::int64_t photo : training_photos_of(one, what, who)) {
      places.push_back(photo);
      of_members.push_back(one.names[who]);
    }
  }
  if (what.shuffled_names) random_stream(one.seed, 0x7368).shuffle(of_members);
  pairs.names.insert(pairs.names.end(), of_members.begin(), of_members.end());
  pairs.images = all.pictures.index_select(0, at::tensor(places).to(all.pictures.device()));
  return pairs;
}

// Part of a file's name, where two kinds of encoder have one arm.
template <class Encoder>
constexpr std::string_view text_tower = "";
template <>
constexpr std::string_view text_tower<word_encoder> = ", words";

}  // namespace

template <>
bag_encoder new_encoder(const trial& one, const settings& chosen) {
  return make_dual_encoder(one.seed, trigram_tokens{}, 32, at::TensorOptions(at::kFloat).device(chosen.device));
}

template <>
word_encoder new_encoder(const trial& one, const settings& chosen) {
  return make_dual_encoder([](std::uint64_t) { return image_tower(); },
                           [](std::uint64_t) { return trigram_transformer(trigram_tokens{}.rows()); }, one.seed,
                           at::TensorOptions(at::kFloat).device(chosen.device));
}

template <class Encoder>
Encoder trained(const world& all, const trial& one, const arm& what, const settings& chosen) {
  Encoder encoder = new_encoder<Encoder>(one, chosen);
  const std::filesystem::path folder = chosen.out / "models";
  std::filesystem::create_directories(folder);
  const std::string name = "seed " + std::to_string(one.seed) + ", " + what.name + std::string(text_tower<Encoder>);
  std::string file = name + ".pt";
  std::replace(file.begin(), file.end(), ' ', '-');
  std::erase(file, ',');
  progress_line line("training " + name, chosen.quiet);
  train_dual_encoder(encoder, pairs_of(all, one, what), trigram_tokens{}, {.epochs = chosen.epochs, .seed = one.seed},
                     {folder / file, std::ref(line)});
  return encoder;
}

template bag_encoder trained(const world&, const trial&, const arm&, const settings&);
template word_encoder trained(const world&, const trial&, const arm&, const settings&);

}  // namespace identity
