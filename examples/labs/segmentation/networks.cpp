// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "networks.hpp"

#include <string>

#include "atlas.hpp"
#include "defences.hpp"
#include "pictured_group.hpp"
#include "train.hpp"

namespace segmentation_lab {

using namespace telltale;

namespace {

std::string side_name(part side) { return side == part::asked ? "asked" : "other"; }

// Networks of one side and number begin with the same weights and see their images in the same order, so that a defence
// is all that differs.
std::uint64_t seed_of(const world& in, part side, std::size_t k) {
  return 1000 * in.seed + (side == part::asked ? 0 : 500) + k;
}

const side& side_of(const world& in, part which) { return which == part::asked ? in.asked : in.other; }

}  // namespace

std::filesystem::path networks_of(const settings& chosen, const world& in) {
  return chosen.out / "networks" / ("seed-" + std::to_string(in.seed));
}

std::string undefended(part side, std::size_t k) { return "none-" + side_name(side) + "-" + std::to_string(k); }

std::string defended(const std::string& defence, part side) { return defence + "-" + side_name(side); }

std::vector<network_job> undefended_networks(const settings& chosen, const world& in) {
  std::vector<network_job> jobs;
  for (const part which : {part::asked, part::other})
    for (std::size_t k = 0; k < side_of(in, which).keep.size(); ++k) {
      const std::string name = undefended(which, k);
      jobs.push_back({name, [&chosen, &in, which, k, name](const lab::talker& say) {
                        training_plan plan{chosen.epochs, seed_of(in, which, k), chosen.snapshots};
                        if (k == 0) plan.weights = networks_of(chosen, in) / (name + ".pt");
                        return train_and_ask(chosen, side_of(in, which).training(k), in.questions(), plan, say);
                      }});
    }
  return jobs;
}

std::vector<network_job> other_networks(const settings& chosen, const world& in) {
  std::vector<network_job> jobs;
  for (const std::string& defence : training_defences(chosen))
    for (const part which : {part::asked, part::other})
      jobs.push_back({defended(defence, which), [&chosen, &in, which, defence](const lab::talker& say) {
                        const defended_training of{chosen,
                                                   in,
                                                   side_of(in, which).training(0),
                                                   in.references[which == part::asked ? 0 : 1],
                                                   seed_of(in, which, 0),
                                                   networks_of(chosen, in) / (undefended(which, 0) + ".pt"),
                                                   say};
                        return train_defended(defence, of);
                      }});
  for (const poisoning& each : chosen.poisonings)
    jobs.push_back({poisoned_name(each), [&chosen, &in, each](const lab::talker& say) {
                      return train_poisoned(chosen, in, each, seed_of(in, part::asked, 0), say);
                    }});
  for (const std::size_t size : chosen.sizes)
    jobs.push_back({"size-" + std::to_string(size), [&chosen, &in, size](const lab::talker& say) {
                      return train_on_some(chosen, in, size, seed_of(in, part::asked, 0), say);
                    }});
  if (chosen.groups && !in.asked_groups.empty())
    jobs.push_back({"groups", [&chosen, &in](const lab::talker& say) {
                      return train_on_groups(chosen, in, seed_of(in, part::asked, 0), say);
                    }});
  if (chosen.atlas)
    for (std::size_t k = 0; k < chosen.atlas_splits; ++k)
      jobs.push_back({"atlas-" + std::to_string(k), [&chosen, &in, k](const lab::talker& say) {
                        return train_on_atlas(chosen, atlas_split(in.seed, k), say);
                      }});
  return jobs;
}

}  // namespace segmentation_lab
