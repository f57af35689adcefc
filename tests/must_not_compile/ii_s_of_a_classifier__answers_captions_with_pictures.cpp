// expects: Generation
// expects: answers_captions_with_pictures
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/classification.hpp>
#include <telltale/published/text_to_image.hpp>

using namespace telltale;

void distances_of_a_classifier(const classification<eigen<float>>& answers, std::span<double> out) {
  reconstruction<>{}(answers, out);
}
