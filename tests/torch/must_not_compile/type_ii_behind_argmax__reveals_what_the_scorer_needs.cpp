// expects: reveals_what_the_scorer_needs
// expects: lacking<[^>]*access_to::confidence
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/release/argmax.hpp>
#include <telltale/release/at_every_pixel.hpp>
#include <telltale/torch/published/segmentation.hpp>

using namespace telltale;

// Behind argmax there are labels and no probabilities: type_ii_of_labels is what is left.
evidence attack_on_labels(const segmentation<libtorch>& seen, const labelled_records<features<libtorch>>& known) {
  return published::type_ii{}(at_every_pixel{argmax{}}(seen), owning(known));
}
