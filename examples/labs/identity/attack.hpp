// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/observation/name_votes.hpp>
#include <telltale/torch/backend.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "encoder.hpp"
#include "tally.hpp"

namespace identity {

/// A tower as the adversary sees it: inputs to embeddings.
using tower = std::function<at::Tensor(const at::Tensor&)>;

/// What a model gives away about photos of everybody and the prompts with all candidate names.
struct asked {
  std::vector<int> owner;
  std::vector<std::int64_t> photo;  ///< place of each photo in the world's pictures
  at::Tensor photos;                ///< (photos, d)
  at::Tensor names;                 ///< (prompts, names, d)
};

/// Photos of everybody with which an arm is attacked: all that it could not have been trained on, or the last four.
[[nodiscard]] std::vector<std::vector<std::int64_t>> attack_photos(const trial& one, const arm& what);
[[nodiscard]] std::vector<std::vector<std::int64_t>> last_photos_of(const trial& one);

[[nodiscard]] asked ask(const tower& image, const tower& text, const world& all, const trial& one,
                        const std::vector<std::vector<std::int64_t>>& photos);

/// Votes for the first `names` candidates; `true_name` must outlive them.
[[nodiscard]] telltale::name_votes<telltale::libtorch> votes(const asked& answers, const std::vector<int>& true_name,
                                                             std::size_t names);

/// Prompts won by everybody in each of the lab's draws of `per_person` photos.
[[nodiscard]] prompts_won_table won(const telltale::name_votes<telltale::libtorch>& all, std::size_t per_person,
                                    std::uint64_t seed);

/// 0, 1, 2, ...: everybody has his own name.
[[nodiscard]] std::vector<int> own_names(const trial& one);

/// All arms that attack models as they were trained: photos, candidates, tau, training images, genders, word order,
/// nulls.
void attack_arms(const world& all, const trial& one, const settings& chosen, bool with_slow_arms, results& out);

}  // namespace identity
