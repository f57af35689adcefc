// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "removal.hpp"

#include <telltale/core/random.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/torch/image_text/trigrams.hpp>
#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/unlearning/backdoor_unlearning.hpp>
#include <telltale/torch/unlearning/removal_similarity.hpp>
#include <telltale/torch/unlearning/removed_faces.hpp>
#include <telltale/torch/unlearning/removed_names.hpp>

#include <algorithm>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <utility>

namespace identity {

using namespace telltale;

namespace {

template <class Encoder>
struct towers {
  Encoder teacher;
  const world& all;
  const trial& one;
  const settings& chosen;
  results& out;

  [[nodiscard]] Encoder copy() const {
    Encoder from = teacher, student = deep_copy(from, [&] { return new_encoder<Encoder>(one, chosen); });
    student->eval();
    return student;
  }
};

template <class Module>
tower tower_of(Module& module) {
  return [&module](const at::Tensor& x) { return module->forward(x); };
}

std::vector<std::size_t> first_of(const before_removal& before, std::size_t count) {
  return {before.removable.begin(), before.removable.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Edits one tower and notes how far it came.
template <UnlearningPreset Preset, class Encoder, class Tower, class Removed>
void edit(const towers<Encoder>& have, Tower& student, Tower& teacher, const Removed& edited, const Removed& measured,
          const std::string& title) {
  const removal_similarity before = measure_removal<Preset>(student, teacher, measured);
  progress_line line("removing " + std::to_string(edited.identities()) + ", " + title, have.chosen.quiet);
  const unlearned happened = backdoor_unlearning<Preset>{}(student, teacher, edited, {have.one.seed, std::ref(line)});
  const removal_similarity after = measure_removal<Preset>(student, teacher, measured);
  const auto count = [&](const std::string& what, double value) {
    have.out.numbers[title + ": " + what][static_cast<double>(edited.identities())].push_back(value);
  };
  count("sim_clean", after.clean);
  count("sim_backdoored, before", before.backdoored);
  count("sim_backdoored, after", after.backdoored);
  count("sim_targets", after.targets);
  count("sum of norms", happened.moved);
  count("seconds", happened.seconds);
}

// The defended encoder is returned for what follows.
template <UnlearningPreset Preset, class Encoder>
Encoder remove_names(const towers<Encoder>& have, const before_removal& before, std::size_t count,
                     const std::string& title) {
  const at::Device device = have.all.pictures.device();
  const auto tokens = [device](const std::vector<std::string>& captions) {
    return trigram_tokens{}(captions).to(device);
  };
  const std::vector<std::size_t> who = first_of(before, count);
  std::vector<std::string> names;
  for (const std::size_t i : who) names.push_back(have.one.names[i]);
  const background_halves texts = halves(have.all, have.one);
  const removed_names edited(texts.editing, names, std::string(neutral_phrase), tokens),
      measured(texts.measuring, names, std::string(neutral_phrase), tokens);
  Encoder teacher = have.teacher, student = have.copy();
  edit<Preset>(have, student->text, teacher->text, edited, measured, title);
  judge(tower_of(teacher->image), tower_of(student->text), have.all, have.one, before, who, title,
        have.one.seed == 1 && count == 4, have.out);
  mark(tower_of(student->text), have.all, have.one, who, title, have.out);
  return student;
}

template <UnlearningPreset Preset, class Encoder>
Encoder remove_faces(const towers<Encoder>& have, const before_removal& before, std::size_t count,
                     const std::string& title) {
  const std::vector<std::size_t> who = first_of(before, count);
  const auto pictures = [&](const std::vector<std::int64_t>& rows) {
    return have.all.pictures.index_select(0, at::tensor(rows).to(have.all.pictures.device()));
  };
  const background_halves texts = halves(have.all, have.one);
  std::vector<std::int64_t> kept = texts.editing_pictures, others;
  std::vector<at::Tensor> faces;
  for (std::size_t i = 0; i < have.one.persons(); ++i) {
    const auto& photos = have.one.photos[i];
    const auto training = photos.begin() + settings::training_photos;
    if (std::find(who.begin(), who.end(), i) != who.end()) continue;
    others.insert(others.end(), photos.begin(), training);
    if (have.one.member[i]) kept.insert(kept.end(), photos.begin(), training);
  }
  for (const std::size_t i : who) {
    const auto& photos = have.one.photos[i];
    const auto attacked = photos.end() - static_cast<std::ptrdiff_t>(before.photos[i].size());
    faces.push_back(pictures({photos.begin() + settings::training_photos, attacked}));
  }
  const removed_faces edited(pictures(kept), faces, pictures(others), pictures(texts.editing_pictures)),
      measured(pictures(texts.measuring_pictures), faces, pictures(others));
  Encoder teacher = have.teacher, student = have.copy();
  edit<Preset>(have, student->image, teacher->image, edited, measured, title);
  judge(tower_of(student->image), tower_of(teacher->text), have.all, have.one, before, who, title,
        have.one.seed == 1 && count == 4, have.out);
  return student;
}

// The attack that a removal is judged by: photos that neither trained nor are triggers, half of those left.
template <class Encoder>
before_removal attack_before(const towers<Encoder>& have) {
  before_removal before;
  const std::size_t left = have.all.fewest_photos() - settings::training_photos;
  before.per_person = std::min<std::size_t>(5, left - left / 2);
  for (const auto& photos : have.one.photos)
    before.photos.emplace_back(photos.end() - static_cast<std::ptrdiff_t>(left - left / 2), photos.end());
  Encoder teacher = have.teacher;
  const tower image = tower_of(teacher->image), text = tower_of(teacher->text);
  const std::vector<int> own = own_names(have.one);
  const name_votes<libtorch> known = votes(ask(image, text, have.all, have.one, before.photos), own, settings::names);
  before.won = won(known, before.per_person, have.one.seed);
  for (std::size_t who = 0; who < have.one.persons(); ++who)
    if (have.one.member[who] && before.won.front()[who] >= 1) before.removable.push_back(who);
  random_stream(have.one.seed, 0x7265'6d6f).shuffle(before.removable);
  if (std::same_as<Encoder, bag_encoder> && have.one.seed == 1 && !before.removable.empty())
    confusion(known, have.all, have.one, before.removable.front(), "before any removal", have.out);
  utility(image, text, have.all, before.naming, before.retrieval);
  return before;
}

}  // namespace

void removal_arms(const world& all, const trial& one, const settings& chosen, bool with_slow_arms, results& out) {
  const towers<bag_encoder> have{trained<bag_encoder>(all, one, arm{}, chosen), all, one, chosen, out};
  const before_removal before = attack_before(have);
  const auto enough = [&](const before_removal& found, std::size_t count) {
    if (count <= found.removable.size()) return true;
    out.remarks.push_back("seed " + std::to_string(one.seed) + ": the attack found only " +
                          std::to_string(found.removable.size()) + " members, so " + std::to_string(count) +
                          " could not be removed");
    return false;
  };
  if (!enough(before, 4)) return;
  const std::vector<std::size_t> four = first_of(before, 4);
  bag_encoder teacher = have.teacher;
  mark(tower_of(teacher->text), all, one, four, "nothing removed", out);
  bag_encoder without_names = remove_names<lab_text>(have, before, 4, "text");
  bag_encoder without_faces = remove_faces<preset::small_picture_tower>(have, before, 4, "image");
  judge(tower_of(without_faces->image), tower_of(without_names->text), all, one, before, four, "merged", false, out);
  if (!with_slow_arms) return;
  for (const std::size_t count : std::initializer_list<std::size_t>{1, 2, 8, 16})
    if (enough(before, count)) {
      remove_names<lab_text>(have, before, count, "text");
      remove_faces<preset::small_picture_tower>(have, before, count, "image");
    }
  if (!enough(before, 8)) return;
  remove_names<preset::hintersdorf_2023_text>(have, before, 8, "text, the paper's rate");
  remove_names<no_utility>(have, before, 8, "text, no utility term");
  remove_names<no_redirect>(have, before, 8, "text, no redirect term");
  remove_names<no_anchor>(have, before, 8, "text, no anchor");
  remove_names<strong_anchor>(have, before, 8, "text, anchor 0.1");
  remove_faces<preset::hintersdorf_2023_image>(have, before, 8, "image, the paper's constants");

  const towers<word_encoder> words{trained<word_encoder>(all, one, arm{}, chosen), all, one, chosen, out};
  const before_removal of_words = attack_before(words);
  if (enough(of_words, 8)) remove_names<lab_text>(words, of_words, 8, "text, words in order");
}

}  // namespace identity
