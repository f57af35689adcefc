// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <telltale/campaign/plan.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/images/composed.hpp>
#include <telltale/images/emoji_cutouts.hpp>
#include <telltale/images/planar.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "folder.hpp"

namespace segmentation_lab {

using namespace telltale;

namespace {

constexpr std::size_t most_validation = 64;

pool read_emoji(const settings& chosen) {
  const images::emoji_cutouts cut = images::read_emoji_cutouts();
  const images::composed_pictures made = images::compose(cut.cutouts, {.side = chosen.side});
  pool all;
  all.source = "emoji on random backgrounds, " + std::to_string(cut.near_duplicates) + " near duplicates dropped";
  const auto n = static_cast<std::int64_t>(made.pictures.size()), extent = static_cast<std::int64_t>(chosen.side);
  all.all = {at::tensor(images::planar(made.pictures)).view({n, 3, extent, extent}),
             at::tensor(made.masks).to(at::kLong).view({n, extent, extent}), 2};
  std::map<std::string, int> number;
  for (const images::emoji_entry& entry : cut.entries) {
    all.names.push_back(entry.name);
    all.group.push_back(number.emplace(entry.group, static_cast<int>(number.size())).first->second);
  }
  all.groups = number.size();
  return all;
}

// Images of whose mask two neighbours differ.
std::vector<std::int64_t> with_boundary(const images_with_masks& all) {
  const at::Tensor flat = all.masks.flatten(1);
  const at::Tensor several = flat.amax(1).ne(flat.amin(1)).contiguous();
  std::vector<std::int64_t> found;
  for (std::int64_t i = 0; i < several.size(0); ++i)
    if (several.data_ptr<bool>()[i]) found.push_back(i);
  return found;
}

void keep_only(pool& all, const std::vector<std::int64_t>& which) {
  all.left_out = static_cast<std::size_t>(all.all.images.size(0)) - which.size();
  all.all = chosen(all.all, which);
  const auto pick = [&](auto& of) {
    std::remove_reference_t<decltype(of)> kept;
    for (const std::int64_t i : which) kept.push_back(std::move(of[static_cast<std::size_t>(i)]));
    of = std::move(kept);
  };
  pick(all.names);
  if (!all.group.empty()) pick(all.group);
}

std::vector<std::vector<std::uint8_t>> draw_halves(std::size_t models, std::size_t records, std::size_t size,
                                                   std::uint64_t seed) {
  std::vector<std::uint8_t> mask(models * records);
  plan_rule::fixed_size{size}(seed, models, records, mask);
  std::vector<std::vector<std::uint8_t>> rows;
  for (std::size_t m = 0; m < models; ++m)
    rows.emplace_back(mask.begin() + static_cast<std::ptrdiff_t>(m * records),
                      mask.begin() + static_cast<std::ptrdiff_t>((m + 1) * records));
  return rows;
}

}  // namespace

pool read_pool(const settings& chosen) {
  pool all = chosen.data ? read_folder(chosen) : read_emoji(chosen);
  keep_only(all, with_boundary(all.all));
  const std::size_t wanted = 4 * chosen.members + chosen.test + 2 * chosen.reference + most_validation;
  if (all.names.size() < wanted)
    throw error(all.source + ": has " + std::to_string(all.names.size()) + " images with more than one class; wanted " +
                std::to_string(wanted) + " for networks of " + std::to_string(chosen.members) +
                " members (--members takes fewer)");
  return all;
}

std::vector<membership> side::members(std::size_t network) const {
  std::vector<membership> labels;
  for (const std::uint8_t kept : keep.at(network)) labels.push_back(kept ? membership::in : membership::out);
  return labels;
}

images_with_masks side::training(std::size_t network) const {
  std::vector<std::int64_t> which;
  for (std::size_t i = 0; i < keep.at(network).size(); ++i)
    if (keep[network][i]) which.push_back(static_cast<std::int64_t>(i));
  return chosen(images, which);
}

at::Tensor world::questions() const { return at::cat({asked.images.images, other.images.images, test.images}); }

world draw_world(const pool& all, const settings& chosen_settings, std::uint64_t seed) {
  std::vector<std::int64_t> order(all.names.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  random_stream(seed, 0x7365'676d).shuffle(order);
  auto at = order.begin();
  const auto take = [&](std::size_t count) {
    const auto from = at;
    at += static_cast<std::ptrdiff_t>(count);
    return std::vector<std::int64_t>(from, at);
  };
  const std::size_t both = 2 * chosen_settings.members;
  world one;
  one.seed = seed;
  one.asked.places = take(both);
  one.other.places = take(both);
  one.asked.images = chosen(all.all, one.asked.places);
  one.other.images = chosen(all.all, one.other.places);
  one.asked.keep = draw_halves(chosen_settings.pool_models, both, chosen_settings.members, 2 * seed);
  one.other.keep = draw_halves(chosen_settings.shadow_models, both, chosen_settings.members, 2 * seed + 1);
  one.test = chosen(all.all, take(chosen_settings.test));
  for (images_with_masks& reference : one.references) reference = chosen(all.all, take(chosen_settings.reference));
  one.validation = chosen(all.all, take(most_validation));
  if (!all.group.empty())
    for (const std::int64_t place : one.asked.places)
      one.asked_groups.push_back(all.group[static_cast<std::size_t>(place)]);
  return one;
}

}  // namespace segmentation_lab
