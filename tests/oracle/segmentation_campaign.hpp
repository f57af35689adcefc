// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <telltale/core/adversary.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>

#include "oracle/segmentation.hpp"

namespace oracle {

/// A target and its shadow models, each with maps of the same images and of a population: an image's own difficulty,
/// noise of the model, and `gain` on the true class where the image was a member.
struct segmentation_campaign {
  using world = segmented_world<double>;

  std::vector<world> of_images, of_population;  // the target first
  std::vector<std::vector<std::uint8_t>> keep;  // likewise; each image is in half of the models

  segmentation_campaign(std::size_t models, std::size_t images, double gain, std::uint64_t seed) {
    const world shared(images, 3, 6, 7, telltale::stored_as::logits, seed),
        others(images, 3, 6, 7, telltale::stored_as::logits, seed + 1'000'000);
    keep.assign(models + 1, std::vector<std::uint8_t>(images));
    telltale::random_stream draw(seed, 1);
    for (std::size_t i = 0; i < images; ++i) {
      std::vector<std::uint8_t> in(models);
      std::fill_n(in.begin(), models / 2, std::uint8_t{1});
      for (std::size_t m = models - 1; m > 0; --m) std::swap(in[m], in[draw.below(m + 1)]);
      for (std::size_t m = 0; m < models; ++m) keep[m + 1][i] = in[m];
      keep[0][i] = static_cast<std::uint8_t>(draw.below(2));
    }
    for (std::size_t m = 0; m <= models; ++m) {
      of_images.push_back(shared);
      of_population.push_back(others);
      telltale::random_stream noise(seed, m + 2);
      for (double& z : of_images.back().maps) z += 0.5 * noise.normal();
      for (double& z : of_population.back().maps) z += 0.5 * noise.normal();
      world& seen = of_images.back();
      for (std::size_t i = 0; i < images; ++i)
        for (std::size_t p = 0; p < seen.pixels(); ++p)
          if (keep[m][i] == 1 && seen.counts(i, p)) seen.maps[seen.at(i, seen.label(i, p), p)] += gain;
    }
  }

  [[nodiscard]] std::vector<telltale::membership> members_of(std::size_t model) const {
    std::vector<telltale::membership> member;
    for (const std::uint8_t in : keep[model])
      member.push_back(in == 1 ? telltale::membership::in : telltale::membership::out);
    return member;
  }

  /// What an attack by an adversary who owns everything finds, `observe(world)` being what is seen of a world.
  template <class Attack, class Observe>
  [[nodiscard]] telltale::evidence attacked(const Observe& observe) const {
    using namespace telltale;
    const auto scores = [&](const world& of) {
      const auto batch = observe(of);
      return Attack{}.score(batch);
    };
    std::vector<std::vector<double>> images, population_scores;
    std::vector<std::span<const double>> shadow, shadow_population;
    std::vector<std::span<const std::uint8_t>> kept;
    for (std::size_t m = 1; m < keep.size(); ++m) {
      images.push_back(scores(of_images[m]));
      population_scores.push_back(scores(of_population[m]));
      kept.emplace_back(keep[m]);
    }
    for (std::size_t m = 0; m < images.size(); ++m) {
      shadow.emplace_back(images[m]);
      shadow_population.emplace_back(population_scores[m]);
    }
    const std::vector<double> by_target = scores(of_population[0]);
    const std::vector<membership> known = members_of(1);
    const auto target = observe(of_images[0]);
    return Attack{}(target, owning(shadow_models<double>{shadow, kept},
                                   population<signals, double>{signals{by_target}, shadow_population},
                                   labelled_records<signals>{signals{images[0]}, known}));
  }
};

}  // namespace oracle
