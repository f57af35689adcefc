// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "judge.hpp"

#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/release/noise.hpp>
#include <telltale/study/segmentation_quality.hpp>
#include <telltale/torch/backend.hpp>

#include <utility>

#include "atlas.hpp"
#include "attack.hpp"
#include "defences.hpp"
#include "pictured_group.hpp"

namespace segmentation_lab {

using namespace telltale;

std::string at_epoch(std::size_t epoch) { return "epoch " + std::to_string(epoch); }

std::string noise_name(double level) {
  std::string text = std::to_string(level);
  text.erase(text.find_last_not_of('0') + 1);
  return "noise " + text;
}

namespace {

segmentation_quality quality_behind(const observed_segmentation& answers, const release& how) {
  if (how.argmax) return quality_of(at_every_pixel{argmax{}}(answers.view()));
  if (how.noise > 0) return quality_of(at_every_pixel{noise{how.noise}}(answers.view()));
  return quality_of(answers.view());
}

/// Everything that is measured of one seed.
class judge {
 public:
  judge(const settings& chosen, const world& in, const network_reader& read) : chosen_(chosen), in_(in), read_(read) {}

  /// The networks without a defence at an epoch: by the networks of the other side, and by each other.
  [[nodiscard]] lab::figures pool_at(std::size_t epoch) const {
    lab::figures out;
    std::vector<asked_about> targets;
    std::vector<observed_segmentation> nobody;
    for (std::size_t k = 0; k < in_.asked.keep.size(); ++k) {
      const answers network = read_(undefended(part::asked, k));
      targets.push_back({seen(network, epoch, in_, part::asked), in_.asked.members(k)});
      nobody.push_back(seen(network, epoch, in_, part::test));
    }
    tally found;
    attack_with_shadow(found, targets, joined(shadows_at(epoch)), {}, training(), true);
    attack_each_other(found, targets, nobody);
    found.note(out, "pool", at_epoch(epoch));
    std::vector<double> on_test, on_members;
    for (std::size_t k = 0; k < targets.size(); ++k) {
      on_test.push_back(quality_behind(nobody[k], {}).dice);
      observed_segmentation members = targets[k].answers;
      std::vector<std::int64_t> which;
      for (std::size_t i = 0; i < in_.asked.keep[k].size(); ++i)
        if (in_.asked.keep[k][i]) which.push_back(static_cast<std::int64_t>(i));
      members.maps = members.maps.index_select(0, at::tensor(which));
      members.masks = members.masks.index_select(0, at::tensor(which));
      on_members.push_back(quality_behind(members, {}).dice);
    }
    note_mean(out, {"pool", at_epoch(epoch), "quality", "Dice"}, on_test);
    note_mean(out, {"pool", at_epoch(epoch), "quality", "Dice of members"}, on_members);
    return out;
  }

  /// What must find nothing.
  [[nodiscard]] lab::figures controls() const {
    lab::figures out;
    const std::size_t end = chosen_.epochs;
    // Networks of the other side, asked about these images with the memberships of these images' networks.
    std::vector<asked_about> targets;
    for (std::size_t k = 0; k < in_.asked.keep.size(); ++k)
      targets.push_back({seen(read_(undefended(part::other, k % in_.other.keep.size())), end, in_, part::asked),
                         in_.asked.members(k)});
    tally others;
    attack_with_shadow(others, targets, joined(shadows_at(end)), {}, training(), true);
    others.note(out, "control", "trained on other images");
    tally blind;
    attack_blindly(blind, in_.asked.images.images, targets, in_.other.images.images, shadows_at(end), training());
    blind.note(out, "control", "blind");
    return out;
  }

  /// One defence, by an adversary who has it too; the other way round as well where there is time.
  [[nodiscard]] lab::figures defence(const std::string& name, const std::string& asked_network,
                                     const std::string& other_network, const release& how) const {
    lab::figures out;
    const answers of_asked = read_(asked_network), of_other = read_(other_network);
    const asked_about target{seen(of_asked, of_asked.last(), in_, part::asked), in_.asked.members(0)},
        shadow{seen(of_other, of_other.last(), in_, part::other), in_.other.members(0)};
    tally found;
    attack_with_shadow(found, {target}, shadow, how, training(), true);
    if (chosen_.both_ways) attack_with_shadow(found, {shadow}, target, how, training(), true);
    found.note(out, name, "end");
    std::vector<double> dice, mean_iou, seconds;
    std::map<std::string, std::vector<double>> facts;
    for (const answers* each : {&of_asked, &of_other}) {
      const segmentation_quality got = quality_behind(seen(*each, each->last(), in_, part::test), how);
      dice.push_back(got.dice);
      mean_iou.push_back(got.mean_iou);
      for (const auto& [fact, value] : each->facts) facts[fact].push_back(value);
    }
    note_mean(out, {name, "end", "quality", "Dice"}, dice);
    note_mean(out, {name, "end", "quality", "mean IoU"}, mean_iou);
    for (const auto& [fact, values] : facts) note_mean(out, {name, "end", "cost", fact}, values);
    return out;
  }

  /// Poisoned networks, and the one that was not, asked without the trigger, by an adversary whose network is clean:
  /// about all images, and about all but the poisoned ones.
  [[nodiscard]] lab::figures poisoned() const {
    lab::figures out;
    std::vector<asked_about> targets;
    std::vector<lab::label> names;
    const auto add = [&](const std::string& name, const std::string& network_name, const std::vector<bool>& left_out) {
      const answers network = read_(network_name);
      asked_about all{seen(network, network.last(), in_, part::asked), in_.asked.members(0)}, left = all;
      std::vector<std::int64_t> which;
      left.member.clear();
      for (std::size_t i = 0; i < all.member.size(); ++i) {
        if (left_out[i]) continue;
        which.push_back(static_cast<std::int64_t>(i));
        left.member.push_back(all.member[i]);
      }
      left.answers.maps = left.answers.maps.index_select(0, at::tensor(which));
      left.answers.masks = left.answers.masks.index_select(0, at::tensor(which));
      targets.push_back(std::move(all));
      names.push_back({name, "all members", "", ""});
      targets.push_back(std::move(left));
      names.push_back({name, "unpoisoned members", "", ""});
      out.found[{name, "end", "quality", "Dice"}] =
          quality_behind(seen(network, network.last(), in_, part::test), {}).dice;
      for (const auto& [fact, value] : network.facts) out.found[{name, "end", "cost", fact}] = value;
    };
    add("not poisoned", undefended(part::asked, 0), std::vector<bool>(in_.asked.keep[0].size()));
    for (const poisoning& each : chosen_.poisonings)
      add(poisoned_name(each), poisoned_name(each), was_poisoned(in_, each));
    const answers clean = read_(undefended(part::other, 0));
    std::vector<tally> found(targets.size());
    std::vector<tally*> places;
    for (tally& each : found) places.push_back(&each);
    attack_with_shadow(places, targets, {seen(clean, clean.last(), in_, part::other), in_.other.members(0)}, {},
                       training(), true);
    for (std::size_t t = 0; t < found.size(); ++t) found[t].note(out, names[t].target, names[t].setting);
    return out;
  }

  /// Trained on the first `size` asked images, judged against all images of the other side.
  [[nodiscard]] lab::figures trained_on(std::size_t size) const {
    lab::figures out;
    const answers network = read_("size-" + std::to_string(size));
    asked_about both = joined(
        {{seen(network, network.last(), in_, part::asked), {}}, {seen(network, network.last(), in_, part::other), {}}});
    const auto all = static_cast<std::int64_t>(in_.asked.keep[0].size());
    std::vector<std::int64_t> which;
    for (std::int64_t i = 0; i < 2 * all; ++i) {
      if (i >= static_cast<std::int64_t>(size) && i < all) continue;
      which.push_back(i);
      both.member.push_back(i < all ? membership::in : membership::out);
    }
    both.answers.maps = both.answers.maps.index_select(0, at::tensor(which));
    both.answers.masks = both.answers.masks.index_select(0, at::tensor(which));
    tally found;
    rank(found, both);
    const std::string setting = "size " + std::to_string(size);
    found.note(out, "size", setting);
    out.found[{"size", setting, "quality", "Dice"}] =
        quality_behind(seen(network, network.last(), in_, part::test), {}).dice;
    return out;
  }

  [[nodiscard]] lab::figures groups() const {
    lab::figures out;
    const answers classifier = read_("groups"), network = read_(undefended(part::asked, 0));
    const std::vector<membership> member = in_.asked.members(0);
    tally by_class, by_pixel;
    by_class.add("mean loss", {group_scores(classifier, in_)}, member);
    by_class.note(out, "groups", "classifier");
    rank(by_pixel, {seen(network, network.last(), in_, part::asked), member});
    by_pixel.note(out, "groups", "segmentation");
    for (const auto& [fact, value] : classifier.facts) out.found[{"groups", "classifier", "cost", fact}] = value;
    return out;
  }

  [[nodiscard]] lab::figures slices(std::size_t k) const {
    lab::figures out;
    const std::uint64_t split = atlas_split(in_.seed, k);
    const answers network = read_("atlas-" + std::to_string(k));
    for (const std::size_t epoch : network.epochs) {
      tally found;
      rank(found, {seen_slices(network, epoch, split), slice_members(split)});
      found.note(out, "slices " + std::to_string(k), epoch == 0 ? "untrained" : "trained");
    }
    return out;
  }

 private:
  [[nodiscard]] network_training training() const { return {chosen_.attack_epochs, in_.seed}; }

  [[nodiscard]] std::vector<asked_about> shadows_at(std::size_t epoch) const {
    std::vector<asked_about> all;
    for (std::size_t k = 0; k < in_.other.keep.size(); ++k)
      all.push_back({seen(read_(undefended(part::other, k)), epoch, in_, part::other), in_.other.members(k)});
    return all;
  }

  static void note_mean(lab::figures& out, const lab::label& what, const std::vector<double>& values) {
    out.found[what] = lab::mean_over(values).value().value;
  }

  const settings& chosen_;
  const world& in_;
  network_reader read_;
};

}  // namespace

std::vector<judgement> judgements(const settings& chosen, const world& in, const network_reader& read) {
  const judge one(chosen, in, read);
  std::vector<judgement> all;
  const auto add = [&](std::string name, auto measure) { all.push_back({std::move(name), std::move(measure)}); };
  for (const std::size_t epoch : chosen.snapshots)
    add("pool " + at_epoch(epoch), [one, epoch] { return one.pool_at(epoch); });
  add("controls", [one] { return one.controls(); });
  std::vector<release> releases{{"none"}, {"argmax", true}};
  for (const double level : chosen.noise_levels) releases.push_back({noise_name(level), false, level});
  for (const release& how : releases)
    add(how.name,
        [one, how] { return one.defence(how.name, undefended(part::asked, 0), undefended(part::other, 0), how); });
  for (const std::string& name : training_defences(chosen))
    add(name, [one, name] { return one.defence(name, defended(name, part::asked), defended(name, part::other), {}); });
  if (!chosen.poisonings.empty()) add("poisoned", [one] { return one.poisoned(); });
  for (const std::size_t size : chosen.sizes)
    add("size " + std::to_string(size), [one, size] { return one.trained_on(size); });
  if (chosen.groups && !in.asked_groups.empty()) add("groups", [one] { return one.groups(); });
  if (chosen.atlas)
    for (std::size_t k = 0; k < chosen.atlas_splits; ++k)
      add("slices " + std::to_string(k), [one, k] { return one.slices(k); });
  return all;
}

}  // namespace segmentation_lab
