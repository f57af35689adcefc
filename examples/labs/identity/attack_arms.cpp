// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/release/argmax.hpp>

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <span>
#include <utility>

#include "attack.hpp"

namespace identity {

using namespace telltale;

namespace {

constexpr std::size_t headline_photos = 5;

template <class Encoder>
asked ask_encoder(Encoder& encoder, const world& all, const trial& one,
                  const std::vector<std::vector<std::int64_t>>& photos) {
  return ask([&](const at::Tensor& x) { return encoder->image->forward(x); },
             [&](const at::Tensor& x) { return encoder->text->forward(x); }, all, one, photos);
}

// Everybody's photos, named after who of all has the most similar training photo, pixel by pixel.
void pixel_baseline(const world& all, const trial& one, const arm& what, const asked& answers,
                    const std::string& series, double place, results& out) {
  std::vector<std::int64_t> gallery;
  std::vector<int> owner;
  for (std::size_t who = 0; who < one.persons(); ++who)
    for (const std::int64_t photo : training_photos_of(one, what, who)) {
      gallery.push_back(photo);
      owner.push_back(static_cast<int>(who));
    }
  const auto flat = [&](const std::vector<std::int64_t>& rows) {
    return all.pictures.index_select(0, at::tensor(rows).to(all.pictures.device())).flatten(1);
  };
  const at::Tensor nearest = at::cdist(flat(answers.photo), flat(gallery)).argmin(1).cpu();
  double right = 0;
  for (std::size_t i = 0; i < answers.owner.size(); ++i)
    right +=
        owner[static_cast<std::size_t>(nearest[static_cast<std::int64_t>(i)].item<std::int64_t>())] == answers.owner[i];
  out.numbers[series][place].push_back(right / static_cast<double>(answers.owner.size()));
}

tally& cell(results& out, const std::string& series, double place) { return out.rates[series][place]; }

// All true names, shuffled among everybody.
std::vector<int> permuted(const trial& one) {
  std::vector<int> names = own_names(one);
  random_stream(one.seed, 0x7065'726d).shuffle(names);
  return names;
}

// For everybody the name of a member who is somebody else.
std::vector<int> namesakes(const trial& one) {
  std::vector<int> names(one.persons());
  std::vector<int> members;
  for (std::size_t who = 0; who < one.persons(); ++who)
    if (one.member[who]) members.push_back(static_cast<int>(who));
  random_stream draw(one.seed, 0x6e61'6d65);
  for (std::size_t who = 0; who < one.persons(); ++who) {
    do names[who] = members[draw.below(members.size())];
    while (names[who] == static_cast<int>(who));
  }
  return names;
}

// The same votes by the other backend.
void compare_backends(const asked& answers, const name_votes<libtorch>& by_torch, const std::vector<int>& true_name,
                      results& out) {
  const at::Tensor photos = answers.photos.cpu().contiguous(), names = answers.names.cpu().contiguous();
  const auto of = [](const at::Tensor& values) {
    return std::span<const float>(values.data_ptr<float>(), static_cast<std::size_t>(values.numel()));
  };
  const auto extent = [](const at::Tensor& values, std::int64_t axis) {
    return static_cast<std::size_t>(values.size(axis));
  };
  const zero_shot<eigen<float>> similar({of(photos), extent(photos, 0), extent(photos, 1)}, answers.owner,
                                        {of(names), extent(names, 0), extent(names, 1), extent(names, 2)}, true_name);
  const auto by_eigen = similar.votes();
  double same = 0;
  for (std::size_t i = 0; i < by_eigen.size(); ++i) same += by_eigen[i] == by_torch.votes()[i];
  out.numbers["backends: share of equal votes"][1].push_back(same / static_cast<double>(by_eigen.size()));
}

void headline(bag_encoder& encoder, const world& all, const trial& one, const arm& what, results& out) {
  const asked answers = ask_encoder(encoder, all, one, attack_photos(one, what));
  const std::vector<int> own = own_names(one);
  const name_votes<libtorch> known = votes(answers, own, settings::names);
  const std::size_t most = all.fewest_photos() - what.training_photos;
  for (const std::size_t photos : std::initializer_list<std::size_t>{1, 3, 5, 10}) {
    if (photos > most) break;
    const auto prompts = won(known, photos, one.seed);
    cell(out, "photos", static_cast<double>(photos)).add(prompts, one.member);
  }
  const std::size_t photos = std::min(headline_photos, most);
  for (const std::size_t names :
       {one.persons(), std::size_t{100}, std::size_t{200}, std::size_t{500}, settings::names}) {
    if (names < one.persons()) continue;
    const auto prompts = won(votes(answers, own, names), photos, one.seed);
    cell(out, "candidates", static_cast<double>(names)).add(prompts, one.member);
    if (names != one.persons() && names != settings::names) continue;
    const std::string series = names == settings::names ? "tau, 1,000 names" : "tau, only true names";
    for (const double tau : {1, 2, 3, 5, 10, 15, 21}) cell(out, series, tau).add(prompts, one.member, tau);
  }
  const auto with_names = [&](const std::vector<int>& names) {
    return won(votes(answers, names, settings::names), photos, one.seed);
  };
  cell(out, "null: names permuted", 0).add(with_names(permuted(one)), one.member);
  cell(out, "namesakes", 0).add(with_names(namesakes(one)), one.member);
  pixel_baseline(all, one, what, answers, "pixels", 1, out);
  compare_backends(answers, known, own, out);
}

template <class Encoder>
void simple(Encoder& encoder, const world& all, const trial& one, const arm& what, const std::string& series,
            results& out) {
  const asked answers = ask_encoder(encoder, all, one, attack_photos(one, what));
  const std::vector<int> own = own_names(one);
  const std::size_t most = what.one_gender ? headline_photos : all.fewest_photos() - what.training_photos;
  const auto prompts = won(votes(answers, own, settings::names), std::min(headline_photos, most), one.seed);
  cell(out, series, 0).add(prompts, one.member);
  if (what.one_gender) pixel_baseline(all, one, what, answers, "pixels, gender", 0, out);
}

void training_images(bag_encoder& encoder, const world& all, const trial& one, const arm& what, results& out) {
  const asked answers = ask_encoder(encoder, all, one, last_photos_of(one));
  const std::vector<int> own = own_names(one);
  const auto prompts = won(votes(answers, own, settings::names), last_photos, one.seed);
  cell(out, "training images", static_cast<double>(what.training_photos)).add(prompts, one.member);
  pixel_baseline(all, one, what, answers, "pixels, last four", static_cast<double>(what.training_photos), out);
}

}  // namespace

void attack_arms(const world& all, const trial& one, const settings& chosen, bool with_slow_arms, results& out) {
  const arm headline_arm;
  bag_encoder untrained = new_encoder<bag_encoder>(one, chosen);
  untrained->eval();
  simple(untrained, all, one, {.name = "untrained"}, "null: untrained", out);
  bag_encoder encoder = trained<bag_encoder>(all, one, headline_arm, chosen);
  headline(encoder, all, one, headline_arm, out);
  training_images(encoder, all, one, headline_arm, out);
  if (!with_slow_arms) return;
  for (const std::size_t photos : std::initializer_list<std::size_t>{1, 2, 4, 14}) {
    if (photos + last_photos > all.fewest_photos()) continue;
    const arm what{.name = std::to_string(photos) + " photos", .training_photos = photos};
    bag_encoder other = trained<bag_encoder>(all, one, what, chosen);
    training_images(other, all, one, what, out);
  }
  const auto attack = [&]<class Encoder>(Encoder other, const arm& what, const std::string& series) {
    simple(other, all, one, what, series, out);
  };
  const arm shuffled{.name = "names shuffled", .shuffled_names = true},
      gender{.name = "one gender", .one_gender = true};
  attack(trained<bag_encoder>(all, one, shuffled, chosen), shuffled, "names shuffled in training");
  if (!all.looks.empty()) attack(trained<bag_encoder>(all, one, gender, chosen), gender, "one gender trains");
  attack(trained<word_encoder>(all, one, headline_arm, chosen), headline_arm, "words in order");
}

}  // namespace identity
