// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <telltale/torch/model/script_model.hpp>

#include "attacks.hpp"
#include "records.hpp"

namespace tool {

/// Adds what a model's parameters give away beyond its answers: the norm of the gradient of each record's loss, by all
/// parameters.
///
/// `parts` are records of the model in the order of `target`, members first. Where the attack refuses the model (it has
/// no parameters, or a gradient is not finite) it is listed as not run.
void run_white_box(const telltale::script_model& model, const std::vector<const model_records*>& parts,
                   const audited_target& target, std::size_t batch_size, bool quiet, attack_results& results);

}  // namespace tool
