// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "atlas.hpp"

#include <telltale/images/planar.hpp>
#include <telltale/images/slice_blocks.hpp>
#include <telltale/images/volume_slices.hpp>
#include <telltale/io/nifti.hpp>

#include <filesystem>

#include "train.hpp"

namespace segmentation_lab {

using namespace telltale;

namespace {

constexpr const char* volume_file = "/usr/share/mricron/templates/ch2.nii.gz";
constexpr const char* atlas_file = "/usr/share/mricron/templates/aal.nii.gz";
constexpr std::int64_t extent = 48;

// The 116 regions of the atlas AAL in its own order: frontal, limbic and insula, occipital, parietal, deep, temporal,
// cerebellum.
std::vector<std::uint8_t> seven_groups() {
  std::vector<std::uint8_t> merged(117, 0);
  const std::size_t last[] = {28, 42, 56, 70, 78, 90, 116};
  std::size_t region = 1;
  for (std::size_t group = 0; group < 7; ++group)
    for (; region <= last[group]; ++region) merged[region] = static_cast<std::uint8_t>(group + 1);
  return merged;
}

images_with_masks read_slices() {
  const images::masked_pictures made =
      images::slices_of(io::read_nifti(volume_file), io::read_nifti(atlas_file),
                        {.axis = 1, .side = static_cast<std::size_t>(extent), .merged = seven_groups()});
  const auto n = static_cast<std::int64_t>(made.pictures.size());
  return {at::tensor(images::planar(made.pictures)).view({n, 3, extent, extent}),
          at::tensor(made.masks).to(at::kLong).view({n, extent, extent}), 8};
}

const images_with_masks& all_slices() {
  static const images_with_masks slices = read_slices();
  return slices;
}

images::split_slices split_by(std::uint64_t seed) {
  return images::split_into_blocks(static_cast<std::size_t>(all_slices().size()), {.seed = seed});
}

images_with_masks slices_at(const std::vector<std::size_t>& places) {
  return chosen(all_slices(), std::vector<std::int64_t>(places.begin(), places.end()));
}

images_with_masks asked_slices(std::uint64_t split) {
  images::split_slices both = split_by(split);
  both.members.insert(both.members.end(), both.others.begin(), both.others.end());
  return slices_at(both.members);
}

}  // namespace

bool has_atlas() { return std::filesystem::exists(volume_file) && std::filesystem::exists(atlas_file); }

std::uint64_t atlas_split(std::uint64_t seed, std::size_t k) { return 100 * seed + k; }

answers train_on_atlas(const settings& chosen, std::uint64_t split, const lab::talker& say) {
  return train_and_ask(chosen, slices_at(split_by(split).members), asked_slices(split).images,
                       {chosen.atlas_epochs, split, {0}}, say);
}

observed_segmentation seen_slices(const answers& of, std::size_t epoch, std::uint64_t split) {
  return of.at(epoch, asked_slices(split), 0);
}

std::vector<membership> slice_members(std::uint64_t split) {
  const images::split_slices both = split_by(split);
  std::vector<membership> member(both.members.size(), membership::in);
  member.resize(both.members.size() + both.others.size(), membership::out);
  return member;
}

}  // namespace segmentation_lab
