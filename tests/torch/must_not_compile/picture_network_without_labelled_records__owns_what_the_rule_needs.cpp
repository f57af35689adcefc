// expects: owns_what_the_rule_needs
// expects: lacking<.*labelled_records
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/published/text_to_image.hpp>

using namespace telltale;

// What generated pictures of members look like is learned from labelled records; there are none.
evidence attack_without_labels(const generation<libtorch>& seen) { return published::ii_p_learned{}(seen); }
