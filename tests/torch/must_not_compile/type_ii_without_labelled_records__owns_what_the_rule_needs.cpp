// expects: owns_what_the_rule_needs
// expects: lacking<.*labelled_records
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/published/segmentation.hpp>

using namespace telltale;

// A network learns from a shadow model's maps, whose members are known; there are none.
evidence attack_without_shadow(const segmentation<libtorch>& seen) { return published::type_ii{}(seen); }
