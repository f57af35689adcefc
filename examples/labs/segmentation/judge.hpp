// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../common/figures.hpp"
#include "networks.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace segmentation_lab {

/// Reads what a network answered.
using network_reader = std::function<answers(const std::string& name)>;

/// One piece of a seed's figures, measured apart from the others so that an interrupted run loses little.
struct judgement {
  std::string name;
  std::function<lab::figures()> measure;
};

/// All of a seed, from networks that have been made.
[[nodiscard]] std::vector<judgement> judgements(const settings& chosen, const world& in, const network_reader& read);

/// What the page calls epochs: "epoch 20".
[[nodiscard]] std::string at_epoch(std::size_t epoch);

/// What is done to answers of networks without a defence in training: nothing, argmax, noise.
[[nodiscard]] std::string noise_name(double level);

}  // namespace segmentation_lab
